"""The types of inputs and of flow outputs, by Kestra's names."""

from __future__ import annotations

from enum import StrEnum


class InputType(StrEnum):
    """What kind of value an input takes, or an output of a flow gives."""

    STRING = "STRING"
    ENUM = "ENUM"
    """Deprecated form of SELECT; not in 2.x."""
    SELECT = "SELECT"
    INT = "INT"
    FLOAT = "FLOAT"
    BOOLEAN = "BOOLEAN"
    """Deprecated form of BOOL; not in 2.x."""
    BOOL = "BOOL"
    DATETIME = "DATETIME"
    DATE = "DATE"
    TIME = "TIME"
    DURATION = "DURATION"
    FILE = "FILE"
    JSON = "JSON"
    URI = "URI"
    SECRET = "SECRET"  # noqa: S105 -- a type's name
    ARRAY = "ARRAY"
    MULTISELECT = "MULTISELECT"
    YAML = "YAML"
    EMAIL = "EMAIL"
    ION = "ION"
    """2.x."""
    FORM = "FORM"
    """2.x: a group of inputs."""
