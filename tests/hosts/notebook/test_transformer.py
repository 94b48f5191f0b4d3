"""`%%track` above a cell that stays a normal one."""

from __future__ import annotations

import pytest

from nbtrack.hosts.notebook import transformer
from nbtrack.hosts.notebook.transformer import body_of, track_line


@pytest.fixture
def tracking(shell):
    transformer.load(shell)
    return shell


@pytest.mark.parametrize(
    ("raw", "arguments", "transformed", "body"),
    [
        ("%%track\nx = 1", "", "# %%track\nx = 1\n", "x = 1"),
        ("%%track a --tags b=c\nx\n", "a --tags b=c", "# %%track a --tags b=c\nx\n", "x\n"),
        ("\n# why\n\n%%track a\nx", "a", "# why\n\n# %%track a\nx\n", "\n# why\n\nx"),
        ("  %%track a\n  x = 1", "a", "# %%track a\nx = 1\n", "x = 1"),
        (">>> %%track a\n>>> x = 1", "a", "# %%track a\nx = 1\n", "x = 1"),
        ("%%track {f(x)}\nx", "{f(x)}", "# %%track {f(x)}\nx\n", "x"),
        ("%%track\tb\nx", "b", "# %%track\tb\nx\n", "x"),
        ("%%track a \r\nx", "a", "# %%track a \r\nx\n", "x"),
    ],
)
def test_a_track_line_becomes_a_comment(tracking, raw, arguments, transformed, body):
    assert track_line(raw) == arguments
    assert tracking.transform_cell(raw) == transformed
    assert body_of(raw) == body


@pytest.mark.parametrize(
    "raw",
    [
        "x = 1",
        "x = 1\n%%track\ny",
        "%%tracker\nx",
        "%%track?",
        "%%track",
        "%%track a\n \n",
        "%%track --bad\nx",
        "%%track a b\nx",
        '"""\n%%track\nx\n"""',
        "%%bash\n%%track\nls",
        "",
    ],
)
def test_what_is_no_valid_track_line_is_left_alone(shell, raw):
    before = shell.transform_cell(raw)
    transformer.load(shell)
    assert shell.transform_cell(raw) == before
    assert track_line(raw) is None
    assert body_of(raw) == raw


@pytest.mark.parametrize("between", ["", "\n", "# a note\n"])
def test_another_cell_magic_below_comes_first(tracking, between):
    raw = f"%%track a\n{between}%%capture out\nx = 1"
    assert track_line(raw) == "a"
    assert tracking.transform_cell(raw) == (
        "get_ipython().run_cell_magic('capture', 'out', 'x = 1\\n')\n"
    )
    assert body_of(raw) == f"{between}%%capture out\nx = 1"


def test_another_cell_magic_may_stand_above_as_well(tracking):
    raw = "%%capture out\n%%track a\nprint(1)\nx = 1"
    assert track_line(raw) == "a"
    assert body_of(raw) == "%%capture out\nprint(1)\nx = 1"
    assert tracking.run_cell(raw).success
    assert (tracking.user_ns["x"], tracking.user_ns["out"].stdout) == (1, "1\n")


def test_an_invalid_line_below_a_comment_reaches_the_magic(tracking, capsys):
    seen = []
    tracking.register_magic_function(lambda line, cell: seen.append((line, cell)), "cell", "track")
    tracking.run_cell("# why\n%%track --bad\nx = 1")
    assert seen == [("--bad", "x = 1\n")]


def test_the_lines_of_a_traceback_are_those_of_the_cell(tracking, capsys):
    tracking.run_cell("%%track\nx = 1\n1 / 0")
    shown = capsys.readouterr().out
    assert "----> 3" in shown
    assert "ZeroDivisionError" in shown


def test_the_last_expression_is_displayed_and_await_works(tracking, capsys):
    result = tracking.run_cell("%%track\nimport asyncio\nawait asyncio.sleep(0, 'done')")
    assert result.result == "done"
    assert "'done'" in capsys.readouterr().out


def test_a_magic_below_may_be_a_line_magic(tracking):
    assert tracking.run_cell("%%track\n%time x = 1\nx").result == 1


def test_a_terminal_waits_for_an_empty_line_as_with_any_cell_magic(tracking):
    assert tracking.check_complete("%%track")[0] == "incomplete"
    assert tracking.check_complete("%%track\nx = 1")[0] == "incomplete"
    assert tracking.check_complete("%%track\nx = 1\n\n")[0] == "complete"
    assert tracking.check_complete("x = 1") == ("complete", "")


def test_transforming_again_changes_nothing(tracking):
    once = tracking.transform_cell("%%track\nx = 1")
    assert tracking.transform_cell(once) == once


def test_loading_twice_is_loading_once_and_unloading_leaves_nothing(shell):
    before = list(shell.input_transformers_cleanup)
    transformer.load(shell)
    transformer.load(shell)
    assert shell.input_transformers_cleanup == [*before, transformer.transform]
    transformer.unload(shell)
    transformer.unload(shell)
    assert shell.input_transformers_cleanup == before
