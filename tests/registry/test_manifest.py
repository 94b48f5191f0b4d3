"""The files of a model as one list."""

from __future__ import annotations

from nbtrack.capture.open_model import ModelFile
from nbtrack.registry.manifest import below, by_path, is_own, manifest_digest

A = ModelFile("a", "a" * 64, 1)
B = ModelFile("data/b", "b" * 64, 2)


def test_a_digest_is_of_paths_and_contents_in_any_order():
    assert manifest_digest(by_path([A, B])) == manifest_digest(by_path([B, A]))
    others = [[A], [A, B._replace(digest="c" * 64)], [A, B._replace(path="data/c")]]
    assert len({manifest_digest(by_path(files)) for files in ([A, B], *others)}) == 4


def test_seals_have_no_part_in_a_digest():
    assert manifest_digest(by_path([A])) == manifest_digest(by_path([A.sealed()]))


def test_files_of_a_folder_stand_at_their_paths_in_it():
    assert below([A, B], "data/") == {"b": B._replace(path="b")}
    assert below([A, B], "") == {"a": A, "data/b": B}
    assert below([A, B], "dat") == {}


def test_a_model_is_own_if_this_user_logged_every_file():
    assert is_own(by_path([A.sealed(), B.sealed()]))
    assert not is_own(by_path([A.sealed(), B]))
    assert not is_own(by_path([A.sealed()._replace(digest="c" * 64)]))
    assert not is_own({})
