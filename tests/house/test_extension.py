"""One kind, one file, one row: what it takes to add something, tried on a copy of the source.

| to add …             | files to touch | where                                                  |
|----------------------|----------------|--------------------------------------------------------|
| a field of a run     | 1              | a line of `records/run.py`                             |
| a filter operator    | 1              | a row of `query/operators.py`                          |
| a verb of a noun     | 1              | a function of `hosts/command_line/<noun>.py`           |
| a noun or a new verb | 2              | `hosts/command_line/<name>.py`, a row of `application` |
| a setting            | 1              | a line of `settings.py`                                |

Besides, `make codegen` writes the golden schemas anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap

import pytest


class Copy:
    """A copy of nbtrack's source that a test may change."""

    def __init__(self, source, folder):
        self.root = folder / "source"
        self.work = folder / "work"
        self.work.mkdir()
        shutil.copytree(source, self.root / "nbtrack", ignore=shutil.ignore_patterns("__pycache__"))
        self.touched = []

    def change(self, place, old, new):
        """Replace a text that stands in a file once."""
        path = self.root / "nbtrack" / place
        text = path.read_text()
        assert text.count(old) == 1, f"{place} says {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new))
        self.touched.append(place)

    def add(self, place, text):
        """Write a new file."""
        (self.root / "nbtrack" / place).write_text(textwrap.dedent(text))
        self.touched.append(place)

    def run(self, code, *arguments):
        """Run code with the copy in place of nbtrack; what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code), *arguments],
            cwd=self.work,
            env={**os.environ, "PYTHONPATH": str(self.root), "NBTRACK_QUIET": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def copy(project, tmp_path):
    return Copy(project / "nbtrack", tmp_path)


RUN_OF_BEFORE = """
    import nbtrack
    with nbtrack.start_run(run_name="before"):
        nbtrack.log_metric("acc", 0.5)
    assert len(nbtrack.search_runs()) == 1
"""

RUN_WITH_THE_FIELD = """
    import nbtrack
    from nbtrack.api.session import session
    from nbtrack.records.ids import next_time, uuid7
    from nbtrack.records.run import RunInfo
    run = RunInfo(uuid7(), experiment_id="0", run_name="after", urgency="high", time=next_time())
    session().writer.write(run)
    found = nbtrack.search_runs(filter_string="attributes.urgency = 'high'", output_format="list")
    assert [it.info.run_name for it in found] == ["after"], found
    assert found[0].info.urgency == "high"
    table = nbtrack.sql("select run_name, urgency from runs order by run_name")
    assert list(table["urgency"].fillna("none")) == ["high", "none"], table
"""


def test_a_new_field_of_a_run_is_one_line_and_old_stores_get_it(copy):
    copy.run(RUN_OF_BEFORE)
    copy.change(
        "records/run.py",
        '    lifecycle_stage: str = "active"\n',
        '    urgency: Annotated[str | None, column("How urgent.", filter=True)] = None\n'
        '    lifecycle_stage: str = "active"\n',
    )
    copy.run(RUN_WITH_THE_FIELD)
    assert copy.touched == ["records/run.py"]


def test_a_new_operator_of_the_filter_language_is_one_row(copy):
    copy.run(RUN_OF_BEFORE)
    copy.change(
        "query/operators.py",
        '        Operator("IN", ',
        '        Operator("MATCHES", "regexp_matches({left}, {right})", "{field} matches {value}",'
        " TEXT),\n"
        '        Operator("IN", ',
    )
    copy.run("""
        import nbtrack
        for pattern, count in (("^be.*e$", 1), ("^x", 0)):
            found = nbtrack.search_runs(filter_string=f"run_name MATCHES '{pattern}'")
            assert len(found) == count, (pattern, found)
    """)
    assert copy.touched == ["query/operators.py"]


COMMAND_LINE = "import sys; from nbtrack.hosts.command_line import main; main(sys.argv[1:])"


def test_a_new_command_is_one_file_and_its_row(copy):
    copy.add(
        "hosts/command_line/greeting.py",
        '''
        """`nbtrack greet`: say hello to a store."""

        from nbtrack.hosts.command_line.verb import verb

        __all__ = ["add_to"]


        def add_to(app):
            verb(app, "greet", "nbtrack greet")(greet)


        def greet(desk):
            """Say hello."""
            desk.answer({"hello": True}, lambda: None)
        ''',
    )
    row = "hosts/command_line/application.py"
    copy.change(row, "VERBS = (", 'VERBS = ("greeting", ')
    assert '"hello": true' in copy.run(COMMAND_LINE, "greet", "--json")
    assert set(copy.touched) == {"hosts/command_line/greeting.py", row}


def test_a_new_setting_is_one_line(copy):
    copy.change(
        "settings.py",
        "    quiet: Annotated[",
        '    mood: Annotated[str | None, variable("How one feels.", "NBTRACK_MOOD")] = None\n'
        "    quiet: Annotated[",
    )
    assert '"mood"' in copy.run(COMMAND_LINE, "settings", "--json")
