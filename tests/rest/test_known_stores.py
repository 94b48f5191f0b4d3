"""Which stores a server shows, and by which ids."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.errors import InvalidUri, NotFound
from nbtrack.journal.folder import StoreFolder
from nbtrack.rest.known_stores import KnownStores, id_of


@pytest.fixture
def root(tmp_path):
    """A server's folder, at a git root as they mostly are."""
    folder = tmp_path / "root"
    (folder / ".git").mkdir(parents=True)
    return folder


def made(place):
    """A store with a run."""
    nbtrack.set_tracking_uri(place)
    with nbtrack.start_run():
        pass
    nbtrack.set_tracking_uri("")
    return StoreFolder(place)


def test_a_store_that_is_to_come_is_named_and_not_made(root):
    stores = KnownStores(root)
    items, current = stores.items()
    (item,) = items
    assert item.store_id == current == id_of(StoreFolder(root / ".nbtrack"))
    assert (item.name, item.is_missing) == ("root", True)
    assert "put %%track" in item.problem
    assert not (root / ".nbtrack").exists()
    with pytest.raises(NotFound, match="there is no store"):
        stores.session(current)


def test_a_notebook_has_the_nearest_store_upwards(root):
    outer, inner = made(root / ".nbtrack"), made(root / "deep" / ".nbtrack")
    stores = KnownStores(root)
    assert stores.items("deep/er/a.ipynb")[1] == id_of(inner)
    assert stores.items("a.ipynb")[1] == id_of(outer)


def test_the_stores_of_the_user_follow_the_one_in_use(root, tmp_path):
    elsewhere = made(tmp_path / "elsewhere" / ".nbtrack")
    own = made(root / ".nbtrack")
    items, current = KnownStores(root).items()
    assert [it.path for it in items] == [str(own.path), str(elsewhere.path)]
    assert [it.name for it in items] == ["root", "elsewhere"]
    assert current == id_of(own)


def test_a_store_is_found_by_its_id_without_being_listed_before(root, tmp_path):
    elsewhere = made(tmp_path / "elsewhere" / ".nbtrack")
    here = KnownStores(root).session(id_of(elsewhere))
    assert here.folder == elsewhere


def test_no_path_is_taken_for_an_id(root, tmp_path):
    made(tmp_path / "elsewhere" / ".nbtrack")
    with pytest.raises(NotFound, match="no store has the id"):
        KnownStores(root).session(str(tmp_path / "elsewhere" / ".nbtrack"))


def test_a_notebook_outside_of_the_root_is_refused(root):
    with pytest.raises(InvalidUri, match="below the server's folder"):
        KnownStores(root).of_notebook("../secret/a.ipynb")


def test_a_notebook_of_another_drive_uses_no_store_of_ours(root):
    made(root / ".nbtrack")
    items, current = KnownStores(root).items("../a.ipynb")
    assert current is None
    assert len(items) == 1


def test_only_stores_that_were_asked_about_are_watched(root):
    own = made(root / ".nbtrack")
    stores = KnownStores(root)
    assert stores.asked_within(60) == {}
    stores.session()
    assert stores.asked_within(60) == {id_of(own): own}
    assert stores.asked_within(-1) == {}


def test_a_notebook_has_several_spellings(root, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(root)
    assert KnownStores(link).spellings("/a/b.ipynb") == (
        str(link / "a/b.ipynb"),
        str(root / "a/b.ipynb"),
        "a/b.ipynb",
    )
