"""Stores that cannot be read or written, and come back: the sidebar says what is wrong."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from playwright.sync_api import expect
from runs_panel import RunsPanel


def test_a_folder_without_runs_teaches_how_to_begin(tab, place):
    tab.open_notebook(place.notebook("1"), kernel=False)
    runs = RunsPanel(tab).show()
    expect(runs.empty).to_contain_text("%%track")
    tab.picture("stores-none")


def test_a_store_that_is_taken_away_is_told_of(tab, place, put_runs):
    with place.store() as store:
        put_runs(store, here={})
    tab.open_notebook(place.notebook("1"), kernel=False)
    runs = RunsPanel(tab).show().show_all()
    expect(runs.row("here")).to_be_visible()
    with place.store() as store:
        put_runs(store, watched={})
    expect(runs.row("watched")).to_be_visible()
    shutil.move(place.store_path, place.folder / "aside")
    expect(runs.section).to_contain_text("tracked here yet")
    tab.picture("stores-taken-away")
    shutil.move(place.folder / "aside", place.store_path)
    expect(runs.section).not_to_contain_text("tracked here yet")
    expect(runs.row("here")).to_be_visible()


def test_a_store_of_a_newer_nbtrack_is_told_of(tab, place, put_runs):
    import duckdb

    with place.store() as store:
        put_runs(store, later={})
        store.drain()
    with duckdb.connect(str(place.store_path / "store.duckdb")) as database:
        database.execute("update core.meta set value = '999' where key = 'schema_version'")
    tab.open_notebook(place.notebook("1"), kernel=False)
    runs = RunsPanel(tab).show()
    expect(runs.problem).to_contain_text("upgrade nbtrack")
    tab.picture("stores-newer")


def test_a_store_that_another_tool_holds_is_shown_once_it_is_let_go(tab, place, put_runs):
    import duckdb

    with place.store() as store:
        put_runs(store, held={})
        store.drain()
    with duckdb.connect(str(place.store_path / "store.duckdb")):
        tab.open_notebook(place.notebook("1"), kernel=False)
        runs = RunsPanel(tab).show().show_all()
        expect(runs.problem).to_contain_text(re.compile("held by another|is busy"))
        expect(runs.offline).to_have_count(0)
        tab.picture("stores-held")
    expect(runs.row("held")).to_be_visible()


@pytest.fixture
def read_only(place):
    """Make the store's folder one that may only be read, as a mount of somebody else's is."""
    mounted = []

    def read_only():
        where = str(place.store_path)
        for options in (["--bind", where, where], ["-o", "remount,ro,bind", where]):
            done = subprocess.run(["mount", *options], check=False, capture_output=True)
            if done.returncode:
                pytest.skip("mounting is refused here")
            mounted.append(where)

    yield read_only
    for where in mounted[:1]:
        subprocess.run(["umount", "--lazy", where], check=True)


def test_a_read_only_store_is_looked_at_and_not_changed(tab, place, put_runs, read_only):
    with place.store() as store:
        put_runs(store, fixed={"metrics": {"acc": 0.5}})
        store.drain()
    read_only()
    tab.open_notebook(place.notebook("1"), kernel=False)
    runs = RunsPanel(tab).show().show_all()
    expect(runs.row("fixed")).to_be_visible()
    tab.picture("stores-read-only")
    expect(runs.menu_item("fixed", "Rename")).to_be_disabled()
    tab.picture("stores-read-only-menu")
    tab.page.keyboard.press("Escape")
