"""Tasks about logs."""
