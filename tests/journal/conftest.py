"""What the tests of the journal share: writers that are closed, and what stands in a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter

import pytest

from nbtrack.journal import reader
from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.writer import JournalWriter
from nbtrack.records.event import JournalHeader
from nbtrack.records.param import Param


@pytest.fixture
def folder(tmp_path):
    """Where a store would be; nothing is made yet."""
    return StoreFolder(tmp_path / "store")


@pytest.fixture
def make_writer(folder):
    """Writers of one process, closed at the end of the test."""
    made = []

    def make(place=folder, **options):
        made.append(JournalWriter(place, **options))
        return made[-1]

    yield make
    for writer in made:
        writer.close()


@pytest.fixture
def writer(make_writer):
    return make_writer()


def everything(folder):
    """All records in a folder's journal, and all lines that are none; torn ends included."""
    records, bad = [], []
    for segment in reader.segments(folder):
        decoded = reader.decode(segment.path.read_bytes())
        records += decoded.records
        bad += decoded.bad
    return records, bad


@pytest.fixture
def keys_in():
    """How often each key stands in a folder's journal."""

    def keys_in(folder):
        return Counter(record.key for record in everything(folder)[0] if type(record) is Param)

    return keys_in


@pytest.fixture
def headers_in():
    def headers_in(folder):
        return [record for record in everything(folder)[0] if type(record) is JournalHeader]

    return headers_in


@pytest.fixture
def bad_in():
    def bad_in(folder):
        return everything(folder)[1]

    return bad_in


@pytest.fixture
def wait_until():
    """Poll a condition; the test fails if it does not become true."""

    def wait_until(condition, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "the condition did not become true"
            time.sleep(0.005)

    return wait_until


@pytest.fixture
def python():
    """Run a program in a fresh process; the result is what it printed."""

    def python(program, *arguments, **options):
        command = [sys.executable, "-W", "error", "-c", program, *map(str, arguments)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, **options)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return python


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 256 KB that really fills up."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs root; the tests with a file size limit run everywhere")
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting is refused here; the tests with a file size limit run everywhere")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)
