"""The section Endpoints of the sidebar and the page of an endpoint, as a person uses them."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import Any, Self

from desk import Tab
from playwright.sync_api import Locator, expect

__all__ = [
    "REGISTERING",
    "START_MS",
    "EndpointPage",
    "EndpointsPanel",
    "move_alias",
    "send",
    "stop_all",
]

PATIENCE = 30
START_MS = 90_000
"""A worker imports its library anew; other tests run on the same cores."""


REGISTERING = """\
import nbtrack
import pandas as pd

example = pd.DataFrame({"width": [1.5], "height": [0.5]})


def wider(model_input):
    return (model_input["width"] / model_input["height"]).tolist()


def taller(model_input):
    return (model_input["height"] / model_input["width"]).tolist()


with nbtrack.start_run(run_name="shapes"):
    for model in (wider, taller):
        nbtrack.pyfunc.log_model(
            name=model.__name__,
            python_model=model,
            input_example=example,
            registered_model_name="shapes",
        )
nbtrack.MlflowClient().set_registered_model_alias("shapes", "champion", 1)"""
"""A cell that registers two versions of a model; the first is champion."""


def move_alias(name: str, version: int, alias: str = "champion") -> None:
    """Give an alias to a version, as another process does."""
    import nbtrack

    nbtrack.MlflowClient().set_registered_model_alias(name, alias, version)


def send(url: str, times: int = 1) -> list[Any]:
    """Ask an endpoint over HTTP."""
    rows = [{"width": 3.0, "height": 2.0}]
    body = json.dumps({"dataframe_records": rows}).encode()
    headers = {"Content-Type": "application/json"}
    answers = []
    for _ in range(times):
        asked = urllib.request.Request(f"{url}/invocations", body, headers)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            answers.append(json.load(answer)["predictions"][0])
    return answers


def stop_all() -> None:
    """Leave no process behind, and no endpoints for the sidebar of another journey."""
    import shutil

    import nbtrack

    for endpoint in nbtrack.endpoints():
        endpoint.stop()
    store = nbtrack.get_tracking_uri().removeprefix("file://")
    for _ in range(PATIENCE):
        try:
            shutil.rmtree(store)
        except OSError:  # the server took a journal into the store at that moment
            time.sleep(0.1)
        else:
            return
    shutil.rmtree(store)


class EndpointsPanel:
    """The list of endpoints."""

    def __init__(self, tab: Tab) -> None:
        self.tab, self.page = tab, tab.page
        self.panel = tab.page.locator("#nbtrack-endpoints")
        self.dialog = self.page.get_by_role("dialog")

    def show(self) -> Self:
        """Open the sidebar at this section."""
        self.tab.command("nbtrack:show-endpoints")
        expect(self.panel).to_be_visible()
        return self

    def row(self, name: str) -> Locator:
        """An endpoint of the list."""
        return self.panel.locator(f'[data-endpoint="{name}"]')

    def health(self, name: str) -> Locator:
        """How it is."""
        return self.row(name).locator(".nbtrack-Health")

    def wait_for(self, name: str, status: str) -> None:
        """Wait until it is so."""
        expect(self.health(name)).to_have_attribute("data-status", status, timeout=START_MS)

    def open(self, name: str) -> EndpointPage:
        """Open its page."""
        self.row(name).locator(".nbtrack-EndpointRow-name").click()
        return EndpointPage(self.tab)

    def press(self, name: str) -> None:
        """Press a button of the list."""
        self.panel.get_by_role("button", name=name, exact=True).click()

    def stop(self, name: str) -> None:
        """Stop it, and say yes."""
        self.press(f"Stop {name}")
        self.dialog.get_by_role("button", name="Stop", exact=True).click()
        expect(self.dialog).to_be_hidden()

    def remove(self, name: str) -> None:
        """Remove it by the menu of its row, and say yes."""
        self.row(name).click(button="right")
        self.page.get_by_role("menuitem", name="Remove Endpoint…").click()
        self.dialog.get_by_role("button", name="Remove", exact=True).click()


class EndpointPage:
    """The page of an endpoint in the main area."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.page = tab.page.locator(".nbtrack-Endpoint:visible")
        expect(self.page).to_be_visible()
        self.answer = self.page.get_by_role("status", name="Answer")

    def show(self, tab: str) -> Self:
        """Open one of its tabs."""
        chosen = self.page.get_by_role("tab", name=tab).first
        chosen.click()
        expect(chosen).to_have_attribute("aria-selected", "true")
        return self

    def figure(self, name: str) -> Locator:
        """One of the figures."""
        figures = self.page.locator(".nbtrack-Figures > div")
        return figures.filter(has=self.tab.page.get_by_text(name, exact=True)).locator("dd")

    def fill(self, **values: str) -> None:
        """Write into the form."""
        for name, value in values.items():
            self.page.locator(".nbtrack-Trial-field").filter(has_text=name).locator("input").fill(
                value
            )

    def send(self) -> None:
        """Send what was written."""
        self.page.get_by_role("button", name="Send", exact=True).click()
