"""A store, and asking of it as a host does."""

from __future__ import annotations

import json
from types import SimpleNamespace
from urllib.parse import quote

import pytest

import nbtrack
from nbtrack.api.session import session
from nbtrack.rest.known_stores import KnownStores
from nbtrack.rest.routes import ROUTES
from nbtrack.rest.routing import Found, Request, answer, find


@pytest.fixture
def root(tmp_path):
    """The root folder of a server, with a store that this process tracks into."""
    nbtrack.set_tracking_uri(tmp_path / ".nbtrack")
    return tmp_path


@pytest.fixture
def here(root):
    """The store."""
    return session()


@pytest.fixture
def reply_to(root, here):
    """The reply of a route as it is, to the same words as `ask`."""
    stores = KnownStores(root)

    def reply_to(method, *parts, sent=None, wanted_range=None, **query):
        found = find(ROUTES, method, "/".join(quote(part, safe="") for part in parts))
        assert isinstance(found, Found), found
        content = b"" if sent is None else json.dumps(sent).encode()
        return answer(found, Request(stores, query=query, wanted_range=wanted_range), content)

    return reply_to


@pytest.fixture
def ask(reply_to):
    """Ask a route: `ask("GET", "runs", run_id)`, with what is sent, and the query by name."""

    def ask(method, *parts, sent=None, **query):
        reply = reply_to(method, *parts, sent=sent, **query)
        return SimpleNamespace(status=int(reply.status), told=json.loads(reply.content))

    return ask
