from __future__ import annotations

from nbtrack.hosts.command_line.fitting import Candidate, fitting, rows_of
from nbtrack.hosts.command_line.output import Column


def candidate(title, *cells, most=24):
    return Candidate(Column(title), cells, most)


def test_a_column_is_as_wide_as_its_widest_cell_up_to_its_most():
    assert candidate("name", "abcdefgh", "x").wide == 8
    assert candidate("name", "x").wide == 4
    assert candidate("name", "x" * 100, most=10).wide == 10


def test_columns_are_kept_as_long_as_there_is_room():
    fixed = [candidate("run", "12345678")]
    wanted = [candidate("acc", "0.5"), candidate("long", "x" * 20), candidate("lr", "0.1")]
    kept, left_out = fitting(fixed, wanted, room=18)
    assert [it.column.title for it in kept] == ["run", "acc", "lr"]
    assert left_out == 1


def test_fixed_columns_are_kept_even_without_room():
    kept, left_out = fitting([candidate("run", "12345678")], [candidate("acc", "1")], room=3)
    assert ([it.column.title for it in kept], left_out) == (["run"], 1)


def test_cells_are_cut_to_their_column():
    rows = rows_of([candidate("a", "x" * 9, "y", most=5), candidate("b", "1", "2")])
    assert rows == [["xxxx…", "1"], ["y", "2"]]
