from pathlib import Path

import pytest
from runtime_kit import Runtime

CORE = "type: io.kestra.plugin.core"


@pytest.fixture
def runtime(tmp_path: Path):
    with Runtime(tmp_path) as running:
        yield running


def test_published_metrics_are_kept_with_kind_value_and_tags(runtime: Runtime):
    metrics = (
        "{type: counter, name: rows, value: 2}, {type: timer, name: time, value: PT1.5S}, "
        "{type: gauge, name: \"{{ 'le' ~ 'vel' }}\", value: '{{ 1.5 }}', tags: {of: '{{ flow.id }}'}}"
    )
    document = runtime.run(f"{CORE}.metric.Publish, metrics: [{metrics}]")
    kept = runtime.queries.metrics(document["id"])
    assert [(each["name"], each["type"], each["value"], each["tags"]) for each in kept] == [
        ("rows", "counter", 2, {}),
        ("time", "timer", 1.5, {}),
        ("level", "gauge", 1.5, {"of": "flow"}),
    ]


def test_assertions_are_counted(runtime: Runtime):
    document = runtime.run(f"{CORE}.execution.Assert, conditions: ['true', 'false', '{{{{ 1 == 1 }}}}']")
    assert document["state"]["current"] == "FAILED"
    kept = {each["name"]: each["value"] for each in runtime.queries.metrics(document["id"])}
    assert kept == {"failed": 1, "success": 2}


def test_files_of_a_working_directory_are_kept_in_a_namespace(runtime: Runtime):
    upload = f"{{id: up, {CORE}.namespace.UploadFiles, namespace: shared, files: ['**.txt'], destination: from/}}"
    document = runtime.run(
        f"{CORE}.flow.WorkingDirectory, inputFiles: {{dir/a.txt: one, b.csv: two}}, tasks: [{upload}]"
    )
    assert document["state"]["current"] == "SUCCESS"
    assert list(runtime.blobs.list("shared/_files")) == ["from/dir/a.txt"]
