import pytest

from pauta.plugins.core.state.hashing import murmur


@pytest.mark.parametrize(
    ("data", "digits"),
    [
        (b"", "00000000000000000000000000000000"),
        (b"a", "897859f6655555855a890e51483ab5e6"),
        (b"The quick brown fox jumps over the lazy dog", "6c1b07bc7bbc4be347939ac4a93c437a"),
    ],
)
def test_the_hash_is_that_of_the_published_function(data: bytes, digits: str):
    assert murmur(data) == digits
