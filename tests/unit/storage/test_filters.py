from pauta.storage.filters import Condition, where


def test_no_conditions_are_no_clause():
    assert where([]) == ("", [])


def test_values_are_parameters():
    hostile = "'; DROP TABLE executions; --"
    clause, values = where([Condition("flow_id", "=", hostile), Condition("created_at", ">", 5)])
    assert clause == "WHERE e.flow_id = ? AND e.created_at > ?"
    assert values == [hostile, 5]


def test_below_a_namespace_is_it_and_what_begins_with_it_and_a_dot():
    clause, values = where([Condition("namespace", "below", "a.b")])
    assert clause == "WHERE (e.namespace || '.') >= ? AND (e.namespace || '.') < ?"
    assert values == ["a.b.", "a.b/"]
