"""Inputs of executions: their expressions, files and secrets."""

import pytest
from runtime_kit import Runtime

from pauta.errors import InvalidInputs
from pauta.operations.queries import Filter

ECHO = "type: io.kestra.plugin.core.debug.Return, format: '{{ inputs.x }}'"


def value(document):
    return document["taskRunList"][0]["outputs"]["value"]


def test_a_default_reads_variables_the_time_and_secrets(tmp_path):
    head = """variables: {v: 7}
inputs: [{id: x, type: STRING, defaults: "{{ vars.v }} {{ now() | date('yyyy') | length }} {{ secret('TOKEN') }}"}]
"""
    with Runtime(tmp_path, secrets={"TOKEN": "abc"}) as runtime:
        assert value(runtime.run(ECHO, head=head)) == "7 4 abc"


def test_an_uploaded_file_of_the_wrong_kind_starts_nothing(tmp_path):
    head = "inputs: [{id: x, type: FILE, allowedFileExtensions: [.csv]}]\n"
    (tmp_path / "a.txt").write_text("1")
    with Runtime(tmp_path) as runtime:
        with pytest.raises(InvalidInputs, match=r"Accepted extensions: \.csv"):
            runtime.begin(ECHO, head=head, x=tmp_path / "a.txt")
        assert runtime.queries.executions(Filter()) == []


def test_a_secret_in_a_form_is_stored_encrypted_and_read_in_clear(tmp_path):
    head = "inputs: [{id: f, type: FORM, inputs: [{id: k, type: SECRET}]}]\n"
    with Runtime(tmp_path) as runtime:
        ended = runtime.run(ECHO.replace("inputs.x", "inputs.f.k"), head=head, **{"f.k": "hush"})
        assert ended["inputs"]["f"]["k"]["type"] == "io.kestra.datatype:aes_encrypted"
        assert value(ended) == "hush"
