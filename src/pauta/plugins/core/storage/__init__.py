"""Tasks about files of the internal storage."""
