"""The files of runs: listed, and sent without rights."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.rest.endpoints.artifacts import media_type, stretch_of


@pytest.fixture
def run_id(root):
    with nbtrack.start_run() as run:
        nbtrack.log_text("0123456789", "plots/digits.txt")
        nbtrack.log_text("<svg/>", "plots/naïve name.svg")
        nbtrack.log_dict({"a": 1}, "config.json")
    return run.info.run_id


def sent(reply):
    """The bytes that a host sends of a reply."""
    with reply.stretch.file as file:
        file.seek(reply.stretch.start)
        return file.read(reply.stretch.length)


def test_a_folder_is_listed_with_types(run_id, ask):
    told = ask("GET", "runs", run_id, "artifacts").told
    assert told["root_uri"].endswith(f"{run_id}/artifacts")
    assert told["files"] == [
        {
            "path": "config.json",
            "is_dir": False,
            "file_size": told["files"][0]["file_size"],
            "media_type": "application/json",
        },
        {"path": "plots", "is_dir": True, "file_size": None, "media_type": ""},
    ]
    below = ask("GET", "runs", run_id, "artifacts", path="plots").told["files"]
    assert [it["path"] for it in below] == ["plots/digits.txt", "plots/naïve name.svg"]
    assert ask("GET", "runs", "nobody", "artifacts").status == 404


def test_a_text_is_sent_as_one(run_id, reply_to):
    reply = reply_to("GET", "runs", run_id, "artifacts", "file", path="plots/digits.txt")
    assert sent(reply) == b"0123456789"
    assert reply.media_type == "text/plain; charset=utf-8"
    assert "Content-Security-Policy" not in reply.headers
    assert reply.headers["Content-Disposition"].startswith("inline")


def test_a_picture_that_may_hold_a_script_gets_no_rights(run_id, reply_to):
    reply = reply_to(
        "GET", "runs", run_id, "artifacts", "file", path="plots/naïve name.svg", download="1"
    )
    assert sent(reply) == b"<svg/>"
    assert reply.headers["Content-Security-Policy"] == "sandbox"
    assert reply.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''na%C3%AFve%20name.svg"
    )


@pytest.mark.parametrize("path", ["", "/", "nothing.txt", "plots"])
def test_what_is_no_file_is_a_problem(run_id, ask, path):
    assert ask("GET", "runs", run_id, "artifacts", "file", path=path).status in {400, 404}


def test_a_range_beyond_the_end_is_refused(run_id, reply_to):
    place = ("runs", run_id, "artifacts", "file")
    reply = reply_to("GET", *place, path="plots/digits.txt", wanted_range="bytes=99-")
    assert (reply.status, reply.headers) == (416, {"Content-Range": "bytes */10"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, (0, 10)),
        ("bytes=0-0", (0, 1)),
        ("bytes=3-", (3, 7)),
        ("bytes=3-99", (3, 7)),
        ("bytes=-4", (6, 4)),
        ("bytes=-99", (0, 10)),
        ("bytes=-0", None),
        ("bytes=10-", None),
        ("bytes=5-2", (0, 10)),
        ("bytes=0-1,4-5", (0, 10)),
        ("lines=1-2", (0, 10)),
        ("bytes=-", (0, 10)),
    ],
)
def test_a_range_is_read_as_the_protocol_has_it(text, found):
    assert stretch_of(text, 10) == found


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a/page.HTML", "text/html"),
        ("model/MLmodel", "text/yaml"),
        ("a.parquet", "application/vnd.apache.parquet"),
        ("picture.png", "image/png"),
        ("archive.tar.gz", "application/octet-stream"),
        ("without", "application/octet-stream"),
        (".csv", "application/octet-stream"),
        ("table.csv", "text/csv"),
    ],
)
def test_the_type_of_a_file_is_told_by_its_name(path, kind):
    assert media_type(path) == kind
