"""Tasks that are written as templates."""
