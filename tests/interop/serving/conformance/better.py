"""Where our server answers otherwise than MLflow's on purpose: why, and how."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["BETTER", "Better"]


class Better(NamedTuple):
    """Our answer."""

    why: str
    status: int = 400
    told: Any = None


def answer(why, predictions):
    return Better(why, 200, {"predictions": predictions})


def frame(**columns):
    """What the models that tell what they were asked say of a table."""
    return {"data": {"frame": [[name, *it] for name, it in columns.items()]}}


def each_type(**other):
    """The table of one value of each type; some others in their place."""
    given = {
        "boolean": ["bool", [True]],
        "integer": ["int32", ["whole 7"]],
        "long": ["int64", ["whole 1099511627776"]],
        "float": ["float32", ["0.10000000149011612"]],
        "double": ["float64", ["0.1"]],
        "string": ["object", ["ü – 😀"]],
        "binary": ["object", ["bytes 616263"]],
        "datetime": ["time", ["2026-01-31 08:00:00"]],
    }
    return frame(**given | other)


BY_PLACE = {"data": {"frame": [[0, "float64", ["1.5"]], [1, "float64", ["2.0"]]]}}
TRUNCATED = "a whole number is not made of another one by leaving out its fraction"
WRAPPED = "a number that is too large is refused, where MLflow makes another one of it"
BASE64 = "bytes come as base64 in each form; MLflow takes the text of 'inputs' for the bytes"
STANDARD_JSON = "NaN and infinity are no JSON, which browsers refuse; they are null"
DEEP = "a body that nobody can read is the client's mistake, not the server's"
HEADER = "HTTP's own rules say so"
BY_ORDER = "columns without names are 0 and 1, whatever a client calls them"
FAILS = "a fault of a model is the server's, and monitoring must see it"
STRICT = "what the model was not made for is refused, not passed on"

BY_ISO = "a date in a country's own way may be another day; MLflow guesses"
ALONE = "one value is one row, and lists of one value are rows"
ANYTHING = "what may be anything stays what it is; MLflow makes numbers of a column of it"
LINES = [{"sku": "a", "amounts": ["1.0", "2.5"]}]


def number(*values):
    return frame(x=["float64", [*values]])


def at(*values):
    """Times beside the numbers 1, 2 …"""
    numbers = [repr(float(place + 1)) for place in range(len(values))]
    return frame(t=["time", [*values]], x=["float64", numbers])


def deep(**other):
    return frame(lines=["object", [LINES]], **other)


BETTER: dict[str, Better] = {
    "tensor, text of numbers": Better("an array of numbers holds no text"),
    "CSV, each type": answer(
        "times and bytes are read from CSV, too; MLflow fails",
        each_type(
            long=["int64", ["whole 8"]],
            float=["float32", ["0.5"]],
            double=["float64", ["0.5"]],
            string=["object", ["a"]],
            datetime=["time", ["2026-01-31 00:00:00"]],
        ),
    ),
    "CSV, a tensor": answer("a table of numbers is an array of them; MLflow fails", [1]),
    "each type, inputs": answer(BASE64, each_type()),
    "each type, instances": answer(BASE64, each_type()),
    "records, milliseconds for a time": Better("MLflow takes any number for nanoseconds"),
    "records, text for a boolean": Better("MLflow takes any text for true, 'false' as well"),
    "records, null for a boolean": Better("what is missing is not false"),
    "records, a long for an integer": Better(WRAPPED),
    "records, more than a long holds": Better(WRAPPED),
    "records, more than a float holds": Better("MLflow makes infinity of it"),
    "records, a float for a long": Better(TRUNCATED),
    "split, a float for a long": Better(TRUNCATED),
    "inputs, a float for a long": Better(TRUNCATED),
    "instances, a float for a long": Better(TRUNCATED),
    "named tensors, a float for a long": Better(TRUNCATED),
    "tensor of three dimensions, past float": Better("MLflow makes infinity of it"),
    "records, a number for a string": answer(
        "a column of text holds text", each_type(string=["object", ["7"]])
    ),
    "records, true for a string": Better(STRICT),
    "records, a list for a string": Better(STRICT),
    "nested, a number in a list of text": Better(STRICT),
    "records, no base64 for bytes": Better("MLflow leaves out what it cannot read"),
    "records, null for bytes": answer(
        "bytes may be missing as text may", each_type(binary=["object", [None]])
    ),
    "optional columns, null for a long": answer(
        "what is optional may be missing", frame(x=["float64", ["1.0"]], count=["object", [None]])
    ),
    "columns without names, split with names": answer(BY_ORDER, BY_PLACE),
    "columns without names, records": answer(BY_ORDER, BY_PLACE),
    "one named column, inputs as text": answer(
        "one value is one row", frame(text=["object", ["a"]])
    ),
    "no signature, inputs as a list of dicts": answer(
        "values stay what they are; MLflow makes an array of each number",
        {"data": [{"dict": {"a": ["int", f"whole {number}"]}} for number in (1, 2)]},
    ),
    "answer: frame with gaps": answer(
        STANDARD_JSON, [{"x": 1.5, "y": "a"}, {"x": None, "y": None}]
    ),
    "answer: not a number": answer(STANDARD_JSON, [1.5, None]),
    "answer: infinite": answer(STANDARD_JSON, [None, None]),
    "answer: raises": Better(FAILS, 500),
    "answer: raises with data": Better(FAILS, 500),
    "deeply nested lists": Better(DEEP),
    "deeply nested objects": Better(DEEP),
    "a whole number of 5,000 digits": Better(DEEP),
    "JSON with a charset in quotes": answer(HEADER, [1]),
    "JSON in capitals": answer(HEADER, [1]),
    "no content type": Better("MLflow fails; it is told what to send", 415),
    "a slash at the end": answer("there is no need to send the client elsewhere", [1]),
    "split, an index of lists": answer("the rows alone are counted, not what an index says", [1]),
    "split, an index too long": Better("MLflow makes rows of an index"),
    "split, an unknown column doubled": Better("a column is named once, also one too many"),
    "split, rows of objects": Better("rows of a split are lists, and objects are records"),
    "records, a whole number past 64 bits for text": answer(
        "a column of text holds text", frame(text=["object", [str(2**70)]])
    ),
    "records, an object for text": Better(STRICT),
    "one named column of numbers, inputs as a number": answer(ALONE, number("1.0")),
    "one named column of numbers, inputs as lists": answer(ALONE, number("1.0", "2.5")),
    "one named column of numbers, instances as lists": answer(ALONE, number("1.0", "2.5")),
    "base64 for URLs": Better("MLflow leaves out what it cannot read"),
    "times, in the way of America": Better(BY_ISO),
    "times, in words": Better(BY_ISO),
    "times, an empty text": Better(STRICT),
    "times, a float": Better("MLflow takes any number for nanoseconds"),
    "times, a date beside a time": answer(
        "each time is read for itself", at("2026-01-31 00:00:00", "2026-01-31 08:00:00")
    ),
    "times, CSV": answer("times are read from CSV, too", at("2026-01-31 08:00:00")),
    "times, CSV with a gap": answer(
        "times are read from CSV, too", at("2026-01-31 00:00:00", "missing")
    ),
    "optional columns, a long with a gap": answer(
        "what is optional may be missing",
        frame(x=["float64", ["1.0", "2.0"]], count=["object", ["whole 1", None]]),
    ),
    "deep, a time in an object": answer(
        "times are read in objects, too", deep(event=["object", [{"at": "2026-01-31 08:00:00"}]])
    ),
    "deep, a number for anything": answer(ANYTHING, deep(more=["object", ["whole 7"]])),
    "deep, null in a list of text": answer(
        "nothing stays nothing; MLflow makes the text 'n' of it",
        deep(labels=["object", [{"a": ["x", None]}]]),
    ),
    "deep, two rows": answer(
        ANYTHING,
        frame(lines=["object", [LINES, LINES]], more=["object", [None, "whole 1"]]),
    ),
    "deep, instances": answer("instances are rows, as in each form", deep()),
    "named tensors, text": Better("an array of numbers holds no text"),
    "rare params, an integer too large": Better(WRAPPED),
    "params, a long past 64 bits": Better(WRAPPED),
    "JSON, a semicolon at the end": answer(HEADER, [1]),
    "JSON, charset utf8": answer("it is what people write for UTF-8", [1]),
    "HEAD for ping": Better("what may be got may be asked for its headers", 200),
    "ping with a slash": Better("there is no need to send the client elsewhere", 200),
}
