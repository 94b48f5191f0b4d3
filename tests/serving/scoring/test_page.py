"""The page for people: what it tells of a model, and of one that wants a token."""

from __future__ import annotations

import pytest

from nbtrack.serving.scoring.page import page

ROWS = {"type": "array", "items": {"properties": {"income": {"type": "number"}}}}
CONTENT = {
    "schema": {
        "oneOf": [{"title": "dataframe_records", "properties": {"dataframe_records": ROWS}}]
    },
    "example": {"inputs": [{"income": 4711}]},
}
ASKS = {"summary": "Ask the model", "requestBody": {"content": {"application/json": CONTENT}}}


@pytest.fixture
def described():
    return {
        "info": {"title": "churn", "description": "Serves churn version 3."},
        "paths": {"/invocations": {"post": ASKS}},
    }


def test_the_page_shows_columns_and_an_example(described):
    shown = page(described)
    assert "<code>income</code>" in shown
    assert "4711" in shown
    assert 'name="token"' not in shown


def test_the_page_asks_for_a_token_before_it_tells_of_the_model(described):
    shown = page(described | {"security": [{"token": []}]})
    assert 'name="token"' in shown
    assert "Wants a token." in shown
    assert not [it for it in ("income", "4711", "version 3") if it in shown]
