"""What was probably meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one; None when none is."""
    from difflib import get_close_matches

    by_case = {each.lower(): each for each in known}
    found = get_close_matches(name.lower(), by_case, n=1, cutoff=0.72)
    return by_case[found[0]] if found else None


def nearest_type(name: str) -> str | None:
    """The type that is most like this one: first by its last part, ``Log``, then as a whole."""
    known = known_types()
    last = name.rpartition(".")[2].lower()
    same = [each for each in known if each.rpartition(".")[2].lower() == last]
    return nearest(name, same) or (same[0] if len(same) == 1 else nearest(name, known))


def known_types() -> list[str]:
    """All type names that are installed or that Kestra brings, those of today before old ones."""
    from pauta import registry
    from pauta.flow.core_types import core_types

    core = core_types()
    names = dict.fromkeys([each.name for each in core.values()])
    installed = [name for name in registry.declared() if name not in core or core[name].name == name]
    return [*dict.fromkeys([*installed, *names])]
