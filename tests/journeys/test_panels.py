"""Panels in a notebook that is run, saved and exported; the journeys in JupyterLab press them."""

from __future__ import annotations

import io
import sys
import warnings
from pathlib import Path

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from panels_story import KERNEL, LIMIT_BYTES, story


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
