"""Go scripts and commands."""
