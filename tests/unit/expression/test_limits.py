import pytest

from pauta.errors import ExpressionLimit
from pauta.expression import MapScope, Template, limits


@pytest.fixture
def few_steps(monkeypatch):
    monkeypatch.setattr(limits, "STEPS", 5_000)


def render(template, **variables):
    return Template(template).render(MapScope(variables))


def test_outside_of_an_evaluation_nothing_is_counted(few_steps):
    limits.spend(1_000_000)


def test_an_evaluation_within_another_spends_of_the_same_steps(few_steps):
    class Nested(MapScope):
        def get(self, name):
            return render("{% for a in 1..100 %}x{% endfor %}")

    with pytest.raises(ExpressionLimit, match="more than 5000 steps"):
        Template("{{ a }}" * 20).render(Nested({}))
    assert len(render("{% for a in 1..100 %}x{% endfor %}")) == 100


def test_each_evaluation_has_all_its_steps(few_steps):
    for _ in range(10):
        assert len(render("{% for a in 1..500 %}x{% endfor %}")) == 500


def test_texts_are_joined_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(limits, "TEXT", 10)
    assert limits.joined(["abc", "def"], "--") == "abc--def"
    with pytest.raises(ExpressionLimit, match="a text of 12 characters; at most 10 are allowed"):
        limits.joined(iter(["abcd", "efgh", "ijkl", "mnop"]))
