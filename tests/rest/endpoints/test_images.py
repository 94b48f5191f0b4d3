from __future__ import annotations

import numpy as np
import pytest

import nbtrack
from nbtrack.rest.endpoints.images import image_item, is_shown


@pytest.fixture
def run_ids(root):
    """Two runs: a figure and a series of pictures each, and files that are no pictures."""
    made = []
    for _ in range(2):
        with nbtrack.start_run() as run:
            nbtrack.log_text("<svg/>", "plots/roc.svg")
            nbtrack.log_text("no picture", "notes.txt")
            for step in (0, 10):
                nbtrack.log_image(np.zeros((2, 2, 3), "uint8"), key="val/sample", step=step)
        made.append(run.info.run_id)
    return made


def test_pictures_of_runs_go_by_the_name_that_they_share(ask, run_ids):
    told = ask("GET", "runs", "images", run_ids=",".join(run_ids)).told
    assert not told["is_cut"]
    of_first = [it for it in told["images"] if it["run_id"] == run_ids[0]]
    assert [(it["name"], it["step"]) for it in of_first] == [
        ("val/sample", 0),
        ("val/sample", 10),
        ("plots/roc.svg", None),
    ]
    assert len(told["images"]) == 6


def test_no_runs_are_refused(ask, root):
    with nbtrack.start_run():
        pass
    assert ask("GET", "runs", "images").status == 400


@pytest.mark.parametrize("sign", ["+", "%"])
def test_series_of_mlflow_are_read_and_their_small_copies_left_out(sign):
    name = f"images/a#b{sign}step{sign}3{sign}timestamp{sign}17{sign}uuid"
    found = image_item("r", f"{name}.png")
    assert (found.name, found.step) == ("a/b", 3)
    assert is_shown(f"{name}.png")
    assert not is_shown(f"{name}{sign}compressed.webp")
    assert not is_shown("notes.txt")
