"""The one way out: HTTP connections whose resolved address is checked."""
