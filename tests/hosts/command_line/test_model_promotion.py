from __future__ import annotations

import pytest

import nbtrack


@pytest.fixture
def data(tmp_path):
    """Data on which version 2 is right."""
    path = tmp_path / "data.csv"
    path.write_text("x,y\n1,2\n2,4\n3,6\n")
    return path


def champion():
    return nbtrack.MlflowClient().get_registered_model("churn").aliases.get("champion")


def test_a_version_that_passes_its_gates_is_promoted(churn, command, data):
    command("models", "promote", "churn", "1")
    done = command(
        *("models", "promote", "churn", "2", "--gate", "accuracy >= 0.9", "-g", "smoke"),
        *("-g", "better than current in rmse", "--data", data, "--target", "y"),
        *("--note", "better", "--tag", "why=test"),
    )
    assert done.code == 0
    head, _, _, *gates, note = done.out.splitlines()
    assert head == "churn version 2 is now @champion, in place of version 1"
    assert [row.split()[0] for row in gates] == ["passed", "passed", "passed"]
    assert note == "note: better"
    assert done.err == "the way back: nbtrack models rollback churn --alias champion\n"
    assert champion() == "2"
    tags = nbtrack.MlflowClient().get_model_version("churn", "2").tags
    assert (tags["why"], tags["validation_accuracy"]) == ("test", "0.9")


def test_a_version_that_fails_stays_and_the_exit_code_is_1(churn, command):
    done = command("models", "promote", "churn", "2", "--gate", "accuracy >= 0.95")
    assert done.code == 1
    assert done.out.startswith("churn version 2 was not made @champion: nothing was moved\n")
    assert "failed  accuracy >= 0.95  accuracy is 0.9, not at least 0.95" in done.out
    assert "--force --note WHY" in done.err
    assert champion() is None
    told = command("models", "promote", "churn", "2", "-g", "accuracy >= 0.95", "--json")
    assert (told.code, told.json["outcome"]) == (1, "refused")
    forced = command("models", "promote", "churn", "2", "-g", "accuracy >= 0.95", "--force")
    assert forced.code == 0
    assert "in spite of 1 gate" in forced.out
    assert champion() == "2"


def test_a_trial_moves_nothing(churn, command):
    good = command("models", "promote", "churn/latest", "-g", "accuracy >= 0.9", "--dry-run")
    assert good.code == 0
    assert good.out.startswith("churn version 2 could be made @champion: this was a trial")
    assert good.err.startswith("do it: nbtrack models promote churn 2 --to champion")
    bad = command("models", "promote", "churn", "2", "-g", "accuracy > 0.9", "--dry-run")
    assert bad.code == 1
    assert champion() is None


def test_an_alias_and_a_stage_go_together(churn, command):
    told = command(
        "models", "promote", "churn", "1", "--to", "best", "--to", "Production", "--json"
    )
    assert (told.json["alias"], told.json["stage"]) == ("best", "Production")
    (version,) = command("models", "list", "-v", "aliases = 'best'", "--json").json
    assert (version["version"], version["stage"]) == ("1", "Production")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("promote", "churn"), "VERSION is missing; there are 2, 1"),
        (("promote", "churn", "9"), "there are 2, 1"),
        (("promote", "churn", "1", "-g", "nonsense"), "cannot be read"),
        (("promote", "churn", "1", "--target", "y"), "--data"),
        (("promote", "churn", "1", "-g", "smoke", "--data", "none.csv"), "no file"),
        (("rollback", "churn"), "nothing to go back to"),
    ],
)
def test_what_cannot_be_done_is_told(churn, command, words, said):
    done = command("models", *words)
    assert (done.code > 0, done.out) == (True, "")
    assert said in done.err
    assert champion() is None


def test_the_way_back(churn, command):
    for version in ("1", "2"):
        command("models", "promote", "churn", version)
    done = command("models", "rollback", "churn", "--note", "wrong data")
    assert done.out == (
        "churn version 1 is @champion again, in place of version 2; again the other way: "
        "nbtrack models promote churn 2 --to champion\n"
    )
    assert champion() == "1"
    told = command("models", "rollback", "churn", "--to-version", "2")
    assert (told.code, champion()) == (1, "1")


def test_an_approval_lets_the_gate_pass(churn, command):
    refused = command("models", "promote", "churn", "1", "-g", "approved by ana")
    assert refused.code == 1
    done = command("models", "approve", "churn", "1", "--by", "ana", "--note", "right")
    assert done.out == "ana approves of version 1 of 'churn'\n"
    assert command("models", "promote", "churn", "1", "-g", "approved by ana").code == 0
    told = command("models", "approve", "churn@champion", "--by", "bob", "--json").json
    assert [it["approver"] for it in told["approvals"]] == ["ana", "bob"]
