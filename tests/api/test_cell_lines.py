from __future__ import annotations

from nbtrack.api.cells.lines import CellLine, lines_of, python_of


def kinds(source):
    """The kind of each line."""
    return [line.kind for line in lines_of(source)]


def test_what_stands_in_brackets_and_texts_is_code():
    source = "x = [1,\n!2]\ny = '''\n%no\n'''\n!ls\nz = f(1, \\\n%time)\n%time f()"
    assert kinds(source) == [*["code"] * 5, "shell", *["code"] * 2, "magic"]


def test_shell_lines_that_go_on_are_one():
    found = list(lines_of("!echo a \\\n  b\nx = !ls"))
    assert found == [
        CellLine("shell", "echo a  b", 1),
        CellLine("shell", "ls", 3, target="x"),
    ]


def test_a_bracket_too_many_carries_nothing_on():
    assert kinds("baz )\n!ls") == ["code", "shell"]


def test_a_bracket_that_is_never_closed_carries_all_on():
    assert kinds("!ls\nf(\n!ls\nx = 1") == ["shell", "code", "code", "code"]


def test_a_list_of_many_lines_below_a_shell_line_keeps_its_numbers():
    source = "!ls\nx = [\n" + "(1, 2),\n" * 20_000 + "]\n!ls"
    assert kinds(source) == ["shell", *["code"] * 20_002, "shell"]
    assert python_of(source).split("\n")[1:-2] == source.split("\n")[1:-1]
