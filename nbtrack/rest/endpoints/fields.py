"""The words of the filter language, for completion as one writes."""

from __future__ import annotations

import re
from typing import Literal

from nbtrack.query.fields import ATTRIBUTES, KEYED, PREFIXES
from nbtrack.query.operators import OPERATORS, Kind, Operator
from nbtrack.query.tree import Entity, Names, Together
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import FieldItem, FieldsReply, OperatorItem
from nbtrack.store.protocol import Answer

__all__ = ["ROUTES", "fields"]

FieldKind = Literal["number", "text", "time"]

WORDS = ["AND", "OR", "NOT", "(", ")"]
PLAIN = re.compile(r"[\w.@:/+-]+")

KINDS: dict[Kind, FieldKind] = {
    "text": "text",
    "number": "number",
    "moment": "time",
    "either": "text",
}
OF_KEYS: dict[Entity, tuple[FieldKind, str]] = {
    "metric": ("number", "The latest value of a metric."),
    "param": ("text", "A param; it may be compared as a number."),
    "tag": ("text", "A tag; it may be compared as a number."),
}


def fields(request: Request) -> FieldsReply:
    """What a filter may ask for in some experiments, or in all."""
    ids = request.listed("experiment_ids")
    chosen = None if ids is None else tuple(ids)
    asked = Together(tuple(Names(it, chosen) for it in KEYED["run"]))
    answers: list[Answer] = request.here.store.fetch(asked).columns["answer"]
    keyed = [
        FieldItem(
            name=f"{PREFIXES[entity]}.{quoted(key)}",
            kind=OF_KEYS[entity][0],
            doc=OF_KEYS[entity][1],
        )
        for entity, answer in zip(KEYED["run"], answers, strict=True)
        for key in answer.columns["key"]
    ]
    facts = [
        FieldItem(name=it.name, kind=KINDS[it.kind], doc=it.doc)
        for it in ATTRIBUTES["run"].values()
    ]
    return FieldsReply(
        fields=[*keyed, *facts], operators=[item(it) for it in OPERATORS.values()], words=WORDS
    )


def quoted(key: str) -> str:
    """A key as a filter has it."""
    return key if PLAIN.fullmatch(key) else "`" + key.replace("`", "``") + "`"


def item(row: Operator) -> OperatorItem:
    """An operator, with the kinds of fields that it compares."""
    kinds: list[str] = ["number"] if "number" in row.literals else []
    kinds += ["text"] if "text" in row.literals else []
    kinds += ["time"] if row.literals != {"text"} else []
    return OperatorItem(
        symbol=row.symbol,
        kinds=kinds,
        doc=row.sentence.format(field="it", value="the value"),
    )


ROUTES = (Route("GET", "fields", fields),)
