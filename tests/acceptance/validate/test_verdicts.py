"""Flows that the published engine accepts are valid here, flows that it refuses are not."""

from __future__ import annotations

import pytest
from record_verdicts import ACCEPTED, cases, source, topics, verdicts

from pauta.flow.load import examine

CASES = [pytest.param(topic, case, id=f"{topic}: {case['name']}") for topic in topics() for case in cases(topic)]


@pytest.mark.parametrize(("topic", "case"), CASES)
def test_the_verdict_is_that_of_the_published_engine(topic: str, case: dict[str, str]):
    recorded = verdicts(topic)[case["name"]]
    accepted = ACCEPTED in recorded.values()
    examination = examine(source(case), file="case.yaml")
    same = examination.valid == accepted
    assert same != ("differs" in case), [recorded, *map(str, examination.problems)]


@pytest.mark.parametrize(("topic", "case"), CASES)
def test_what_is_wrong_is_told_in_our_own_words_with_its_place(topic: str, case: dict[str, str]):
    del topic
    for problem in examine(source(case), file="case.yaml").problems:
        assert problem.line
        assert problem.column
        assert problem.message
        assert "Input should be" not in problem.message
        assert "does not fit here" not in problem.message


def test_every_case_has_a_verdict_of_both_versions():
    missing = [
        case["name"]
        for topic in topics()
        for case in cases(topic)
        if verdicts(topic).get(case["name"], {}).keys() != {"1.3", "2.0"}
    ]
    assert missing == []


def test_no_name_is_there_twice():
    for topic in topics():
        names = [case["name"] for case in cases(topic)]
        assert len(set(names)) == len(names)
