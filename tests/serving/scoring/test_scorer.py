"""Requests that are asked together, and what is kept of them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nbtrack.serving.scoring.formats import JSON
from nbtrack.serving.scoring.models import load
from nbtrack.serving.scoring.scorer import Job, answered
from nbtrack.serving.scoring.trial import try_out


@pytest.fixture(scope="module")
def scaling(save, people):
    """A model that writes over what it is asked."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    data, target = people
    data = data.astype(float)
    fitted = make_pipeline(StandardScaler(copy=False), LogisticRegression()).fit(
        data.copy(), target
    )
    return save("sklearn", "scaling", sk_model=fitted, input_example=data.head(3))


@pytest.mark.parametrize("count", [1, 5])
def test_what_was_asked_is_kept_as_it_came(plan, scaling, people, rows_of, count):
    model = load(plan(scaling).variants[0])
    try_out(model)
    rows = people[0].astype(float).to_numpy()[:count]
    asked = [model.read(json.dumps(rows_of(it.tolist())).encode(), JSON) for it in rows]
    outcomes = answered(model, [Job(it, None, 0.0) for it in asked])
    kept = [it.together.inputs.matrix[it.place] for it in outcomes]
    assert np.array_equal(kept, rows)
    assert [json.loads(it.body)["predictions"] for it in outcomes] == [
        [it.together.outputs[it.place]] for it in outcomes
    ]


def test_rows_that_were_asked_at_once_are_kept_as_they_came(plan, scaling, people, rows_of):
    model = load(plan(scaling).variants[0])
    try_out(model)
    rows = people[0].astype(float).to_numpy()[:3]
    asked = model.read(json.dumps(rows_of(*rows.tolist())).encode(), JSON)
    (outcome,) = answered(model, [Job(asked, None, 0.0)])
    assert np.array_equal(outcome.data.matrix, rows)
    assert json.loads(outcome.body)["predictions"] == outcome.said.tolist()
