from __future__ import annotations

import nbtrack


def test_models_are_listed_with_their_aliases_and_stages(churn, command):
    client = nbtrack.MlflowClient()
    client.set_registered_model_alias("churn", "champion", "1")
    client.transition_model_version_stage("churn", "2", "Staging")
    client.update_registered_model("churn", "who leaves")
    done = command("models", "list")
    head, _, row = done.out.splitlines()
    assert head.split() == ["name", "versions", "aliases", "stages", "changed", "description"]
    for word in ("churn", "2", "champion → 1", "Staging → 2", "who leaves"):
        assert word in row
    assert done.err == "one of them: nbtrack models show churn\n"
    (model,) = command("models", "list", "--json").json
    assert model["creation_time"].endswith("Z")
    del model["creation_time"], model["last_update_time"], model["user_id"]
    assert model == {
        "name": "churn",
        "versions": 2,
        "aliases": {"champion": "1"},
        "stages": {"Staging": "2"},
        "description": "who leaves",
        "tags": {},
    }


def test_a_filter_finds_models_and_versions(churn, command):
    nbtrack.MlflowClient().create_registered_model("other", tags={"team": "growth"})
    found = command("models", "list", "tags.team = 'growth'", "--json").json
    assert [it["name"] for it in found] == ["other"]
    assert command("models", "list", "name = 'x'").out == (
        "no model is found among 2 registered models\n"
    )
    found = command("models", "list", "--versions", "version_number > 1", "--json").json
    assert [(it["name"], it["version"], it["run_id"]) for it in found] == [
        ("churn", "2", churn[2][0])
    ]
    head, _, *rows = command("models", "list", "-v").out.splitlines()
    assert head.split() == ["name", "version", "made", "by", "accuracy"]
    assert [row.split()[:2] for row in rows] == [["churn", "2"], ["churn", "1"]]
    assert [row.split()[-1] for row in rows] == ["0.9", "0.8"]
    none = command("models", "list", "-v", "version_number > 7")
    assert none.out == "no version is found among 2 versions\n"
    wrong = command("models", "list", "nam = 'churn'")
    assert (wrong.code, wrong.out) == (1, "")
    assert "no tag is called 'nam'" in wrong.err


def test_without_a_model_it_is_told_how_to_register_one(store, command, tmp_path):
    done = command("models", "list")
    assert done.out.startswith("no registered models yet\n")
    assert 'registered_model_name="churn"' in done.out
    assert command("models", "list", "--json").json == []
    none = command("models", "list", "--store", tmp_path / "none")
    assert none.out.startswith("no registered models yet\n")
    assert not (tmp_path / "none").exists()


def test_reading_a_store_that_is_not_there_makes_none(command, tmp_path):
    for words in (("show", "churn"), ("log",), ("promote", "churn", "1"), ("predict", "churn/1")):
        done = command("models", *words, "--store", tmp_path / "none")
        assert (done.code, done.out) == (1, ""), words
        assert done.err.startswith("error: ")
    assert not (tmp_path / "none").exists()


def test_the_log_tells_who_did_what(churn, command, monkeypatch):
    monkeypatch.setenv("NBTRACK_USER", "ana")
    command("models", "alias", "churn", "champion", "1")
    command("models", "promote", "churn", "2", "--note", "better")
    acts = command("models", "log", "churn", "--json").json
    assert [(it["act"], it["version"]) for it in acts] == [
        ("move_alias", "2"),
        ("set_model_alias", "1"),
        ("create_model_version", "2"),
        ("create_model_version", "1"),
    ]
    assert [it["actor"] for it in acts[:2]] == ["ana", "ana"]
    assert acts[0]["details"]["reason"] == "better"
    shown = command("models", "log", "churn/2", "--act", "move_alias").out.splitlines()
    assert len(shown) == 3
    for word in ("ana", "move alias", "churn/2", "reason better"):
        assert word in shown[2]
    found = command("models", "log", "churn@champion", "--limit", "1", "--json").json
    assert [(it["act"], it["version"]) for it in found] == [("move_alias", "2")]
    assert command("models", "log", "--actor", "bob").out == "nothing of the kind was done\n"


def test_the_log_knows_models_that_are_gone(churn, command):
    command("models", "delete", "churn", "--yes")
    acts = command("models", "log", "churn", "--json").json
    assert acts[0]["act"] == "delete_registered_model"
