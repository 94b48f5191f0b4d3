from __future__ import annotations

from nbtrack.panels.endpoint_table import EndpointRow
from nbtrack.panels.endpoint_view import EndpointView

ROW = EndpointRow("churn", url="http://127.0.0.1:5000", models="churn version 3")
SNIPPETS = {"curl": "curl http://127.0.0.1:5000/invocations", "python": "import requests"}
VIEW = EndpointView(row=ROW, snippets=SNIPPETS)


def test_an_endpoint_shows_how_it_is_asked(read):
    page = read(VIEW.html())
    assert "churn · ● healthy · churn version 3" in page.text
    assert "%serve --stop churn ends it" in page.text
    assert "Python import requests" in page.text
    assert [it["href"] for it in page.named("a")] == ["http://127.0.0.1:5000"]


def test_one_that_is_over_shows_no_address(read):
    over = EndpointView(row=ROW._replace(status="STOPPED", reason="asked to"), snippets=SNIPPETS)
    text = read(over.html()).text
    assert "■ stopped" in text
    assert "asked to" in text
    assert "5000" not in text
    assert over.text() == "churn: churn version 3, STOPPED (asked to)"


def test_a_terminal_has_the_line_for_a_shell():
    assert VIEW.text().splitlines() == [
        "churn: churn version 3, HEALTHY",
        "  http://127.0.0.1:5000",
        "  %serve --stop churn ends it",
        "curl http://127.0.0.1:5000/invocations",
    ]
