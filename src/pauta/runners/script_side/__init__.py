"""What runs inside the Python of a script, with nothing but the standard library: the last folder of its path."""
