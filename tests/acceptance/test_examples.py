from pathlib import Path

from cli_kit import EXAMPLES, pauta, run_flow, serving


def test_a_script_asks_an_api_for_a_number_and_hands_it_on(tmp_path: Path):
    with serving({"/kestra/": {"pull_count": 4711}}) as address:
        run = run_flow(EXAMPLES / "api_number.yaml", "-i", f"url={address}/kestra/", cwd=tmp_path)
    assert run.state == "SUCCESS"
    assert run.output("ask")["vars"] == {"downloads": 4711}
    assert run.lines("say") == ["4711 downloads"]
    warnings = [line for line in run.lines(level="WARN") if "names no taskRunner" in line]
    assert len(warnings) == 1


def test_commands_of_namespace_files_run_in_an_environment_of_their_own(tmp_path: Path):
    run = run_flow(EXAMPLES / "etl.yaml", "--files", EXAMPLES / "etl_files", cwd=tmp_path)
    assert run.state == "SUCCESS"
    assert run.output("etl")["vars"]["zones"] > 300
    assert any(line.startswith("America: ") for line in run.lines("etl", "INFO"))


def test_a_later_task_reads_the_file_that_a_script_left(tmp_path: Path):
    run = run_flow(EXAMPLES / "output_file.yaml", cwd=tmp_path)
    assert run.states == {"write": "SUCCESS", "read": "SUCCESS", "say": "SUCCESS"}
    assert "42 downloads" in run.lines("read")
    assert run.lines("say") == ["It says: 42 downloads\n"]
    uri = run.output("write")["outputFiles"]["downloads.txt"]
    assert run.file(uri).read_text() == "42 downloads\n"


def test_each_line_arrives_with_its_level(tmp_path: Path):
    run = run_flow(EXAMPLES / "log_levels.yaml", cwd=tmp_path)
    found = {level: [line.split(" - ")[-1] for line in run.lines("levels", level)] for level in ("DEBUG", "WARN")}
    assert any("an info message" in line for line in run.lines("levels", "INFO"))
    assert "a debug message" in found["DEBUG"]
    assert found["WARN"] == ["a warning message"]
    errors = [line.split(" - ")[-1] for line in run.lines("levels", "ERROR")]
    assert errors == ["an error message", "a critical message"]


def test_metrics_are_recorded_and_shown_in_a_table(tmp_path: Path):
    done = pauta("run", EXAMPLES / "metrics.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    table = done.stdout[done.stdout.index("Metrics") :]
    rows = [line.split() for line in table.splitlines()]
    assert ["process", "rows_in", "counter", "1000"] in rows
    assert ["process", "rows_out", "counter", "857", "stage=filter"] in rows
    assert any(row[:3] == ["process", "duration", "timer"] and row[-1] == "stage=filter" for row in rows)


def test_the_demo_runs_to_its_end(tmp_path: Path):
    demo = EXAMPLES / "demo"
    run = run_flow(demo / "penguins.yaml", "--files", demo / "files", cwd=tmp_path)
    assert run.state == "SUCCESS"
    assert run.outputs["species"] == ["Adelie", "Chinstrap", "Gentoo"]
    assert "| Gentoo |" in run.file(run.outputs["report"]).read_text()
    assert run.lines("say") == ["Gentoo are the heaviest, with 5,076 g on average."]
    names = {metric["name"] for metric in run.document["metrics"]}
    assert {"rows", "dropped", "report"} <= names


def test_the_demo_says_when_there_are_too_few_rows(tmp_path: Path):
    demo = EXAMPLES / "demo"
    run = run_flow(demo / "penguins.yaml", "--files", demo / "files", "-i", "least_rows=1000", cwd=tmp_path, code=1)
    assert run.state == "FAILED"
    assert run.lines("too_few", "ERROR") == ["Only 342 rows, 1000 are needed."]


def test_hello_says_hello_to_whom_it_is_told(tmp_path: Path):
    assert run_flow(EXAMPLES / "hello.yaml", "-i", "name=Ada", cwd=tmp_path).lines("say") == ["Hello, Ada!"]
