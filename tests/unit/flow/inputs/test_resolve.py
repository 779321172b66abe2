"""From given values to those kept: what the recorded cases do not ask (see ``tests/acceptance/inputs``)."""

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from pauta.errors import InvalidInputs
from pauta.expression import Dialect
from pauta.flow.inputs import AnyInput, check_inputs, resolve_inputs
from pauta.flow.inputs.validation import check_extension


@dataclass
class Declared:
    inputs: Any
    dialect: Dialect = Dialect.V1
    namespace: str = "company.team"
    id: str = "load"
    revision: int = 3


def inputs(*written):
    return TypeAdapter(tuple[AnyInput, ...]).validate_python(written)


def refused(written, given):
    with pytest.raises(InvalidInputs) as caught:
        resolve_inputs(Declared(inputs(*written)), given)
    return [problem.message for problem in caught.value.problems]


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_flow():
    written = [{"id": name, "type": "INT"} for name in ("a", "b", "c")]
    assert refused(written, {"c": "x", "b": 1}) == [
        "Missing required input:a, a value of type INT",
        "Invalid value for input `c`. Cause: Cannot convert value 'x' to Integer: a whole number is needed",
    ]


def test_a_value_out_of_bounds_is_shown_with_the_bound():
    (told,) = refused([{"id": "n", "type": "INT", "min": 10}], {"n": 9})
    assert told.endswith("it must be more than `10`, or equal; it is 9")


def test_a_secret_is_never_shown():
    (told,) = refused([{"id": "key", "type": "SECRET", "validator": "[0-9]+"}], {"key": "hunter2"})
    assert "[0-9]+" in told
    assert "hunter2" not in told


def test_an_expression_that_reads_another_input_says_what_to_add():
    written = [{"id": "a", "type": "STRING"}, {"id": "b", "type": "STRING", "defaults": "{{ inputs.a }}"}]
    (told,) = refused(written, {"a": "x"})
    assert told.endswith("an input reads those that its dependsOn.inputs names: add a")


def test_an_unknown_type_names_those_that_exist():
    with pytest.raises(ValidationError, match=r"there is no type of input 'TEXT'; there are STRING, ENUM"):
        inputs({"id": "a", "type": "TEXT"})


@pytest.mark.parametrize(("name", "taken"), [("a.csv", True), ("a.CSV", True), ("a.txt", False), ("csv", False)])
def test_an_uploaded_file_has_one_of_the_extensions(name, taken):
    (declared,) = inputs({"id": "f", "type": "FILE", "allowedFileExtensions": [".csv"]})
    if taken:
        check_extension(declared, name)
    else:
        with pytest.raises(ValueError, match=r"Accepted extensions: \.csv"):
            check_extension(declared, name)


def test_a_schema_never_looks_at_another_place():
    written = [{"id": "j", "type": "JSON", "jsonSchema": '{"$ref": "http://127.0.0.1:9/schema.json"}'}]
    (told,) = refused(written, {"j": 1})
    assert "Unresolvable" in told
    assert "127.0.0.1:9" in told


def test_a_value_that_does_not_fit_its_schema_names_the_place():
    schema = '{"properties": {"rows": {"items": {"type": "integer"}}, "name": {"pattern": "^[a-z]+$"}}}'
    (told,) = refused([{"id": "j", "type": "JSON", "jsonSchema": schema}], {"j": {"rows": [1, "x"], "name": "A"}})
    assert ".rows[1]: 'x' is not of type 'integer'" in told
    assert ".name: 'A' does not match '^[a-z]+$'" in told


def test_a_default_that_cannot_fit_is_a_warning_in_the_first_dialect_and_an_error_in_the_second():
    declared = inputs({"id": "n", "type": "INT", "defaults": "many"})
    (first,) = check_inputs(declared)
    (second,) = check_inputs(declared, dialect=Dialect.V2)
    assert (first.severity, second.severity) == ("warning", "error")
    assert first.path == "inputs[0].defaults"


def test_a_dependency_that_does_not_exist_is_close_to_one_that_does():
    (problem,) = check_inputs(
        inputs({"id": "country", "type": "STRING"}, {"id": "b", "type": "STRING", "dependsOn": {"inputs": ["contry"]}})
    )
    assert problem.path == "inputs[1].dependsOn.inputs"
    assert problem.suggestion == "country"


def test_problems_of_a_form_have_the_place_inside():
    form = {"id": "f", "type": "FORM", "inputs": [{"id": "x", "type": "ARRAY", "itemType": "SECRET"}]}
    (problem,) = check_inputs(inputs(form))
    assert (problem.path, problem.message) == ("inputs[0].inputs[0].itemType", "`itemType` cannot be SECRET")
