"""Rules about data."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from nbtrack.errors import InvalidValue
from nbtrack.gates import check_data

FRAME = pd.DataFrame(
    {
        "age": [30.0, 41.0, None, 150.0],
        "plan": ["a", "b", "b", None],
        "day": pd.to_datetime(["2024-01-01"] * 4),
    }
)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"rows_at_least": 4}, None),
        ({"rows_at_least": 5}, "there are 4 rows, at least 5 are wanted"),
        ({"rows_at_most": 3}, "there are 4 rows, at most 3 may be"),
        ({"columns": ["age", "plan"]}, None),
        ({"columns": ["age", "size"]}, "columns are missing: size"),
        ({"no_other_columns": ["age", "plan"]}, "columns are too many: day"),
        ({"unique_rows": True}, None),
        ({"age": {"missing_at_most": 0.25}}, None),
        ({"age": {"missing_at_most": 0.1}}, "age: 25.0% is missing, at most 10% may be"),
        ({"age": {"min": 18}}, None),
        ({"age": {"min": 35}}, "age: 1 values are below 35"),
        ({"age": {"max": 120}}, "age: 1 values are above 120"),
        ({"age": {"mean_at_least": 80}}, "age: the mean is 73.6667, at least 80 is wanted"),
        ({"age": {"mean_at_most": 70}}, "age: the mean is 73.6667, at most 70 is wanted"),
        ({"age": {"unique": True}}, None),
        ({"plan": {"unique": True}}, "plan: 1 values are there twice"),
        ({"plan": {"allowed": ["a"]}}, "plan: 2 values are none of those allowed"),
        ({"plan": {"matches": "[ab]"}}, None),
        ({"plan": {"matches": "a+"}}, "plan: 2 values are not like 'a+'"),
        ({"age": {"kind": "number"}, "plan": {"kind": "text"}, "day": {"kind": "datetime"}}, None),
        ({"plan": {"kind": "boolean"}}, f"plan: it is {FRAME['plan'].dtype}, a boolean is wanted"),
        ({"size": {"min": 1}}, "size: there is no such column; there are age, plan, day"),
    ],
)
def test_a_rule_is_kept_or_says_what_is_wrong(rules, message):
    report = check_data(FRAME, rules)
    assert report.success is (message is None)
    assert [it.message for it in report.broken] == ([] if message is None else [message])


def test_a_report_has_a_score_and_is_json():
    report = check_data(
        pl.DataFrame({"a": [1, 2]}), {"rows_at_least": 1, "a": {"max": 1, "min": 0}}
    )
    assert (report.success, report.success_rate, report.rows) == (False, pytest.approx(2 / 3), 2)
    assert repr(report) == "2 of 3 rules are kept by 2 rows\n  a: 1 values are above 1"
    told = report.to_json_dict()
    assert told["checks"][1] == {
        "rule": "max",
        "column": "a",
        "success": False,
        "message": "a: 1 values are above 1",
        "observed": 1,
    }
    assert check_data(FRAME, {}).success_rate == 1.0


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"row_at_least": 1}, "did you mean 'rows_at_least'"),
        ({"age": {"minimum": 1}}, "no rule about a column is called 'minimum'"),
        ({"age": {"kind": "tree"}}, "no kind is called 'tree'"),
    ],
)
def test_a_rule_that_is_not_known_is_refused(rules, words):
    with pytest.raises(InvalidValue, match=words):
        check_data(FRAME, rules)
