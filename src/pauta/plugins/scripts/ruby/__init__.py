"""Ruby scripts and commands."""
