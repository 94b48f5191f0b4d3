from __future__ import annotations

import subprocess
import sys

import pytest

import nbtrack
from nbtrack.hosts.command_line import application


def test_the_version_is_told_in_both_ways_of_calling(process, command):
    said = f"nbtrack, version {nbtrack.__version__}\n"
    assert process("--version") == (0, said, "")
    assert command("--version") == (0, said, "")


def test_called_alone_it_teaches(command):
    done = command()
    assert "Usage: nbtrack" in done.out
    assert "$ nbtrack runs list" in done.out
    assert command("--help").code == 0
    assert command("-h").out == command("--help").out


def test_the_list_of_commands_begins_with_what_one_looks_for_most(command):
    listed = [line.split()[1] for line in command("--help").out.splitlines() if "│ " in line]
    assert listed.index("runs") < listed.index("experiments") < listed.index("sql")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rnus",), "did you mean 'runs'"),
        (("runs", "lst"), "did you mean 'list'"),
        (("runs", "list", "--limti", "3"), "--limit"),
        (("runs", "list", "--limit", "0"), "--limit"),
        (("runs", "list", "--limit", "x"), "--limit"),
        (("runs", "list", "--view", "some"), "--view"),
        (("backup",), "TARGET"),
    ],
)
def test_a_wrong_use_is_told_with_the_nearest_and_exit_code_2(arguments, said, command):
    done = command(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert said in done.err
    assert "--help says what there is" in done.err


def test_an_unknown_store_is_one_clear_message(command):
    done = command("runs", "list", "--store", "ftp://x")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ftp: is no tracking URI")
    assert command("runs", "list", "--store", "http://localhost:5000").code == 2


def test_a_fault_is_told_without_a_traceback_unless_one_is_wanted(command, monkeypatch):
    def broken(_):
        raise RuntimeError("unheard of")

    monkeypatch.setattr(application, "application", broken)
    done = command("runs", "list")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "error: RuntimeError: unheard of; this is a fault of nbtrack: --debug shows where\n"
    )
    with pytest.raises(RuntimeError, match="unheard of"):
        command("runs", "list", "--debug")


def test_an_error_of_the_system_is_told_by_its_own_words(command, store, tmp_path):
    (tmp_path / "file").write_text("")
    done = command("experiments", "export-csv", "Default", "-o", tmp_path / "file" / "x.csv")
    assert (done.code, done.out) == (1, "")
    assert "file" in done.err
    assert "fault of nbtrack" not in done.err


def test_an_interruption_is_no_traceback(command, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(application, "application", interrupted)
    assert command("doctor") == (130, "", "error: stopped\n")


def test_options_may_stand_before_or_after_the_command(logged, store, command):
    nbtrack.set_tracking_uri("")
    ways = [
        command("--store", store, "--json", "runs", "list"),
        command("runs", "list", "--tracking-uri", store, "--json"),
        command("--json", "runs", "list", "--store", f"file:{store}"),
    ]
    assert [it.code for it in ways] == [0, 0, 0]
    assert ways[0].out == ways[1].out == ways[2].out
    assert len(ways[0].json) == 3


@pytest.mark.parametrize("reader", ["head -n 1", "true"])
def test_a_reader_that_has_read_enough_is_no_error(logged, reader):
    for arguments in (
        "runs list --json",
        "sql 'from range(200000)' -f csv",
        "sql 'from range(20000)'",
    ):
        line = f"{sys.executable} -m nbtrack {arguments} | {reader}; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
        assert done.stderr == ""
        assert done.stdout.splitlines()[-1] == "0"


def test_a_pipe_gets_no_colours(logged, process):
    for arguments in (("runs", "list"), ("runs", "show"), ("doctor",), ("runs", "--help")):
        assert "\x1b" not in process(*arguments).out


@pytest.mark.parametrize("columns", [60, 140])
def test_a_terminal_gets_tables_that_fit_and_colours(logged, terminal, columns):
    done = terminal("runs", "list", columns=columns)
    assert "\x1b[" in done.out
    rules = [line for line in done.out.splitlines() if line.startswith("───")]
    assert [len(line) <= columns for line in rules] == [True]


def test_a_person_is_asked_before_something_is_taken_away(logged, terminal, command):
    no = terminal("runs", "delete", "first", typed="n\n")
    assert no.code == 1
    assert "delete run first?" in no.out
    assert "nothing was changed" in no.out
    assert len(command("runs", "list", "--json").json) == 3
    yes = terminal("runs", "delete", "first", typed="y\n")
    assert yes.code == 0
    assert len(command("runs", "list", "--json").json) == 2


def test_errors_are_red_in_a_terminal_only(terminal, process):
    assert "\x1b[1;31merror: \x1b[0m" in terminal("rnus").out
    assert process("rnus").err.startswith("error: ")


def test_a_stream_that_cannot_show_a_sign_is_no_error(logged, process):
    done = process("runs", "show", "first", PYTHONIOENCODING="ascii:strict", PYTHONUTF8="0")
    assert (done.code, done.err) == (0, "")
    assert "first" in done.out


def test_long_work_shows_a_bar_in_a_terminal(logged, terminal, tmp_path):
    assert "copying to" in terminal("backup", tmp_path / "copy").out


def test_looking_at_a_store_of_another_process_while_it_logs(store, process):
    with nbtrack.start_run(run_name="live"):
        nbtrack.log_metric("loss", 0.5)
        (run,) = process("runs", "list", "--json").json
    assert (run["run_name"], run["status"], run["metrics"]) == ("live", "RUNNING", {"loss": 0.5})
    assert run["duration_seconds"] is None
