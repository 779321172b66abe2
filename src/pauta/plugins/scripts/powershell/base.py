"""What both PowerShell tasks have in common."""

INTERPRETER = ("pwsh", "-NoProfile", "-NonInteractive", "-Command")
"""PowerShell takes the commands itself, without another shell."""
