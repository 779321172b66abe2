import base64
from itertools import pairwise
from urllib.parse import quote, quote_plus

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pauta.secrets.masking import MASK, Masker

SECRET = 'p4ss/w"örd +&\n'


def masker(*secrets: str) -> Masker:
    made = Masker()
    for secret in secrets:
        made.add(secret)
    return made


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        orjson.dumps(SECRET)[1:-1].decode(),
    ],
)
def test_a_secret_is_masked_in_every_form(form: str):
    assert masker(SECRET).mask(f"before {form} after") == f"before {MASK} after"


def test_text_without_secrets_stays():
    assert masker("secret").mask("nothing here") == "nothing here"
    assert Masker().mask("nothing here") == "nothing here"


def test_the_longest_secret_is_masked_first():
    assert masker("abc", "abcdef").mask("abcdef abc") == f"{MASK} {MASK}"


def test_an_empty_secret_masks_nothing():
    assert masker("").mask("text") == "text"


def test_the_lines_of_a_long_secret_are_masked_one_by_one():
    key = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA\nabc\n-----END KEY-----"
    assert masker(key).mask("2: MIIEpAIBAAKCAQEA") == f"2: {MASK}"
    assert masker(key).mask(key) == MASK
    assert masker(key).mask("abc") == "abc"


@pytest.mark.parametrize("user", ["u", "us", "use", "user"])
def test_a_secret_inside_the_base64_of_a_longer_text_is_masked(user: str):
    password = "correct horse battery staple"
    header = base64.b64encode(f"{user}:{password}".encode()).decode()
    masked = masker(password).mask(header)
    assert MASK in masked
    assert len(masked.replace(MASK, "")) <= 12


def split(text: str, at: list[int]) -> list[str]:
    cuts = sorted({0, len(text), *(place % (len(text) + 1) for place in at)})
    return [text[start:end] for start, end in pairwise(cuts)]


@given(st.text("ab-", max_size=30), st.lists(st.integers(0, 100)), st.lists(st.text("ab", min_size=1), max_size=3))
def test_a_stream_is_masked_as_the_whole_text_would_be(text: str, at: list[int], secrets: list[str]):
    made = masker(*secrets)
    stream = made.stream()
    shown = "".join(stream.feed(piece) for piece in split(text, at)) + stream.close()
    assert shown == made.mask(text)


def test_a_secret_that_is_cut_in_two_is_never_shown():
    stream = masker("password").stream()
    shown = [stream.feed("my pass"), stream.feed("word is"), stream.close()]
    assert shown == ["my ", f"{MASK} is", ""]


def test_what_only_looked_like_a_secret_is_shown_in_the_end():
    stream = masker("password").stream()
    assert [stream.feed("my pass"), stream.feed("age"), stream.close()] == ["my ", "passage", ""]
    assert [stream.feed("the pass"), stream.close()] == ["the ", "pass"]
