"""Executions as a script: it runs without IPython and leaves what the cells left."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from nbtrack.api.cells.lines import lines_of, python_of
from nbtrack.api.cells.script import as_script
from nbtrack.records.execution import Execution


def cells(*sources, **last):
    """Executions of a session, numbered from 1; the last one as told."""
    made = [
        Execution(str(n), session_id="s", number=n, source=it, status="finished")
        for n, it in enumerate(sources, 1)
    ]
    if last:
        told = {name: getattr(made[-1], name) for name in made[-1].__struct_fields__}
        made[-1] = Execution(**told | last)
    return made


def run(*sources, **last):
    """What is left when the script of some cells has run."""
    left = {}
    exec(compile(as_script(cells(*sources, **last)), "script.py", "exec"), left)
    return left


def test_cells_stand_one_after_another_under_their_numbers():
    assert as_script(cells("x = 1", "y = x + 1")) == "# [1]\nx = 1\n\n# [2]\ny = x + 1\n"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%matplotlib inline\nx = 1", 1),
        ("%%time\nx = 1", 1),
        ("%%track acc\n%%time\nx = 1", 1),
        ("# a comment\nx = 1", 1),
        ("%%capture out\nx = 1", 1),
        ("%time x = 1", 1),
        ("x = %time 1", 1),
        ("if True:\n    %time x = 1\n    %matplotlib inline", 1),
        ("if True:\n    %matplotlib inline\nx = 1", 1),
        ("x = !echo a; echo b", ["a", "b"]),
        ("name = 'z'\nx = !echo {name} $name $$HOME_ {print $1}", None),
        ("x = '''\n%matplotlib\n!ls'''\n%time pass", "\n%matplotlib\n!ls"),
        ("x = (100\n%7)\nx?", 2),
        ("x = 1;", 1),
        ("x = 1\n!pip install nothing-of-this-name", 1),
        ("%pip install nothing-of-this-name\nx = 1", 1),
        ("%load_ext nbtrack\n%track on\nx = 1", 1),
        ("x = %pwd", os.getcwd),
    ],
)
def test_magics_are_resolved(cell, expected):
    left = run(cell)
    if expected is None:
        assert left["x"][0].startswith("z z ")
    else:
        assert left["x"] == (expected() if callable(expected) else expected)


def test_shell_lines_and_files_do_what_they_did(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(
        "folder = 'made'",
        "!mkdir {folder}",
        "%cd made",
        "%%writefile note.txt\none\ntwo",
        "%%bash\necho three >> note.txt",
        "%%writefile -a note.txt\nfour",
        "%%writefile more.py\nvalue = 5",
    )
    assert (tmp_path / "made" / "note.txt").read_text() == "one\ntwo\nthree\nfour\n"
    assert run("%run more.py", "x = value + 1")["x"] == 6


def test_the_environment_is_set_and_read(monkeypatch):
    for name in ("NB_ONE", "NB_TWO", "NB_THREE"):
        monkeypatch.setenv(name, "0")
    left = run("%env NB_ONE=1", "%set_env NB_TWO 2", "n = 3\n%env NB_THREE={n}", "x = %env NB_ONE")
    assert left["x"] == "1"
    assert [os.environ[it] for it in ("NB_TWO", "NB_THREE")] == ["2", "3"]


def test_results_are_passed_on_under_names():
    script = as_script(cells("40 + 2", "y = _ + Out[1] + _1", "z = y\nz", "w = _"))
    left = {}
    exec(script, left)
    assert (left["y"], left["w"]) == (126, 126)
    assert "out_1 = 40 + 2" in script
    assert "_ +" not in script


def test_an_underscore_of_ones_own_is_left_alone():
    assert run("5", "for _ in range(3):\n    x = _")["x"] == 2
    assert run("5", "_, x = 1, 2\ny = _")["y"] == 1


@pytest.mark.parametrize("source", ["'é'; 40 + 2", "é = 1\n(é +\n 41)"])
def test_a_result_after_other_letters_or_over_lines_gets_its_name(source):
    assert run(source, "x = 'é', _")["x"] == ("é", 42)


def test_a_failed_cell_is_cut_where_it_failed():
    error = (
        'Traceback (most recent call last):\n  File "/tmp/ipykernel_1/2.py", line 4, in <module>\n'
        '    1 / 0\n  File "/lib/x.py", line 9, in f\nZeroDivisionError: division by zero\n'
    )
    source = "%%track\nx = 1\nmany = []\nfor it in (1, 0):\n    many.append(1 / it)\nx = 2"
    left = run(source, status="failed", error=error)
    assert (left["x"], left["many"]) == (1, [1.0])


def test_a_failed_cell_without_a_known_line_is_let_pass_whole():
    left = run("x = 1\nraise ValueError('no')\nx = 2", status="failed", error="ValueError: no")
    assert left["x"] == 1


def test_statements_before_a_failure_on_one_line_are_kept():
    error = 'File "<ipython-input-1-abc>", line 1, in <module>\nZeroDivisionError: by zero'
    assert run("x = 1; 1 / 0", status="failed", error=error)["x"] == 1


def test_a_cell_that_is_not_python_is_told_in_a_comment():
    script = as_script(cells("x = = 1", "y = 1"))
    assert script == "# [1] is not Python, and did nothing\n# x = = 1\n\n# [2]\ny = 1\n"


def test_await_at_the_top_is_run(tmp_path):
    script = as_script(
        cells(
            "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x",
            "x = await f(1)",
            "async with asyncio.timeout(5):\n    y = await f(x + 1)",
            "print(x, y)",
        )
    )
    path = tmp_path / "script.py"
    path.write_text(script)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("1 2\n", "")


def test_display_works_without_ipython(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(as_script(cells("display('shown')")))
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)
    assert "shown" in done.stdout


def test_an_unknown_magic_is_left_to_ipython():
    script = as_script(cells("rows = %sql select 1", "%%cython\ndef f(): pass"))
    assert "rows = get_ipython().run_line_magic('sql', 'select 1')" in script
    assert "get_ipython().run_cell_magic('cython', '', 'def f(): pass')" in script
    assert script.startswith("from IPython import get_ipython")


def test_a_cell_that_only_shows_leaves_nothing():
    assert as_script(cells("x = 1", "", "%%html\n<b>hi</b>")) == (
        "# [1]\nx = 1\n\n# [3]\n# %%html\n# <b>hi</b>\n"
    )


def test_lines_keep_their_numbers():
    source = "%%track\nx = 1\n!ls\ny = (9\n%x)\nz?\nw = 1"
    plain = python_of(source).split("\n")
    assert [plain[1], plain[6]] == ["x = 1", "w = 1"]
    compile(python_of(source), "<cell>", "exec")
    kinds = [line.kind for line in lines_of("!ls \\\n  -l\nx?\n%who\nx = 1")]
    assert kinds == ["shell", "help", "magic", "code"]
