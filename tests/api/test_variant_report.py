"""What came of a comparison: words, a page, a run, and the promotion of the winner."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.api.variants.report import VariantReport, VariantResult
from nbtrack.errors import InvalidValue, PromotionRefused, UnknownName

FIRST = VariantResult("champion", 900, 0.8, 0.4, best=0.01)
BETTER = VariantResult("new <b>", 100, 0.9, 0.3, 0.1, 0.02, 0.18, 0.004, 0.125, 0.99, 0)
UNSURE = VariantResult("third", 50, 0.81, 0.4, 0.01, -0.2, 0.22, 1.0, 0.0125, 0.5, 12_345)


def report(*results, **more):
    return VariantReport("accuracy", [FIRST, *results], unit="keys", **more)


def test_it_reads_as_a_table():
    found = report(BETTER, winner="new <b>", warnings=["half is missing"], note="as asked")
    assert repr(found) == found.text()
    assert found.text().splitlines() == [
        "accuracy of 2 variants, 1,000 keys: new <b> wins",
        "  champion  900  0.8",
        "  new <b>   100  0.9  +0.1 (+12.5%), surely between +0.02 and +0.18, p 0.004",
        "as asked",
        "warning: half is missing",
    ]


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([], "nothing to compare with"),
        ([UNSURE], "no difference yet: about 13,000 more keys may tell"),
        ([VariantResult("b", 0, None)], "no difference yet"),
        ([BETTER, UNSURE], "some differ, none is surely the best yet"),
    ],
)
def test_without_a_winner_it_says_what_is_missing(results, verdict):
    assert report(*results).verdict() == verdict


def test_bounds_that_are_not_known_yet_are_not_shown():
    endless = VariantResult("b", 3, 0.5, 0.1, -0.3, float("-inf"), float("inf"), 1.0, None)
    assert endless.words() == "-0.3, p 1"
    assert not endless.is_sure


def test_its_page_is_escaped_and_has_every_variant():
    html = report(BETTER, UNSURE, warnings=["<i>"])._repr_html_()
    assert "new &lt;b&gt;" in html
    assert "⚠ &lt;i&gt;" in html
    assert "<b>" not in html
    assert html.count("<tr") == 3


def test_its_frame_has_a_row_a_variant():
    frame = report(BETTER).to_pandas()
    assert frame["name"].tolist() == ["champion", "new <b>"]
    assert frame["p_value"].isna().tolist() == [True, False]


def test_the_least_p_value_counts_for_all_comparisons():
    assert report(BETTER, UNSURE).p_value == pytest.approx(0.008)
    assert report().p_value is None
    assert report(UNSURE).p_value == 1.0


def test_an_unknown_variant_names_those_there_are():
    with pytest.raises(UnknownName, match="no variant is called 'thrid'; there are champion, "):
        report(UNSURE).result("thrid")


def test_it_is_logged_to_a_run_of_its_own_or_to_the_active_one():
    run_id = report(BETTER, winner="new <b>").log()
    run = nbtrack.get_run(run_id)
    assert run.info.run_name == "compare variants"
    assert run.data.tags["winner"] == "new <b>"
    assert run.data.tags["significant"] == "yes"
    assert run.data.params == {"compared_metric": "accuracy", "alpha": "0.05"}
    assert run.data.metrics == {
        "mean_champion": 0.8,
        "std_champion": 0.4,
        "count_champion": 900,
        "chance_to_be_best_champion": 0.01,
        "mean_new _b_": 0.9,
        "std_new _b_": 0.3,
        "count_new _b_": 100,
        "difference_new _b_": 0.1,
        "lift_new _b_": 0.125,
        "chance_to_be_best_new _b_": 0.99,
        "p_value": 0.004,
    }
    with nbtrack.start_run() as mine:
        assert report(UNSURE).log() == mine.info.run_id
    tags = nbtrack.get_run(mine.info.run_id).data.tags
    assert (tags["significant"], "winner" in tags) == ("no", False)


@pytest.fixture
def versions():
    """Two versions of a model, the first one the champion."""
    for accuracy in (0.8, 0.9):
        with nbtrack.start_run():
            nbtrack.log_metric("accuracy", accuracy)
            info = nbtrack.pyfunc.log_model(name="m", python_model=lambda it: [sum(it)])
        nbtrack.register_model(info.model_uri, "churn")
    client = nbtrack.MlflowClient()
    client.set_registered_model_alias("churn", "champion", 1)
    return client


MODELS = {"champion": ("churn", "1"), "new <b>": ("churn", "2")}


def test_the_winner_is_promoted_past_gates_and_others_by_name_alone(versions):
    def at(alias):
        return str(versions.get_model_version_by_alias("churn", alias).version)

    found = report(BETTER, winner="new <b>", models=MODELS)
    with pytest.raises(PromotionRefused):
        found.promote(gates=["accuracy >= 0.95"])
    assert at("champion") == "1"
    promoted = found.promote(gates=["accuracy >= 0.85"])
    assert promoted.headline() == "churn version 2 is now @champion, in place of version 1"
    assert promoted.note == found.headline()
    assert at("champion") == "2"

    undecided = report(UNSURE, models={**MODELS, "third": ("churn", "1")})
    with pytest.raises(InvalidValue, match=r"no variant has won: no difference yet.*variant="):
        undecided.promote()
    assert undecided.promote("canary", variant="third").target == "@canary"
    assert at("canary") == "1"


def test_a_winner_that_is_no_registered_version_is_not_promoted():
    with pytest.raises(InvalidValue, match="nobody knows which registered version new <b> is"):
        report(BETTER, winner="new <b>").promote()
