"""A model is served from the sidebar, tried, watched, reloaded, killed, shared, stopped."""

from __future__ import annotations

import os
import signal

import pytest
from endpoints_panel import REGISTERING, START_MS, EndpointsPanel, move_alias, send, stop_all
from looks import faint_texts, nameless_controls
from models_panel import ModelsPanel
from playwright.sync_api import expect

import nbtrack


@pytest.fixture
def shapes(place):
    """The name of the model of a journey, whose endpoints end with it."""
    nbtrack.set_tracking_uri(place.store_path)
    yield "shapes"
    stop_all()


def test_a_champion_is_served_by_one_click_and_lives_through_what_happens(tab, place, shapes):
    endpoints = EndpointsPanel(tab)
    tab.open_notebook(place.notebook(REGISTERING))
    endpoints.show()
    expect(endpoints.panel).to_contain_text("%serve")
    tab.picture("endpoints-none")
    tab.run_all()
    models = ModelsPanel(tab).show()
    models.open(shapes)
    models.panel.get_by_role("button", name="Serve champion over HTTP").click()
    endpoints.show()
    expect(tab.notification("answers at http")).to_be_visible(timeout=START_MS)
    endpoints.wait_for(shapes, "HEALTHY")
    tab.picture("endpoints-healthy")

    page = endpoints.open(shapes).show("Try it")
    page.fill(width="3", height="2")
    page.send()
    expect(page.answer).to_contain_text("1.5")
    tab.picture("endpoints-tried")
    page.fill(width="wide")
    page.send()
    expect(page.answer).to_contain_text("width is no double")
    served = nbtrack.endpoint(shapes)
    assert send(served.url, 20) == [1.5] * 20
    page.show("Overview")
    expect(page.figure("requests")).to_have_text("21")
    expect(endpoints.row(shapes)).to_contain_text("21 requests")

    move_alias(shapes, 2)
    expect(page.page).to_contain_text("champion is now version 2")
    tab.picture("endpoints-behind")
    page.page.get_by_role("button", name="Reload", exact=True).click()
    expect(tab.notification("serves shapes version 2 @champion now")).to_be_visible(
        timeout=START_MS
    )
    expect(endpoints.row(shapes)).to_contain_text("shapes version 2 @champion")
    assert send(served.url) == [2 / 3]

    os.kill(served.state.workers[0].pid, signal.SIGKILL)
    expect(page.figure("restarts")).to_have_text("1")
    endpoints.wait_for(shapes, "HEALTHY")
    page.show("Events")
    expect(page.page).to_contain_text("crashed")
    tab.picture("endpoints-events")
    page.show("Log")
    expect(page.page.get_by_role("log")).to_contain_text("version 2")
    endpoints.stop(shapes)
    endpoints.wait_for(shapes, "STOPPED")
    assert not served.is_alive
    tab.picture("endpoints-stopped")
    endpoints.remove(shapes)
    expect(tab.notification("is removed")).to_be_visible()
    expect(endpoints.row(shapes)).to_have_count(0)
    assert not served.folder.path.exists()


def test_traffic_is_shared_by_the_dialog_and_anew_on_the_page(tab, place, shapes):
    endpoints = EndpointsPanel(tab)
    tab.open_notebook(place.notebook(REGISTERING))
    tab.run_all()
    models = ModelsPanel(tab).show()
    models.open(shapes)
    models.panel.get_by_role("button", name="Serve version 1", exact=True).click()
    dialog = endpoints.dialog
    dialog.get_by_label("Name of the endpoint").fill("both ways")
    dialog.get_by_role("button", name="Serve", exact=True).click()
    expect(dialog).to_contain_text("A name is made of")
    dialog.get_by_label("Name of the endpoint").fill("both")
    dialog.get_by_label("How the traffic is shared").select_option("split")
    dialog.get_by_label("Other version").select_option("2")
    tab.picture("endpoints-dialog")
    dialog.get_by_role("button", name="Serve", exact=True).click()
    endpoints.show()
    endpoints.wait_for("both", "HEALTHY")
    expect(endpoints.row("both")).to_contain_text("50 %")
    served = nbtrack.endpoint("both")
    assert {*send(served.url, 30)} == {1.5, 2 / 3}
    page = endpoints.open("both").show("Traffic")
    tab.picture("endpoints-traffic")
    page.page.get_by_role("button", name="Take v2 out of the traffic").click()
    expect(endpoints.row("both")).to_contain_text("100 %")
    assert {*send(served.url, 30)} == {1.5}
    for theme, name in (("dark", "JupyterLab Dark"), ("light", "JupyterLab Light")):
        tab.command("apputils:change-theme", theme=name)
        expect(tab.page.locator(f'body[data-jp-theme-name="{name}"]')).to_be_attached()
        for part in ("Overview", "Traffic", "Try it"):
            page.show(part)
            tab.picture(f"endpoints-{theme}-{part}")
            assert faint_texts(tab.page, 3.0) == [], (theme, part)
            assert nameless_controls(tab.page) == [], (theme, part)
