from __future__ import annotations

import random

import pytest

from nbtrack.query.description import describe
from nbtrack.query.grammar import parse_filter
from nbtrack.query.operators import OPERATORS
from nbtrack.query.tree import All, Comparison, Either, Field, Not


@pytest.mark.parametrize(
    "text",
    [
        "metrics.acc > 0.9 and params.lr = '0.01'",
        "a = 1 or (b = 2 and not (c = 3 or d = 4))",
        "tags.mlflow.parentRunId IS NULL",
        "params.`it``s a key` NOT IN ('a', 'it''s')",
        "start_time BETWEEN '2 days ago' AND 'now'",
        "not not `between` = -1e-09",
        "`metrics.x` = 1 and `1` = inf",
    ],
)
def test_a_filter_is_described_as_it_was_written(text):
    assert describe(parse_filter(text)) == text


KEYS = ["acc", "val loss", "in", "a`b", 'q"q', "mlflow.user", "1e3", "é🙂", "", ".x", "x.", "a'b\n"]
TEXTS = ["", "a", "it's", 'a "b"', "100%", "é\n🙂", "and", "\\"]
NUMBERS = [0, -1, 10**15, 0.1, 1e-300, float("inf"), -5.5]


def field(chance):
    entity = chance.choice(["metric", "param", "tag", "name", "attribute", "dataset"])
    if entity == "attribute":
        return Field(entity, chance.choice(["run_id", "status", "start_time", "duration_seconds"]))
    if entity == "dataset":
        return Field(entity, chance.choice(["name", "digest", "context"]))
    return Field(entity, chance.choice([key for key in KEYS if key or entity == "name"]))


def comparison(chance):
    while True:
        chosen, row = field(chance), chance.choice(list(OPERATORS.values()))
        is_text = chosen.entity == "dataset" or chosen.key in {"run_id", "status"}
        is_number = chosen.entity == "metric" or chosen.key in {"start_time", "duration_seconds"}
        kinds = row.literals - ({"number"} if is_text else {"text"} if is_number else set())
        if row.shape == "nothing":
            return Comparison(chosen, row.symbol)
        if not kinds:
            continue
        pool = {"number": NUMBERS, "text": TEXTS}[chance.choice(sorted(kinds))]
        count = {"one": 1, "pair": 2, "list": chance.randint(1, 3)}[row.shape]
        values = tuple(chance.choice(pool) for _ in range(count))
        return Comparison(chosen, row.symbol, values[0] if row.shape == "one" else values)


def tree(chance, depth=3):
    kind = chance.choice(["comparison", "all", "either", "not"]) if depth else "comparison"
    if kind == "comparison":
        return comparison(chance)
    if kind == "not":
        return Not(tree(chance, depth - 1))
    items = tuple(tree(chance, depth - 1) for _ in range(chance.randint(2, 3)))
    return All(items) if kind == "all" else Either(items)


@pytest.mark.parametrize("seed", range(300))
def test_what_is_described_reads_to_the_same_tree(seed):
    node = tree(random.Random(seed))
    assert parse_filter(describe(node)) == node
