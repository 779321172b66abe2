"""Where secrets come from: those given by hand, then ``SECRET_<NAME>`` in the environment."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from pauta.errors import PautaError

_PREFIX = "SECRET_"


class Secrets:
    """Secrets by name; upper and lower case are the same (Kestra looks names up in upper case)."""

    def __init__(self, given: Mapping[str, str], environment: Mapping[str, str]) -> None:
        self._given = {name.upper(): value for name, value in given.items()}
        self._environment = environment

    def get(self, name: str, subkey: str | None = None) -> str:
        """The text of a secret, or of one field of a secret that is a JSON map.

        Raises PautaError when there is none.
        """
        value = self._find(name.upper())
        if value is None:
            raise PautaError(
                f"Cannot find secret for key '{name}'. "
                f"Give it with --secret {name}=…, or set {_PREFIX}{name.upper()} in the environment."
            )
        return value if subkey is None else _field(name, value, subkey)

    def _find(self, name: str) -> str | None:
        if name in self._given:
            return self._given[name]
        text = self._environment.get(_PREFIX + name)
        return None if text is None else decoded(text)


def decoded(text: str) -> str:
    """The text that a Base64 text stands for; what is no Base64 of a text is taken as it is."""
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        return text


def _field(name: str, value: str, subkey: str) -> str:
    import orjson

    try:
        fields: Any = orjson.loads(value)
        found: Any = fields[subkey]
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        raise PautaError(f"Cannot find secret for key '{name}' and subkey '{subkey}'.") from None
    return found if isinstance(found, str) else orjson.dumps(found).decode()
