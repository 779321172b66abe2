"""Lua scripts and commands."""
