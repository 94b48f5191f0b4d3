from __future__ import annotations

import pandas as pd
import pytest

import nbtrack
from nbtrack.api.models.loading import Trust, find_model
from nbtrack.api.scoring.engines import Batch, Scorer
from nbtrack.api.scoring.rows import Asking
from nbtrack.api.scoring.ticket import ticket_of
from nbtrack.errors import InvalidValue, ModelError

DATA = pd.DataFrame({"id": range(1000), "x": [number / 4 for number in range(1000)]})


@pytest.fixture
def model(tmp_path):
    """A model that says in which process it ran, prints, fails below zero and ends above 1,000."""

    def predict(frame):
        import os

        print("a model may print")
        if (frame["x"] > 1000).any():
            os._exit(3)
        if (frame["x"] < 0).any():
            raise ValueError("x is below zero")
        return pd.DataFrame({"twice": frame["x"] * 2, "process": os.getpid()})

    nbtrack.pyfunc.save_model(tmp_path / "model", python_model=predict)
    return tmp_path / "model"


def test_processes_score_batches_in_order(model):
    report = nbtrack.score(model, DATA, id="id", on="processes:2", batch_rows=100)
    assert report.frame["id"].tolist() == DATA["id"].tolist()
    assert (report.frame["twice"] == DATA["x"] * 2).all()
    assert report.frame["process"].nunique() == 2


def test_a_process_tells_what_fails_and_that_it_is_gone(model):
    scorer = Scorer(ticket_of(find_model(model), Trust()))
    below = DATA.assign(x=DATA["x"].where(DATA["id"] != 250, -1))
    asking = Asking()
    with pytest.raises(ModelError, match=r"failed with ValueError: x is below zero"):
        scorer.answers(Batch(0, below, below, {}), asking)
    found = scorer.answers(Batch(0, below, below, {}), Asking(is_patient=True))
    assert [(it.place, it.message) for it in found.failed] == [(250, "x is below zero")]
    above = DATA.assign(x=2000.0)
    with pytest.raises(ModelError, match=r"a process that scores ended with code 3"):
        scorer.answers(Batch(0, above, above, {}), asking)
    scorer.end()


def test_a_cluster_of_dask_scores_with_the_models_files_sent_to_it(model, tmp_path):
    distributed = pytest.importorskip("distributed")
    kept = {"dashboard_address": ":0", "threads_per_worker": 2}
    with distributed.LocalCluster(n_workers=1, **kept) as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        with distributed.Client(cluster) as client:
            workers = set(client.run(__import__("os").getpid).values())
        data = DATA.assign(x=DATA["x"].where(DATA["id"] != 250, -1))
        report = nbtrack.score(
            model,
            data,
            tmp_path / "out.parquet",
            on=address,
            id="id",
            batch_rows=100,
            on_error="null",
        )
    found = pd.read_parquet(tmp_path / "out.parquet")
    assert found["id"].tolist() == DATA["id"].tolist()
    assert set(found["process"].dropna()) == workers
    assert (report.failed, found["twice"].isna().sum()) == (1, 1)


def test_what_names_no_place_to_score_is_told_what_does(model):
    for on in ("processes", "processes:0", "processes:many"):
        with pytest.raises(InvalidValue, match="write how many processes"):
            nbtrack.score(model, DATA, on=on)
