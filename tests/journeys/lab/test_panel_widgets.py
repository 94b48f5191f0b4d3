"""The panels of a notebook in JupyterLab: they answer, and stay when the kernel is gone."""

from __future__ import annotations

import json

import nbformat
import pytest
from panels_story import LIMIT_BYTES, story
from playwright.sync_api import expect

TALL = {"width": 1280, "height": 3000}
"""A window in which JupyterLab draws every cell."""


def test_panels_answer_in_jupyterlab_and_stay_when_the_kernel_is_gone(tab, new_tab, place):
    pytest.importorskip("anywidget")
    path = place.folder / "story.ipynb"
    nbformat.write(story(), path)
    usual = tab.page.viewport_size
    tab.page.set_viewport_size(TALL)
    tab.open_notebook(f"{place.name}/{path.name}")
    tab.run_all()
    live, runs, compared, registry = (tab.cells.nth(it) for it in range(3, 7))
    expect(live.get_by_text("● live")).to_be_visible()
    told = runs.get_by_role("status")
    expect(told).to_have_text("5 of 5 shown")

    runs.get_by_role("button", name="acc", exact=True).click()
    expect(runs.locator("th[aria-sort=ascending]")).to_have_text("acc")
    expect(runs.locator("tbody tr").first).to_contain_text("total 0.8")
    box = runs.get_by_role("searchbox")
    box.fill("lr=")
    expect(told).to_have_text("3 of 5 shown")
    box.fill("acc >")
    box.press("Enter")
    expect(told).to_contain_text("a value is missing after >")
    box.fill("acc > 0.89")
    box.press("Enter")
    expect(told).to_have_text("2 of 2 shown")
    for it in range(2):
        runs.get_by_role("checkbox").nth(it).check()
    runs.get_by_role("button", name="Compare").click()
    expect(runs.get_by_text("2 runs compared")).to_be_visible()
    expect(compared.locator(".js-plotly-plot")).to_have_count(3)

    registry.get_by_role("button", name="promote version 2 of churn").click()
    form = registry.get_by_role("group", name="promote version 2 of churn")
    form.get_by_label("gates").fill("acc >= 0.95")
    form.get_by_role("button", name="Promote", exact=True).click()
    expect(registry.get_by_text("acc is 0.9, not at least 0.95")).to_be_visible()
    form.get_by_role("button", name="Promote all the same").click()
    expect(registry.locator("[data-alias=champion]")).to_have_count(1)

    tab.command("docmanager:save")
    (output,) = json.loads(path.read_text())["cells"][6]["outputs"]
    assert 'data-alias="champion"' in "".join(output["data"]["text/html"])
    # some 105 KB of it are the pictures that JupyterLab keeps of the plotly figures that it drew
    assert path.stat().st_size < 1.2 * LIMIT_BYTES
    tab.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    tab.page.set_viewport_size(usual)
    later = new_tab(theme="dark", **TALL)
    later.open_notebook(f"{place.name}/{path.name}")
    expect(later.page.get_by_text("versions of churn")).to_be_visible()
    expect(later.page.locator(".nbt-bar")).to_have_count(0)
    expect(later.page.get_by_text("model not found")).to_have_count(0)
