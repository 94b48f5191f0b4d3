"""Versions as gates see them, made of plain values."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from nbtrack.records.registered_model import Approval, ModelVersion, ModelVersionTag
from nbtrack.registry.promotion.case import Case, Side


class Model:
    """What predicts by a function, with the example that was logged with it."""

    def __init__(self, predict, example=None):
        self.function, self.input_example = predict, example
        self.metadata = SimpleNamespace(signature=None)

    def predict(self, data, params=None):
        return self.function(data)


class Reads:
    """What belongs to versions, given by the test."""

    def __init__(self, metrics=None, model=None, signature=None, params=None):
        self.told = metrics or {}, model, signature, params or {}
        self.loaded = 0

    def run(self, version):
        return None

    def metrics(self, version):
        return self.told[0]

    def params(self, version):
        return self.told[3]

    def signature(self, version):
        return self.told[2]

    def model(self, version):
        self.loaded += 1
        return self.told[1]


def side(version, *, tags=None, approvals=(), **told):
    info = ModelVersion(
        "churn",
        version,
        1,
        tags=[ModelVersionTag(*it) for it in (tags or {}).items()],
        approvals=[Approval(*it) for it in approvals],
        current_stage="None",
    )
    if callable(told.get("model")):
        told["model"] = Model(told["model"], told.pop("example", None))
    return Side(info, Reads(**told))


@pytest.fixture
def case():
    """A case: what is told of the candidate, and with `current` what is told of that."""

    def case(current=None, *, data=None, target=None, actor="", **candidate):
        there = None if current is None else side(current.pop("version", "1"), **current)
        return Case(side("2", **candidate), there, "@champion", actor, data, target)

    return case


@pytest.fixture
def says():
    """A model that says the same, whatever it is asked."""
    return lambda *values: lambda _: np.array(values)
