from __future__ import annotations

import pytest
from IPython.core.error import UsageError

import nbtrack
from nbtrack import ui
from nbtrack.errors import NotFound
from nbtrack.hosts.notebook import extension
from nbtrack.hosts.notebook.displays import endpoint as shown
from nbtrack.hosts.notebook.live import FollowsFiles
from nbtrack.records.endpoint import EndpointPlan, EndpointStats, Variant
from nbtrack.serving.supervising.place import EndpointFolder, EndpointState
from nbtrack.testing import temporary_store


@pytest.fixture
def folder():
    """The folder of an endpoint that was stopped."""
    with temporary_store() as store:
        found = EndpointFolder(store / "endpoints" / "churn")
        found.path.mkdir(parents=True)
        variant = Variant(
            name="v1", model_uri="models:/churn/1", folder="", model_name="churn", version=1
        )
        found.put(EndpointPlan(endpoint_id="e", name="churn", variants=(variant,)))
        found.put(state("STOPPED"))
        yield found


def state(status, **more):
    """How the endpoint stands."""
    url = "http://127.0.0.1:5000"
    return EndpointState(endpoint_id="e", name="churn", status=status, url=url, **more)


def test_the_panel_tells_of_each_endpoint(folder):
    assert str(ui.endpoints()) == (
        "1 endpoint\n  endpoint  status   model            address  notes\n"
        "  churn     STOPPED  churn version 1"
    )


def test_the_panel_follows_files_that_stand_in_no_journal(folder):
    panel = ui.endpoints("churn")
    assert isinstance(panel, FollowsFiles)
    store = panel.found[0].here.folder
    before = panel.more_stamps(store)
    folder.put(state("FAILED", reason="the model is gone"))
    folder.put(EndpointStats(requests=3))
    assert panel.more_stamps(store) != before
    assert panel.look(None)
    assert "the model is gone" in repr(panel)
    assert panel.table.rows[0].requests == 3


def test_what_does_not_run_can_be_stopped_again_from_the_page(folder):
    panel = ui.endpoints()
    assert panel.acts()["stop"]({"name": "churn"}) == {"words": ""}
    assert panel.table.rows[0].status == "STOPPED"


def test_one_that_never_was_is_not_found(folder):
    with pytest.raises(NotFound, match="there is no endpoint 'other'"):
        ui.endpoints("other")


def test_an_endpoint_whose_model_is_gone_is_shown_without_code(folder):
    bundle = shown(nbtrack.endpoint("churn"))
    assert bundle["text/plain"] == "churn: churn version 1, STOPPED"
    assert "■" in bundle["text/html"]


def test_a_line_removes_an_endpoint(folder, shell, capsys):
    extension.load(shell)
    try:
        for line, problem in (
            ("remove", "say which one"),
            ("churn more", "'more' is one more"),
            ("churn --stop", "--stop goes with remove NAME"),
            ("remove nobody", "there is no endpoint 'nobody'"),
        ):
            with pytest.raises(UsageError, match=problem):
                shell.run_line_magic("endpoints", line)
        shell.run_line_magic("endpoints", "remove churn")
        assert capsys.readouterr().out.startswith("removed churn: ")
        assert not folder.path.exists()
    finally:
        extension.unload(shell)
