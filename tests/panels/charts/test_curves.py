from __future__ import annotations

import math

from nbtrack.panels.charts.chart import MEDIA_TYPE
from nbtrack.panels.charts.curves import Curve, Curves

STEPS = [0.0, 1.0, 2.0]
CHART = Curves(
    names=["tree", "<b>net</b>"],
    metrics={
        "loss": {0: Curve(STEPS, [1.0, 0.5, 0.25]), 1: Curve(STEPS, [2.0, math.nan, 1.0])},
        "acc": {1: Curve([0.0], [0.9])},
    },
)


def test_each_metric_is_a_line_of_bars_for_every_run():
    assert CHART.text() == (
        "loss\n  tree        █▃▁  from 1 to 0.25\n  <b>net</b>  █ ▁  from 2 to 1\n"
        "acc\n  <b>net</b>  ▄  from 0.9 to 0.9"
    )


def test_a_page_shows_the_first_metric_and_opens_the_others(read):
    page = read(CHART.html())
    alts = [it["alt"] for it in page.named("img")]
    assert alts[0] == "loss over steps: tree from 1 to 0.25; <b>net</b> from 2 to 1"
    assert [given for tag, given in page.elements if tag == "summary"]
    assert "■ tree" in page.text
    assert "■ <b>net</b>" in page.text


def test_the_figure_shows_one_metric_and_a_menu_chooses_another():
    figure = CHART.figure
    assert [(it.name, it.visible) for it in figure.data] == [
        ("tree", True),
        ("<b>net</b>", True),
        ("<b>net</b>", False),
    ]
    assert list(figure.data[1].y) == [2.0, None, 1.0]
    scale, choice = figure.layout.updatemenus
    assert [it.label for it in scale.buttons] == ["linear", "log"]
    assert [it.label for it in choice.buttons] == ["loss", "acc"]
    assert choice.buttons[1].args[0] == {"visible": [False, False, True]}


def test_the_picture_goes_with_the_figure_and_alone_while_it_changes():
    assert list(CHART.bundle()) == [MEDIA_TYPE, "text/html", "text/plain"]
    assert list(CHART.bundle(is_still=True)) == ["text/html", "text/plain"]
    assert CHART._repr_mimebundle_() == CHART.bundle()


def test_huge_and_equal_values_have_a_place():
    steep = Curves(names=["a"], metrics={"x": {0: Curve(STEPS, [-1e308, 0.0, 1e308])}})
    flat = Curves(names=["a"], metrics={"x": {0: Curve(STEPS, [0.0, 0.0, 0.0])}})
    empty = Curves(names=["a"], metrics={"x": {0: Curve(STEPS, [math.nan] * 3)}})
    for chart in (steep, flat, empty):
        assert "nan" not in chart.html().lower().replace("from nan to nan", "")
        assert "inf" not in chart.html()
