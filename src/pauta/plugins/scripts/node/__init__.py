"""Node.js scripts and commands."""
