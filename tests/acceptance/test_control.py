"""Flow control through the real command."""

from pathlib import Path

from cli_kit import run_source

CORE = "io.kestra.plugin.core."
CHILD = f"""id: child
namespace: a.b
inputs: [{{id: n, type: INT}}]
tasks: [{{id: inner, type: {CORE}debug.Return, format: "{{{{ inputs.n * 2 }}}}"}}]
outputs: [{{id: twice, type: INT, value: "{{{{ outputs.inner.value }}}}"}}]
"""
PARENT = f"""id: parent
namespace: a.b
tasks:
  - {{id: call, type: {CORE}flow.Subflow, namespace: a.b, flowId: child, inputs: {{n: 21}}}}
  - {{id: say, type: {CORE}log.Log, message: "{{{{ outputs.call.outputs.twice }}}}"}}
"""
AGAIN = f"""id: again
namespace: a.b
tasks:
  - id: flaky
    type: {CORE}execution.Fail
    condition: "{{{{ execution.originalId == execution.id }}}}"
    retry: {{type: constant, behavior: CREATE_NEW_EXECUTION, interval: PT0.1S, maxAttempts: 2}}
"""


def test_other_flows_of_a_folder_can_be_called(tmp_path: Path):
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "child.yaml").write_text(CHILD)
    run = run_source(PARENT, "--flows", tmp_path / "flows", cwd=tmp_path)
    assert run.lines("say") == ["42"]


def test_an_execution_that_is_retried_as_a_new_one_is_followed_to_the_last(tmp_path: Path):
    run = run_source(AGAIN, cwd=tmp_path)
    assert run.state == "SUCCESS"
