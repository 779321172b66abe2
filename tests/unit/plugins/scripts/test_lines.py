import pytest

from pauta.plugins.scripts import lines
from pauta.plugins.scripts.lines import PIECE, Lines, Part


def parts_of(*chunks: bytes) -> list[tuple[bytes, Part]]:
    found: list[tuple[bytes, Part]] = []
    cutter = Lines(lambda line, part: found.append((line, part)))
    for chunk in chunks:
        cutter.feed(chunk)
    cutter.finish()
    return found


@pytest.mark.parametrize("step", [1, 2, 3, 100])
def test_ends_of_lines_may_be_split_over_chunks(step: int):
    data = b"a\r\nb\rc\n\nd\r\n\r\ne\r"
    found = parts_of(*(data[start : start + step] for start in range(0, len(data), step)))
    assert found == [(line, Part.WHOLE) for line in (b"a", b"b", b"c", b"", b"d", b"", b"e")]


def test_a_last_line_needs_no_end():
    assert parts_of(b"a\nb") == [(b"a", Part.WHOLE), (b"b", Part.WHOLE)]
    assert parts_of(b"a\n") == [(b"a", Part.WHOLE)]


@pytest.mark.parametrize("step", [1000, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_long_line_comes_in_pieces_and_the_next_one_is_whole(step: int):
    line = b"x" * (2 * PIECE) + b"end"
    data = line + b"\nnext\n"
    found = parts_of(*(data[start : start + step] for start in range(0, len(data), step)))
    assert [part for _, part in found] == [Part.FIRST, Part.OTHER, Part.OTHER, Part.WHOLE]
    assert b"".join(text for text, _ in found[:-1]) == line
    assert max(len(text) for text, _ in found) == PIECE
    assert found[-1][0] == b"next"


def test_a_line_of_just_that_length_is_whole():
    assert parts_of(b"x" * PIECE + b"\n") == [(b"x" * PIECE, Part.WHOLE)]


@pytest.mark.parametrize("before", range(4))
def test_no_character_is_cut_in_two(before: int):
    text = "a" * before + "🎼é" * PIECE
    found = parts_of(text.encode(), b"\n")
    assert "".join(piece.decode() for piece, _ in found) == text
    assert len(found) > 5


def test_what_is_no_text_is_cut_all_the_same():
    data = b"\x80" * (3 * PIECE)
    assert b"".join(piece for piece, _ in parts_of(data)) == data


def test_what_begins_like_a_marker_is_kept_together_up_to_a_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lines, "MARKER_LIMIT", 4 * PIECE)
    marker = b"::{" + b"x" * (4 * PIECE - 3)
    assert parts_of(marker[:1], marker[1:], b"\n") == [(marker, Part.WHOLE)]
    longer = parts_of(marker, b"y", b"::{z", b"\n")
    assert b"".join(text for text, _ in longer) == marker + b"y::{z"
    assert [part for _, part in longer] == [Part.FIRST] + [Part.OTHER] * 4


@pytest.mark.parametrize("step", [1, 2, 3, 100])
def test_a_marker_of_our_own_scripts_may_begin_inside_a_line(step: int):
    data = b'10 %\x1e::{"a": 1}::\n\x1e::{"b": 2}::\n \x1e \n'
    found = parts_of(*(data[start : start + step] for start in range(0, len(data), step)))
    assert [line for line, _ in found] == [b"10 %", b'::{"a": 1}::', b'::{"b": 2}::', b" \x1e "]
    assert {part for _, part in found} == {Part.WHOLE}


def test_a_long_marker_of_our_own_scripts_is_kept_together():
    marker = b"::{" + b"x" * (2 * PIECE)
    assert parts_of(b"\x1e" + marker, b"\n") == [(marker, Part.WHOLE)]
