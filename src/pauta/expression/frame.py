"""The state of one evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pauta.expression import limits
from pauta.expression.dialect import Dialect
from pauta.expression.scope import Hidden, Overlay, Scope


class Frame:
    """Variables, local ones in front.

    ``locals`` is a stack: the last map is the innermost. ``depth`` counts macros, blocks and re-renderings around it.
    """

    __slots__ = ("depth", "dialect", "locals", "scope")

    def __init__(self, scope: Scope, dialect: Dialect, depth: int = 0) -> None:
        self.scope = scope
        self.dialect = dialect
        self.locals: list[dict[str, Any]] = []
        self.depth = depth

    def variable(self, name: str) -> Any:
        """A variable, the innermost of that name. Raises KeyError."""
        for names in reversed(self.locals):
            if name in names:
                return names[name]
        return self.scope.get(name)

    def names(self) -> list[str]:
        """The names of all variables, local ones too."""
        return [*dict.fromkeys((*self.scope.names(), *(name for names in self.locals for name in names)))]

    def everything(self) -> dict[str, Any]:
        """All variables, local ones too."""
        found = {name: self.scope.get(name) for name in self.scope.names()}
        for names in self.locals:
            found.update(names)
        return found

    def assign(self, name: str, value: Any) -> None:
        """Give a variable a value: where it exists, else innermost."""
        for names in reversed(self.locals):
            if name in names:
                names[name] = value
                return
        (self.locals[0] if self._is_global(name) else self.locals[-1])[name] = value

    def inner(self) -> Frame:
        """A frame for a template inside of this one: it sees the local variables too. Raises ExpressionLimit."""
        scope = Overlay({name: value for names in self.locals for name, value in names.items()}, self.scope)
        return self._deeper(scope if self.locals else self.scope)

    def isolated(self) -> Frame:
        """A frame for a macro, which sees no variables but its own. Raises ExpressionLimit."""
        return self._deeper(Hidden(self.scope))

    def enter(self) -> None:
        """Go into a block, which has the same variables, until ``leave``. Raises ExpressionLimit."""
        if self.depth >= limits.DEPTH:
            limits.exceeded(f"more than {limits.DEPTH} macros, blocks or renderings inside one another")
        self.depth += 1

    def leave(self) -> None:
        """Come back from a block."""
        self.depth -= 1

    def _deeper(self, scope: Scope) -> Frame:
        frame = Frame(scope, self.dialect, self.depth)
        frame.enter()
        return frame

    def _is_global(self, name: str) -> bool:
        try:
            self.scope.get(name)
        except KeyError:
            return False
        return True


Evaluate: TypeAlias = Callable[[Frame], Any]
"""A compiled expression."""
Out: TypeAlias = list[Any]
Run: TypeAlias = Callable[[Frame, Out], object]
"""A compiled statement: it appends what it writes, values as they are."""
