from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import nbtrack
from nbtrack.api.predictions.labels import LoggedLabels
from nbtrack.errors import InvalidValue


@pytest.fixture
def ids():
    """The ids of three predictions, of two users."""
    asked = {"x": [1, 2, 3]}
    return nbtrack.log_predictions(asked, [0, 1, 1], endpoint="churn", key=["ada", "ben", "ada"])


def test_any_form_of_pairs_will_do(ids):
    frame = pd.DataFrame({"prediction_id": ids, "label": [0, 1, None]})
    assert nbtrack.log_labels(frame) == LoggedLabels(2, 1, 0)
    forms = [dict(zip(ids, "abc", strict=True)), zip(ids, "def", strict=True)]
    forms.append(pd.Series(list("ghi"), index=ids))
    for name, form in zip(("mapping", "pairs", "series"), forms, strict=True):
        assert nbtrack.log_labels(form, name=name) == LoggedLabels(3, 0, 0)
    shown = nbtrack.predictions()[["label", "mapping", "pairs", "series"]].astype(object)
    assert shown.where(shown.notna(), None).to_numpy().tolist() == [
        [0.0, "a", "d", "g"],
        [1.0, "b", "e", "h"],
        [None, "c", "f", "i"],
    ]


def test_a_key_labels_all_its_predictions_of_one_endpoint_or_of_all(ids):
    nbtrack.log_predictions({"x": [4]}, [0], endpoint="fraud", key=["ada"])
    told = pd.DataFrame({"key": ["ada"], "y": [np.int64(1)]})
    assert nbtrack.log_labels(told, "key", label="y", endpoint="churn") == LoggedLabels(1, 0, 0)
    assert nbtrack.log_labels({"ada": True, "zoe": False}, on="key", name="paid").unknown == 1
    shown = nbtrack.predictions().sort_values("inputs.x")[["y", "paid"]].astype(object)
    assert shown.where(shown.notna(), None).to_numpy().tolist() == [
        [1.0, True],
        [None, None],
        [1.0, True],
        [None, True],
    ]


def test_what_becomes_known_later_counts(ids):
    nbtrack.log_labels({ids[0]: 1}, moment="1 hour ago")
    nbtrack.log_labels({ids[0]: 2}, moment="2 hours ago")
    assert nbtrack.predictions(labels="label")["label"].dropna().tolist() == [1.0]
    assert "label" not in nbtrack.predictions(labels=False)


def test_labels_of_unknown_predictions_wait_for_them():
    assert nbtrack.log_labels({"a": 1, "b": 0}) == LoggedLabels(2, 0, 2)
    nbtrack.log_predictions({"x": [1]}, [1], ids=["a"])
    assert nbtrack.predictions()["label"].tolist() == [1]


def test_moments_and_numbers_of_numpy_are_kept(ids):
    day = pd.Timestamp("2026-11-01")
    nbtrack.log_labels({ids[0]: np.float32(0.5), ids[1]: np.bool_(False), ids[2]: day})
    assert nbtrack.predictions()["label"].tolist() == [0.5, False, "2026-11-01T00:00:00"]


def test_the_only_other_column_of_a_frame_holds_the_labels(ids):
    assert (
        nbtrack.log_labels(pd.DataFrame({"prediction_id": ids, "churned": [0, 1, 1]})).labels == 3
    )
    assert nbtrack.predictions()["churned"].tolist() == [0, 1, 1]
    two = pd.DataFrame({"prediction_id": ids, "churned": 0, "left": 1})
    with pytest.raises(InvalidValue, match="no column 'label'; there are"):
        nbtrack.log_labels(two)


REFUSED = (
    ({None: 1}, {}, "label 0 has no prediction_id: None; nothing was logged"),
    ([("a", 1), (np.nan, 1)], {}, "label 1 has no prediction_id: nan"),
    ({"a": object()}, {}, "label 0 is of type object"),
    ({"a": float("inf")}, {}, "label 0 is inf, which is no number"),
    ([("a", 1, 2)], {}, "pairs of an id and a label, not of type list"),
    (3, {}, "pairs of an id and a label, not of type int"),
    (pd.DataFrame({"id": [1]}), {}, "no column 'prediction_id'"),
    (pd.DataFrame({"key": [1]}), {"on": "key"}, "no column 'label'"),
    ({"a": 1}, {"on": "id"}, "by 'prediction_id' or by 'key', not by 'id'"),
    ({"a": 1}, {"endpoint": "churn"}, "endpoint= is for labels by key"),
)


def test_what_is_no_label_is_refused_and_nothing_is_logged():
    for labels, more, message in REFUSED:
        with pytest.raises(InvalidValue, match=message):
            nbtrack.log_labels(labels, **more)
    assert nbtrack.sql("select * from labels").empty
