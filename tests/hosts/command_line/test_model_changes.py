from __future__ import annotations

from pathlib import Path

import nbtrack


def aliases():
    return nbtrack.MlflowClient().get_registered_model("churn").aliases


def test_a_logged_model_becomes_a_version(churn, command):
    run_id, model_id = churn[1]
    done = command("models", "register", f"runs:/{run_id}/line", "copies", "--tag", "a=b")
    assert done.out == (
        f"registered runs:/{run_id}/line as version 1 of 'copies'; look at it with: "
        f"nbtrack models show copies/1\n"
    )
    more = ("register", model_id, "copies", "-d", "the same", "--json")
    made = command("models", *more).json
    assert (made["version"], made["model_id"], made["description"]) == ("2", model_id, "the same")
    assert command("models", "register", "runs:/none/line", "copies").code == 1
    wrong = command("models", "register", model_id, "copies", "--tag", "nothing")
    assert (wrong.code, wrong.err.splitlines()[0]) == (
        2,
        "error: invalid value: 'nothing' is no tag; write KEY=VALUE",
    )


def test_a_folder_is_registered_by_a_path_that_holds_elsewhere(churn, command):
    command("models", "download", "churn/1", "--to", "folder")
    made = command("models", "register", "./folder", "copies", "--json").json
    assert made["source"] == str(Path("folder").absolute())


def test_an_alias_is_set_moved_and_taken_away_with_the_way_back(churn, command):
    done = command("models", "alias", "churn", "champion", "1")
    assert done.out == (
        "@champion of 'churn' is now version 1; back with: "
        "nbtrack models alias churn champion --delete\n"
    )
    done = command("models", "alias", "churn", "@champion", "latest")
    assert done.out == (
        "@champion of 'churn' is now version 2, in place of version 1; back with: "
        "nbtrack models alias churn champion 1\n"
    )
    assert aliases() == {"champion": "2"}
    done = command("models", "alias", "churn", "champion", "--delete", "--json")
    assert done.json == {"name": "churn", "alias": "champion", "version": None, "previous": "2"}
    assert aliases() == {}
    again = command("models", "alias", "churn", "champion", "--delete")
    assert again.out == "'churn' has no alias @champion\n"
    assert command("models", "alias", "churn", "champion").code == 2
    assert command("models", "alias", "churn", "champion", "1", "--delete").code == 2
    assert command("models", "alias", "churn", "latest", "1").code == 1


def test_a_stage_is_taken_with_the_way_back(churn, command):
    done = command("models", "stage", "churn", "1", "production")
    assert done.out == (
        "version 1 of 'churn' is in Production; back with: nbtrack models stage churn 1 None\n"
    )
    told = command("models", "stage", "churn/2", "Production", "--archive-existing", "--json").json
    assert told == {"name": "churn", "version": "2", "stage": "Production", "previous": "None"}
    versions = command("models", "show", "churn", "--json").json["versions"]
    assert [it["stage"] for it in versions] == ["Production", "Archived"]
    wrong = command("models", "stage", "churn", "1", "Prod")
    assert (wrong.code, "Staging" in wrong.err) == (1, True)


def test_tags_and_words_of_models_and_versions(churn, command):
    done = command("models", "tag", "churn", "team=growth", "a=b=c")
    assert done.out == "tags of model 'churn': a=b=c, team=growth\n"
    told = command("models", "tag", "churn/1", "ok=yes", "--json").json
    assert told == {"name": "churn", "version": "1", "tags": {"ok": "yes"}}
    gone = command("models", "tag", "churn/1", "--delete", "ok")
    assert gone.out == "tags of version 1 of 'churn': none\n"
    assert command("models", "tag", "churn").code == 2
    assert command("models", "describe", "churn", "who leaves").out == "described model 'churn'\n"
    command("models", "describe", "churn/2", "the second")
    told = command("models", "show", "churn", "--json").json
    assert told["description"] == "who leaves"
    assert [it["description"] for it in told["versions"]] == ["the second", None]
    command("models", "describe", "churn/2", "")
    assert command("models", "show", "churn/2", "--json").json["description"] is None


def test_a_model_is_renamed_with_the_way_back(churn, command):
    done = command("models", "rename", "churn", "leavers")
    assert done.out.endswith("back with: nbtrack models rename leavers churn\n")
    assert [it["name"] for it in command("models", "list", "--json").json] == ["leavers"]
    assert command("models", "rename", "churn", "x").code == 1
