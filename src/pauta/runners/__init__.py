"""Where a command runs: one file per task runner."""
