from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest

from nbtrack import settings
from nbtrack.errors import InvalidUri, NotYet, UnsupportedPlatform
from nbtrack.journal import location
from nbtrack.journal.folder import StoreFolder, state_folder
from nbtrack.journal.location import known_stores, locate, resolve, uri_of


@pytest.fixture
def here(tmp_path):
    place = tmp_path / "project" / "notebooks"
    place.mkdir(parents=True)
    return place


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("runs", "runs"),
        ("./runs/deep", "runs/deep"),
        ("../runs", "../runs"),
        ("file:runs", "runs"),
        ("file:./with%20space", "with space"),
        ("with%20percent", "with%20percent"),
        ("duckdb:///runs", "runs"),
        ("duckdb:///runs/store.duckdb", "runs"),
        ("duckdb:///runs/mine.duckdb", "runs/mine.nbtrack"),
        ("runs/store.duckdb", "runs"),
        ("sqlite:///mlflow.db", "mlflow.nbtrack"),
        ("sqlite:///sub/x.v2.db?timeout=3", "sub/x.v2.nbtrack"),
        ("sqlite+pysqlite:///x.db", "x.nbtrack"),
        ("mlflow.db", "mlflow.nbtrack"),
        ("~/runs", None),
    ],
)
def test_a_uri_names_a_folder(uri, expected, here):
    expected = (Path.home() / "runs") if expected is None else (here / expected)
    folder = resolve(uri, here)
    assert folder.path == expected.resolve()
    assert folder.journal.is_dir()


@pytest.mark.parametrize(
    "form", ["{}", "file:{}", "file://{}", "file://localhost{}", "duckdb:///{}"]
)
def test_absolute_places_are_taken_as_they_are(form, here, tmp_path):
    assert locate(form.format(tmp_path / "x"), here).folder.path == tmp_path / "x"


def test_four_slashes_of_sqlite_are_absolute(here, tmp_path):
    assert locate(f"sqlite:///{tmp_path}/x.db", here).folder.path == tmp_path / "x.nbtrack"


@pytest.mark.parametrize(
    "name", ["plain", "with space", "hash#percent%41", "emoji🎉", "a.db", "q?"]
)
def test_the_uri_of_a_folder_leads_back_to_it(name, tmp_path, here):
    folder = resolve(str(tmp_path / name / ".nbtrack"), here)
    assert locate(uri_of(folder), tmp_path).folder == folder


def test_a_folder_whose_name_has_a_colon_is_reached_by_a_path_with_a_slash(here):
    assert locate("./a:b", here).folder.path == here / "a:b"


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("http://user:secret@host/x", "tracking to a server (http:)"),
        ("https://host", "tracking to a server (https:)"),
        ("databricks://profile", "tracking to a server (databricks:)"),
        ("postgresql+psycopg://user:secret@host/db", "tracking to a database server"),
        ("mysql://host/db", "tracking to a database server (mysql:)"),
    ],
)
def test_servers_come_later(uri, says, here):
    with pytest.raises(NotYet) as caught:
        resolve(uri, here)
    assert says in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "uri", ["", "  ", "sqlite://", "sqlite:///:memory:", "duckdb:x", "ftp://x"]
)
def test_other_uris_are_refused_with_what_there_is(uri, here):
    with pytest.raises(InvalidUri, match=r"sqlite:///<name>\.db"):
        resolve(uri, here)


def test_a_file_in_the_way_is_an_error_of_the_uri(here):
    (here / "file").write_text("x")
    with pytest.raises(InvalidUri, match="choose another"):
        resolve("file", here)
    with pytest.raises(InvalidUri, match="choose another"):
        resolve("file/below", here)


def test_windows_is_told_what_works(monkeypatch, here):
    monkeypatch.setattr(location.sys, "platform", "win32")
    with pytest.raises(UnsupportedPlatform, match="WSL"):
        resolve("x", here)


class TestMLflowsOwnStores:
    def test_a_database_is_left_untouched_and_said(self, here, caplog):
        connection = sqlite3.connect(here / "mlflow.db")
        connection.execute("create table experiments (experiment_id integer)")
        connection.commit()
        connection.close()
        before = (here / "mlflow.db").read_bytes()
        folder = resolve("sqlite:///mlflow.db", here)
        assert folder.path == here / "mlflow.nbtrack"
        assert (here / "mlflow.db").read_bytes() == before
        assert "importing it comes with a later version" in caplog.text

    def test_a_folder_of_runs_is_left_untouched_and_said(self, here, caplog):
        experiment = here / "mlruns" / "0"
        experiment.mkdir(parents=True)
        (experiment / "meta.yaml").write_text("name: Default")
        folder = resolve("./mlruns", here)
        assert folder.path == here / "mlruns.nbtrack"
        assert sorted((here / "mlruns").rglob("*")) == [experiment, experiment / "meta.yaml"]
        assert str(here / "mlruns") in caplog.text

    def test_an_empty_mlruns_is_a_folder_like_others(self, here, caplog):
        (here / "mlruns").mkdir()
        assert resolve("mlruns", here).path == here / "mlruns"
        assert "importing" not in caplog.text

    def test_they_are_said_where_a_store_is_new(self, here, caplog):
        (here / "mlruns" / "0").mkdir(parents=True)
        (here / "mlruns" / "0" / "meta.yaml").write_text("")
        assert resolve(None, here).path == here / ".nbtrack"
        assert "MLflow's own runs" in caplog.text

    def test_what_cannot_be_looked_at_is_none(self, here, monkeypatch):
        (here / "x.db").write_text("text")

        def refuse(*arguments):
            raise PermissionError(13, "Permission denied")

        assert location.mlflow_at(here / "x.db") is None
        monkeypatch.setattr(Path, "open", refuse)
        monkeypatch.setattr(Path, "iterdir", refuse)
        assert location.mlflow_at(here / "x.db") is None
        assert location.mlflow_at(here) is None


class TestWithoutAUri:
    def test_the_nearest_store_upwards(self, here):
        (here.parent / ".nbtrack").mkdir()
        assert resolve(None, here).path == here.parent / ".nbtrack"

    def test_none_at_all_makes_one_where_one_stands(self, here):
        assert resolve(None, here).path == here / ".nbtrack"

    def test_in_a_repository_it_is_made_at_the_root(self, here):
        (here.parent / ".git").mkdir()
        assert resolve(None, here).path == here.parent / ".nbtrack"

    def test_a_store_above_the_repository_is_not_meant(self, here, tmp_path):
        (tmp_path / ".nbtrack").mkdir()
        (here.parent / ".git").write_text("gitdir: elsewhere")
        assert resolve(None, here).path == here.parent / ".nbtrack"

    def test_a_store_above_the_home_is_not_meant(self, here, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(here.parent))
        (tmp_path / ".nbtrack").mkdir()
        assert resolve(None, here).path == here / ".nbtrack"

    def test_one_in_the_home_is(self, here, monkeypatch):
        monkeypatch.setenv("HOME", str(here.parent))
        (here.parent / ".nbtrack").mkdir()
        assert resolve(None, here).path == here.parent / ".nbtrack"

    def test_the_environment_is_asked_first(self, here, monkeypatch):
        (here / ".nbtrack").mkdir()
        monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///seed.db")
        assert resolve(None, here).path == here / "seed.nbtrack"
        monkeypatch.setenv("NBTRACK_TRACKING_URI", "other")
        assert resolve(None, here).path == here / "other"
        assert resolve("given", here).path == here / "given"

    def test_the_project_is_asked_too(self, here):
        (here.parent / "pyproject.toml").write_text('[tool.nbtrack]\ntracking_uri = "runs"')
        assert resolve(None, here).path == here.parent / "runs"

    def test_a_working_directory_that_was_deleted_is_said(self, here, monkeypatch):
        monkeypatch.chdir(here)
        here.rmdir()
        assert settings.read({}) == settings.Settings()
        with pytest.raises(InvalidUri, match="was deleted"):
            resolve()

    def test_the_working_directory_is_where_one_stands(self):
        assert resolve().path == Path.cwd() / ".nbtrack"


def test_the_place_is_said_in_one_line(here, caplog):
    caplog.set_level(logging.INFO, "nbtrack")
    resolve(None, here)
    assert caplog.messages == [
        f"nbtrack keeps runs in {here / '.nbtrack'} (new, in the working directory)"
    ]


def test_a_link_and_its_target_are_one_store(here):
    (here / "real").mkdir()
    (here / "link").symlink_to("real")
    assert resolve("link", here) == resolve("real", here)


class TestKnownStores:
    def test_a_resolved_store_is_noted_once_the_newest_first(self, here):
        for name in ("a", "b", "a"):
            resolve(name, here)
        assert known_stores() == [here / "b", here / "a"]

    def test_one_that_is_gone_is_not_offered(self, here):
        folder = resolve("a", here)
        folder.path.rename(here / "moved")
        assert known_stores() == []

    def test_a_list_that_cannot_be_written_hurts_nobody(self, here):
        state_folder().parent.mkdir(parents=True, exist_ok=True)
        state_folder().write_text("in the way")
        assert resolve("a", here).journal.is_dir()
        assert known_stores() == []

    def test_looking_makes_nothing(self, here):
        locate("a", here)
        assert known_stores() == []
        assert list(here.iterdir()) == []


def test_a_read_only_store_is_still_a_place(here, monkeypatch, caplog):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert resolve("a", here) == StoreFolder(here / "a")
    assert "cannot be made or completed (Permission denied)" in caplog.text
    assert known_stores() == []
