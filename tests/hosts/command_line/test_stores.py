from __future__ import annotations

import nbtrack


def test_stores_are_listed_and_the_one_in_use_is_marked(logged, store, command, tmp_path):
    command("experiments", "create", "e", "--store", tmp_path / "other")
    found = command("stores", "--json").json
    assert [it["path"] for it in found] == [str(tmp_path / "other"), str(store)]
    assert list(found[0]) == ["path", "uri", "in_use", "size_bytes", "last_written"]
    assert [it["in_use"] for it in found] == [False, True]
    assert all(it["size_bytes"] > 0 and it["last_written"].endswith("Z") for it in found)
    shown = command("stores").out
    assert f"●  {store}" in shown
    assert f"   {tmp_path / 'other'}" in shown


def test_a_store_that_is_in_no_list_is_shown_where_it_is_used(logged, store, command, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(store / "nowhere"))
    (found,) = command("stores", "--json").json
    assert (found["path"], found["in_use"]) == (str(store), True)


def test_the_uri_of_a_store_leads_to_it(logged, command):
    (found,) = command("stores", "--json").json
    nbtrack.set_tracking_uri("")
    assert len(command("runs", "list", "--store", found["uri"], "--json").json) == 3


def test_no_stores_yet_is_an_answer_that_teaches(command):
    assert command("stores").out.startswith("no runs yet\n")
    assert command("stores", "--json").json == []
