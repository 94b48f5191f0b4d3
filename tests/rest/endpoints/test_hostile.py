"""What nobody sends by accident is a problem, and never an error of ours."""

from __future__ import annotations

from nbtrack.rest.known_stores import KnownStores
from nbtrack.rest.routes import ROUTES
from nbtrack.rest.routing import Request, answer, find


def test_what_is_nested_without_end_or_is_no_text_is_refused(here, root):
    stores = KnownStores(root)
    for route in ROUTES:
        found = find(ROUTES, route.method, route.pattern.replace("{", "").replace("}", ""))
        for content in (b'{"a":' + b"[" * 10_000, b"\xff\xfe", b"null", b"[]"):
            if route.shape is not None:
                assert answer(found, Request(stores), content).status == 400


def test_a_notebook_that_no_path_can_name_has_no_store(ask, here):
    for path in ("\0", "x" * 10_000 + "/a.ipynb", "../../../etc/passwd"):
        found = ask("GET", "stores", notebook=path)
        assert (found.status, found.told["current"]) == (200, None)
        found = ask("POST", "runs", "search", sent={"notebook": path})
        assert (found.status, found.told["total"]) == (200, 0)


def test_a_page_behind_every_number_is_empty(ask, here, put_runs):
    put_runs(here.store, r={})
    for offset in (1, 2**63, 10**30):
        found = ask("POST", "runs", "search", sent={"offset": offset})
        assert (found.status, found.told["runs"]) == (200, [])
