"""Values for columns of each type: what a model is given, to the type."""

from __future__ import annotations

from conformance.case import CSV, EACH, PRIVATE, Case, records, split

__all__ = ["CASES"]


CASES = (
    Case("each type, records", "typed", records(EACH)),
    Case("each type, split", "typed", split(EACH, [*EACH.values()])),
    Case("each type, inputs", "typed", {"inputs": [EACH]}),
    Case("each type, instances", "typed", {"instances": [EACH]}),
    *(
        Case(f"records, {how}", "typed", records(EACH | {kind: value}))
        for kind, value, how in (
            ("datetime", "2026-01-31", "a date without a time"),
            ("datetime", "2026-01-31T08:00:00Z", "a time in UTC"),
            ("datetime", "2026-01-31T08:00:00+02:00", "a time with a zone"),
            ("datetime", "2026-01-31 08:00:00.123456", "microseconds"),
            ("datetime", PRIVATE, "text for a time"),
            ("datetime", None, "null for a time"),
            ("datetime", 1_700_000_000_000, "milliseconds for a time"),
            ("boolean", 1, "1 for a boolean"),
            ("boolean", "true", "text for a boolean"),
            ("boolean", None, "null for a boolean"),
            ("integer", 2**31 - 1, "the largest integer"),
            ("integer", 2**31, "a long for an integer"),
            ("integer", 2.0, "a float without a part for an integer"),
            ("integer", True, "true for an integer"),
            ("integer", "7", "text of a number for an integer"),
            ("long", 2**63 - 1, "the largest long"),
            ("long", 2**63, "more than a long holds"),
            ("long", 2**53 + 1, "a long that no double holds"),
            ("long", 3.5, "a float for a long"),
            ("long", None, "null for a long"),
            ("float", 1e39, "more than a float holds"),
            ("float", 16_777_217, "a whole number that no float holds"),
            ("double", 2**53 + 1, "a whole number that no double holds"),
            ("double", "0.5", "text of a number for a double"),
            ("double", PRIVATE, "text for a double"),
            ("double", None, "null for a double"),
            ("double", True, "true for a double"),
            ("double", [1.0], "a list for a double"),
            ("double", {"a": 1}, "an object for a double"),
            ("double", 10**400, "a whole number past all doubles"),
            ("string", 7, "a number for a string"),
            ("string", None, "null for a string"),
            ("string", "", "empty text"),
            ("string", "\x00\u2028\ud83d\ude00", "odd characters"),
            ("string", True, "true for a string"),
            ("string", ["a"], "a list for a string"),
            ("binary", "%%", "no base64 for bytes"),
            ("binary", "", "empty bytes"),
            ("binary", 7, "a number for bytes"),
            ("binary", None, "null for bytes"),
        )
    ),
    Case("split, a float for a long", "churn", split(("age", "income"), (40.5, 1.0))),
    Case("split, a whole float for a long", "churn", split(("age", "income"), (40.0, 1.0))),
    Case("split, null for a long", "churn", split(("age", "income"), (None, 1.0))),
    Case("inputs, a float for a long", "churn", {"inputs": {"age": [40.5], "income": [1.0]}}),
    Case("instances, a float for a long", "churn", {"instances": [{"age": 40.5, "income": 1.0}]}),
    Case("CSV, a float for a long", "churn", "age,income\n40.5,1\n", CSV),
    Case(
        "numbers of each width",
        "numbers",
        records({"integer": 1, "long": 2, "float": 3, "double": 4}),
    ),
    Case(
        "numbers of each width, inputs",
        "numbers",
        {"inputs": {"integer": [1], "long": [2], "float": [3], "double": [4]}},
    ),
    Case(
        "numbers of each width, floats",
        "numbers",
        records({"integer": 1, "long": 2, "float": 0.1, "double": 1e-300}),
    ),
    Case(
        "optional columns, all there",
        "optional",
        records({"x": 1.0, "y": 2.0, "note": "n", "count": 3}),
    ),
    Case("optional columns, left out", "optional", records({"x": 1.0})),
    Case("optional columns, null", "optional", records({"x": 1.0, "y": None, "note": None})),
    Case("optional columns, null for a long", "optional", records({"x": 1.0, "count": None})),
    Case(
        "optional columns, there in one row only",
        "optional",
        records({"x": 1.0}, {"x": 2.0, "y": 3.0, "note": "n"}),
    ),
    Case("optional columns, inputs", "optional", {"inputs": {"x": [1.0], "note": ["n"]}}),
    Case("optional columns, CSV with empty cells", "optional", "x,y,note\n1.5,,\n2,3,a\n", CSV),
    Case("optional columns, the required one missing", "optional", records({"y": 1.0})),
)
