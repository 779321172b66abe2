"""Tasks about the key-value store."""
