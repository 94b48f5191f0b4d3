"""Tracking broken at each step: cells end as ever, one line says so, and later all is well."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from nbtrack.store.migrations import SCHEMA_VERSION

BREAK = """
import importlib
def break_off(place):
    module, _, names = place.partition(":")
    owner = importlib.import_module(module)
    *path, last = names.split(".")
    for name in path:
        owner = getattr(owner, name)
    def fails(*given, **named):
        raise RuntimeError("broken on purpose: " + place)
    kept = vars(owner)[last]
    is_bound = isinstance(kept, staticmethod | classmethod)
    setattr(owner, last, staticmethod(fails) if is_bound else fails)
    return lambda: setattr(owner, last, kept)
def stored():
    from nbtrack.api.session import session
    from nbtrack.questions import executions
    store = session().store
    found = [executions.of_session(store, it.session_id) for it in executions.sessions(store)]
    return {it.source: it.status for every in found for it in every}
"""

PLACES = """
    nbtrack.hosts.notebook.cells:body_of
    nbtrack.hosts.notebook.cells:python_of
    nbtrack.hosts.notebook.cells:code_hash
    nbtrack.hosts.notebook.cells:Step
    nbtrack.hosts.notebook.cells:parse
    nbtrack.hosts.notebook.cells:CellHooks.tags
    nbtrack.hosts.notebook.cells:CellHooks.show_card
    nbtrack.hosts.notebook.cells:card_of
    nbtrack.hosts.notebook.cells:stale_inputs
    nbtrack.hosts.notebook.screen:show
    nbtrack.hosts.notebook.history:CellHistory.ask
    nbtrack.hosts.notebook.history:CellHistory.add
    nbtrack.hosts.notebook.history:CellHistory.is_complete
    nbtrack.hosts.notebook.tracked:TrackedCell.begin
    nbtrack.hosts.notebook.tracked:TrackedCell.listen
    nbtrack.hosts.notebook.tracked:TrackedCell.finish
    nbtrack.hosts.notebook.tracked:TrackedCell.as_earlier
    nbtrack.hosts.notebook.tracked:FigureCollector
    nbtrack.hosts.notebook.tracked:finish_cell_run
    nbtrack.api.cells.runs:start_run
    nbtrack.api.cells.runs:begins_one_run
    nbtrack.api.cells.runs:fill
    nbtrack.api.cells.runs:finish
    nbtrack.api.cells.run:CellRun.start_clock
    nbtrack.api.cells.run:CellRun.stop_clock
    nbtrack.api.cells.contents:findings_of
    nbtrack.api.cells.contents:keep_inputs
    nbtrack.capture.recorder:Recorder.begin
    nbtrack.capture.recorder:Recorder.end
    nbtrack.capture.recorder:Recorder.start_of
    nbtrack.capture.recorder:Recorder.end_of
    nbtrack.capture.recorder:redact_source
    nbtrack.capture.recorder:redact_text
    nbtrack.capture.provenance:Provenance.begin
    nbtrack.capture.provenance:Provenance.finish
    nbtrack.capture.provenance:Provenance.digest_step
    nbtrack.capture.provenance:Provenance.variables_now
    nbtrack.capture.provenance:usage_of
    nbtrack.capture.symbols:Symbols.bind
    nbtrack.capture.symbols:Symbols.look_again
    nbtrack.capture.objects.scan:walk
    nbtrack.capture.open_run:OpenRun.begin
    nbtrack.capture.open_run:OpenRun.log_params
    nbtrack.capture.open_run:OpenRun.end
    nbtrack.journal.writer:JournalWriter.write
    nbtrack.journal.writer:JournalWriter.write_all
    nbtrack.journal.writer:encode
    nbtrack.blobs:Blobs.put
""".split()  # noqa: SIM905 - a table


@pytest.fixture(scope="module")
def kernel(start_kernel):
    """A notebook that records every cell and knows how to break its tracking."""
    found = start_kernel()
    found.run("%track on")
    assert found.run(BREAK).error == ""
    return found


def assert_tracks(kernel, name):
    """All is well: a cell and a tracked cell are recorded, and nothing is told."""
    plain, tracked = f"x = 20  # {name}", f"%%track '{name}'\nlr = x / 200\nlr"
    seen = kernel.run(plain), kernel.run(tracked)
    assert [(it.error, it.errors) for it in seen] == [("", "")] * 2
    assert seen[1].result == "0.1"
    assert name in str(seen[1].shown)
    known = kernel.value("stored()")
    assert [known.get(it) for it in (plain, tracked)] == ["finished"] * 2


def lines_about(text: str) -> list[str]:
    """The lines that tell of trouble."""
    return [line for line in text.splitlines() if "nbtrack: " in line]


@pytest.mark.parametrize("place", PLACES)
def test_a_step_of_tracking_that_fails_is_told_once_and_stops_no_cell(kernel, place):
    breaking = kernel.run(f"import {place.partition(':')[0]}\nmend = break_off({place!r})")
    cells = [
        f"value = 2 + 2\nprint('own output')\nvalue  # {place}",
        f"%%track\ndepth = 3\nlr = value / 40\nprint('own output')\nlr  # {place}",
        f"%%track --quiet\nraise KeyError('own error')  # {place}",
    ]
    plain, tracked, failing = (kernel.run(it) for it in cells)
    mended = kernel.run("mend()")
    assert (plain.text, plain.result, plain.error) == ("own output\n", "4", "")
    assert (tracked.text, tracked.result, tracked.error) == ("own output\n", "0.1", "")
    assert (failing.text, failing.error) == ("", "KeyError")
    told = lines_about("".join(it.errors for it in (breaking, plain, tracked, failing, mended)))
    assert len(told) == 1
    assert f"(RuntimeError: broken on purpose: {place}); your code goes on" in told[0]
    assert_tracks(kernel, f"after {place.rpartition(':')[2]}")


# The store broken


def put_in_the_way(kernel):
    away = kernel.folder.path.rename(kernel.home / "away")
    kernel.folder.path.write_text("in the way")

    def mend():
        kernel.folder.path.unlink()
        away.rename(kernel.folder.path)

    return mend


def hold(kernel):
    program = "import duckdb, sys\nit = duckdb.connect(sys.argv[1])\nprint(1, flush=True)\ninput()"
    holder = subprocess.Popen(
        [sys.executable, "-c", program, kernel.folder.database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "1\n"

    def mend():
        holder.communicate("\n")

    return mend


def make_newer(kernel):
    def put(version):
        program = (
            "import duckdb, sys\nduckdb.connect(sys.argv[1]).execute("
            "\"update core.meta set value = ? where key = 'schema_version'\", [sys.argv[2]])"
        )
        command = [sys.executable, "-c", program, str(kernel.folder.database), str(version)]
        subprocess.run(command, check=True)

    put(99)
    return lambda: put(SCHEMA_VERSION)


def close_journal(kernel):
    kernel.value("__import__('nbtrack.api.session').api.session.session().writer.close()")
    return lambda: None


def delete(kernel):
    shutil.rmtree(kernel.folder.path)
    return lambda: None


FAULTS = {
    "the store deleted": delete,
    "a file in its place": put_in_the_way,
    "the database held by another program": hold,
    "a database of a newer version": make_newer,
    "the journal closed": close_journal,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_cells_run_while_the_store_is_broken_and_are_in_it_afterwards(kernel, fault):
    assert_tracks(kernel, f"before {fault}")
    mend = FAULTS[fault](kernel)
    cells = (f"y = 2  # {fault}", f"%%track '{fault}'\nlr = y / 20\nlr")
    seen = [kernel.run(it) for it in cells]
    mend()
    assert [(it.result, it.error) for it in seen] == [("", ""), ("0.1", "")]
    told = [line for it in seen for line in lines_about(it.errors)]
    assert len(told) == len(set(told)) <= 2  # the journal's trouble, and that of files
    assert_tracks(kernel, f"after {fault}")
    known = kernel.value("stored()")
    assert [known.get(it) for it in cells] == ["finished"] * 2


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 16 MB that really fills up."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs root")
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting is refused here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk):
    """Take what is left of a disk."""
    filler = disk / "filler"
    full = pytest.raises(OSError, match="No space left on device")
    with full, filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    return filler


CELLS = (
    "y = 2\nprint('own output')\ny",
    "%%track\nlr = y / 20\nprint('own output')\nlr",
    "%%track\nraise KeyError('own error')",
)


def results_of(kernel):
    """The cells' own output, results and errors, and what was told of trouble."""
    seen = [kernel.run(it) for it in CELLS]
    return [(it.text, it.result, it.error) for it in seen], "".join(it.errors for it in seen)


OWN = [("own output\n", "2", ""), ("own output\n", "0.1", ""), ("", "", "KeyError")]


def test_a_full_disk_stops_no_cell_and_all_is_in_the_store_once_there_is_room(
    start_kernel, small_disk
):
    kernel = start_kernel(NBTRACK_TRACKING_URI=str(small_disk / "store"))
    kernel.run("%track on")
    kernel.run(BREAK)
    filler = fill(small_disk)
    own, told = results_of(kernel)
    filler.unlink()
    assert own == OWN
    assert "No space left on device" in told
    assert "Traceback" not in told
    assert kernel.run("3").result == "3"
    known = kernel.value("stored()")
    assert [known.get(it) for it in (*CELLS, "3")] == ["finished", "finished", "failed", "finished"]


def test_a_read_only_disk_stops_no_cell(start_kernel, small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    kernel = start_kernel(NBTRACK_TRACKING_URI=str(small_disk / "store"))
    kernel.run("%track on")
    own, told = results_of(kernel)
    assert own == OWN
    assert "Read-only file system" in told
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    kernel.run(BREAK)
    assert kernel.run("3").result == "3"
    known = kernel.value("stored()")
    assert [known.get(it) for it in (*CELLS, "3")] == ["finished", "finished", "failed", "finished"]
