"""Paths of artifacts, and what is found below a folder."""

from __future__ import annotations

import os

import pytest

from nbtrack.api.files.paths import artifact_path, inside, joined, leaf_of, leaves
from nbtrack.errors import InvalidValue, NotFound


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plots/loss.png", "plots/loss.png"),
        ("./a//b/", "a/b"),
        ('it\'s "quoted".txt', 'it\'s "quoted".txt'),
        ("two\nlines.txt", "two\nlines.txt"),
        ("emoji 🎉/ü.txt", "emoji 🎉/ü.txt"),
        ("100%.txt", "100%.txt"),
        ("a..b/...", "a..b/..."),
    ],
)
def test_a_relative_path_is_kept_in_its_plain_form(given, kept):
    assert artifact_path(given) == kept


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "is empty"),
        (".", "is empty"),
        ("/etc/passwd", "is absolute"),
        ("C:/x", "is absolute"),
        ("../x", "leads out"),
        ("a/../../x", "leads out"),
        ("a/..", "leads out"),
        ("a\\b", "backslash"),
        ("%2e%2e/x", "leads out"),
        ("%252e%252e/x", "leads out"),
        ("%2fetc", "is absolute"),
        ("a\0b", "zero byte"),
        ("x" * 10_000, "more than 255 bytes"),
    ],
)
def test_a_path_that_could_lead_elsewhere_is_refused(given, why):
    with pytest.raises(InvalidValue, match=why):
        artifact_path(given)


def test_a_file_is_joined_to_its_folder():
    assert joined("outputs/", "a/b.txt") == "outputs/a/b.txt"
    assert joined(None, "b.txt") == joined("", "b.txt") == "b.txt"
    with pytest.raises(InvalidValue):
        joined("../out", "b.txt")


def test_a_download_stays_inside_its_folder(tmp_path):
    root, outside = tmp_path / "in", tmp_path / "out"
    root.mkdir()
    outside.mkdir()
    (root / "link").symlink_to(outside)
    (root / "file").symlink_to(outside / "secret")
    assert inside(root, "a/b") == root / "a" / "b"
    for path in ("link/x", "file", "../x"):
        with pytest.raises(InvalidValue):
            inside(root, path)


def test_a_file_behind_a_link_counts_as_its_content(tmp_path):
    (tmp_path / "real.txt").write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    assert leaf_of(tmp_path / "link.txt").path == "link.txt"


@pytest.mark.parametrize(
    ("name", "error", "why"),
    [
        ("absent", NotFound, "there is no file"),
        ("broken", NotFound, "points to nothing"),
        ("folder", InvalidValue, "log_artifacts"),
        ("pipe", InvalidValue, "pipe"),
    ],
)
def test_what_has_no_bytes_is_refused(tmp_path, name, error, why):
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(error, match=why):
        leaf_of(tmp_path / name)


def test_a_tree_is_found_in_the_order_of_its_paths(tmp_path):
    for name in ("b/2.txt", "a.txt", "b/1.txt", "b/c/d"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert [leaf.path for leaf in leaves(tmp_path)] == ["a.txt", "b/1.txt", "b/2.txt", "b/c/d"]


def test_a_link_to_a_folder_of_the_tree_is_followed(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x").write_text("x")
    (tmp_path / "latest").symlink_to("data")
    assert [leaf.path for leaf in leaves(tmp_path)] == ["data/x", "latest/x"]


def test_a_link_that_leads_back_up_is_left_out(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x").write_text("x")
    (tmp_path / "data" / "up").symlink_to(tmp_path)
    with pytest.warns(UserWarning, match="leads back"):
        assert [leaf.path for leaf in leaves(tmp_path)] == ["data/x"]


def test_a_link_to_a_folder_outside_is_refused(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "etc").symlink_to(tmp_path)
    with pytest.raises(InvalidValue, match="outside of what is logged"):
        leaves(tmp_path / "tree")


def test_a_folder_must_be_there_and_be_one(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotFound, match="no folder"):
        leaves(tmp_path / "absent")
    with pytest.raises(InvalidValue, match="log_artifact"):
        leaves(tmp_path / "file")
