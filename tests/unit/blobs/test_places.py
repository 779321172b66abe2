import pytest

from pauta.blobs import places
from pauta.errors import PathRefused
from pauta.sdk.context import TaskRunInfo


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello-world", "hello-world"),
        ("My Flow", "my-flow"),
        ("a.b", "ab"),
        ("a_b", "a-b"),
        ("été", "ete"),
        ("--a--b__", "a-b"),
        ("a/../b", "ab"),
    ],
)
def test_a_slug_keeps_letters_digits_and_single_dashes(text: str, expected: str):
    assert places.slug(text) == expected


def test_files_of_a_task_run_lie_where_kestra_puts_them():
    run = TaskRunInfo("company.team", "my_flow", "E1", "my_task", "T1")
    path = places.file_in(places.of_task_run(run), "my file.csv")
    assert places.uri(path) == "kestra:///company/team/my-flow/executions/E1/tasks/my-task/T1/my+file.csv"


def test_files_of_an_input_lie_where_kestra_puts_them():
    assert places.of_input("a.b", "f", "E1", "my.file") == "a/b/f/executions/E1/inputs/myfile"


def test_files_of_a_namespace_have_their_own_folder():
    assert places.of_namespace_files("company.team") == "company/team/_files"


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../b", "", "a\\b", "a\0b"])
def test_a_name_that_leaves_its_folder_is_refused(name: str):
    with pytest.raises(PathRefused):
        places.file_in("a", name)


def test_a_uri_gives_its_path_back():
    assert places.path_of("kestra:///a/b/c.txt") == "a/b/c.txt"


@pytest.mark.parametrize("uri", ["kestra:///a/../../b", "kestra://host/a", "file:///etc/passwd", "a/b", "kestra:///"])
def test_what_is_no_uri_of_a_file_is_refused(uri: str):
    with pytest.raises(PathRefused):
        places.path_of(uri)


def test_a_namespace_file_may_name_its_namespace():
    assert places.namespace_path("nsfile:///a/b.sql", "mine") == ("mine", "a/b.sql")
    assert places.namespace_path("nsfile://other.team/b.sql", "mine") == ("other.team", "b.sql")
