"""Filters, functions and tests by topic, one decorated definition each."""
