"""R scripts and commands."""
