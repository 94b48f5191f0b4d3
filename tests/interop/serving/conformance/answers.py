"""Answers of every form that a model may answer in."""

from __future__ import annotations

from conformance.case import Case

__all__ = ["CASES"]


CASES = (
    *(
        Case(f"answer: {kind}", "outputs", {"inputs": {"x": [1.5, 2.0]}, "params": {"kind": kind}})
        for kind in (
            *("frame", "frame with times", "frame with gaps", "frame with numbers for names"),
            *(
                "frame with an index",
                "frame of no rows",
                "series",
                "series with a name",
                "array",
                "matrix",
            ),
            *(
                "array of float32",
                "array of bool",
                "array of text",
                "array of objects",
                "array of no rows",
            ),
            *(
                "list",
                "list of numpy's numbers",
                "list of arrays",
                "list of dicts",
                "dict of arrays",
            ),
            *(
                "dict",
                "tuple",
                "text",
                "number",
                "numpy's number",
                "whole",
                "nothing",
                "bytes",
                "times",
            ),
            *("stamp", "small and large", "not a number", "infinite", "an object", "raises"),
            "raises with data",
        )
    ),
)
