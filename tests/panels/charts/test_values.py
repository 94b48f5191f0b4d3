from __future__ import annotations

import math
import re
from urllib.parse import unquote

from nbtrack.panels.charts.values import Column, Parallel, Scatter, column_of

NAMES = ["tree", "net", "none"]
LR = column_of("lr", ["0.1", 0.3, None])
KIND = column_of("kind", ["tree", "a & 'b' \"c\" <i>", None])
ACC = column_of("acc", [0.9, 0.8, 0.7])


def same(column, other):
    """Whether two columns are alike; NaN is like NaN."""
    return repr(column) == repr(other)


def test_numbers_that_are_texts_are_numbers_and_texts_are_numbered():
    assert same(LR, Column("lr", [0.1, 0.3, math.nan]))
    assert same(KIND, Column("kind", [1.0, 0.0, math.nan], ["a & 'b' \"c\" <i>", "tree"]))
    assert [KIND.shown(it) for it in range(3)] == ["tree", "a & 'b' \"c\" <i>", "none"]
    assert same(column_of("x", [math.inf, 1.0]), Column("x", [1.0, 0.0], ["1", "inf"]))


def test_dots_are_runs_that_have_both_values(read):
    chart = Scatter(names=NAMES, x=LR, y=ACC)
    assert chart.text().splitlines() == [
        "acc by lr",
        "  tree: lr 0.1, acc 0.9",
        "  net: lr 0.3, acc 0.8",
    ]
    assert [it.name for it in chart.figure.data] == ["tree", "net"]
    (picture,) = read(chart.html()).named("img")
    assert picture["src"].count("%3Ccircle") == 2


def test_texts_on_an_axis_are_words_and_no_markup(read):
    chart = Scatter(names=NAMES, x=KIND, y=ACC)
    assert list(chart.figure.layout.xaxis.ticktext) == ["a & 'b' \"c\" <i>", "tree"]
    (picture,) = read(Parallel(names=NAMES, columns=[KIND, ACC]).html()).named("img")
    drawing = unquote(picture["src"])
    assert ">a &amp; 'b' \"c\"…</text>" in drawing
    assert "<i>" not in drawing


def test_parallel_axes_have_a_line_for_each_run(read):
    chart = Parallel(names=NAMES, columns=[LR, KIND, ACC])
    (trace,) = chart.figure.data
    assert [it.label for it in trace.dimensions] == ["lr", "kind", "acc"]
    assert list(trace.dimensions[0]["values"]) == [0.1, 0.3, 0.1]
    (picture,) = read(chart.html()).named("img")
    assert picture["alt"] == "parallel coordinates of lr, kind, acc"
    assert picture["src"].count("%3Cpolyline") == 2
    assert chart.text().splitlines()[1].split() == ["run", "lr", "kind", "acc"]
    assert chart.text().splitlines()[2].split() == ["tree", "0.1", "tree", "0.9"]


def test_no_line_goes_through_the_numbers_at_the_ends_of_parallel_axes(read):
    (picture,) = read(Parallel(names=NAMES, columns=[LR, ACC]).html()).named("img")
    drawing = unquote(picture["src"])
    labels = {
        text: float(y)
        for y, text in re.findall(r"<text x='[\d.]+' y='([\d.]+)'[^>]*>([^<]+)</text>", drawing)
    }
    heights = [float(y) for y in re.findall(r"[\d.]+,([\d.]+)", drawing) if float(y) > 0]
    assert labels["0.9"] < min(heights) < max(heights) < labels["0.7"] - 11
    assert labels["acc"] + 11 < labels["0.9"]
