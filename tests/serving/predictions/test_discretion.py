from __future__ import annotations

import re

import pytest

from nbtrack.capture import redaction
from nbtrack.serving.predictions.discretion import (
    Discretion,
    discreet_error,
    discreet_key,
    discreet_value,
)

MARK = re.compile(r"\[redacted:[0-9a-f]{8}\]")
TOKEN = "ghp_" + "a1b2c3d4" * 5


def test_columns_that_are_named_like_secrets_are_hidden():
    row = Discretion(["age", "password", "api_key"], None).row((31, "hunter2", None))
    assert (row["age"], row["api_key"]) == (31, None)
    assert MARK.fullmatch(row["password"])


def test_what_looks_like_a_secret_is_hidden_at_any_depth():
    row = Discretion(["note", "more"], None).row((f"use {TOKEN}", {"list": ["x", TOKEN]}))
    assert TOKEN not in str(row)
    assert row["more"]["list"][0] == "x"
    assert TOKEN not in discreet_error(f"cannot read {TOKEN}")
    assert TOKEN not in str(discreet_value([TOKEN]))
    assert (discreet_error(None), discreet_value(0.5)) == (None, 0.5)


def test_equal_secrets_stay_equal_so_that_labels_find_their_key():
    assert discreet_key(TOKEN) == discreet_key(TOKEN) != TOKEN
    assert [discreet_key(it) for it in ("ada", "12345678901", None)] == ["ada", "12345678901", None]


def test_only_chosen_columns_are_kept():
    discretion = Discretion(["age", "city", "zip"], ["zip", "age", "gone"])
    assert discretion.row((31, "Oslo", "0150")) == {"age": 31, "zip": "0150"}
    assert discretion.row({"city": "Oslo", "zip": "0150"}) == {"zip": "0150"}


@pytest.fixture
def whole(monkeypatch):
    """The user wants nothing hidden."""
    monkeypatch.setenv("NBTRACK_REDACT", "false")
    redaction.is_wanted.cache_clear()
    yield
    redaction.is_wanted.cache_clear()


def test_nothing_is_hidden_where_the_user_wants_it_so(whole):
    assert Discretion(["password"], None).row(("hunter2",)) == {"password": "hunter2"}
