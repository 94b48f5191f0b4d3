"""The inputs of a prediction as SQL: an object of JSON, or numbers beside the names of columns.

Rows of nothing but numbers are kept as such: they take half of the time to be taken in, three
quarters of the room, and a condition on one of them reads no JSON.
"""

from __future__ import annotations

__all__ = ["INPUTS", "NUMBER", "NUMBER_AS_TEXT"]

NUMBER = """input_numbers[list_position(from_json(input_columns, '["VARCHAR"]'), ?)]"""
"""The number in a column; NULL if there is none."""

NUMBER_AS_TEXT = (
    f"CASE WHEN are_whole THEN ({NUMBER})::BIGINT::VARCHAR ELSE to_json({NUMBER})::VARCHAR END"
)
"""The same as it stands in JSON."""

TEXTS = (
    "string_split(array_slice(CASE WHEN are_whole THEN to_json(input_numbers::BIGINT[])"
    " ELSE to_json(input_numbers) END::VARCHAR, 2, -2), ',')"
)

INPUTS = (
    "CASE WHEN input_numbers IS NULL THEN inputs ELSE '{' || array_to_string(list_transform("
    f"""list_zip(from_json(input_columns, '["JSON"]'), {TEXTS}),"""
    " lambda pair: pair[1] || ':' || pair[2]), ',') || '}' END"
)
"""All inputs as JSON."""
