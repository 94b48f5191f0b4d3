"""The inputs of a prediction as SQL: an object of JSON, or numbers beside the names of columns.

Rows of nothing but numbers are kept as such: they take half of the time to be taken in, three
quarters of the room, and a condition on one of them reads no JSON.
"""

from __future__ import annotations

__all__ = ["INPUTS", "NUMBER", "NUMBER_AS_TEXT"]

PLACE = """list_position(from_json(input_columns, '["VARCHAR"]'), ?)"""

NUMBER = f"input_numbers[{PLACE}]"
"""The number in a column; NULL if there is none."""

WHOLE = """from_json(whole_columns, '["BOOLEAN"]')"""

NUMBER_AS_TEXT = (
    f"CASE WHEN ({WHOLE})[{PLACE}] THEN ({NUMBER})::BIGINT::VARCHAR"
    f" ELSE to_json({NUMBER})::VARCHAR END"
)
"""The same as it stands in JSON."""

NAMES = """from_json(input_columns, '["JSON"]')"""
TEXTS = "string_split(array_slice(to_json(input_numbers)::VARCHAR, 2, -2), ',')"

INPUTS = (
    "CASE WHEN input_numbers IS NULL THEN inputs ELSE '{' || array_to_string(CASE"
    f" WHEN whole_columns IS NULL THEN list_transform(list_zip({NAMES}, {TEXTS}),"
    " lambda pair: pair[1] || ':' || pair[2])"
    f" ELSE list_transform(list_zip({NAMES}, {TEXTS}, {WHOLE}), lambda pair: pair[1] || ':' ||"
    " CASE WHEN pair[3] THEN replace(pair[2], '.0', '') ELSE pair[2] END) END, ',') || '}' END"
)
"""All inputs as JSON."""
