"""Requests without a framework: found, decoded, answered, refused."""

from __future__ import annotations

import json

import pytest

from nbtrack.errors import (
    FilterSyntax,
    InvalidUri,
    NbtrackError,
    NotFound,
    StoreBusy,
    StoreReadOnly,
    StoreTooNew,
)
from nbtrack.rest.known_stores import KnownStores
from nbtrack.rest.numbers import sendable
from nbtrack.rest.routing import (
    STATUSES,
    Found,
    Reply,
    Request,
    Route,
    answer,
    find,
    problem_reply,
)
from nbtrack.rest.shapes import Problem, TagWish


def echo(request):
    return TagWish(key=request.path.get("name", ""), value=request.query.get("value"))


ROUTES = (
    Route("GET", "things/{name}", echo),
    Route("GET", "things/all", echo),
    Route("POST", "things/{name}", echo, TagWish),
)


@pytest.fixture
def asked(tmp_path):
    return lambda **given: Request(KnownStores(tmp_path), **given)


def test_a_part_in_braces_is_any_text():
    assert find(ROUTES, "GET", "things/a%2Fb%20c") == Found(ROUTES[0], {"name": "a/b c"})


def test_a_pattern_without_braces_wins():
    assert find(ROUTES, "GET", "/things/all/") == Found(ROUTES[1], {})


def test_an_empty_part_is_no_name():
    assert isinstance(find(ROUTES, "GET", "things//"), Problem)


def test_a_path_that_is_asked_otherwise_says_how():
    found = find(ROUTES, "PATCH", "things/a")
    assert found == Problem(
        error_code="METHOD_NOT_ALLOWED", message="things/a is not asked by PATCH, but GET, POST"
    )
    assert problem_reply(found).status == 405


def test_a_path_that_nothing_answers_at_is_a_problem():
    assert problem_reply(find(ROUTES, "GET", "other")).status == 404


def test_a_shape_is_answered_as_json(asked):
    found = find(ROUTES, "GET", "things/a")
    reply = answer(found, asked(query={"value": "1"}))
    assert reply == Reply(200, b'{"key":"a","value":"1"}')


def test_what_is_sent_is_decoded(asked):
    found = find(ROUTES, "POST", "things/a")
    request = asked()
    answer(found, request, b'{"key": "k", "value": null, "newer": 1}')
    assert request.sent(TagWish) == TagWish(key="k")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"key": 1}', b'{"key": "\xff"}'])
def test_what_is_no_such_shape_is_refused(asked, content):
    reply = answer(find(ROUTES, "POST", "things/a"), asked(), content)
    assert reply.status == 400
    assert "TagWish" in json.loads(reply.content)["message"]


def failing(error):
    def endpoint(_):
        raise error

    return Found(Route("GET", "x", endpoint), {})


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidUri("x"), 400),
        (NotFound("x"), 404),
        (StoreBusy("x"), 503),
        (StoreTooNew("x"), 503),
        (StoreReadOnly("x"), 403),
        (NbtrackError("x"), 500),
    ],
)
def test_an_error_has_the_status_of_its_nearest_class(asked, error, status):
    reply = answer(failing(error), asked())
    assert reply.status == status
    assert json.loads(reply.content)["error_code"] == error.error_code


def test_every_error_has_a_status():
    def below(kind):
        return {kind}.union(*(below(it) for it in kind.__subclasses__()))

    assert set(STATUSES) <= below(NbtrackError)
    assert all(any(it in STATUSES for it in kind.__mro__) for kind in below(NbtrackError))


def test_a_filter_that_cannot_be_read_tells_the_place(asked):
    reply = answer(failing(FilterSyntax("acc >", 5, "a value is missing")), asked())
    assert json.loads(reply.content)["position"] == 5


def test_an_error_that_is_not_ours_is_raised(asked):
    with pytest.raises(ZeroDivisionError):
        answer(failing(ZeroDivisionError()), asked())


def test_a_list_of_texts_has_commas(asked):
    assert asked(query={"ids": "1,2,"}).listed("ids") == ["1", "2"]
    assert asked().listed("ids") is None


@pytest.mark.parametrize(
    ("value", "sent"),
    [(0.5, 0.5), (None, None), (float("nan"), "NaN"), (float("-inf"), "-Infinity")],
)
def test_numbers_that_json_lacks_are_texts(value, sent):
    assert sendable(value) == sent
