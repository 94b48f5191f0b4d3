"""What became of files that only one of two runs read."""

from __future__ import annotations

from nbtrack.api.differences.file_findings import titles_of
from nbtrack.capture.redaction import keyed_digest


def test_equal_files_in_other_places_are_no_change():
    assert titles_of({"/a/x.csv": "1", "/a/y.csv": "2"}, {"/b/x.csv": "2", "/b/y.csv": "1"}) == []


def test_a_digest_under_a_key_is_as_good_as_a_plain_one():
    moved = {"/b/x.csv": keyed_digest("1")}
    assert titles_of({"/a/x.csv": "1"}, moved) == titles_of(moved, {"/a/x.csv": "1"}) == []
    assert titles_of({"/a/x.csv": "2"}, moved) == ["another file was read: a/x.csv → b/x.csv"]
