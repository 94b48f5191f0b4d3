from __future__ import annotations

from nbtrack.panels.endpoint_table import EndpointRow, EndpointTable, models_told
from nbtrack.records.endpoint import EndpointPlan, Variant

NOW = 1_800_000_000.0
HEALTHY = EndpointRow(
    "churn",
    url="http://127.0.0.1:5000",
    models="churn version 3",
    per_second=12.34,
    p95_ms=4.2,
    requests=200,
    errors=5,
    recent=[0, 3, 1],
    since=int(1000 * NOW) - 60_000,
)
FAILED = EndpointRow("old", status="FAILED", url="http://127.0.0.1:5001", reason="no <model>")


def test_an_endpoint_is_told_with_its_load(read):
    text = read(EndpointTable(rows=[HEALTHY], now=NOW).html()).text
    for told in ("1 endpoint", "● healthy", "churn version 3", "12.3", "4.2 ms", "5 of 200"):
        assert told in text


def test_one_that_is_over_says_why_and_shows_no_load(read):
    page = read(EndpointTable(rows=[HEALTHY, FAILED], now=NOW).html())
    assert "✗ failed" in page.text
    assert "no <model>" in page.text
    assert "5001" not in page.text


def test_a_page_finds_what_can_be_stopped_and_reloaded(read):
    moved = HEALTHY._replace(name="moved", behind="champion is now version 4")
    page = read(EndpointTable(rows=[moved, FAILED]).html())
    found = [given for given in page.named("strong") if "data-endpoint" in given]
    assert found == [
        {"data-endpoint": "moved", "data-live": "1", "data-behind": "1"},
        {"data-endpoint": "old", "data-live": "0"},
    ]
    assert "champion is now version 4" in page.text


def test_a_terminal_has_a_line_for_each():
    assert EndpointTable(rows=[HEALTHY, FAILED]).text() == (
        "2 endpoints\n"
        "  endpoint  status   model            address                notes\n"
        "  churn     HEALTHY  churn version 3  http://127.0.0.1:5000\n"
        "  old       FAILED                                           no <model>"
    )


def test_without_endpoints_it_says_how_to_serve(read):
    assert "%serve models:/NAME@champion" in EndpointTable().text()
    assert "%serve models:/NAME@champion" in read(EndpointTable().html()).text


def test_shares_are_told_where_models_share_the_traffic():
    one = Variant(name="a", model_uri="models:/c/1", folder="", model_name="c", version=1, share=3)
    two = Variant(name="b", model_uri="models:/c/2", folder="", model_name="c", version=2)
    shadow = Variant(name="s", model_uri="runs:/1/m", folder="", is_shadow=True)
    plan = EndpointPlan(endpoint_id="e", name="c", variants=(one, two, shadow))
    assert models_told(plan) == "c version 1 (0.75), c version 2 (0.25), runs:/1/m (shadow)"
    assert models_told(EndpointPlan(endpoint_id="e", name="c", variants=(one,))) == "c version 1"
