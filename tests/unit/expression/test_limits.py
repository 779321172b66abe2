import pytest

from pauta.errors import ExpressionLimit
from pauta.expression import MapScope, Template, limits


@pytest.fixture(name="few_steps")
def _few_steps(monkeypatch):
    monkeypatch.setattr(limits, "STEPS", 5_000)


def render(template, **variables):
    return Template(template).render(MapScope(variables))


@pytest.mark.usefixtures("few_steps")
def test_outside_of_an_evaluation_nothing_is_counted():
    limits.spend(1_000_000)


@pytest.mark.usefixtures("few_steps")
def test_an_evaluation_within_another_spends_of_the_same_steps():
    class Nested(MapScope):
        def get(self, name):
            return render("{% for b in 1..100 %}" + name + "{% endfor %}")

    with pytest.raises(ExpressionLimit, match="more than 5000 steps"):
        Template("{{ a }}" * 40).render(Nested({}))
    assert len(render("{% for a in 1..100 %}x{% endfor %}")) == 100


@pytest.mark.usefixtures("few_steps")
def test_each_evaluation_has_all_its_steps():
    for _ in range(10):
        assert len(render("{% for a in 1..500 %}x{% endfor %}")) == 500


def test_texts_are_joined_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(limits, "TEXT", 10)
    assert limits.joined(["abc", "def"], "--") == "abc--def"
    with pytest.raises(ExpressionLimit, match="a text of 12 characters; at most 10 are allowed"):
        limits.joined(iter(["abcd", "efgh", "ijkl", "mnop"]))
