from __future__ import annotations

import sys

import pytest

from nbtrack.errors import MissingPackage
from nbtrack.panels.charts import chart
from nbtrack.panels.charts.values import Scatter, column_of


def test_without_plotly_a_figure_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "plotly.graph_objects", None)
    with pytest.raises(MissingPackage, match=r"pip install 'nbtrack\[notebook\]'"):
        _ = Scatter(names=["a"], x=column_of("x", [1]), y=column_of("y", [1])).figure


def test_values_travel_as_json_has_them():
    assert chart.finite([1, 1 / 3, float("nan"), float("-inf")]) == [1.0, 0.333333, None, None]


def test_an_axis_of_a_layout_keeps_what_all_have():
    layout = chart.layout_of(300, xaxis={"title": {"text": "step"}}, showlegend=False)
    assert layout["xaxis"]["title"] == {"text": "step"}
    assert layout["xaxis"]["gridcolor"] == layout["yaxis"]["gridcolor"]
    assert layout["showlegend"] is False
