from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from nbtrack.hosts.command_line import output
from nbtrack.hosts.command_line.output import Column


def test_json_is_what_any_parser_takes():
    value = {
        "nan": math.nan,
        "up": math.inf,
        "down": -math.inf,
        "when": datetime(2026, 1, 2, tzinfo=UTC),
        "path": Path("a"),
        "list": (1, 2.5, None, True, "é"),
        1: {"x": "y"},
    }
    text = output.json_text(value)
    assert "é" in text
    assert json.loads(text) == {
        "nan": "NaN",
        "up": "Infinity",
        "down": "-Infinity",
        "when": "2026-01-02T00:00:00+00:00",
        "path": "a",
        "list": [1, 2.5, None, True, "é"],
        "1": {"x": "y"},
    }


def test_columns_of_an_answer_become_plain_values():
    assert output.plain_values(["a", None]) == ["a", None]
    assert output.plain_values(np.array([1, 2])) == [1, 2]
    moments = np.array(["2026-01-02T03:04:05", "NaT"], dtype="datetime64[ns]")
    assert output.plain_values(moments) == [datetime(2026, 1, 2, 3, 4, 5), None]  # noqa: DTZ001


def test_csv_quotes_what_needs_it_and_leaves_empty_what_is_missing():
    assert output.csv_text(["a", "b"], [["x,y", None], ['"', 1.5]]) == 'a,b\n"x,y",\n"""",1.5\n'


def test_a_table_in_a_pipe_is_plain_uncut_and_without_trailing_blanks(capsys):
    output.show(
        output.table([Column("name"), Column("n", right=True)], [["x" * 300, 1], ["y", 22]])
    )
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "name".ljust(300) + "   n",
        "─" * 304,
        "x" * 300 + "   1",
        "y".ljust(300) + "  22",
    ]


def test_a_table_without_titles_has_no_head(capsys):
    output.show(output.table([Column(""), Column("")], [["id", 1], ["name", None]]))
    assert capsys.readouterr().out == "id    1\nname\n"


def test_markup_of_names_is_shown_as_it_is(capsys):
    output.show(output.table([Column("[b]x[/b]")], [["[red]y[/red] :smile:"]]))
    output.say("[bold]z[/bold]")
    output.show(output.heading("[a]", "[b]"))
    out = capsys.readouterr().out
    assert "[b]x[/b]" in out
    assert "[red]y[/red] :smile:" in out
    assert "[bold]z[/bold]\n" in out
    assert "[a]  [b]" in out


def test_a_pipe_may_say_how_wide_it_is(monkeypatch):
    assert output.width() == 10_000
    monkeypatch.setenv("COLUMNS", "70")
    assert output.width() == 70


def test_notes_go_to_stderr(capsys):
    output.note("a note")
    assert capsys.readouterr() == ("", "a note\n")


def test_no_bar_is_drawn_in_a_pipe(capsys):
    with output.progress("working") as tell:
        tell(1, 2)
    assert capsys.readouterr() == ("", "")
