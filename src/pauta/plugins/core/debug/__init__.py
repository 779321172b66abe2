"""Tasks that help to see what a flow does."""
