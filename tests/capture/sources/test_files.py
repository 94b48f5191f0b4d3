"""Tests of noticing the files that cells read and write."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time

import pytest

from nbtrack.capture.sources.files import FileState, file_digest, is_of_system


@pytest.fixture
def old(tmp_path):
    """A file that was not written just now."""
    path = tmp_path / "old.csv"
    path.write_text("a\n1\n")
    os.utime(path, (0, 0))
    return path


def files(step):
    """The names of files that a step read and wrote."""
    return [
        sorted(it.rpartition("/")[2] for it in symbols if it.startswith("file:"))
        for symbols in (step.reads, step.writes)
    ]


def test_a_file_that_is_read_is_read(notebook, old):
    step = notebook.run(f"with open({str(old)!r}) as f: t = f.read()")
    assert files(step) == [["old.csv"], []]
    assert step.reads[f"file:{old}"] == file_digest(str(old), 4)


@pytest.mark.parametrize(
    ("mode", "found"),
    [
        ("w", [[], ["old.csv"]]),
        ("a", [["old.csv"], ["old.csv"]]),
        ("r+", [["old.csv"], ["old.csv"]]),
        ("w+", [[], ["old.csv"]]),
    ],
)
def test_the_mode_tells_whether_a_file_is_written_anew_or_changed(notebook, old, mode, found):
    step = notebook.run(f"with open({str(old)!r}, {mode!r}) as f: f.write('x')")
    assert files(step) == found


def test_what_is_read_from_a_file_comes_from_the_cell_that_wrote_it(notebook, tmp_path):
    path = str(tmp_path / "t.txt")
    notebook.run(f"path = {path!r}")
    notebook.run("with open(path, 'w') as f: f.write('a')")
    notebook.run("with open(path, 'a') as f: f.write('b')")
    notebook.run("with open(path) as f: t = f.read()")
    assert notebook.slice("t") == [1, 2, 3, 4]


def test_writing_a_file_anew_ends_what_went_before(notebook, tmp_path):
    path = str(tmp_path / "t.txt")
    for text in "ab":
        notebook.run(f"with open({path!r}, 'w') as f: f.write({text!r})")
    notebook.run(f"with open({path!r}) as f: t = f.read()")
    assert notebook.slice("t") == [2, 3]


def test_a_file_read_through_a_library_in_c_is_found_by_its_name(notebook, old):
    notebook.run("import pandas as pd")
    step = notebook.run(f"t = pd.read_csv({str(old)!r})")
    assert files(step) == [["old.csv"], []]


def test_a_file_that_others_changed_between_cells_is_read(notebook, old):
    notebook.run(f"with open({str(old)!r}) as f: t = f.read()")
    old.write_text("b\n2\n")
    time.sleep(0.03)
    step = notebook.run(f"with open({str(old)!r}) as f: t = f.read()")
    assert files(step) == [["old.csv"], []]
    assert step.reads[f"file:{old}"] == file_digest(str(old), 4)


def test_a_path_in_a_variable_names_a_file(notebook, old):
    notebook.run(f"from pathlib import Path\np = Path({str(old)!r})")
    step = notebook.run("t = p.read_text()")
    assert files(step) == [["old.csv"], []]


def test_a_database_that_is_written_is_changed(notebook, tmp_path):
    path = tmp_path / "t.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table t (a)")
    connection.close()
    os.utime(path, (0, 0))
    notebook.run(f"import sqlite3\nc = sqlite3.connect({str(path)!r})")
    notebook.run("rows = c.execute('select * from t').fetchall()")
    step = notebook.run(f"c.execute('insert into t values (1)')\nc.commit()\np = {str(path)!r}")
    notebook.run("c.close()")
    assert files(step)[1] == ["t.db"]


def test_a_file_that_is_renamed_is_written_under_its_new_name(notebook, old, tmp_path):
    new = tmp_path / "new.csv"
    notebook.run("import os")
    notebook.run(f"os.rename({str(old)!r}, {str(new)!r})")
    notebook.run(f"with open({str(new)!r}) as f: t = f.read()")
    assert notebook.slice("t")[-2:] == [2, 3]


def test_a_folder_that_a_cell_made_is_used_by_those_that_write_into_it(notebook, tmp_path):
    folder = tmp_path / "made"
    notebook.run(f"import os\nos.mkdir({str(folder)!r})")
    notebook.run(f"with open({str(folder / 't.txt')!r}, 'w') as f: f.write('a')")
    notebook.run(f"with open({str(folder / 't.txt')!r}) as f: t = f.read()")
    assert notebook.slice("t") == [1, 2, 3]


def test_listing_a_folder_reads_what_cells_wrote_into_it(notebook, tmp_path):
    notebook.run(f"with open({str(tmp_path / 't.txt')!r}, 'w') as f: f.write('a')")
    notebook.run(f"import os\nt = os.listdir({str(tmp_path)!r})")
    assert notebook.slice("t") == [1, 2]


def test_a_file_that_is_not_there_is_not_read(notebook, tmp_path):
    step = notebook.run(f"open({str(tmp_path / 'none.txt')!r})")
    assert (step.status, files(step)) == ("failed", [[], []])


def test_files_between_cells_are_not_noticed(notebook, old):
    notebook.run("x = 1")
    old.read_text()
    step = notebook.run("y = 2")
    assert files(step) == [[], []]


def test_files_that_another_thread_opens_are_noticed(notebook, old):
    def read():
        old.read_text()

    notebook.names["thread"] = threading.Thread(target=read)
    step = notebook.run("thread.start()\nthread.join()")
    assert files(step) == [["old.csv"], []]


def test_the_modules_and_settings_of_python_are_no_data():
    assert [is_of_system(it) for it in (os.__file__, sys.executable, "/proc/stat")] == [True] * 3


def test_a_path_of_the_users_own_class_is_not_asked_twice(notebook, old):
    source = f"""
asked = []
class Asked:
    def __fspath__(self): asked.append(1); return {str(old)!r}
with open(Asked()) as f: t = f.read()
"""
    step = notebook.run(source)
    assert (notebook.names["asked"], files(step)) == ([1], [["old.csv"], []])


def test_events_with_other_arguments_are_no_error():
    state = FileState()
    state.before()
    for event, arguments in [
        ("open", (3, "r", 0)),
        ("open", (None, None, None)),
        ("os.listdir", (3,)),
        ("os.rename", (b"/a", b"/b", -1, -1)),
        ("sqlite3.connect", (":memory:",)),
    ]:
        sys.audit(event, *arguments)
    found = state.acts, state.folders
    state.close()
    assert found == ({"/a": "change", "/b": "write"}, set())


def test_the_digest_of_a_file_tells_its_content(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"abc")
    two.write_bytes(b"abc")
    same = file_digest(str(one), 3) == file_digest(str(two), 3)
    two.write_bytes(b"abd")
    assert (same, file_digest(str(one), 3) == file_digest(str(two), 3)) == (True, False)


def test_the_end_and_the_size_of_a_large_file_count(tmp_path, monkeypatch):
    from nbtrack.capture.sources import files as module

    monkeypatch.setattr(module, "WHOLE_BYTES", 10)
    path, digests = tmp_path / "large", []
    for content in (b"0" * 100, b"0" * 99 + b"1", b"0" * 101):
        path.write_bytes(content)
        digests.append(file_digest(str(path), len(content)))
    assert len(set(digests)) == 3


def test_what_nbtrack_reads_for_itself_is_no_data_of_the_cell(tmp_path):
    from nbtrack.capture.sources.git import text_in

    own, users = tmp_path / "HEAD", tmp_path / "data.txt"
    own.write_text("ref: refs/heads/main")
    users.write_text("1 2 3")
    files = FileState()
    try:
        files.before()
        text_in(own)
        users.read_text()
        assert files.acts == {str(users): "read"}
    finally:
        files.close()


def test_a_file_that_changes_unheard_was_written_by_who_ran_then(notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    notebook.run_all(
        "import os, time\nfrom pathlib import Path",
        "fd = os.open('a.txt', os.O_CREAT | os.O_RDWR)",
        "other = 1",
        "_n = os.write(fd, b'abc'); os.utime(fd, ns=(time.time_ns(), time.time_ns()))",
        "t = Path('a.txt').read_text()",
        "os.close(fd)",
    )
    assert notebook.slice("t") == [1, 2, 4, 5]
