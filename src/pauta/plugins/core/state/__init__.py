"""Tasks that remember values from run to run."""
