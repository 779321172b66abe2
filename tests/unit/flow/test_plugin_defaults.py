"""Values that many tasks share."""

from typing import Any

from pauta.flow.document import read_document
from pauta.flow.load import examine
from pauta.flow.plugin_defaults import with_defaults

LOG = "io.kestra.plugin.core.log.Log"


def applied(defaults: str, task: str) -> dict[str, Any]:
    """The first task of a flow with these defaults."""
    source = f"pluginDefaults:\n{defaults}tasks:\n  - {task}\n"
    return with_defaults(read_document(source)).data["tasks"][0]


def test_what_the_task_says_wins():
    task = applied(f"  - {{type: {LOG}, values: {{level: WARN, message: x}}}}\n", f"{{type: {LOG}, level: INFO}}")
    assert task == {"type": LOG, "level": "INFO", "message": "x"}


def test_a_forced_value_wins_over_the_task():
    task = applied(f"  - {{type: {LOG}, forced: true, values: {{level: WARN}}}}\n", f"{{type: {LOG}, level: INFO}}")
    assert task["level"] == "WARN"


def test_of_two_values_the_first_one_wins():
    defaults = (
        f"  - {{type: {LOG}, values: {{level: WARN}}}}\n  - {{type: {LOG}, values: {{level: INFO, message: x}}}}\n"
    )
    assert applied(defaults, f"{{type: {LOG}}}") == {"type": LOG, "level": "WARN", "message": "x"}


def test_of_two_forced_values_the_first_one_wins():
    defaults = "".join(f"  - {{type: {LOG}, forced: true, values: {{level: {level}}}}}\n" for level in ("WARN", "INFO"))
    assert applied(defaults, f"{{type: {LOG}, level: DEBUG}}")["level"] == "WARN"


def test_a_beginning_of_the_type_is_enough():
    defaults = "  - {type: io.kestra.plugin.core.log, values: {message: x}}\n"
    assert applied(defaults, f"{{type: {LOG}}}")["message"] == "x"


def test_the_whole_type_wins_over_its_beginning():
    defaults = f"  - {{type: io.kestra, values: {{message: far}}}}\n  - {{type: {LOG}, values: {{message: near}}}}\n"
    assert applied(defaults, f"{{type: {LOG}}}")["message"] == "near"


def test_a_beginning_gives_only_what_a_type_knows():
    defaults = "  - {type: io.kestra.plugin.core, values: {message: x, format: y}}\n"
    assert applied(defaults, f"{{type: {LOG}}}") == {"type": LOG, "message": "x"}


def test_an_old_name_stands_for_the_present_one():
    assert (
        applied("  - {type: io.kestra.core.tasks.log.Log, values: {message: x}}\n", f"{{type: {LOG}}}")["message"]
        == "x"
    )


def test_maps_are_merged_and_lists_are_put_together():
    defaults = f"  - {{type: {LOG}, values: {{retry: {{type: constant, a: {{b: 1}}}}, tags: [1, 2]}}}}\n"
    task = applied(defaults, f"{{type: {LOG}, retry: {{a: {{c: 2}}}}, tags: [2, 3]}}")
    assert task["retry"] == {"type": "constant", "a": {"b": 1, "c": 2}}
    assert task["tags"] == [1, 2, 3]


def test_task_runners_and_children_take_them_too():
    defaults = "  - {type: io.kestra.plugin.core.runner.Process, values: {x: 1}}\n"
    task = applied(
        defaults, "{type: any, tasks: [{type: other, taskRunner: {type: io.kestra.plugin.core.runner.Process}}]}"
    )
    assert task["tasks"][0]["taskRunner"]["x"] == 1


def test_what_is_wrong_with_a_default_is_told_where_it_is_written():
    source = f"""\
id: case
namespace: company.team
pluginDefaults:
  - type: {LOG}
    values:
      level: INFO
      disabled: maybe
tasks:
  - {{id: t, type: {LOG}, message: x}}
"""
    (problem,) = examine(source).problems
    assert (problem.line, problem.column) == (7, 17)


def test_what_a_task_needs_may_come_from_a_default():
    source = (
        f"id: c\nnamespace: n\ntaskDefaults: [{{type: {LOG}, values: {{message: x}}}}]\ntasks: [{{id: t, type: {LOG}}}]"
    )
    examination = examine(source)
    assert examination.valid
    assert examination.flow is not None
    assert examination.flow.tasks[0].message == "x"  # type: ignore[attr-defined]


def test_defaults_of_the_installation_come_after_those_of_the_flow():
    document = read_document(f"pluginDefaults: [{{type: {LOG}, values: {{level: WARN}}}}]\ntasks: [{{type: {LOG}}}]")
    everywhere = [{"type": LOG, "values": {"level": "INFO", "message": "x"}}]
    assert with_defaults(document, everywhere).data["tasks"] == [{"type": LOG, "level": "WARN", "message": "x"}]
