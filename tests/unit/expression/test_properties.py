"""What holds for every template."""

import json
import re

from expression_grammar import ANYTHING, EXPRESSIONS, OUTPUTS, TEMPLATES, VARIABLES, World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pauta.errors import ExpressionError
from pauta.expression import Dialect, MapScope, Template, compile, has_template, limits, render_value  # noqa: A004
from pauta.expression.parser import parse
from pauta.expression.source import Source
from pauta.expression.values import text_of

DIALECTS = st.sampled_from(Dialect)
SOME = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
PLAIN_TEXTS = st.text().filter(lambda text: not has_template(text))


def outcome(text: str, dialect: Dialect, *, typed: bool = False) -> object:
    """The text or the value that it gives, or what is wrong."""
    try:
        template = Template(text, dialect)
        return template.evaluate(World(VARIABLES)) if typed else template.render(World(VARIABLES))
    except ExpressionError as error:
        return str(error)


@SOME
@given(ANYTHING, DIALECTS)
def test_rendering_gives_the_same_again(text, dialect):
    assert outcome(text, dialect) == outcome(text, dialect)
    assert repr(outcome(text, dialect, typed=True)) == repr(outcome(text, dialect, typed=True))


@SOME
@given(TEMPLATES, DIALECTS)
def test_a_template_from_the_cache_gives_what_a_new_one_gives(text, dialect):
    try:
        kept = compile(text, dialect)
    except ExpressionError:
        return
    assert kept is compile(text, dialect)
    try:
        rendered = kept.render(World(VARIABLES))
    except ExpressionError as error:
        rendered = str(error)
    assert rendered == outcome(text, dialect)


@SOME
@given(OUTPUTS, DIALECTS)
def test_the_text_is_the_typed_value_as_text(text, dialect):
    try:
        value, rendered = (
            Template(text, dialect).evaluate(World(VARIABLES)),
            Template(text, dialect).render(World(VARIABLES)),
        )
    except ExpressionError:
        return
    if "D" not in text and "number" not in text:  # a Float loses what tells it from a Double
        assert text_of(value) == rendered or isinstance(value, str | dict | list)
    if isinstance(value, str):
        assert value == rendered


@SOME
@given(TEMPLATES, PLAIN_TEXTS, DIALECTS)
def test_text_around_it_stays(text, around, dialect):
    """A typed value with text beside it is the text of both."""
    marked = f"<{around.replace('{', '').replace('}', '')}>"
    plain = outcome(text, dialect)
    template = f"{marked}{text}"
    found = outcome(template, dialect)
    if re.search(r"\{[{%#]-", text) is None and "Unable to find" not in str(plain) and "column" not in str(plain):
        assert found == marked + str(plain)


@SOME
@given(st.text())
def test_a_text_in_single_quotes_comes_back(text):
    if "\\" in text:
        return
    quoted = "'" + text.replace("'", "\\'") + "'"
    assert Template(f"{{{{ {quoted} }}}}").render(MapScope({})) == text


@SOME
@given(st.text())
def test_a_text_in_double_quotes_comes_back(text):
    if "\\" in text or "#{" in text:
        return
    quoted = '"' + text.replace('"', '\\"') + '"'
    assert Template(f"{{{{ {quoted} }}}}").render(MapScope({})) == text


@SOME
@given(PLAIN_TEXTS)
def test_a_text_without_delimiters_is_itself(text):
    template = Template(text)
    assert template.plain
    assert template.render(MapScope({})) is template.evaluate(MapScope({})) is text


@SOME
@given(st.text().filter(lambda text: "endraw" not in text))
def test_what_raw_encloses_comes_back(text):
    assert Template("{% raw %}" + text + "{% endraw %}").render(MapScope({})) == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@SOME
@given(JSON)
def test_a_typed_variable_comes_back(value):
    if isinstance(value, str) and "endraw" in value:
        return
    assert Template("{{ x }}").evaluate(MapScope({"x": value})) == value


@SOME
@given(st.dictionaries(st.text(), st.integers() | st.text() | st.booleans(), max_size=4))
def test_json_comes_back(value):
    found = Template("{{ fromJson(x | toJson) }}").evaluate(MapScope({"x": value}))
    assert found == value
    assert json.loads(Template("{{ x | toJson }}").render(MapScope({"x": value}))) == value


@SOME
@given(st.text())
def test_encodings_come_back(text):
    scope = MapScope({"x": text})
    if not re.search("[\ud800-\udfff]", text):
        assert Template("{{ x | base64encode | base64decode }}").render(scope) == text
        assert Template("{{ x | urlencode | urldecode }}").render(scope) == text


@SOME
@given(
    st.recursive(
        st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6
    )
)
def test_values_without_templates_are_rendered_to_themselves(value):
    if not has_template(value):
        assert render_value(value, MapScope({})) == value


@SOME
@given(EXPRESSIONS, DIALECTS)
def test_brackets_around_an_expression_change_nothing(text, dialect):
    try:
        parse(Source(f"{{{{ {text} }}}}"), dialect)
    except ExpressionError:
        return
    plain, bracketed = outcome(f"{{{{ {text} }}}}", dialect), outcome(f"{{{{ ({text}) }}}}", dialect)
    if "column" not in str(plain):
        assert plain == bracketed


@SOME
@given(st.integers(0, 400), st.integers(1, 60))
def test_steps_grow_with_the_work(turns, pieces):
    def steps(count: int) -> int:
        begun = limits.begin()
        try:
            Template("{% for a in list %}" + "{{ a }}" * pieces + "{% endfor %}").render(
                MapScope({"list": [1] * count})
            )
            return limits.spent()
        finally:
            limits.end(begun)

    assert steps(turns + 1) > steps(turns)
