"""Reproduction: the slice as a notebook, run again in a fresh kernel, and compared."""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import sys

import nbformat
import pytest
from msgspec import structs

import nbtrack
from nbtrack.api.reproduction.check import Check
from nbtrack.api.reproduction.notebook import Recipe
from nbtrack.api.reproduction.reproduce import Reproduction, reproduce
from nbtrack.api.session import session
from nbtrack.capture.objects.scan import scan
from nbtrack.errors import AlreadyExists, InvalidValue, MissingPackage, NotFound
from nbtrack.records.execution import Execution

TRAIN = """import nbtrack
with nbtrack.start_run():
    nbtrack.log_param("depth", depth)
    nbtrack.log_metric("acc", depth / 10)"""


def executions(*sources, **fields):
    return [
        Execution(
            f"e{n}",
            session_id="s",
            number=n,
            source=source,
            status="finished",
            start_time=1_700_000_000_000,
            uses=[f"e{n - 1}"] if n > 1 else [],
            **fields,
        )
        for n, source in enumerate(sources, 1)
    ]


def record(*sources, depth="3", acc=0.3, environment=None, name="first"):
    """A run with the executions it came from, as the store has them."""
    with nbtrack.start_run(run_name=name) as run:
        nbtrack.log_param("depth", depth)
        nbtrack.log_metric("acc", acc)
        if environment is not None:
            nbtrack.log_text(json.dumps(environment), "environment.json")
    made = executions(*sources)
    made[-1] = structs.replace(made[-1], cell_run=run.info.run_id)
    session().writer.write_all(made)
    return run.info.run_id


def sources(path):
    return [cell.source for cell in nbformat.read(path, 4).cells]


def test_a_notebook_has_the_cells_and_says_what_it_is(tmp_path):
    environment = {
        "python": "3.12.1",
        "packages": {"nbtrack": "0.0.1", "numpy": "1.0"},
        "imports": {},
    }
    record("depth = 3", TRAIN, environment=environment)
    made = reproduce("first", tmp_path / "again.ipynb")
    notebook = nbformat.read(made.path, 4)
    nbformat.validate(notebook)
    about, *cells, result = (cell.source for cell in notebook.cells)
    assert cells == ["depth = 3", TRAIN]
    assert "nbtrack.last_active_run()" in result
    assert about.splitlines() == [
        "# Reproduction of run first",
        "",
        "2 executions [1], [2], run on 2023-11-14 at 22:13 UTC.",
        "",
        "What came out of it:",
        "",
        "- depth: 3",
        "- acc: 0.3",
        "",
        "It ran on Python 3.12.1 with:",
        "",
        "- nbtrack: 0.0.1",
    ]
    assert made.is_equal is None
    assert made.packages["nbtrack"] == ("0.0.1", importlib.metadata.version("nbtrack"))


def test_the_same_run_gives_the_same_notebook(tmp_path):
    record("depth = 3", TRAIN)
    paths = [reproduce("first", tmp_path / name).path for name in ("a.ipynb", "b.ipynb")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert reproduce("first", paths[0]).path == paths[0]


def test_what_is_there_already_is_kept(tmp_path):
    record("depth = 3", TRAIN)
    (tmp_path / "mine.ipynb").write_text("mine")
    with pytest.raises(AlreadyExists, match="is there already; give another path"):
        reproduce("first", tmp_path / "mine.ipynb")
    first = reproduce("first").path
    assert reproduce("first").path == first
    first.write_text("edited")
    assert reproduce("first").path.name == "reproduce-first-2.ipynb"
    assert first.read_text() == "edited"


def test_a_script_is_written_where_the_path_says_so(tmp_path):
    record("depth = 3", TRAIN)
    made = reproduce("first", tmp_path / "again.py")
    assert made.path.read_text() == f"# [1]\ndepth = 3\n\n# [2]\n{TRAIN}\n"
    with pytest.raises(InvalidValue, match="is a notebook or a script"):
        reproduce("first", tmp_path / "again.txt")


def test_a_run_without_executions_is_refused():
    with nbtrack.start_run(run_name="bare"):
        pass
    with pytest.raises(NotFound, match="no execution of a cell was recorded of run 'bare'"):
        reproduce("bare")


def test_a_run_is_made_again_without_logging_to_the_store():
    record("depth = 3", TRAIN)
    made = reproduce("first", check=True)
    assert made.failure is None
    assert made.checks == [
        Check("param depth", "equal", "3", "3"),
        Check("acc", "equal", "0.3", "0.3", 0.0),
    ]
    assert made.is_equal is True
    assert nbtrack.count_runs() == 1


def test_what_differs_is_told_with_how_far():
    record("depth = 4", TRAIN)
    made = reproduce("first", check=True)
    assert made.is_equal is False
    assert made.text().splitlines() == [
        "reproduction of run first: reproduce-first.ipynb",
        "  param depth: was 3, is 4",
        "  acc: was 0.3, is 0.4, a relative difference of 0.25",
    ]


@pytest.mark.parametrize("log", [False, True])
def test_what_was_not_made_again_is_told(log, tmp_path):
    nbtrack.set_tracking_uri(tmp_path / "store")
    record("depth = 4")
    made = reproduce("first", check=True, log=log)
    assert [it.status for it in made.checks] == ["missing", "missing"]


def test_a_cell_that_fails_is_named():
    record("depth = 3", "1 / 0", TRAIN)
    made = reproduce("first", check=True)
    assert (made.failure, made.is_equal) == (
        ("cell [2]", "ZeroDivisionError: division by zero"),
        False,
    )
    assert "failed in cell [2]: ZeroDivisionError" in made.text()


def test_a_cell_that_takes_too_long_is_named():
    recipe = Recipe("x", executions("import time\ntime.sleep(30)\nx = 1"), ("x",))
    made = reproduce(recipe, check=True, timeout=1)
    assert made.failure == ("cell [1]", "it took more than 1 seconds")


def test_variables_are_compared_by_their_content(tmp_path):
    (tmp_path / "data.txt").write_text("1 2 3")
    cells = executions(
        "with open('data.txt') as file:\n    many = [int(it) for it in file.read().split()]",
        "total = sum(many)",
        notebook=str(tmp_path / "mine.ipynb"),
    )
    digests = {"many": scan([1, 2, 3]).digest, "total": scan(7).digest}
    recipe = Recipe("two values", cells, ("many", "total"), digests, {"total": 7})
    made = reproduce(recipe, check=True)
    assert made.failure is None
    assert made.checks == [
        Check("many", "equal", digests["many"], digests["many"]),
        Check("total", "differs", "7", "6", 1 / 7),
    ]
    assert sources(made.path)[-1] == "{'many': many, 'total': total}"


def test_a_cell_that_failed_then_may_fail_again():
    failed = executions("x = 1\n1 / 0")
    failed = [structs.replace(failed[0], status="failed")]
    recipe = Recipe("x", failed, ("x",), {"x": scan(1).digest})
    assert reproduce(recipe, check=True).is_equal is True


def test_secrets_that_must_be_set_are_named(monkeypatch):
    source = "key = __import__('os').environ['NBTRACK_SECRET_1f0c93ab']"
    recipe = Recipe("key", executions(source), ("key",), {"key": scan("hush").digest})
    made = reproduce(recipe)
    assert made.unset == ["NBTRACK_SECRET_1f0c93ab"]
    assert "- `NBTRACK_SECRET_1f0c93ab`" in sources(made.path)[0]
    monkeypatch.setenv("NBTRACK_SECRET_1f0c93ab", "hush")
    made = reproduce(recipe, check=True)
    assert (made.unset, made.is_equal) == ([], True)


def test_results_by_underscore_have_names_and_the_notebook_says_so():
    recipe = Recipe("y", executions("40 + 2", "y = _ + 1"), ("y",), {"y": scan(43).digest})
    made = reproduce(recipe, check=True)
    about, first, second, _ = sources(made.path)
    assert (first, second) == ("out_1 = 40 + 2\nout_1", "y = out_1 + 1")
    assert "see [1], [2]" in about
    assert made.is_equal is True


def test_a_notebook_that_tracks_loads_the_extension_first():
    recipe = Recipe("y", executions("%%track\ny = 1"), ("y",))
    assert sources(reproduce(recipe).path)[1] == "%load_ext nbtrack"


def test_a_check_runs_where_a_loop_runs_already():
    recipe = Recipe("y", executions("y = 1"), ("y",), {"y": scan(1).digest})

    async def inside():
        return reproduce(recipe, check=True)

    assert asyncio.run(inside()).is_equal is True


def test_a_check_can_log_to_the_store_in_use(tmp_path):
    nbtrack.set_tracking_uri(tmp_path / "store")
    record("depth = 3", TRAIN)
    made = reproduce("first", check=True, log=True)
    assert made.is_equal is True
    assert nbtrack.count_runs() == 2


def test_without_nbclient_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "nbclient", None)
    recipe = Recipe("y", executions("y = 1"), ("y",))
    with pytest.raises(MissingPackage, match=r"pip install 'nbtrack\[notebook\]'"):
        reproduce(recipe, check=True)


def test_nothing_to_compare_is_neither_equal_nor_not(tmp_path):
    made = Reproduction("x", tmp_path / "x.ipynb", was_run=True)
    assert made.is_equal is None
    assert made.text().endswith("it ran; there was nothing to compare")
