from __future__ import annotations

import os
import platform

import pytest

from nbtrack.capture import facts as module
from nbtrack.capture.facts import Facts
from nbtrack.capture.open_run import OpenRun
from nbtrack.records.tag import RunTag
from nbtrack.version import __version__

COMMIT = "a" * 40
LATER = "b" * 40


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A script that stands in a git checkout."""
    git = tmp_path / "project" / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")
    script = git.parent / "train.py"
    script.touch()
    monkeypatch.setattr("sys.argv", [str(script)])
    return git


def tags_of(records):
    return {record.key: record.value for record in records if isinstance(record, RunTag)}


def test_a_run_starts_with_user_and_source_and_gets_the_rest_when_it_is_there(
    checkout, writer, written
):
    facts = Facts()
    run = OpenRun(writer, "r1")
    first = facts.at_start()
    assert first == {
        "mlflow.user": module.user_name(),
        "mlflow.source.name": str(checkout.parent / "train.py"),
        "mlflow.source.type": "LOCAL",
    }
    run.begin(first)
    facts.follow(run)
    facts.settle()
    late = {
        "mlflow.source.git.commit": COMMIT,
        "mlflow.source.git.branch": "main",
        "nbtrack.env.python": platform.python_version(),
        "nbtrack.env.nbtrack": __version__,
    }
    assert late.items() <= tags_of(written()).items()


def test_a_later_run_starts_with_all_of_it(checkout, writer, written):
    facts = Facts()
    facts.follow(OpenRun(writer, "r1"))
    facts.settle()
    before = len(written())
    assert facts.at_start()["mlflow.source.git.commit"] == COMMIT
    facts.follow(OpenRun(writer, "r2"))
    assert {it.run_id for it in written()[before:]} == {"r2"}


def test_a_commit_between_two_runs_is_seen(checkout, writer):
    facts = Facts()
    facts.follow(OpenRun(writer, "r1"))
    facts.settle()
    (checkout / "refs" / "heads" / "main").write_text(f"{LATER}\n")
    assert facts.at_start()["mlflow.source.git.commit"] == LATER


def test_the_settings_may_name_another_user(checkout):
    assert Facts().at_start("ada")["mlflow.user"] == "ada"
    assert Facts().who() == module.user_name()


def test_what_cannot_be_read_is_told_and_the_rest_is_there(checkout, writer, written, monkeypatch):
    def fail():
        raise OSError("no such system")

    facts = Facts()
    monkeypatch.setattr(module, "folder_of_source", fail)
    with pytest.warns(module_warning(), match="no such system"):
        facts.read()
    facts.follow(OpenRun(writer, "r1"))
    facts.settle()
    assert "nbtrack.env.python" in tags_of(written())


def module_warning():
    from nbtrack.capture.guard import TrackingWarning

    return TrackingWarning


def test_a_forked_child_gathers_for_its_own_runs(checkout, writer, written):
    facts = Facts()
    os.register_at_fork(after_in_child=facts.begin)
    child = os.fork()
    if not child:
        try:
            facts.follow(OpenRun(writer, "of child"))
            facts.settle()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert tags_of(written())["mlflow.source.git.commit"] == COMMIT
