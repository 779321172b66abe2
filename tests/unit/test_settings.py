from pathlib import Path

import pytest

from pauta.errors import PautaError
from pauta.settings import read_settings


def test_runs_are_kept_in_the_project_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_settings({}).data == Path(".pauta")


def test_the_environment_names_another_folder(tmp_path):
    assert read_settings({"PAUTA_DATA": str(tmp_path)}).data == tmp_path


def test_an_option_wins_over_the_environment(tmp_path):
    assert read_settings({"PAUTA_DATA": "/elsewhere"}, data=tmp_path).data == tmp_path


def test_a_folder_that_cannot_be_written_leads_to_the_users_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.access", lambda *_: False)
    assert read_settings({"XDG_DATA_HOME": "/home/x/data"}).data == Path("/home/x/data/pauta")


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", ""])
def test_a_number_of_workers_that_makes_no_sense_is_refused(text):
    with pytest.raises(PautaError, match="PAUTA_WORKERS"):
        read_settings({"PAUTA_WORKERS": text})


def test_what_happens_to_containers_is_a_setting():
    assert read_settings({}).containers == "auto"
    assert read_settings({"PAUTA_CONTAINERS": "Docker"}).containers == "docker"
    with pytest.raises(PautaError, match="PAUTA_CONTAINERS is 'podman'; auto, docker, process are possible"):
        read_settings({"PAUTA_CONTAINERS": "podman"})
