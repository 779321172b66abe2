"""Tasks that give outputs."""
