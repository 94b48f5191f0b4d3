from __future__ import annotations

import nbtrack


def test_a_model_is_shown_with_its_versions_and_where_its_aliases_went(churn, command):
    for version in ("1", "2"):
        command("models", "promote", "churn", version, "--note", f"try {version}")
    command("models", "tag", "churn", "team=growth")
    done = command("models", "show", "churn")
    shown = done.out
    for word in ("champion → 2", "tag team", "versions  2", "history  2", "try 1", "accuracy"):
        assert word in shown
    assert "one version: nbtrack models show churn/2" in done.err
    told = command("models", "show", "models:/churn", "--json").json
    assert [(it["version"], it["metrics"]) for it in told["versions"]] == [
        ("2", {"accuracy": 0.9}),
        ("1", {"accuracy": 0.8}),
    ]
    moves = [(it["alias"], it["version"], it["previous"], it["reason"]) for it in told["history"]]
    assert moves == [("champion", "2", "1", "try 2"), ("champion", "1", None, "try 1")]


def test_what_is_not_there_is_told_with_what_is(churn, command):
    for text, said in (
        ("churm", "did you mean 'churn'"),
        ("churn/7", "there are 2, 1"),
        ("churn@champ", "not found"),
        ("churn/x", "for an alias write models:/churn@x"),
        (churn[1][1], "nbtrack models register"),
    ):
        done = command("models", "show", text)
        assert (done.code, done.out) == (1, ""), text
        assert said in done.err, text


def test_a_model_without_versions_says_how_to_make_one(store, command):
    nbtrack.MlflowClient().create_registered_model("empty")
    done = command("models", "show", "empty")
    assert "no version yet: nbtrack models register URI empty" in done.err
    assert command("models", "show", "empty/latest").code == 1
