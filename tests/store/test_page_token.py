from __future__ import annotations

import base64
import json

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import Experiments, Runs
from nbtrack.store import page_token
from nbtrack.store.compile import Key

KEYS = (Key("a", bool), Key("b", float), Key("c", int), Key("d", str))
QUESTION = Runs(where=parse_filter("metrics.acc > 0.5"), order_by=parse_order("metrics.acc"))


@pytest.mark.parametrize(
    "values", [(False, 0.1 + 0.2, -5, "é🙂"), (None, None, None, None), (True, float("inf"), 0, "")]
)
def test_a_token_gives_back_what_was_written(values):
    token = page_token.written(QUESTION, values)
    assert page_token.read(token, QUESTION, KEYS) == values
    assert token.replace("-", "").replace("_", "").replace("=", "").isalnum()


def test_no_token_is_the_first_page():
    assert page_token.read(None, QUESTION, KEYS) is None
    assert page_token.read("", QUESTION, KEYS) is None


def test_a_token_fits_the_next_page_whatever_its_size_and_parts():
    token = page_token.written(QUESTION, (True, 1.0, 1, "x"))
    next_page = Runs(
        where=QUESTION.where, order_by=QUESTION.order_by, limit=7, after=token, parts=()
    )
    assert page_token.read(token, next_page, KEYS) == (True, 1.0, 1, "x")


@pytest.mark.parametrize(
    "other",
    [
        Runs(),
        Runs(where=QUESTION.where),
        Runs(where=QUESTION.where, order_by=QUESTION.order_by, view="ALL"),
        Runs(where=QUESTION.where, order_by=QUESTION.order_by, experiment_ids=("0",)),
        Experiments(),
    ],
)
def test_a_token_of_another_question_is_refused(other):
    token = page_token.written(QUESTION, (True, 1.0, 1, "x"))
    with pytest.raises(InvalidValue, match="belongs to another question"):
        page_token.read(token, other, KEYS)


def encoded(data):
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode()


@pytest.mark.parametrize(
    "token", ["zz", "🙂", "a" * 7, encoded("x")[:-3], "eyJvZmZzZXQiOiA1fQ", "W1tbW1tb", "\x00"]
)
def test_a_broken_token_is_refused(token):
    with pytest.raises(InvalidValue, match="none of nbtrack's"):
        page_token.read(token, QUESTION, KEYS)


@pytest.mark.parametrize("data", [{"offset": 5}, 5, None, [], ["x"], [[[]]]])
def test_a_token_of_another_program_is_refused(data):
    with pytest.raises(InvalidValue, match="belongs to another question"):
        page_token.read(encoded(data), QUESTION, KEYS)


@pytest.mark.parametrize(
    "values",
    [
        (),
        (True, 1.0, 1),
        (True, 1.0, 1, "x", 2),
        (1, 1.0, 1, "x"),
        (True, "1", 1, "x"),
        (True, 1.0, 1.5, "x"),
        (True, 1.0, 10**30, "x"),
        (True, 1.0, 1, {}),
        (True, True, 1, "x"),
    ],
)
def test_a_token_with_values_that_do_not_fit_is_refused(values):
    with pytest.raises(InvalidValue, match="is damaged"):
        page_token.read(page_token.written(QUESTION, values), QUESTION, KEYS)
