from __future__ import annotations


def test_a_version_is_deleted_for_good(churn, command):
    asked = command("models", "delete", "churn/1")
    assert asked.code == 2
    assert "delete version 1 of 'churn' for good?" in asked.err
    done = command("models", "delete", "churn/1", "--yes")
    assert done.out == (
        f"deleted version 1 of 'churn'; the model is kept: "
        f"nbtrack models register models:/{churn[1][1]} churn\n"
    )
    again = command("models", "register", churn[1][1], "churn", "--json").json
    assert again["version"] == "3"


def test_what_an_alias_points_to_stays_unless_forced(churn, command):
    command("models", "alias", "churn", "champion", "1")
    for text in ("churn/1", "churn"):
        done = command("models", "delete", text, "--yes")
        assert (done.code, done.out) == (1, "")
        assert "@champion points to it" in done.err
        assert "nbtrack models alias churn champion --delete" in done.err
    forced = command("models", "delete", "churn@champion", "--force", "--yes")
    assert forced.out.startswith("deleted version 1 of 'churn' with the alias @champion")
    assert command("models", "show", "churn", "--json").json["aliases"] == {}
    told = command("models", "delete", "churn", "--yes", "--json").json
    assert told == {"name": "churn", "versions": ["2"], "aliases": []}
    assert command("models", "list", "--json").json == []


def test_a_person_is_asked_and_told_what_goes(churn, terminal):
    done = terminal("models", "delete", "churn", typed="n\n", columns=120)
    assert done.code == 1
    assert "delete model 'churn' with 2 versions for good?" in done.out
    assert "nothing was changed" in done.out
