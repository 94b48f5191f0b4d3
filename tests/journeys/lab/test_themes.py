"""The same story in each theme; the pictures are for looking at."""

from __future__ import annotations

import pytest
from documents import ComparePage, RunPage
from looks import faint_texts, nameless_controls
from playwright.sync_api import expect
from runs_panel import RunsPanel

CELLS = (
    "%load_ext nbtrack\nimport nbtrack, math",
    *(
        f"%%track {name}\nlr = {lr}\nfor step in range(50):\n"
        "    nbtrack.log_metric('loss', math.exp(-step * lr), step=step)\nacc = 1 - lr"
        for name, lr in (("first", 0.05), ("second", 0.2))
    ),
)
READABLE = 3.0
"""The least contrast of text that is large or no more than an ornament, by WCAG."""


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_what_is_shown_can_be_read_in_each_theme(new_tab, place, theme):
    tab = new_tab(place.notebook(*CELLS), theme)
    tab.open_notebook(f"{place.name}/story.ipynb")
    tab.run_all()
    runs = RunsPanel(tab).show()
    expect(runs.row("second")).to_be_visible()
    tab.picture(f"theme-{theme}-notebook")
    runs.open("second")
    page = RunPage(tab)
    expect(page.page).to_be_visible()
    page.show("metrics")
    tab.picture(f"theme-{theme}-run")
    runs.select("first", "second")
    runs.compare()
    expect(ComparePage(tab).page).to_be_visible()
    tab.picture(f"theme-{theme}-compare")
    assert faint_texts(tab.page, READABLE) == []
    assert nameless_controls(tab.page) == []
