"""A flow that asks for Docker, through the real command."""

import json
import os
import subprocess
import sys
from pathlib import Path

FLOW = """
id: containers
namespace: company.team
inputs:
  - {id: who, type: STRING, defaults: world}
tasks:
  - id: greet
    type: io.kestra.plugin.scripts.python.Script
    containerImage: python:slim
    taskRunner:
      type: io.kestra.plugin.scripts.runner.docker.Docker
      networkMode: none
      memory: {memory: 128MB}
    inputFiles: {greeting.txt: "hello"}
    outputFiles: [out.txt]
    env: {WHO: "{{ inputs.who }}"}
    script: |
      import os
      text = open("greeting.txt").read() + ", " + os.environ["WHO"]
      open("out.txt", "w").write(text)
      print('::{"outputs": {"text": "%s"}}::' % text)
  - id: after
    type: io.kestra.plugin.scripts.shell.Commands
    containerImage: python:slim
    taskRunner: {type: io.kestra.plugin.scripts.runner.docker.Docker, networkMode: none}
    commands:
      - cat {{ outputs.greet.outputFiles['out.txt'] }}
"""


def test_it_runs_in_containers_without_a_warning(engine: str, tmp_path: Path):
    (tmp_path / "flow.yaml").write_text(FLOW)
    done = subprocess.run(
        [sys.executable, "-m", "pauta", "run", "flow.yaml", "--json", "-i", "who=Ada"],
        cwd=tmp_path,
        env={**os.environ, "DOCKER_HOST": engine},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(done.stdout)
    greet, _ = document["execution"]["taskRunList"]
    assert greet["outputs"]["vars"] == {"text": "hello, Ada"}
    lines = {(line["taskId"], line["level"], line["message"]) for line in document["logs"]}
    assert ("after", "INFO", "hello, Ada") in lines
    assert not [line for line in lines if line[1] in ("WARN", "ERROR")]
