import base64
import stat
from pathlib import Path

import pytest

from pauta.errors import PautaError
from pauta.secrets.encryption import TYPE, Encryption, is_encrypted


@pytest.fixture
def encryption(tmp_path: Path) -> Encryption:
    return Encryption(tmp_path / "data" / "secret.key")


def test_an_encrypted_text_is_read_back(encryption: Encryption):
    value = encryption.encrypt("pässword")
    assert is_encrypted(value)
    assert "pässword" not in str(value)
    assert encryption.decrypt(value) == "pässword"


def test_the_form_is_kestras(encryption: Encryption):
    value = encryption.encrypt("four")
    assert value["type"] == TYPE == "io.kestra.datatype:aes_encrypted"
    assert len(base64.b64decode(value["value"])) == 12 + 4 + 16


def test_the_same_text_never_looks_the_same(encryption: Encryption):
    assert encryption.encrypt("x") != encryption.encrypt("x")


def test_the_key_is_made_at_the_first_use_for_its_owner_only(encryption: Encryption, tmp_path: Path):
    file = tmp_path / "data" / "secret.key"
    assert not file.exists()
    value = encryption.encrypt("x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["secret.key"]
    assert Encryption(file).decrypt(value) == "x"


def test_a_key_file_that_others_can_read_is_refused(encryption: Encryption, tmp_path: Path):
    encryption.encrypt("x")
    file = tmp_path / "data" / "secret.key"
    file.chmod(0o640)
    with pytest.raises(PautaError, match="chmod 600"):
        Encryption(file).encrypt("x")


@pytest.mark.parametrize("content", ["", "short", "x" * 44, base64.b64encode(b"x" * 31).decode()])
def test_a_key_file_that_is_no_key_is_refused(tmp_path: Path, content: str):
    file = tmp_path / "key"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(PautaError, match="Base64 of 32 bytes"):
        Encryption(file).encrypt("x")


def test_a_value_of_another_key_is_refused(encryption: Encryption, tmp_path: Path):
    value = Encryption(tmp_path / "other.key").encrypt("x")
    with pytest.raises(PautaError, match="cannot be read with the key"):
        encryption.decrypt(value)


@pytest.mark.parametrize("value", ["", "not base64!", "AAAA", None])
def test_a_value_that_was_tampered_with_is_refused(encryption: Encryption, value: object):
    with pytest.raises(PautaError, match="cannot be read"):
        encryption.decrypt({"type": TYPE, "value": value})


def test_encrypted_values_inside_plain_data_are_revealed_and_told(encryption: Encryption):
    told: list[str] = []
    data = {"a": [encryption.encrypt("s1"), 1], "b": encryption.encrypt("s2"), "c": None}
    assert encryption.reveal(data, told.append) == {"a": ["s1", 1], "b": "s2", "c": None}
    assert told == ["s1", "s2"]
