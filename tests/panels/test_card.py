from __future__ import annotations

import math

import pytest

from nbtrack.panels.card import Card, DatasetRow, MetricRow

TUNED = Card(
    run_name="baseline",
    run_id="0192-id",
    experiment_name="iris",
    duration_seconds=1.23,
    params={"max_depth": 5, "lr": 0.01},
    changed_params={"lr": 0.1},
    metrics=[
        MetricRow("accuracy", 0.96667, 0.95, is_best=True, history=[0.9, 0.92, 0.95]),
        MetricRow("f1", 0.9612, 0.97, best=0.97, history=[0.9, 0.93, 0.97]),
        MetricRow("loss", 0.25, 0.25, curve=[1, 0.5, 0.25]),
    ],
    artifacts=[("model/model.pkl", 1_234_567)],
    datasets=[DatasetRow("iris.csv", "150 × 5", "ab12cd34", is_changed=True)],
    warnings=["lbfgs failed to converge"],
    stale=["X was changed by [12]"],
    run_number=4,
)

TUNED_TEXT = """\
run baseline FINISHED, run 4 of this cell
  warning   lbfgs failed to converge
  stale     X was changed by [12]
  param     max_depth  5
  param     lr         0.01  was 0.1
  metric    accuracy  0.96667  ▲ +0.0167  ★ best so far  ▁▃▆█
  metric    f1         0.9612  ▼ -0.0088  best 0.97      ▁▄█▇
  metric    loss         0.25  =                         █▃▁
  dataset   iris.csv 150 × 5, changed
  artifact  model/model.pkl"""


def test_a_card_reads_in_a_terminal_without_ids_and_times():
    assert TUNED.text() == str(TUNED) == TUNED_TEXT


def test_a_card_says_the_same_on_a_page(read):
    page = read(TUNED.html())
    assert page.text == (
        "baseline · ✓ FINISHED · 1.2 s · run 4 of this cell · experiment iris "
        "⚠ warning: lbfgs failed to converge ⟳ stale: X was changed by [12] "
        "lr 0.01 was 0.1 max_depth 5 "
        "metrics, against the run before metric value change best trend "
        "accuracy 0.96667 ▲ +0.0167 ★ best so far 4 runs "
        "f1 0.9612 ▼ -0.0088 best 0.97 4 runs "
        "loss 0.25 = 3 points "
        "data iris.csv 150 × 5 ab12cd34 changed artifacts model/model.pkl 1.23 MB"
    )
    assert page.named("div")[0]["aria-label"] == "run baseline"
    assert {"title": "0192-id"} in page.named("span")
    assert len(page.named("img")) == 3


def test_both_are_in_the_bundle():
    assert TUNED._repr_mimebundle_() == {"text/html": TUNED.html(), "text/plain": TUNED_TEXT}


def test_the_first_run_of_a_cell_has_no_empty_columns(read):
    first = Card(run_name="one", metrics=[MetricRow("loss", 0.5)], run_number=1)
    assert read(first.html()).text == (
        "one · ✓ FINISHED · run 1 of this cell metrics metric value loss 0.5"
    )


def test_an_invented_name_stays_out_of_the_text():
    invented = Card(run_name="bright-fox-12", is_named=False, status="RUNNING")
    assert invented.text() == "run RUNNING"
    assert "bright-fox-12" in invented.html()


@pytest.mark.parametrize("status", ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"])
def test_a_status_is_a_word(read, status):
    assert status in read(Card(run_name="x", status=status).html()).text


def test_nothing_in_a_run_is_taken_for_html(read):
    evil = '<script>alert(1)</script>" onload="x\''
    card = Card(
        run_name=evil,
        run_id=evil,
        experiment_name=evil,
        status="FAILED",
        params={evil: evil},
        changed_params={evil: evil},
        metrics=[MetricRow(evil, math.nan, 1.0, history=[math.inf, 1, 2])],
        artifacts=[(evil, 1)],
        datasets=[DatasetRow(evil, evil, evil)],
        warnings=[evil],
        error=(evil, evil),
        stale=[evil],
        notes=[evil],
    )
    assert read(card.html()).text.count("<script>") >= 10


def test_long_values_are_shortened_in_text_and_on_the_page(read):
    card = Card(run_name="n" * 500, params={"path": "x" * 10_000}, warnings=["w" * 5000])
    assert max(map(len, card.text().splitlines())) <= 100
    assert len(read(card.html()).text) < 700


def test_many_of_a_kind_open_on_a_click(read):
    card = Card(
        run_name="sweep",
        params={f"p{it}": it for it in range(30)},
        metrics=[MetricRow(f"m{it}", it) for it in range(40)],
        artifacts=[(f"fig{it}.png", it) for it in range(100)],
        warnings=[f"w{it}" for it in range(9)],
    )
    page = read(card.html())
    summaries = [it for it in page.words if it.endswith(" more") or " more " in it]
    assert summaries == ["5 more", "18 more params", "28 more metrics", "96 more"]
    lines = card.text().splitlines()
    assert "  and 6 more params" in lines
    assert "  and 16 more metrics" in lines
    assert lines[-1] == "  and 88 more artifacts"


def test_a_usual_card_is_small_and_quick():
    card = Card(
        run_name="baseline",
        run_id="0192abcdef",
        experiment_name="iris",
        duration_seconds=1.5,
        run_number=31,
        params={f"param_{it}": it / 3 for it in range(5)},
        changed_params={"param_1": 2},
        metrics=[
            MetricRow(it, 0.96667, 0.95, is_best=True, history=[0.9, 0.92, 0.95] * 10)
            for it in ("accuracy", "f1_score", "roc_auc")
        ],
    )
    assert len(card.html().encode()) < 6 * 1024
