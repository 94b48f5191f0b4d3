from __future__ import annotations

import pytest

from nbtrack.hosts.command_line.later import COMING


@pytest.mark.parametrize("name", COMING)
def test_a_coming_command_says_what_it_comes_with(name, command):
    done = command(name)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: nbtrack {name} is not in this version of nbtrack yet; ")
    assert COMING[name][1] in done.err


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ("ui --port 5001", "ui"),
        ("server --host 0.0.0.0 --port 5000 --backend-store-uri postgresql://u@h/d", "server"),
        ("run . -P alpha=0.5 --experiment-name iris", "run"),
        ("run https://github.com/somebody/project.git -v main", "run"),
        ("sagemaker deploy -m models:/iris/1 --region-name us-west-2", "sagemaker deploy"),
    ],
)
def test_calls_as_they_are_written_for_mlflow_are_told_when_they_come(words, called, command):
    done = command(*words.split())
    assert done.code == 2
    assert f"nbtrack {called} is not in this version" in done.err


def test_coming_commands_have_help_but_do_not_crowd_the_list(command):
    assert "Usage: nbtrack models" in command("models", "--help").out
    assert "sagemaker" not in command("--help").out
