"""The look once a second: what browsers are told."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.api.session import session
from nbtrack.rest.known_stores import id_of

pytest.importorskip("jupyter_server")


def test_browsers_are_told_which_run_changed(server, tmp_path):
    nbtrack.set_tracking_uri(tmp_path / ".nbtrack")
    with nbtrack.start_run():
        pass
    store_id = id_of(session().folder)
    with server.events() as next_change:
        server.ask("POST", "runs/search", {})
        told = next_change()
        assert (told["store_id"], told["runs"], told["models"]) == (store_id, True, True)
        with nbtrack.start_run() as run:
            nbtrack.log_metric("loss", 1.0)
        told = next_change()
    assert (told["store_id"], told["run_ids"]) == (store_id, [run.info.run_id])


def test_the_server_says_what_it_loads():
    (point,) = nbtrack._jupyter_server_extension_points()
    assert point["app"].name == "nbtrack"
    assert point["app"].load_other_extensions
