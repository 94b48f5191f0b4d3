from __future__ import annotations

import os

import pytest

import nbtrack
from nbtrack.api.endpoints.removal import REMOVED
from nbtrack.errors import EndpointError, NotFound
from nbtrack.records.endpoint import EndpointPlan, Variant
from nbtrack.records.endpoint_event import EndpointEvent
from nbtrack.records.ids import next_time
from nbtrack.serving.supervising.place import EndpointFolder, EndpointState, put_away
from nbtrack.testing import temporary_store


@pytest.fixture
def folder():
    """A stopped endpoint with a copy of a model, an event and a prediction in the store."""
    with temporary_store() as store:
        nbtrack.log_predictions({"age": [31]}, [0], endpoint="churn")
        found = EndpointFolder(store / "endpoints" / "churn")
        copy = found.models / "abc"
        copy.mkdir(parents=True)
        (copy / "MLmodel").write_bytes(b"x" * 1000)
        variant = Variant(name="v1", model_uri="models:/churn/1", folder=str(copy), version=1)
        found.put(EndpointPlan(endpoint_id="e", name="churn", variants=(variant,)))
        found.put(EndpointState(endpoint_id="e", name="churn", status="STOPPED", url="http://x"))
        write("started")
        write("stopped")
        yield found


def write(kind):
    """Have something happen to the endpoint."""
    here = nbtrack.endpoint("churn").here
    here.writer.write(
        EndpointEvent(endpoint_id="e", name="churn", kind=kind, url="http://x", time=next_time())
    )


def test_a_removed_endpoint_leaves_what_was_recorded_and_says_what_it_freed(folder):
    endpoint = nbtrack.endpoint("churn")
    freed = endpoint.remove()
    assert (freed.name, freed.models, freed.size_bytes > 1000) == ("churn", 1, True)
    assert list(folder.path.parent.iterdir()) == []
    assert nbtrack.endpoints() == []
    assert [it.kind for it in endpoint.events()] == ["started", "stopped", "removed"]
    assert (endpoint.state.status, endpoint.state.reason) == ("STOPPED", REMOVED)
    assert len(nbtrack.predictions("churn")) == 1


def test_one_that_was_removed_is_found_no_more_until_it_is_served_again(folder):
    endpoint = nbtrack.endpoint("churn")
    endpoint.remove()
    with pytest.raises(NotFound, match="was removed before"):
        endpoint.remove()
    with pytest.raises(NotFound, match="there is no endpoint 'churn'"):
        nbtrack.endpoint("churn")
    endpoint.here.writer.write(
        EndpointEvent(endpoint_id="f", name="churn", kind="started", time=next_time())
    )
    assert [it.name for it in nbtrack.endpoints()] == ["churn"]


def test_one_that_runs_is_not_removed_and_the_error_says_how_it_is(folder):
    lock = folder.seize()
    with pytest.raises(EndpointError, match=r"runs at http://x: stop it first, .* --stop"):
        nbtrack.endpoint("churn").remove()
    os.close(lock)
    assert (folder.models / "abc" / "MLmodel").is_file()


def test_a_name_is_not_taken_in_a_folder_that_is_removed_meanwhile(folder):
    held = folder.seize()
    put_away(folder)
    taken = folder.seize()  # in a new folder, not in the one that goes
    assert taken is not None
    assert os.path.samestat(os.fstat(taken), folder.lock.stat())
    os.close(held)
    assert folder.is_alive
    os.close(taken)


def test_a_process_that_has_the_number_of_an_earlier_supervisor_is_not_signalled(
    folder, monkeypatch
):
    monkeypatch.setattr("nbtrack.api.endpoints.endpoint.SOUGHT_SECONDS", 0.1)
    state = folder.state()
    state.status, state.pid = "HEALTHY", os.getpid()
    folder.put(state)
    lock = folder.seize()  # somebody is about to start it again
    with pytest.raises(EndpointError, match=f"number {os.getpid()} is none of nbtrack's"):
        nbtrack.endpoint("churn").stop()
    os.close(lock)
