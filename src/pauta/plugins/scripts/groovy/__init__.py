"""Groovy scripts and commands."""
