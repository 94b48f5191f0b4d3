"""Real sessions with one planted change each, compared by `nbtrack.diff`: is the cause named first?

python tests/journeys/diff_trials.py                 all pairs, a line each, and the count
python tests/journeys/diff_trials.py seed config     those whose names have a word of these
    --text    what `print(nbtrack.diff(...).text())` says, too
    --all     with `%track on`
    --again   the second time in the same session, as when cells are edited and run again
    --cold    without importing libraries beforehand
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

import diff_code_pairs
import diff_data_pairs
from diff_notebooks import PAIRS

__all__ = ["PAIRS", "Answer", "Mode", "answer_of", "is_named", "warm"]

SOURCES = (diff_code_pairs, diff_data_pairs)
"""The modules that add pairs."""

PATIENCE_SECONDS = 120
CLOCK_SECONDS = 0.03
"""The clock of files ticks every 10 ms: nobody saves a file and runs a cell within that."""
PROJECT = Path(__file__).parents[2]

LIBRARIES = (
    "pandas",
    "sklearn.datasets",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.pipeline",
    "sklearn.svm",
    "sklearn.tree",
    "IPython.core.interactiveshell",
    "duckdb",
    "nbtrack.hosts.notebook.extension",
)


class Mode(NamedTuple):
    """How sessions are run."""

    is_on: bool = False
    """Whether every cell is recorded."""
    is_again: bool = False
    """Whether the second run is in the session of the first."""


FRESH = ("module", "package", "working directory", "a cell with a seed")
"""Words of pairs whose change a session that goes on does not see."""


class Answer(NamedTuple):
    """What was said of a pair."""

    kind: str
    title: str
    text: str


def warm() -> None:
    """Import what notebooks import, so that forked sessions begin at once."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for name in LIBRARIES:
        __import__(name)


def in_fork(act, *arguments):
    """The result of a function, called in a forked process; a problem is raised here."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    context = multiprocessing.get_context("fork")
    child = context.Process(target=sent, args=(theirs, act, *arguments))
    child.start()
    theirs.close()
    try:
        if not ours.poll(PATIENCE_SECONDS):
            child.kill()
            raise TimeoutError(f"{act.__name__} took more than {PATIENCE_SECONDS} s")
        is_done, result = ours.recv()
    finally:
        child.join(10)
        ours.close()
    if not is_done:
        raise RuntimeError(result)
    return result


def sent(pipe, act, *arguments):
    """Send what a function returns, or how it failed."""
    try:
        pipe.send((True, act(*arguments)))
    except Exception as error:
        pipe.send((False, f"{type(error).__name__}: {error}"))
        raise


def answer_of(pair, mode=None) -> Answer:
    """Run both sides of a pair in sessions of their own, and compare their last runs."""
    home = Path(tempfile.mkdtemp())
    mode = mode or Mode()
    try:
        if mode.is_again:
            runs = in_fork(runs_of, home, (pair.before, pair.after), mode)
        else:
            runs = [in_fork(runs_of, home, (it,), mode)[0] for it in (pair.before, pair.after)]
        return in_fork(compared, home, *runs)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def runs_of(home, books, mode):
    """Run notebooks one after the other in one session; the last run of each."""
    settle(home)
    shell = None
    found = []
    for book in books:
        lay_out(home / "work", book)
        if shell is None:
            os.chdir(home / "work" / book.folder)
            shell = new_shell(mode)
        os.environ.update(book.environment)
        found.append(last_run(shell, book))
    shell.run_line_magic("unload_ext", "nbtrack")
    return found


def settle(home):
    """A store and a home of one's own."""
    for name in [it for it in os.environ if it.startswith(("NBTRACK_", "MLFLOW_", "XDG_", "GIT_"))]:
        del os.environ[name]
    told = {"HOME": home, "IPYTHONDIR": home / "ipython", "NBTRACK_TRACKING_URI": home / "store"}
    os.environ.update({name: str(it) for name, it in told.items()})
    os.environ.update(NBTRACK_QUIET="1", MPLBACKEND="Agg")
    sys.dont_write_bytecode = True
    (home / "work").mkdir(exist_ok=True)


def lay_out(work, book):
    """Write the files of a notebook; those of another state of it are removed."""
    shutil.rmtree(work / "lib", ignore_errors=True)
    for name, content in book.files.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != content:
            path.write_text(content)
    time.sleep(CLOCK_SECONDS)


def new_shell(mode):
    """A shell that has loaded the extension, with random numbers of its own."""
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    options = Config()
    options.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=options)
    run_cell(shell, "%load_ext nbtrack", "load")
    if mode.is_on:
        run_cell(shell, "%track on", "on")
    return shell


def run_cell(shell, source, cell_id):
    """Run a cell as a front end does; an error in it is raised, what it shows is left out."""
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        result = shell.run_cell(source, store_history=True, cell_id=cell_id)
    if not result.success:
        raise RuntimeError(f"cell {cell_id}: {heard.getvalue()[-800:]}")


def last_run(shell, book):
    """Run all cells; the id of the last run."""
    import nbtrack

    for name, source in book.cells.items():
        run_cell(shell, source, name)
    return nbtrack.last_active_run().info.run_id


def compared(home, before, after) -> Answer:
    """What is said of two runs."""
    settle(home)
    os.chdir(home)
    import nbtrack

    found = nbtrack.diff(before, after)
    cause = found.cause
    text = found.text()
    if cause is None:
        return Answer("", "; ".join(it.words() for it in found.effects), text)
    return Answer(cause.kind, cause.title, text)


def is_named(pair, answer) -> bool:
    """Whether an answer names what was planted, or nothing where nothing was."""
    if not pair.kind:
        return answer.kind == answer.title == ""
    return answer.kind == pair.kind and all(word in answer.title for word in pair.words)


def line_of(pair, answer, *, is_right) -> str:
    """What came of a pair, in a line."""
    told = f"{answer.kind}: {answer.title}" if answer.kind else answer.title or "no difference"
    wanted = "" if is_right else f"   WANTED {pair.kind or 'nothing'}: {', '.join(pair.words)}"
    return f"{'named' if is_right else 'NOT  '}  {pair.name}  |  {told}{wanted}"


def is_meant(pair, word) -> bool:
    """Whether a word of the command means a pair: as a part of its name, or after `=` as all."""
    return pair.name == word[1:] if word.startswith("=") else word in pair.name


def main() -> int:
    """Run the pairs; the exit code is the number of causes that were not named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="*")
    for name in ("text", "all", "again", "cold", "json"):
        parser.add_argument(f"--{name}", action="store_true")
    options = parser.parse_args()
    if not options.cold:
        warm()
    known = [it for it in PAIRS if not (options.again and any(word in it.name for word in FRESH))]
    chosen = [
        it for it in known if not options.words or any(is_meant(it, word) for word in options.words)
    ]
    begun = time.perf_counter()
    right: dict[str, bool] = {}
    wrong: dict[str, str] = {}
    for pair in chosen:
        try:
            answer = answer_of(pair, Mode(options.all, options.again))
        except (RuntimeError, TimeoutError) as error:
            answer = Answer("problem", str(error), "")
        right[pair.name] = is_named(pair, answer)
        wrong[pair.name] = "" if right[pair.name] else f"{answer.kind}: {answer.title}"
        if not options.json:
            print(line_of(pair, answer, is_right=right[pair.name]), flush=True)
            if options.text:
                print(answer.text, end="\n\n", flush=True)
    if options.json:
        print(json.dumps(wrong))
    else:
        seconds = time.perf_counter() - begun
        count = f"{sum(right.values())} of {len(right)}"
        print(f"{count}: the cause is named first, in {seconds:.0f} s")
    return sum(not it for it in right.values())


if __name__ == "__main__":
    raise SystemExit(main())
