"""The example notebooks, run from top to bottom and compared with what they show on a page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from notebooks import environment, stories

CONFIGURATION = Path(__file__).with_name("notebooks.cfg")
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

NBVAL = (
    *("-q", "--nbval-lax", "--nbval-cell-timeout", "120"),
    *("-p", "nbval.plugin", "-p", "no:cacheprovider", "-W", "ignore"),
)
PROGRAM = """\
import sys
sys.modules["rfc3987_syntax"] = None  # a second of each start, for a format that no notebook has
import pytest
sys.exit(pytest.main())"""


@pytest.mark.parametrize("path", stories(), ids=lambda path: path.stem)
def test_a_notebook_shows_what_it_showed(path, tmp_path):
    pytest.importorskip("nbval")
    shutil.copy(path, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *NBVAL, "--nbval-sanitize-with", CONFIGURATION, path.name],
        cwd=tmp_path,
        env=environment(tmp_path) | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def outputs(path):
    """What the cells of a notebook show, each with its cell."""
    for cell in nbformat.read(path, 4).cells:
        for output in cell.get("outputs", []):
            yield cell, output


def test_there_are_seven_stories_and_the_readme_names_each():
    assert [path.name[0] for path in stories()] == list("1234567")
    assert [path.name for path in stories() if f"(notebooks/{path.name})" not in README] == []


@pytest.mark.parametrize("path", stories(), ids=lambda path: path.stem)
def test_a_notebook_reads_well_on_a_page(path):
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    assert path.stat().st_size < 100_000
    assert notebook.cells[0].source.startswith("# ")
    assert "widgets" not in notebook.metadata
    words = [len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown"]
    assert max(words) < 120
    for cell, output in outputs(path):
        assert output.output_type in {"stream", "execute_result", "display_data"}, cell.source
        assert output.get("name") != "stderr", output.get("text")
        assert set(output.get("data", {})) <= {"text/plain", "text/html", "image/png"}


@pytest.mark.parametrize("path", stories(), ids=lambda path: path.stem)
def test_what_is_compared_holds_no_id_time_or_folder(path):
    checked = 0
    for cell, output in outputs(path):
        assert not re.search(r"/(home|root|tmp|work)/", json.dumps(output)), cell.source
        if "nbval-check-output" in cell.metadata.get("tags", []):
            checked += 1
            text = output.get("text") or output.data["text/plain"]
            assert not re.search(r"[0-9a-f]{32}|\d{4}-\d\d-\d\d|\d\d:\d\d", text), text
    assert checked
