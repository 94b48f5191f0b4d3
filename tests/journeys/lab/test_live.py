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


def test_a_run_is_seen_soon_after_its_cell_started(tab, place):
    runs = RunsPanel(tab).show()
    tab.open_notebook(place.notebook(LOAD, SLOW.format(name="early")))
    tab.run_cell(1)
    tab.start_cell(2)
    expect(runs.row("early")).to_be_visible()
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
        expect(runs.row(name)).to_be_visible()
    expect(runs.row("left")).to_have_count(0)
    runs.show_all()
    expect(runs.row("left")).to_be_visible()
    expect(runs.rows).to_have_count(2)
    tab.picture("live-two-kernels")


def test_a_run_whose_kernel_died_is_not_running_for_ever(tab, place):
    runs = RunsPanel(tab).show()
    source = f"{LOAD}\nimport os\nwith open('pid', 'w') as file: file.write(str(os.getpid()))"
    tab.open_notebook(place.notebook(source, SLOW.format(name="dies")))
    tab.run_cell(1)
    tab.start_cell(2)
    expect(runs.row("dies")).to_be_visible()
    os.kill(int((place.folder / "pid").read_text()), signal.SIGKILL)
    expect(runs.status("dies")).to_have_attribute("data-status", "KILLED")
    tab.picture("live-killed")
    # JupyterLab's own word on a kernel that died
    tab.page.get_by_role("dialog").get_by_role("button", name="Ok").click()


def test_two_tabs_see_the_same_change(tab, new_tab, place, put_runs):
    with place.store() as store:
        put_runs(store, first={"metrics": {"acc": 0.9}})
    path, other = place.notebook("1"), new_tab()
    for it in (tab, other):
        it.open_notebook(path, kernel=False)
    here, there = RunsPanel(tab).show(), RunsPanel(other).show()
    for runs in (here, there):
        runs.show_all()
        expect(runs.row("first")).to_be_visible()
    here.rename("first", "renamed")
    for runs in (here, there):
        expect(runs.row("renamed")).to_be_visible()


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
    tab, place, put_runs, lab
):
    tab.is_kept = False  # JupyterLab tells of the lost connection in a dialog, now or later
    with place.store() as store:
        put_runs(store, before={})
    tab.open_notebook(place.notebook("1"), kernel=False)
    runs = RunsPanel(tab).show().show_all()
    expect(runs.row("before")).to_be_visible()
    lab.end_server()
    try:
        tab.command("nbtrack:refresh-runs")
        expect(runs.offline).to_be_visible()
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
