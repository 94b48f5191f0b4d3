"""Promotion: gates asked, an alias or a stage moved in one act, refusals kept."""

from __future__ import annotations

import json

import pytest

import nbtrack
from nbtrack.api.session import session
from nbtrack.errors import Conflict, InvalidValue, NotFound, PromotionRefused
from nbtrack.gates import ClassificationReport, Custom, MetricAtLeast
from nbtrack.questions import model_versions, registry_log
from nbtrack.records.registry_operation import CreateModelVersion
from nbtrack.registry.promotion.report import promotion_from


@pytest.fixture
def versions():
    """Register versions of `churn`, one for each accuracy of its run."""

    def versions(*accuracies):
        ops = []
        for accuracy in accuracies:
            with nbtrack.start_run() as run:
                nbtrack.log_metric("accuracy", accuracy)
            ops.append(CreateModelVersion(name="churn", run_id=run.info.run_id, create_model=True))
        session().store.append(ops)
        return nbtrack.MlflowClient()

    return versions


@pytest.fixture
def adders():
    """Register two models as versions of `churn`, that add 1 and 2."""

    def add(number):
        with nbtrack.start_run():
            nbtrack.log_metric("accuracy", 0.9)
            nbtrack.pyfunc.log_model(
                name="add",
                python_model=lambda it: [one + number for one in it],
                registered_model_name="churn",
            )

    for number in (1, 2):
        add(number)
    return nbtrack.MlflowClient()


def alias_of(client, alias="champion"):
    return client.get_registered_model("churn").aliases.get(alias)


def test_a_version_that_passes_takes_the_alias_with_its_report(versions, monkeypatch):
    monkeypatch.setenv("NBTRACK_USER", "ana")
    client = versions(0.91, 0.95)
    nbtrack.promote("churn", 1)
    report = nbtrack.promote("churn", "2", gates=["accuracy >= 0.9"], note="better")
    assert alias_of(client) == "2"
    assert (report.outcome, report.previous, report.actor, report.note) == (
        "promoted",
        "1",
        "ana",
        "better",
    )
    assert report.text() == (
        "churn version 2 is now @champion, in place of version 1\n"
        "  ✓ accuracy >= 0.9: accuracy is 0.95\n"
        "  note: better"
    )
    tags = client.get_model_version("churn", "2").tags
    assert tags.pop("promoted_at").startswith("20")
    assert tags == {"validation_accuracy": "0.95", "validation_passed": "True"}
    (move,) = model_versions.moves(session().store, "churn", alias="champion", limit=1)
    assert (move.version, move.previous, move.reason, move.actor) == ("2", "1", "better", "ana")
    assert promotion_from(move.report) == report
    assert nbtrack.promotions("churn")[-1] == report


def test_a_refusal_moves_nothing_names_every_gate_and_is_kept(versions):
    client = versions(0.91, 0.8)
    nbtrack.promote("churn", 1)
    gates = ["accuracy >= 0.9", Custom("boom", lambda _: {}["no"]), "approved", "accuracy >= 0.1"]
    with pytest.raises(PromotionRefused, match="nothing was moved") as caught:
        nbtrack.promote("churn", 2, gates=gates)
    report = caught.value.promotion
    assert [it.outcome for it in report.gates] == ["failed", "error", "failed", "passed"]
    assert report.gates[1].message == "KeyError: 'no'"
    assert "test_promotion.py" in report.gates[1].where
    assert all(it.seconds >= 0 for it in report.gates)
    assert alias_of(client) == "1"
    tags = client.get_model_version("churn", "2").tags
    assert tags == {"validation_accuracy": "0.8", "validation_passed": "False"}
    assert nbtrack.promotions("churn")[-1] == report
    log = registry_log.of(session().store, model="churn")
    assert log[0].act == "refuse_promotion"


def test_a_refusal_can_be_returned_and_a_version_can_be_forced(versions):
    client = versions(0.5)
    report = nbtrack.promote("churn", 1, gates="accuracy >= 0.9", raise_on_failure=False)
    assert not report
    assert (report.outcome, alias_of(client)) == ("refused", None)
    forced = nbtrack.promote("churn", 1, gates="accuracy >= 0.9", force=True, note="urgent")
    assert (forced.outcome, alias_of(client)) == ("forced", "1")
    assert forced.headline() == "churn version 1 is now @champion, in spite of 1 gate"


def test_a_trial_asks_gates_and_leaves_no_trace(versions):
    client = versions(0.5)
    before = session().store.folder.operations.read_bytes()
    report = nbtrack.promote("churn", 1, gates=["accuracy >= 0.9"], dry_run=True)
    assert (bool(report), report.outcome, alias_of(client)) == (False, "tried", None)
    assert bool(nbtrack.promote("churn", 1, dry_run=True))
    assert session().store.folder.operations.read_bytes() == before


def test_a_stage_is_given_over_and_its_former_version_archived(versions):
    client = versions(0.9, 0.91)
    nbtrack.promote("churn", 1, to="Production")
    report = nbtrack.promote("churn", 2, to=("@champion", "Production"))
    stages = [client.get_model_version("churn", it).current_stage for it in "12"]
    assert stages == ["Archived", "Production"]
    assert (alias_of(client), report.target) == ("2", "@champion and Production")
    nbtrack.promote("churn", 1, to="Staging")
    assert client.get_latest_versions("churn", ["Staging"])[0].version == "1"


def test_an_alias_named_like_a_stage_in_lower_case_is_an_alias(versions):
    client = versions(0.9)
    nbtrack.promote("churn", 1, to="production")
    assert alias_of(client, "production") == "1"
    assert client.get_model_version("churn", "1").current_stage == "None"


@pytest.mark.parametrize("to", ["Archived", "None", (), ("a", "b"), ("Staging", "Production")])
def test_a_place_that_nothing_is_promoted_to_is_refused(versions, to):
    versions(0.9)
    with pytest.raises(InvalidValue):
        nbtrack.promote("churn", 1, to=to)


@pytest.mark.parametrize("to", ["best one", "@v2", "latest", ""])
def test_an_alias_that_cannot_be_is_refused_before_gates_are_asked(versions, to):
    versions(0.9)
    asked = []
    with pytest.raises(InvalidValue, match="alias"):
        nbtrack.promote("churn", 1, to=to, gates=[asked.append], dry_run=True)
    assert not asked


def test_a_version_can_be_named_in_several_ways(versions):
    client = versions(0.9, 0.91)
    nbtrack.promote("churn", "latest", to="challenger")
    nbtrack.promote("churn", "@challenger")
    assert alias_of(client) == "2"
    nbtrack.promote("churn", client.get_model_version("churn", "1"))
    assert alias_of(client) == "1"
    with pytest.raises(InvalidValue, match="not of 'fraud'"):
        nbtrack.promote("fraud", client.get_model_version("churn", "1"))


@pytest.mark.parametrize(
    ("name", "version", "words"),
    [
        ("chrun", 1, "did you mean 'churn'"),
        ("churn", 7, "7"),
        ("churn", "@best", "alias best not found"),
    ],
)
def test_what_is_not_there_is_told(versions, name, version, words):
    versions(0.9)
    with pytest.raises(NotFound, match=words):
        nbtrack.promote(name, version)


def test_a_gate_that_cannot_be_read_is_told_before_anything_is_asked(versions):
    versions(0.9)
    asked = []
    with pytest.raises(InvalidValue, match="cannot be read"):
        nbtrack.promote("churn", 1, gates=[Custom("first", asked.append), "nonsense"])
    assert asked == []


def test_a_target_that_somebody_moved_meanwhile_is_a_conflict(versions):
    client = versions(0.9, 0.91, 0.92)
    nbtrack.promote("churn", 1)

    def moves_it(_):
        client.set_registered_model_alias("churn", "champion", "2")

    with pytest.raises(Conflict, match="at version 2, where version 1 was expected"):
        nbtrack.promote("churn", 3, gates=[moves_it])
    assert alias_of(client) == "2"
    assert "promoted_at" not in client.get_model_version("churn", "3").tags


def test_a_version_that_is_not_ready_waits(versions):
    client = versions(0.9)
    session().store.append([CreateModelVersion(name="churn", status="PENDING_REGISTRATION")])
    with pytest.raises(InvalidValue, match="PENDING_REGISTRATION"):
        nbtrack.promote("churn", 2)
    assert alias_of(client) is None


def test_models_are_compared_on_the_data(adders):
    nbtrack.promote("churn", 1)
    data, truth = [1, 2], [3, 4]
    report = nbtrack.promote(
        "churn", 2, gates=["better than current", "accuracy >= 0.5"], data=data, target=truth
    )
    assert report.gates[0].message == "accuracy is 1, that of version 1 is 0 (+1)"
    assert report.gates[0].compared == {"accuracy_of_current": 0.0, "accuracy_change": 1.0}


def test_what_failed_once_and_passes_now_is_said_in_its_tag(adders):
    client = adders
    gate = ClassificationReport({"recall": 0.9})
    with pytest.raises(PromotionRefused):
        nbtrack.promote("churn", 1, gates=gate, data=[1], target=[7])
    assert client.get_model_version("churn", "1").tags["recall_failed"] == "true"
    nbtrack.promote("churn", 1, gates=gate, data=[1], target=[2])
    assert client.get_model_version("churn", "1").tags["recall_failed"] == "false"


def test_secrets_in_notes_and_errors_are_taken_out(versions):
    versions(0.9)
    key = "sk-proj-" + "a1B2" * 12

    def leaks(_):
        raise ValueError(f"cannot reach it with {key}")

    report = nbtrack.promote("churn", 1, gates=[leaks], note=f"token {key}", raise_on_failure=False)
    assert key not in report.to_json()
    assert key not in session().store.folder.operations.read_text()


def test_a_report_reads_as_table_and_json(versions):
    versions(0.9)
    report = nbtrack.promote("churn", 1, gates=[MetricAtLeast("<b>", 1)], raise_on_failure=False)
    assert list(report.to_pandas()["outcome"]) == ["failed"]
    assert promotion_from(json.dumps(report.to_dict())) == report
    assert promotion_from(report.to_json()) == report
