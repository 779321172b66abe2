"""Templates made up from the grammar, for tests that hold for all of them (hypothesis)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from pauta.errors import PautaError
from pauta.expression import MapScope, catalog
from pauta.expression.library.methods import NAMES
from pauta.expression.parser import PRECEDENCE

VARIABLES: dict[str, Any] = {
    "inputs": {"name": "Ada Lovelace", "n": 42, "flag": True, "none": None, "big": 10**30, "huge": "x" * 5_000},
    "outputs": {
        "a": {"vars": {"rows": [3, 1, 2], "text": "b,a,c"}},
        "my-task": {"value": "v"},
        "b": [{"id": 1}, {"id": 2}],
    },
    "x": 1.5,
    "y": -7,
    "nan": float("nan"),
    "inf": float("inf"),
    "d": Decimal("12.340"),
    "day": date(2026, 3, 15),
    "at": datetime(2026, 3, 15, 10, 20, 30, 123456, tzinfo=UTC),
    "bytes": b"\xff\x00a",
    "odd": "\ud83d\x00\u2028'\"\\{{ 1 }}{% raw %}",
    "json": '{"a": [1, null, {"b": 2.50}]}',
    "empty": "",
    "list": [1, "1", 1.0, None, True, [2], {"k": "v"}],
    "map": {"k": 1, "1": 2, "": 3, "keys": 4},
    "template": "{{ x }} {{ template }}",
    "taskrun": {"value": "a"},
    "tasks": {"t": {"state": "SUCCESS"}},
}
NAMES_OF_VARIABLES = [*VARIABLES, "nothing", "loop", "each", "made", "_context"]
KEYS = [
    "name",
    "n",
    "none",
    "a",
    "vars",
    "rows",
    "text",
    "k",
    "key",
    "value",
    "keys",
    "index",
    "size",
    "nothing",
    "class",
    "__class__",
]
LITERALS = [
    *(
        "1",
        "0",
        "-1",
        "2147483648",
        "9223372036854775807",
        "1.5",
        "0.0",
        "3L",
        "true",
        "false",
        "null",
        "none",
        "''",
        "'a'",
    ),
    *(
        "'a,b'",
        '"q"',
        "'it\\'s'",
        "'yyyy-MM-dd'",
        "'#,##0.00'",
        "'2026-03-15T10:20:30Z'",
        "'1e400'",
        "'[a-z]+'",
        "'^(?=(x|xx)+$)'",
        "'(?=x)((x{90}){90}){9}'",
        "'(x*)*y'",
        "'UTC'",
        "'.k'",
    ),
    *(
        "[]",
        "{}",
        "'ünï 🎉'",
        "'{{ y }}'",
        "1..3",
        "'a'..'c'",
        "'SHA-1'",
        "'Europe/Madrid'",
        "'DAYS'",
        "'fr'",
        "'{\"a\": 1}'",
    ),
]
OPERATORS = [name for name in PRECEDENCE["1"] if name not in ("|", "is", "is not")]
PIECES = [
    *(
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "-",
        "'",
        '"',
        "\\",
        "#{",
        "}",
        "{",
        "(",
        ")",
        "[",
        "]",
        "|",
        "..",
        "??",
        "???",
        "?",
        ":",
    ),
    *(
        "if",
        "else",
        "endif",
        "for",
        "in",
        "endfor",
        "set",
        "macro",
        "endmacro",
        "raw",
        "endraw",
        "block",
        "is",
        "not",
        "and",
    ),
    *(
        ".",
        ",",
        "=",
        "==",
        "~",
        " ",
        "\n",
        "\x00",
        "é",
        "🎉",
        "\ud800",
        "1",
        "L",
        "$",
        "@",
        "`",
        "\u2028",
        "٣",
        "ª",
        "x",
    ),
]


class World(MapScope):
    """The variables, and an outside world that always says the same."""

    def outside(self, function: str, arguments: Mapping[str, Any]) -> object:
        answers: dict[str, Any] = {
            "now": 1_800_000_000_000_000,
            "randomPort": 8080,
            "jq": [1, {"a": None}],
            "read": "text",
        }
        if function == "random":
            return b"\x07" * arguments["bytes"]
        if function not in answers:
            raise PautaError("there is nobody outside")
        return answers[function]


def _call(kind: catalog.Kind, inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A name of that kind with arguments, positional and named."""
    known = {callee.name: callee.parameters for callee in catalog.everything() if callee.kind == kind}

    def written(drawn: tuple[str, list[str], bool]) -> str:
        name, arguments, by_name = drawn
        if by_name:
            pairs = zip(known[name], arguments, strict=False)
            return f"{name}({', '.join(f'{key}={value}' for key, value in pairs)})"
        return f"{name}({', '.join(arguments[: len(known[name])])})"

    return st.tuples(st.sampled_from(sorted(known)), st.lists(inner, max_size=3), st.booleans()).map(written)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions made of smaller ones."""
    filters = _call("filter", inner)
    return st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(" ".join),
        inner.map(lambda each: f"({each})"),
        st.tuples(inner, filters).map(" | ".join),
        st.tuples(inner, st.sampled_from(sorted(catalog.names("filter")))).map(" | ".join),
        st.tuples(inner, st.sampled_from(("is", "is not")), st.sampled_from(catalog.names("test"))).map(" ".join),
        st.tuples(st.sampled_from(("not", "-", "+")), inner).map(" ".join),
        st.tuples(inner, inner, inner).map(lambda each: f"{each[0]} ? {each[1]} : {each[2]}"),
        st.tuples(inner, st.sampled_from(KEYS)).map(lambda each: f"({each[0]}).{each[1]}"),
        st.tuples(inner, inner).map(lambda each: f"({each[0]})[{each[1]}]"),
        st.tuples(inner, st.sampled_from(sorted(NAMES)), st.lists(inner, max_size=2)).map(
            lambda each: f"({each[0]}).{each[1]}({', '.join(each[2])})"
        ),
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]"),
        st.lists(st.tuples(inner, inner).map(": ".join), max_size=2).map(lambda each: f"{{{', '.join(each)}}}"),
        inner.filter(lambda each: '"' not in each).map(lambda each: f'"a #{{{each}}} b"'),
        _call("function", inner),
    )


PATHS = st.tuples(
    st.sampled_from(NAMES_OF_VARIABLES),
    st.lists(st.sampled_from([f".{key}" for key in KEYS] + ["[0]", "['k']"]), max_size=2),
).map(lambda each: each[0] + "".join(each[1]))
EXPRESSIONS = st.recursive(st.one_of(st.sampled_from(LITERALS), PATHS), _larger, max_leaves=6)
TEXTS = st.sampled_from(("", "text", " ", "\n", "{", "}", "%}", "'", "\\", "ünï", "{ {", "#"))


def _body(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Statements with statements inside of them."""
    return st.one_of(
        st.tuples(EXPRESSIONS, inner, inner).map(
            lambda each: f"{{% if {each[0]} %}}{each[1]}{{% else %}}{each[2]}{{% endif %}}"
        ),
        st.tuples(EXPRESSIONS, inner).map(
            lambda each: f"{{% for each in {each[0]} %}}{each[1]}{{% else %}}-{{% endfor %}}"
        ),
        st.tuples(EXPRESSIONS, inner).map(lambda each: f"{{% set made = {each[0]} %}}{each[1]}"),
        st.tuples(inner, EXPRESSIONS).map(
            lambda each: f"{{% macro m(each) %}}{each[0]}{{% endmacro %}}{{{{ m({each[1]}) }}}}"
        ),
        st.tuples(_call("filter", EXPRESSIONS), inner).map(
            lambda each: f"{{% filter {each[0]} %}}{each[1]}{{% endfilter %}}"
        ),
        inner.map(lambda each: f"{{% block b %}}{each}{{% endblock %}}{{{{ block('b') }}}}"),
        inner.map(lambda each: f"{{% raw %}}{each}{{% endraw %}}"),
        inner.map(lambda each: f"{{%- verbatim -%}} {each} {{%- endverbatim -%}}"),
        inner.map(lambda each: f"{{# {each} #}}"),
        st.tuples(inner, TEXTS, inner).map("".join),
    )


OUTPUTS = EXPRESSIONS.map(lambda each: f"{{{{ {each} }}}}")
TEMPLATES = st.recursive(st.one_of(OUTPUTS, OUTPUTS, TEXTS), _body, max_leaves=4)


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    """A template in which pieces of text are missing, doubled or put in."""
    text = draw(TEMPLATES)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.sampled_from((0, 0, 1, 2, 7))), len(text))
        middle = draw(st.one_of(st.sampled_from(PIECES), st.just(text[start:end] * 2), st.just("")))
        text = text[:start] + middle + text[end:]
    return text


MUTATED = _mutated()
RAW = st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(LITERALS), st.text(max_size=3)), max_size=20).map(
    "".join
)
ANYTHING = st.one_of(TEMPLATES, MUTATED, RAW)
