"""What cells read from files, as data."""

from __future__ import annotations

import json
import os

import pytest

from nbtrack.capture.sources.data import settings_facts


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A table in the working directory."""
    monkeypatch.chdir(tmp_path)
    return written(tmp_path / "table.csv", "a,b\n1,2\n3,4\n")


def written(path, content):
    """A file that was not written just now."""
    path.write_text(content)
    os.utime(path, (0, 0))
    return path


def loaded(step):
    """Each file's name with the name, the source and the columns of what it became."""
    return {
        symbol.rpartition("/")[2]: (
            facts.name,
            json.loads(facts.source).get("uri"),
            sorted(json.loads(facts.profile).get("column_digests", {})),
        )
        for symbol, facts in step.loaded.items()
    }


def test_a_frame_is_called_as_the_file_it_was_read_from(notebook, table):
    notebook.run("import pandas as pd")
    step = notebook.run("t = pd.read_csv('table.csv')")
    assert loaded(step) == {"table.csv": ("table.csv", "table.csv", ["a", "b"])}


def test_a_frame_to_which_something_was_done_keeps_its_own_name(notebook, table):
    notebook.run("import pandas as pd")
    step = notebook.run("t = pd.read_csv('table.csv').assign(c=1)")
    assert loaded(step) == {"table.csv": ("t", "table.csv", ["a", "b", "c"])}


def test_a_path_in_a_variable_is_followed(notebook, table):
    notebook.run("import pandas as pd\npath = 'table.csv'")
    step = notebook.run("t = pd.read_csv(path)\nu = pd.DataFrame({'z': [1]})")
    assert loaded(step) == {"table.csv": ("table.csv", "table.csv", ["a", "b"])}


def test_a_file_of_no_frame_and_no_settings_is_no_data(notebook, table):
    step = notebook.run("with open('table.csv') as f: t = f.read()")
    assert (loaded(step), len(step.reads)) == ({}, 1)


def test_each_setting_of_a_file_has_a_digest(notebook, table):
    content = '{"depth": 3, "data": {"path": "x", "rows": [1, 2]}}'
    written(table.with_name("c.json"), content)
    notebook.run("import json")
    step = notebook.run("with open('c.json') as f: c = json.load(f)")
    (facts,) = step.loaded.values()
    assert facts.name == "c.json"
    assert sorted(json.loads(facts.profile)["key_digests"]) == ["data.path", "data.rows", "depth"]


def test_secrets_in_settings_are_not_to_be_guessed_from_digests(table):
    path = table.with_name("c.json")
    path.write_text('{"user": "1234", "password": "1234"}')
    digests = json.loads(settings_facts(path).profile)["key_digests"]
    assert digests["user"] != digests["password"]


@pytest.mark.parametrize("content", ["[1, 2]", "{", '"text"', ""])
def test_what_is_no_table_of_settings_has_none(table, content):
    path = table.with_name("c.json")
    path.write_text(content)
    assert settings_facts(path) is None


def test_settings_in_toml_are_read(table):
    path = table.with_name("c.toml")
    path.write_text("[model]\ndepth = 3\n")
    assert list(json.loads(settings_facts(path).profile)["key_digests"]) == ["model.depth"]
