import base64

import pytest

from pauta.errors import PautaError
from pauta.secrets.environment import Secrets


def test_a_secret_given_by_hand_wins():
    secrets = Secrets({"token": "given"}, {"SECRET_TOKEN": "environment"})
    assert secrets.get("TOKEN") == secrets.get("token") == "given"


def test_a_secret_of_the_environment_is_base64():
    text = base64.b64encode("pässword".encode()).decode()
    assert Secrets({}, {"SECRET_A": f"{text[:4]}\n{text[4:]}\n"}).get("a") == "pässword"


@pytest.mark.parametrize("plain", ["not base64!", "password", "ümlaut", "abcd", "{'a': 1}", "a b"])
def test_a_secret_that_is_no_base64_of_a_text_is_taken_as_it_is(plain: str):
    assert Secrets({}, {"SECRET_A": plain}).get("A") == plain


def test_a_secret_given_by_hand_is_never_decoded():
    assert Secrets({"a": "aGVsbG8="}, {}).get("a") == "aGVsbG8="


def test_a_missing_secret_says_how_to_give_it():
    with pytest.raises(PautaError, match=r"Cannot find secret for key 'my_token'.*SECRET_MY_TOKEN"):
        Secrets({}, {"MY_TOKEN": "x"}).get("my_token")


def test_a_field_of_a_json_secret_can_be_picked():
    secrets = Secrets({"a": '{"user": "me", "port": 5}'}, {})
    assert secrets.get("a", "user") == "me"
    assert secrets.get("a", "port") == "5"


@pytest.mark.parametrize("value", ["no json", "[]", "{}", "5"])
def test_a_field_that_is_not_there_is_missing(value: str):
    with pytest.raises(PautaError, match="subkey 'user'"):
        Secrets({"a": value}, {}).get("a", "user")
