"""Runs are seen while they happen: by their start, in two kernels, in two tabs, when one dies."""

from __future__ import annotations

import os
import signal

import pytest
from endpoints_panel import EndpointsPanel, stop_all
from playwright.sync_api import expect
from runs_panel import RunsPanel

import nbtrack

LOAD = "%load_ext nbtrack\nimport nbtrack, time"
SLOW = "%%track {name}\nnbtrack.log_metric('loss', 0.5)\ntime.sleep(60)"
SEEN_MS = 15_000
"""The bench of the sidebar asks for 1.5 s; here other tests run on the same cores."""


def test_a_run_is_seen_soon_after_its_cell_started(tab, place):
    runs = RunsPanel(tab).show()
    tab.open_notebook(place.notebook(LOAD, SLOW.format(name="early")))
    tab.run_cell(1)
    tab.start_cell(2)
    expect(runs.row("early")).to_be_visible(timeout=SEEN_MS)
    expect(runs.row("early")).to_contain_text("0.5")
    expect(runs.status("early")).to_have_attribute("data-status", "RUNNING")
    tab.picture("live-running")
    tab.interrupt()
    expect(runs.status("early")).not_to_have_attribute("data-status", "RUNNING")


def test_two_kernels_at_once_are_told_apart(tab, place):
    runs = RunsPanel(tab).show()
    for name in ("left", "right"):
        path = place.notebook(LOAD, SLOW.format(name=name), name=f"{name}.ipynb")
        tab.open_notebook(path)
        tab.run_cell(1)
        tab.start_cell(2)
        runs.show_one()
        expect(runs.row(name)).to_be_visible(timeout=SEEN_MS)
    expect(runs.row("left")).to_have_count(0)
    runs.show_all()
    expect(runs.row("left")).to_be_visible()
    expect(runs.rows).to_have_count(2)
    tab.picture("live-two-kernels")


def test_a_run_whose_kernel_died_is_not_running_for_ever(new_tab, place):
    tab = new_tab()
    runs = RunsPanel(tab).show()
    source = f"{LOAD}\nimport os\nwith open('pid', 'w') as file: file.write(str(os.getpid()))"
    tab.open_notebook(place.notebook(source, SLOW.format(name="dies")))
    tab.run_cell(1)
    tab.start_cell(2)
    expect(runs.row("dies")).to_be_visible(timeout=SEEN_MS)
    os.kill(int((place.folder / "pid").read_text()), signal.SIGKILL)
    expect(runs.status("dies")).to_have_attribute("data-status", "KILLED", timeout=30_000)
    tab.picture("live-killed")


def test_two_tabs_see_the_same_change(tab, new_tab, place, put_runs):
    with place.store() as store:
        put_runs(store, first={"metrics": {"acc": 0.9}})
    path = place.notebook("1")
    tab.open_notebook(path)
    other = new_tab(path)
    here, there = RunsPanel(tab).show(), RunsPanel(other).show()
    for runs in (here, there):
        runs.show_all()
        expect(runs.row("first")).to_be_visible()
    here.rename("first", "renamed")
    for runs in (here, there):
        expect(runs.row("renamed")).to_be_visible(timeout=SEEN_MS)


@pytest.fixture
def endpoint(place):
    """An endpoint that a process asked for which is not the Jupyter server."""
    nbtrack.set_tracking_uri(place.store_path)
    model = nbtrack.pyfunc.log_model(name="sums", python_model=lambda rows: [sum(rows)])
    nbtrack.serve(model.model_uri, name="sums", port=0, keep=True)
    os.environ.pop("NBTRACK_TRACKING_URI")  # a server that is started anew would keep to it
    yield
    stop_all()


@pytest.mark.usefixtures("endpoint")
def test_the_sidebar_returns_after_the_server_was_restarted_and_so_do_endpoints(
    new_tab, place, put_runs, lab, kept_tabs
):
    while kept_tabs:
        kept_tabs.pop().page.close()
    with place.store() as store:
        put_runs(store, before={})
    tab = new_tab(place.notebook("1"))
    runs = RunsPanel(tab).show().show_all()
    expect(runs.row("before")).to_be_visible()
    lab.end_server()
    try:
        tab.command("nbtrack:refresh-runs")
        expect(runs.offline).to_be_visible(timeout=20_000)
        expect(runs.row("before")).to_be_visible()
        tab.picture("offline")
    finally:
        lab.start_server()
    with place.store() as store:
        put_runs(store, after={})
    expect(runs.row("after")).to_be_visible(timeout=60_000)
    expect(runs.offline).to_have_count(0)
    endpoints = EndpointsPanel(tab).show()
    endpoints.wait_for("sums", "HEALTHY")
    expect(endpoints.row("sums")).to_contain_text(nbtrack.endpoint("sums").url)
