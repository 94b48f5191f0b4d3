"""Variants compared: from frames, from the prediction log, from what an endpoint counted."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import numpy as np
import pandas as pd
import polars as pl
import pytest

import nbtrack
from nbtrack.api.session import session
from nbtrack.api.variants.results import of_plan, results_of
from nbtrack.errors import InvalidValue, NotFound, UnknownName
from nbtrack.records.endpoint import (
    EndpointOptions,
    EndpointPlan,
    EndpointStats,
    Traffic,
    Variant,
    VariantStats,
)
from nbtrack.serving.supervising.place import EndpointFolder

SHARES = {"champion": 0.5, "challenger": 0.5}


def table(answers=2_000, better=0.1, keys=None):
    """Answers of two variants, the second of which is right more often."""
    rng = np.random.default_rng(1)
    users = np.arange(answers) if keys is None else rng.integers(0, keys, answers)
    names = [nbtrack.variant_of(it, SHARES) for it in users]
    rate = 0.6 + better * np.array([it == "challenger" for it in names])
    truth = rng.integers(0, 2, answers)
    said = np.where(rng.random(answers) < rate, truth, 1 - truth)
    return pd.DataFrame({"variant": names, "key": users, "output": said, "label": truth})


def test_labels_tell_which_variant_wins():
    report = nbtrack.compare_variants(table())
    assert (report.metric, report.unit, report.winner) == ("accuracy", "keys", "challenger")
    first, other = report.results
    assert (first.name, other.name) == ("champion", "challenger")
    assert other.low < 0.1 < other.high
    assert other.low > 0
    assert other.p_value < 0.05
    assert other.lift == pytest.approx(other.difference / first.mean)
    assert other.best > 0.99
    assert not report.warnings


def test_without_a_difference_it_says_how_many_more_may_tell():
    report = nbtrack.compare_variants(table(answers=400, better=0.03))
    assert report.winner is None
    assert not report.is_significant
    assert report.headline().startswith(
        "accuracy of 2 variants, 400 keys: no difference yet: about"
    )
    needed = report.result("challenger").needed
    assert needed > 400


@pytest.mark.parametrize("kind", ["polars", "columns"])
def test_other_frames_do_too(kind):
    frame = table()
    data = pl.from_pandas(frame) if kind == "polars" else frame.to_dict("list")
    assert nbtrack.compare_variants(data).text() == nbtrack.compare_variants(frame).text()


def test_all_that_one_user_saw_counts_once():
    rng = np.random.default_rng(2)
    users = rng.integers(0, 40, 8_000)
    names = [nbtrack.variant_of(it, SHARES) for it in users]
    taste = rng.normal(0, 1, 40)[users]
    frame = pd.DataFrame({"variant": names, "key": users, "reward": taste})
    by_user = nbtrack.compare_variants(frame)
    assert (by_user.unit, sum(it.count for it in by_user.results)) == ("keys", 40)
    assert not by_user.is_significant
    assert nbtrack.compare_variants(frame, key=None).result("champion").count > 3_000


def test_rows_of_a_request_count_once():
    frame = pd.DataFrame(
        {
            "prediction_id": [f"{n // 10}/{n % 10}" for n in range(4_000)],
            "variant": ["a" if n // 10 % 2 else "b" for n in range(4_000)],
            "reward": [float(n // 10 % 3 == 0) for n in range(4_000)],
        }
    )
    report = nbtrack.compare_variants(frame)
    assert (report.unit, [it.count for it in report.results]) == ("requests", [200, 200])


def test_shadows_are_compared_on_the_requests_they_saw_too():
    rng = np.random.default_rng(3)
    hard = rng.random(600) < 0.5
    ids = [f"p{n}" for n in range(600)]
    parts = [
        pd.DataFrame({"prediction_id": ids, "variant": name, "output": said, "label": 1})
        for name, said in (("a", ~hard), ("b", ~hard | (rng.random(600) < 0.1)))
    ]
    frame = pd.concat([parts[0], parts[1]], ignore_index=True).astype({"output": int})
    paired = nbtrack.compare_variants(frame, first="a")
    assert paired.note == "b answered the same requests as a"
    assert paired.winner == "b"
    alone = frame.assign(prediction_id=[f"q{n}" for n in range(1_200)])
    assert nbtrack.compare_variants(alone, first="a").winner is None


def test_a_shadow_beside_a_split_is_paired_with_what_it_shadowed():
    rng = np.random.default_rng(8)
    names = np.where(np.arange(400) % 2, "a", "b")
    asked = pd.DataFrame({"prediction_id": [f"p{n}" for n in range(400)], "label": 1})
    seen = asked.assign(variant=names, output=rng.integers(0, 2, 400), is_shadow=False)
    copies = asked.assign(variant="s", output=seen["output"], is_shadow=True)
    frame = pd.concat([seen, copies], ignore_index=True).assign(
        reward=1.0, key=lambda it: it.index % 400
    )
    report = nbtrack.compare_variants(frame, "accuracy", shares={"a": 1, "b": 1})
    assert report.note == "s answered the same requests as a"
    assert report.result("s").difference == 0
    assert report.result("b").difference != 0
    assert not report.warnings
    assert [it.name for it in nbtrack.compare_variants(frame).results] == ["a", "b"]


def test_an_answer_that_failed_is_wrong_and_has_no_distance():
    frame = pd.DataFrame(
        {
            "variant": ["a"] * 30 + ["b"] * 30,
            "output": [1.5] * 30 + [1.5] * 20 + [None] * 10,
            "label": 1.5,
            "error": [None] * 50 + ["ValueError"] * 10,
        }
    )
    assert nbtrack.compare_variants(frame, "accuracy").result("b").mean == pytest.approx(2 / 3)
    report = nbtrack.compare_variants(frame, "absolute_error")
    assert report.warnings == ["10 answers of b failed and have no absolute_error"]


def test_a_covariate_shows_a_difference_sooner():
    rng = np.random.default_rng(4)
    before = rng.normal(50, 10, 1_200)
    names = np.where(np.arange(1_200) % 2, "a", "b")
    spent = before + rng.normal(0, 2, 1_200) + (names == "b")
    frame = pd.DataFrame({"variant": names, "spent": spent, "last_month": before})
    assert nbtrack.compare_variants(frame, "spent").winner is None
    report = nbtrack.compare_variants(frame, "spent", covariate="last_month")
    assert report.winner == "b"
    assert report.note == "last_month explains 97% of the variance, which was taken out"


def test_shares_that_are_not_kept_are_a_warning():
    frame = table()
    lost = frame[(frame["variant"] == "champion") | (frame.index % 5 > 0)]
    (warning,) = nbtrack.compare_variants(lost, shares=SHARES).warnings
    assert "no result holds until it is found" in warning
    assert not nbtrack.compare_variants(frame, shares=SHARES).warnings
    (warning,) = nbtrack.compare_variants(frame, shares={**SHARES, "third": 0.5}).warnings
    assert "third got 0.0% of the keys, not 33.3%" in warning


def test_a_key_that_several_variants_answered_is_a_warning():
    frame = table(answers=100)
    frame.loc[frame["key"] == 3, "variant"] = "champion"
    frame = pd.concat([frame, frame[frame["key"] == 3].assign(variant="challenger")])
    assert nbtrack.compare_variants(frame).warnings == ["1 key got answers of several variants"]


@pytest.mark.parametrize(
    ("metric", "winner"),
    [
        ("absolute_error", "b"),
        ("mae", "b"),
        ("squared_error", "b"),
        ("latency", "a"),
        ("score", "b"),
        (lambda frame: frame["score"] * 2, "b"),
        (None, "b"),
    ],
)
def test_a_metric_is_a_name_a_column_or_a_function(metric, winner):
    rng = np.random.default_rng(5)
    names = np.where(np.arange(400) % 2, "a", "b")
    frame = pd.DataFrame(
        {
            "variant": names,
            "output": rng.normal(0, 1, 400) + (names == "a"),
            "label": rng.normal(0, 0.1, 400),
            "latency": np.where(names == "a", 0.01, 0.02) + rng.random(400) / 1_000,
            "score": (names == "b") + rng.normal(0, 1, 400),
        }
    )
    assert nbtrack.compare_variants(frame, metric).winner == winner


def test_a_metric_of_many_rows_together_is_refused():
    with pytest.raises(InvalidValue, match="f1_score is a figure of many rows together"):
        nbtrack.compare_variants(table(), "f1_score")


def test_an_unknown_metric_names_those_there_are():
    with pytest.raises(UnknownName, match="no metric or column is called 'acuracy'; there are"):
        nbtrack.compare_variants(table(), "acuracy")


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        (pd.DataFrame({"arm": ["a"], "x": [1]}), {}, "no column is called 'variant'"),
        (pd.DataFrame({"variant": ["a"], "x": ["no"]}), {"metric": "x"}, "values that are no num"),
        (pd.DataFrame({"variant": [None], "x": [1]}), {}, "nothing to compare yet"),
        (pd.DataFrame({"variant": ["a"], "x": [1], "y": [2]}), {}, "what shall be compared"),
        (pd.DataFrame({"variant": ["a"], "x": [1]}), {"first": "b"}, "no variant is called 'b'"),
        (pd.DataFrame({"variant": ["a"], "x": [1]}), {"alpha": 1}, "alpha is between 0 and 1"),
        (pd.DataFrame({"variant": ["a"], "x": [1]}), {"covariate": "z"}, "no column is called 'z'"),
        (pd.DataFrame({"variant": ["a"], "x": [1]}), {"metric": "accuracy"}, "accuracy needs it"),
        (5, {}, "variants are compared by a frame"),
    ],
)
def test_what_cannot_be_compared_is_told(frame, options, message):
    with pytest.raises(InvalidValue, match=message):
        nbtrack.compare_variants(frame, **options)


def test_labels_of_one_variant_alone_tell_nothing_yet():
    frame = pd.DataFrame({"variant": ["a", "b"] * 50, "output": 1, "label": [None, 1] * 50})
    report = nbtrack.compare_variants(frame)
    assert (report.winner, report.verdict()) == (None, "no difference yet")
    assert [(it.count, it.mean, it.difference) for it in report.results] == [
        (0, None, None),
        (50, 1.0, None),
    ]


def test_one_variant_alone_has_nothing_beside_it():
    report = nbtrack.compare_variants({"a": [1, 2, 3]})
    assert report.verdict() == "nothing to compare with"
    assert [(it.name, it.mean) for it in report.results] == [("a", 2.0)]


def test_several_variants_are_each_wrong_less_often():
    rng = np.random.default_rng(6)
    values = {name: rng.normal(mean, 1, 400) for name, mean in (("a", 0), ("b", 0), ("c", 0.6))}
    report = nbtrack.compare_variants(values)
    assert report.winner == "c"
    two = nbtrack.compare_variants({name: values[name] for name in "ac"})
    assert report.result("c").low < two.result("c").low
    assert report.p_value == pytest.approx(2 * report.result("c").p_value)


def test_the_first_wins_when_it_beats_all_others():
    rng = np.random.default_rng(7)
    values = {name: rng.normal(mean, 1, 400) for name, mean in (("a", 1), ("b", 0), ("c", 0))}
    assert nbtrack.compare_variants(values).winner == "a"
    assert nbtrack.compare_variants(values, lower_is_better=True).winner in {"b", "c"}


# The prediction log


@pytest.fixture
def logged():
    """Predictions of an endpoint with labels, as a person has them some days later."""
    frame = table(answers=600, better=0.3)
    for name, rows in frame.groupby("variant"):
        nbtrack.log_predictions(
            {"x": rows["key"].to_list()},
            rows["output"].to_list(),
            endpoint="churn",
            variant=name,
            key=rows["key"].to_list(),
        )
    nbtrack.log_labels(dict(zip(frame["key"], frame["label"], strict=True)), on="key")
    return frame


def test_the_champion_of_a_model_is_the_first_too():
    clicks = {"alpha-challenger": [0, 1] * 9, "beta-champion": [0, 1] * 9}
    names = [it.name for it in nbtrack.compare_variants(clicks).results]
    assert names == ["beta-champion", "alpha-challenger"]


def test_the_log_of_an_endpoint_is_compared_by_its_labels(logged):
    report = nbtrack.compare_variants("churn")
    assert report.text() == nbtrack.compare_variants(logged).text()
    assert nbtrack.compare_variants(nbtrack.predictions("churn")).text() == report.text()
    with pytest.raises(NotFound, match=r"there is no endpoint 'chrun'.*did you mean 'churn'"):
        nbtrack.compare_variants("chrun")
    by_input = nbtrack.compare_variants("churn", "inputs.x", covariate="inputs.x")
    assert by_input.note == "inputs.x explains 100% of the variance, which was taken out"


def test_the_log_of_a_bandit_by_its_name_has_no_p_value(logged):
    plan = served({}, mode="bandit").plan
    folder = EndpointFolder(session().folder.path / "endpoints" / "churn")
    folder.path.mkdir(parents=True)
    folder.put(plan)
    report = nbtrack.compare_variants("churn")
    assert (report.results[0].name, report.p_value) == ("champion", None)
    assert report.results[0].count == sum(logged["variant"] == "champion")


def test_a_log_without_the_first_variant_is_compared_by_those_it_has():
    for name, said in (("challenger", 1), ("v3", 0)):
        nbtrack.log_predictions({"x": [1.0] * 30}, [said] * 30, endpoint="churn", variant=name)
    plan = served({}).plan
    third = msgspec.structs.replace(plan.variants[1], name="v3", version=3)
    endpoint = served({}, log_rate=1.0)
    endpoint.plan = msgspec.structs.replace(plan, number=2, variants=(*plan.variants, third))
    assert [it.name for it in results_of(endpoint, "output").results] == ["challenger", "v3"]


# What an endpoint counted


def served(stats, mode="split", number=1, **more):
    """An endpoint of two variants that is not running."""
    variants = tuple(
        Variant(
            name=name,
            model_uri=f"models:/churn@{name}",
            folder="nowhere",
            model_name="churn",
            version=version,
            share=SHARES[name],
        )
        for version, name in enumerate(SHARES, 1)
    )
    log_rate = more.pop("log_rate", 0.0)
    plan = EndpointPlan(
        endpoint_id="e",
        name="churn",
        number=number,
        variants=variants,
        traffic=Traffic(mode=mode, **more),
        options=EndpointOptions(log_rate=log_rate),
    )
    figures = [
        VariantStats(name=it.name, version=it.version, **stats[it.name])
        for it in variants
        if it.name in stats
    ]
    return SimpleNamespace(
        here=session(),
        name="churn",
        plan=plan,
        since=0,
        stats=lambda: EndpointStats(variants=figures),
    )


def rewarded(hits, count):
    return {"requests": count, "rewards": count, "reward_sum": hits, "reward_squares": hits}


def test_rewards_that_were_counted_tell_without_a_log():
    endpoint = served({"champion": rewarded(200, 1_000), "challenger": rewarded(300, 1_010)})
    report = results_of(endpoint)
    assert (report.metric, report.unit, report.winner) == ("reward", "rewards", "challenger")
    assert report.models == {"champion": ("churn", "1"), "challenger": ("churn", "2")}
    assert not report.warnings


def test_a_bandit_has_chances_and_bounds_and_no_p_value():
    stats = {"champion": rewarded(20, 100), "challenger": rewarded(2_000, 4_000)}
    report = results_of(served(stats, mode="bandit"))
    assert report.winner == "challenger"
    assert report.p_value is None
    assert report.note == "the traffic followed the rewards, so no p value holds"
    assert report.result("challenger").best > 0.99


def test_without_rewards_and_labels_errors_are_compared():
    stats = {
        "champion": {"requests": 1_000, "errors": 2},
        "challenger": {"requests": 1_000, "errors": 80},
    }
    report = results_of(served(stats))
    assert (report.metric, report.winner) == ("error_rate", "champion")
    assert report.note == "no rewards and no labels are known yet"


def test_an_endpoint_nobody_asked_has_nothing_to_tell():
    report = results_of(served({}))
    assert report.winner is None
    assert [it.count for it in report.results] == [0, 0]


def test_requests_are_checked_against_shares_where_that_can_be():
    stats = {"champion": rewarded(1, 900), "challenger": rewarded(1, 300)}

    def warnings(**more):
        return len(results_of(served(stats, **more)).warnings)

    assert warnings() == 1
    assert warnings(number=2) == 0, "its shares may have been others before"
    assert warnings(key="user") == 0, "the requests of a key go together"
    assert warnings(mode="bandit") == 0


def test_labels_in_the_log_go_before_what_was_counted(logged):
    endpoint = served({"champion": {"requests": 5}}, log_rate=1.0, key="user")
    report = results_of(endpoint)
    assert (report.metric, report.unit) == ("accuracy", "keys")
    assert report.results == nbtrack.compare_variants(logged).results
    assert nbtrack.compare_variants(endpoint, "accuracy").results == report.results
    assert results_of(endpoint, "error_rate").metric == "error_rate"


def test_what_a_version_answered_that_is_served_no_more_has_no_part():
    names = ["champion", "champion", "challenger", "challenger", "gone"]
    versions = pd.array([1, 3, 2, None, 1], dtype="Int64")
    frame = pd.DataFrame({"variant": names, "version": versions})
    assert of_plan(frame, served({}).plan).index.tolist() == [0, 2, 3]
