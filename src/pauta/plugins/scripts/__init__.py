"""Tasks that run scripts and commands, one room per language, on one base (``exec.py``)."""
