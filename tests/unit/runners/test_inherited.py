from pathlib import Path

from pauta.runners.inherited import for_commands, for_installers

OURS = {
    "PATH": "/bin",
    "HOME": "/home/me",
    "http_proxy": "http://proxy",
    "LC_TIME": "C",
    "SSL_CERT_FILE": "/ca.pem",
    "SECRET_A": "x",
    "PAUTA_DATA": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "DATABASE_URL": "x",
    "UV_INDEX_PRIVATE_PASSWORD": "x",
    "UV_OFFLINE": "1",
}


def test_a_command_inherits_its_surroundings_only():
    variables = for_commands(OURS, Path("/work"), {"OWN": "1"})
    path = variables.pop("PATH")
    variables.pop("UV_SYSTEM_CERTS", None)
    assert variables == {
        "HOME": "/home/me",
        "http_proxy": "http://proxy",
        "LC_TIME": "C",
        "SSL_CERT_FILE": "/ca.pem",
        "UV_OFFLINE": "1",
        "WORKING_DIR": "/work",
        "OUTPUT_DIR": "/work",
        "OWN": "1",
    }
    assert path.startswith("/bin:")


def test_what_the_command_brings_wins():
    variables = for_commands(OURS, Path("/work"), {"PATH": "/own", "HOME": "/other", "SECRET_OF_FLOW": "y"})
    assert variables["PATH"].startswith("/own:")
    assert variables["HOME"] == "/other"
    assert variables["SECRET_OF_FLOW"] == "y"


def test_installers_get_the_credentials_of_indices_too():
    assert for_installers(OURS)["UV_INDEX_PRIVATE_PASSWORD"] == "x"
    assert "SECRET_A" not in for_installers(OURS)


def test_uv_trusts_the_certificates_of_the_system_unless_told_otherwise():
    system = Path("/etc/ssl/certs/ca-certificates.crt").is_file()
    assert not system or for_installers({})["UV_SYSTEM_CERTS"] == "true"
    assert for_installers({"UV_SYSTEM_CERTS": "false"})["UV_SYSTEM_CERTS"] == "false"


def test_without_a_path_the_usual_one_is_used():
    assert for_commands({}, Path("/work"), {})["PATH"].startswith("/bin:/usr/bin")
