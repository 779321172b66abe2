"""The flows in the documentation run."""

import re
from pathlib import Path

import pytest
from cli_kit import run_source

DOCS = Path(__file__).parents[2] / "docs"
FLOWS = {
    re.search(r"^id: (\w+)", source, re.MULTILINE)[1]: source  # type: ignore[index]
    for page in sorted(DOCS.glob("*.md"))
    for source in re.findall(r"```yaml\n(id: .*?)```", page.read_text("utf-8"), re.DOTALL)
}
SAID = {"python_script": "6 words", "shell_commands": "2 lines in 2\n"}


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_of_the_documentation_runs(tmp_path: Path, name: str):
    run = run_source(FLOWS[name], cwd=tmp_path)
    assert run.state == "SUCCESS"
    if name in SAID:
        assert run.lines("say") == [SAID[name]]
