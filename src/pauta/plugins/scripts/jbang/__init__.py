"""JBang scripts and commands."""
