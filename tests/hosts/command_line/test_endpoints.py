from __future__ import annotations

import os

import pytest

import nbtrack
from nbtrack.errors import InvalidValue
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.endpoint import EndpointPlan, EndpointStats, Variant, VariantStats
from nbtrack.serving.supervising.place import EndpointFolder, EndpointState


@pytest.fixture
def stopped(tmp_path, monkeypatch):
    """The folder of an endpoint with two variants that does not run any more."""
    monkeypatch.setenv("NBTRACK_TRACKING_URI", str(tmp_path / ".nbtrack"))
    StoreFolder(tmp_path / ".nbtrack").prepare()
    folder = EndpointFolder(tmp_path / ".nbtrack" / "endpoints" / "churn")
    folder.path.mkdir(parents=True)
    variants = tuple(
        Variant(name=name, model_uri=f"models:/churn/{n}", folder="", model_name="churn", version=n)
        for n, name in enumerate(("champion", "challenger"), 1)
    )
    folder.put(EndpointPlan(endpoint_id="e", name="churn", variants=variants))
    folder.put(
        EndpointState(
            endpoint_id="e",
            name="churn",
            status="STOPPED",
            url="http://127.0.0.1:5000",
            reason="asked to stop",
            since=1_700_000_000_000,
        )
    )
    figures = [
        VariantStats(name="champion", version=1, requests=1200, errors=3),
        VariantStats(name="challenger", version=3, requests=7),
    ]
    folder.put(EndpointStats(requests=1200, errors=3, p95_ms=2.5, p50_ms=1, variants=figures))
    return folder


def test_without_a_store_there_are_none_and_it_says_how_one_is_made(command):
    assert command("endpoints", "list", "--json").json == []
    assert "nbtrack models serve URI --keep" in command("endpoints", "list").out


def test_endpoints_are_listed_with_what_they_serve_and_how_they_fared(stopped, command):
    (head, _, line) = command("endpoints", "list").out.splitlines()
    assert head.split() == [
        "name",
        "status",
        "serves",
        "url",
        "requests",
        "errors",
        "p95",
        "started",
    ]
    assert line.split("  ")[0] == "churn"
    assert "churn/1, churn/2" in line
    assert "1,200" in line
    assert "2.5 ms" in line


def test_an_endpoint_is_shown_with_its_variants(stopped, command):
    out = command("endpoints", "show", "churn").out
    assert "STOPPED: asked to stop" in out
    assert "1,200, 3 errors" in out
    assert [it.split() for it in out.splitlines() if it.startswith("champion")] == [
        ["champion", "churn/1", "50%", "1,200", "3"]
    ]
    assert [it.split() for it in out.splitlines() if it.startswith("challenger")] == [
        ["challenger", "churn/2", "50%", "0", "0"],
        ["challenger", "churn/3", "before", "7", "0"],  # another version, until a reload
    ]


def test_one_that_never_was_is_told_with_those_there_are(stopped, command):
    done = command("endpoints", "show", "chrun")
    assert done.code == 1
    assert "there is no endpoint 'chrun'" in done.err
    assert "churn" in done.err


def test_the_lines_of_a_log_are_shown_in_order(stopped, command):
    stopped.log.write_text(
        '{"moment": 1700000000000, "level": "error", "message": "it fails", "variant": "a"}\n'
        '{"moment": 1700000001000, "level": "info", "message": "it goes on", "pid": 3}\n'
    )
    first, second = command("endpoints", "logs", "churn").out.splitlines()
    assert first.endswith("error   it fails variant=a")
    assert second.endswith("info    it goes on")
    assert len(command("endpoints", "logs", "churn", "-n", 1).out.splitlines()) == 1
    assert "'--limit'" in command("endpoints", "logs", "churn", "-n", -3).err
    with pytest.raises(InvalidValue, match="a number of lines from 0 on, not -3"):
        nbtrack.endpoint("churn").logs(-3)


def test_one_is_removed_after_a_question_and_says_what_that_freed(stopped, command):
    (stopped.models / "abc").mkdir(parents=True)
    (stopped.models / "abc" / "model").write_bytes(b"x" * 2000)
    asked = command("endpoints", "remove", "churn")
    assert (asked.code, "add --yes" in asked.err) == (2, True)
    done = command("endpoints", "remove", "churn", "--yes", "--json").json
    assert (done["name"], done["models"], done["size_bytes"] > 2000) == ("churn", 1, True)
    assert not stopped.path.exists()
    assert command("endpoints", "list", "--json").json == []


def test_one_that_runs_is_removed_only_if_it_is_to_be_stopped(stopped, command):
    lock = stopped.seize()
    done = command("endpoints", "remove", "churn", "--yes")
    os.close(lock)
    assert (done.code, "nbtrack endpoints remove churn --stop" in done.err) == (1, True)
    assert command("endpoints", "remove", "churn", "--stop", "--yes").out.startswith(
        "removed churn: "
    )
