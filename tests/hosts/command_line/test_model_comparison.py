from __future__ import annotations

import nbtrack


def test_two_versions_are_laid_side_by_side(churn, command):
    command("models", "alias", "churn", "champion", "1")
    done = command("models", "diff", "churn", "@champion", "latest")
    assert done.code == 0
    for word in ("churn: version 1 → 2", "0.8 → 0.9", "slope  1.0 → 2.0", "champion → –"):
        assert word in done.out
    told = command("models", "diff", "churn", "1", "2", "--json").json
    assert told["versions"] == ["1", "2"]
    assert told["metrics"] == {"accuracy": [0.8, 0.9]}
    assert told["params"] == {"slope": ["1.0", "2.0"]}
    assert (told["signature"], told["requirements"]) == ([], {})
    assert (told["scores"], told["predictions"]) == ({}, None)
    assert "slope" in told["cause"]


def test_they_are_asked_with_data(churn, command, tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("x,y\n0,0\n1,2\n2,4\n")
    words = ("models", "diff", "churn", "1", "2", "--data", path, "--target", "y")
    done = command(*words, "--metric", "mae")
    assert "2 of 3 predictions differ" in done.out
    assert "they differ on  2 rows" in done.out
    told = command(*words, "--metric", "mae", "--json").json
    assert told["scores"] == {"mae": [1.0, 0.0]}
    assert told["predictions"]["first"] == [
        {"row": 1, "version 1": 1.0, "version 2": 2.0, "truth": 2},
        {"row": 2, "version 1": 2.0, "version 2": 4.0, "truth": 4},
    ]
    assert command("models", "diff", "churn", "1", "2", "--target", "y").code == 1


def test_requirements_that_differ_are_told(churn, command):
    for number in ("1.0", "2.0"):
        nbtrack.pyfunc.log_model(
            name="line",
            python_model=lambda model_input: model_input,
            pip_requirements=["same==1.0", f"other=={number}"],
            registered_model_name="twins",
        )
    told = command("models", "diff", "twins", "1", "2", "--json").json
    assert told["requirements"] == {"other": ["1.0", "2.0"]}
    assert "other  1.0 → 2.0" in command("models", "diff", "twins", "1", "2").out


def test_a_version_beside_itself_is_no_difference(churn, command):
    assert "no difference was found" in command("models", "diff", "churn", "1", "1").out
