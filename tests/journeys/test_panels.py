"""Panels in a notebook that is run, saved, exported, and looked at in a real JupyterLab."""

from __future__ import annotations

import io
import json
import shutil
import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

RUNS = """\
import math, nbtrack
for lr, kind in ((0.1, 'tree'), (0.03, 'forest'), (0.3, '<b>evil</b>')):
    with nbtrack.start_run(run_name=f'lr={lr}'):
        nbtrack.log_params({'lr': lr, 'kind': kind, 'seed': 0})
        for step in range(300):
            nbtrack.log_metric('loss', math.exp(-step * lr / 30), step=step)
            nbtrack.log_metric('val_acc', 1 - math.exp(-step * lr / 40), step=step)
        nbtrack.log_metric('acc', 0.85 + lr / 3)"""

MODEL = """\
for acc in (0.8, 0.9):
    with nbtrack.start_run(run_name=f'total {acc}'):
        info = nbtrack.pyfunc.log_model(name='total', python_model=lambda it: sum(it))
        nbtrack.log_metric('acc', acc)
    version = nbtrack.register_model(info.model_uri, 'churn')"""

PANELS = ["%runs --live", "%runs", "%compare lr=0.1 lr=0.03 lr=0.3", "%registry"]

LIMIT_BYTES = 200_000

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}


def story():
    """A notebook that shows every panel."""
    first = "%load_ext nbtrack\nimport warnings\nwarnings.simplefilter('ignore')"
    cells = [new_code_cell(it) for it in (first, RUNS, MODEL, *PANELS)]
    return new_notebook(cells=cells, metadata=KERNEL)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The notebook after it ran, the state of widgets stored with it."""
    pytest.importorskip("anywidget")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from jupyter_core.utils import ensure_event_loop
        from nbclient import NotebookClient

    folder = tmp_path_factory.mktemp("panels")
    notebook = story()
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv("NBTRACK_QUIET", "1")
        patch.setenv("NBTRACK_TRACKING_URI", str(folder / "store"))
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}}).execute()
        ensure_event_loop().close()  # Jupyter's clients leave theirs open
    return notebook


def size_of(notebook):
    """How many bytes a notebook has in its file."""
    file = io.StringIO()
    nbformat.write(notebook, file)
    return len(file.getvalue().encode())


def test_a_notebook_with_every_panel_is_small_with_and_without_the_state_of_widgets(executed):
    assert "widgets" in executed.metadata
    without = nbformat.from_dict({**executed, "metadata": KERNEL})
    assert size_of(without) < size_of(executed) < LIMIT_BYTES / 2


def test_every_output_is_html_and_text_and_none_needs_a_widget(executed):
    shown = [it.data for cell in executed.cells[3:] for it in cell.outputs]
    assert len(shown) == 7
    for data in shown:
        assert {"text/html", "text/plain"} <= set(data)
        assert "application/vnd.jupyter.widget-view+json" not in data
    texts = [it["text/plain"].splitlines()[0] for it in shown]
    assert texts == [
        "experiment Default: 5 runs",
        "experiment Default: 5 runs",
        "3 runs compared: 5 values differ",
        "loss",
        "parallel coordinates",
        "acc by lr",
        "churn: 2 versions",
    ]


def test_an_exported_page_has_the_tables_and_still_pictures(executed):
    exporters = pytest.importorskip("nbconvert.exporters")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page, _ = exporters.HTMLExporter().from_notebook_node(executed)
    for words in ("3 runs compared", "parallel coordinates of kind, lr, acc", "versions of churn"):
        assert words in page
    assert "<b>evil</b>" not in page
    assert "Plotly.newPlot" not in page


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """A JupyterLab with the notebook, in a real browser."""
    for package in ("playwright", "jupyterlab", "anywidget"):
        pytest.importorskip(package)
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    from lab import BROWSERS, Lab

    if not any(map(shutil.which, BROWSERS)) or not Path(sys.executable).with_name("jupyter-lab"):
        pytest.skip("there is no browser")
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    monkeypatch.setenv("NBTRACK_TRACKING_URI", str(tmp_path / "store"))
    nbformat.write(story(), tmp_path / "story.ipynb")
    with Lab(tmp_path) as found:
        yield found


def test_panels_answer_in_jupyterlab_and_stay_when_the_kernel_is_gone(lab):
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)
    page = lab.open("story.ipynb", height=3000)
    lab.run_all(page)
    live, runs, compared, registry = (page.locator(".jp-CodeCell").nth(it) for it in range(3, 7))
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

    lab.command(page, "docmanager:save")
    saved = json.loads((lab.root / "story.ipynb").read_text())
    (output,) = saved["cells"][6]["outputs"]
    assert 'data-alias="champion"' in "".join(output["data"]["text/html"])
    # some 105 KB of it are the pictures that JupyterLab keeps of the plotly figures that it drew
    assert (lab.root / "story.ipynb").stat().st_size < 1.2 * LIMIT_BYTES
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.close()
    page = lab.open("story.ipynb", theme="dark", height=3000)
    expect(page.get_by_text("versions of churn")).to_be_visible()
    expect(page.locator(".nbt-bar")).to_have_count(0)
    expect(page.get_by_text("model not found")).to_have_count(0)
