from __future__ import annotations

from nbtrack.panels.model_table import VersionRow, VersionTable
from nbtrack.panels.registry_view import RegistryView
from nbtrack.registry.promotion.report import Promotion

VERSIONS = [VersionRow("2", ["champion"]), VersionRow("1", metrics={"acc": 0.9})]
TABLE = VersionTable(name="churn", rows=VERSIONS)
MOVES = [
    Promotion(name="churn", version="1", alias="champion", outcome="refused"),
    Promotion(name="churn", version="2", alias="champion", outcome="promoted", actor="me"),
]
VIEW = RegistryView(tables=[TABLE], moves={"churn": MOVES})


def test_every_model_is_told_with_its_versions():
    assert VIEW.text() == TABLE.text()
    assert RegistryView().text().startswith("there are no registered models yet")


def test_a_page_finds_what_can_be_promoted_and_taken_back(read):
    page = read(VIEW.html())
    found = [given for given in page.named("strong") if "data-version" in given]
    assert found == [
        {"data-name": "churn", "data-version": "2"},
        {"data-name": "churn", "data-version": "1"},
    ]
    (alias,) = [given for given in page.named("span") if "data-alias" in given]
    assert alias == {"data-name": "churn", "data-alias": "champion"}


def test_what_was_moved_opens_on_a_click_the_newest_first(read):
    text = read(VIEW.html()).text
    assert "2 promotions, ways back ✓ churn version 2 is now @champion · me" in text
    assert "✗ churn version 1 was not made @champion" in text
    assert "%rollback churn takes it back" in text
    assert "no registered models yet" in read(RegistryView().html()).text
