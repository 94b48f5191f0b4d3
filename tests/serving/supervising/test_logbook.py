from __future__ import annotations

from nbtrack.serving.supervising import logbook
from nbtrack.serving.supervising.logbook import Logbook, last_lines


def messages(path, most=200):
    return [it["message"] for it in last_lines(path, most)]


def test_lines_of_workers_are_kept_as_they_are_and_texts_become_messages(tmp_path):
    book = Logbook(tmp_path / "log.jsonl")
    book.say("serves", event="started")
    book.take(7, b'{"level": "error", "message": "the model failed", "variant": "a"}')
    book.take(7, b"a print of the model \xff")
    book.close()
    lines = last_lines(tmp_path / "log.jsonl", 10)
    assert all(it.pop("moment") for it in lines)
    assert lines == [
        {"level": "info", "message": "serves", "event": "started"},
        {"level": "error", "message": "the model failed", "variant": "a", "pid": 7},
        {"level": "info", "message": "a print of the model \ufffd", "pid": 7},
    ]


def test_a_full_log_is_moved_aside_and_its_end_is_still_read(tmp_path, monkeypatch):
    monkeypatch.setattr(logbook, "LARGEST", 200)
    book = Logbook(tmp_path / "log.jsonl")
    for number in range(10):
        book.say(f"line {number}")
    book.close()
    assert (tmp_path / "log.1.jsonl").exists()
    assert messages(tmp_path / "log.jsonl", 3) == ["line 7", "line 8", "line 9"]


def test_the_end_of_a_long_log_is_read_without_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr(logbook, "TAIL_BYTES", 100)
    book = Logbook(tmp_path / "log.jsonl")
    for number in range(50):
        book.say(f"line {number}")
    book.close()
    assert messages(tmp_path / "log.jsonl", 2) == ["line 48", "line 49"]
    assert len(messages(tmp_path / "log.jsonl", 500)) == 50


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path):
    (tmp_path / "file").write_text("")
    Logbook(tmp_path / "file" / "log.jsonl").say("lost")


def test_there_is_no_line_where_there_is_no_log(tmp_path):
    assert last_lines(tmp_path / "log.jsonl", 10) == []


def test_a_terminal_is_told_what_it_does_not_learn_otherwise(tmp_path, capsys):
    book = Logbook(tmp_path / "log.jsonl", echoes=True)
    book.say("serves", event="started")
    book.say("worker 3 was ended by SIGSEGV", "error", event="crashed")
    assert capsys.readouterr().err == "error: worker 3 was ended by SIGSEGV\n"
