from __future__ import annotations

import pytest

import nbtrack


@pytest.fixture
def offered(process):
    """What the shell is offered for a line that is being typed."""

    def ask(line):
        words = line.split(" ")
        return process(
            _NBTRACK_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1)
        )

    return ask


def test_names_of_runs_and_experiments_are_offered(logged, offered):
    assert offered("nbtrack runs show fi").out.split() == ["first"]
    assert offered(f"nbtrack runs show {logged['second']}").out.split() == [logged["second"]]
    assert offered("nbtrack runs list -x ch").out.split() == ["churn"]


def test_commands_are_offered(offered):
    assert offered("nbtrack experi").out.split() == ["experiments"]
    assert offered("nbtrack runs com").out.split() == ["compare"]


def test_where_no_store_is_nothing_is_offered_and_nothing_made(offered, tmp_path):
    done = offered(f"nbtrack runs show --store {tmp_path}/none fi")
    assert (done.code, done.out.split(), done.err) == (0, [], "")
    assert offered(f"nbtrack experiments show --store {tmp_path}/none fi").out.split() == []
    assert list(tmp_path.iterdir()) == []


def test_models_versions_and_aliases_are_offered(churn, command, offered):
    command("models", "alias", "churn", "champion", "2")
    assert offered("nbtrack models show ch").out.split() == ["churn"]
    assert offered("nbtrack models show churn/").out.split() == ["churn/2", "churn/1"]
    assert offered("nbtrack models promote churn ").out.split() == ["2", "1"]
    assert offered("nbtrack models alias churn cha").out.split() == ["champion"]
    assert offered("nbtrack models webhooks cre").out.split() == ["create"]


def test_endpoints_of_predictions_are_offered(store, offered):
    nbtrack.set_tracking_uri(store)
    nbtrack.log_predictions({"age": [31]}, [0], endpoint="churn")
    assert offered(f"nbtrack predictions list --store {store} ch").out.split() == ["churn"]
