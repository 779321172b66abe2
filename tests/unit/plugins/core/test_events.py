import pytest

from pauta.plugins.core.http import events as module
from pauta.plugins.core.http.events import events


def one(text: str) -> dict[str, object]:
    (event,) = events([text.encode()])
    return event


def test_data_that_is_json_is_its_value():
    assert one('data: {"a": 1}\n\n') == {"data": {"a": 1}}
    assert one("data: plain\n\n") == {"data": "plain"}


def test_lines_of_data_belong_together():
    assert one("data: a\ndata: b\n\n") == {"data": "a\nb"}


def test_an_event_may_have_an_id_a_name_a_comment_and_a_pause():
    text = ": about it\nid: 7\nevent: progress\nretry: 1500\ndata: x\n\n"
    assert one(text) == {"comment": "about it", "id": "7", "name": "progress", "retry": 1.5, "data": "x"}


def test_only_one_blank_is_taken_off_a_value():
    assert one("data:  x\n\n") == {"data": " x"}
    assert one("data:x\n\n") == {"data": "x"}


def test_what_has_no_data_or_no_end_is_no_event():
    assert list(events([b": ping\n\n", b"id: 1\n\n", b"\n\n", b"data: cut off\n"])) == []


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_end_in_three_ways_and_chunks_anywhere(end: str):
    whole = f"data: one{end}{end}data: two{end}data: three{end}{end}{': '}{end}".encode()
    expected = [{"data": "one"}, {"data": "two\nthree"}]
    for size in (1, 2, 3, 100):
        assert list(events([whole[at : at + size] for at in range(0, len(whole), size)])) == expected


def test_an_event_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_LONGEST", 10)
    with pytest.raises(ValueError, match="more than 10 bytes"):
        list(events([b"data: 0123456789"]))
