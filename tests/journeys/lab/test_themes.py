"""The same story in each theme; the pictures are for looking at."""

from __future__ import annotations

import os

from documents import ComparePage, RunPage
from lab import THEMES
from looks import AXE, axe_faults, faint_texts, nameless_controls
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


WANTS_AXE = "AXE" in os.environ and AXE.exists()
"""axe takes seconds for each page: it is run on demand, `AXE=1 make test ARGS=…test_themes.py`."""


def test_what_is_shown_can_be_read_in_each_theme(tab, place):
    tab.open_notebook(place.notebook(*CELLS))
    tab.run_all()
    runs = RunsPanel(tab).show()
    expect(runs.row("second")).to_be_visible()
    runs.open("second")
    page = RunPage(tab)
    page.show("metrics")
    expect(page.page.get_by_role("img").first).to_be_visible()
    runs.select("first", "second")
    runs.compare()
    compared = ComparePage(tab)
    expect(compared.page.get_by_text("lr", exact=True)).to_be_visible()
    for theme, name in reversed(THEMES.items()):  # the light one is the next journey's
        tab.command("apputils:change-theme", theme=name)
        expect(tab.page.locator(f'body[data-jp-theme-name="{name}"]')).to_be_attached()
        for title in ("story.ipynb", "second", "Compare 2 runs"):
            tab.front(title)
            tab.picture(f"theme-{theme}-{title}")
            assert faint_texts(tab.page, READABLE) == [], (theme, title)
            assert nameless_controls(tab.page) == [], (theme, title)
            if WANTS_AXE:
                assert axe_faults(tab.page) == [], (theme, title)
