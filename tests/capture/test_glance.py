"""Params are plain and short, whatever they were."""

from __future__ import annotations

import math

import numpy as np

from nbtrack.capture.glance import params_of, rows_of


def test_params_are_plain_values_and_names():
    given = {
        "rate": np.float32(0.5),
        "count": np.array(3),
        "betas": (0.9, 0.999),
        "metric": ["auc", math.hypot],
        "weights": np.ones(3),
        "many": list(range(100)),
        "schedule": {"name": "cosine", "steps": 5},
        "nothing": None,
        1: True,
    }
    assert params_of(given) == {
        "rate": 0.5,
        "count": 3,
        "betas": [0.9, 0.999],
        "metric": ["auc", "hypot"],
        "weights": "ndarray",
        "many": "list",
        "schedule": {"name": "cosine", "steps": 5},
        "1": True,
    }


def test_a_list_inside_of_itself_ends():
    endless = []
    endless.append(endless)
    assert params_of({"endless": endless}) == {"endless": [["list"]]}


def test_rows_are_known_without_reading():
    assert [rows_of(it) for it in (np.ones((5, 2)), [1, 2], np.array(1), iter("ab"), None)] == [
        5,
        2,
        None,
        None,
        None,
    ]
