"""Tasks about the execution that they are in."""
