"""One JupyterLab and one Chromium for all journeys; each journey has a folder and store of its own.

Playwright keeps an event loop running in its thread, which other tests of Jupyter's cannot bear:
so journeys and what they need run in a thread of their own.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

PICTURES = HERE.parents[2] / "screenshots" / "journeys"
PATIENCE_MS = 30_000
"""How long a journey waits for what it looks at: other tests run on the same cores."""

OUTSIDE = ("NBTRACK_", "MLFLOW_", "GIT_", "XDG_", "PYTEST_", "COV_")


def why_not() -> str:
    """Why there are no journeys here; empty if there are."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        return "no browser is here: apt install chromium"
    for name in ("playwright", "jupyterlab"):
        if not any(Path(it, name).exists() for it in sys.path):
            return f"{name} is not installed: pip install {name}"
    return ""


def pytest_collection_modifyitems(items):
    reason = why_not()
    for item in items:
        if reason and HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run a journey in the browser's thread."""
    names = pyfuncitem._fixtureinfo.argnames
    given = {name: pyfuncitem.funcargs[name] for name in names}
    pyfuncitem.funcargs["in_browser"](pyfuncitem.obj, **given)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep in mind whether a journey failed, so that its tab can be looked at."""
    report = yield
    if report.when == "call":
        item.stash[failed] = report.failed
    return report


failed = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def browser_thread():
    with ThreadPoolExecutor(1, "browser") as thread:
        yield thread


@pytest.fixture(autouse=True)
def in_browser(browser_thread):
    """Call a function in the browser's thread; what it gives."""
    return lambda function, /, *given, **told: browser_thread.submit(
        function, *given, **told
    ).result()


@pytest.fixture(scope="session")
def lab(tmp_path_factory, browser_thread):
    """The JupyterLab with the sidebar, its browser included."""
    from lab import Lab
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE_MS)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(OUTSIDE)]:
            patch.delenv(name)
        patch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        lab = Lab(tmp_path_factory.mktemp("lab").resolve(), extended=True)
        browser_thread.submit(lab.__enter__).result()
    yield lab
    browser_thread.submit(lab.__exit__, None, None, None).result()


@pytest.fixture(scope="session")
def kept_tabs(lab, browser_thread):
    """A tab that one journey leaves for the next, since loading takes seconds."""
    kept = []
    yield kept
    for tab in kept:
        browser_thread.submit(tab.page.close).result()


@pytest.fixture
def place(lab, request):
    """A folder of the server's for this journey alone."""
    from desk import Place

    name = re.sub(r"\W+", "-", request.node.name).strip("-")[:60]
    return Place(lab, name)


@pytest.fixture
def tab(lab, kept_tabs, in_browser, request):
    """JupyterLab in a tab, with nothing open in it."""
    from desk import Tab

    tab = kept_tabs.pop() if kept_tabs else in_browser(lambda: Tab(lab, lab.new_page()))
    yield tab
    has_failed = request.node.stash.get(failed, True)
    if has_failed:
        in_browser(tab.picture, f"failed-{request.node.name}")
    try:
        if tab.is_kept and not has_failed:
            in_browser(tab.clear)
            kept_tabs.append(tab)
    finally:
        if tab not in kept_tabs:
            in_browser(tab.page.close)
    lab.end_kernels()


@pytest.fixture
def new_tab(lab, in_browser):
    """Open more tabs, or one in another theme; they are closed with the journey."""
    from desk import Tab

    opened = []

    def new_tab(path="", theme="light", **size):
        opened.append(Tab(lab, lab.new_page(path, theme, **size)))
        return opened[-1]

    yield new_tab
    for it in opened:
        in_browser(it.page.close)
    lab.end_kernels()


@pytest.fixture(scope="session")
def pictures():
    """Where pictures go: a folder that git ignores."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES
