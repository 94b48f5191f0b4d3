"""A cell's source told apart: Python, magics, shell lines; without IPython's help."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

__all__ = ["CellLine", "CellMagic", "cell_magic", "is_python", "lines_of", "python_of"]

Kind = Literal["code", "magic", "shell", "help"]

MAGIC = re.compile(r"%(?!%)\s*([\w.]+)\s*(.*)", re.DOTALL)
ASSIGNED = re.compile(r"([^=!%'\"#()]+?)\s*=\s*(%\s*\w|!)", re.DOTALL)
CELL_MAGIC = re.compile(r"%%([\w.!]+)[ \t]*(.*)")
HELP = re.compile(r"\?{1,2}[\w.%]+|%{0,2}[\w.*]+\?{1,2}")
OPEN = re.compile(r"multi-line|triple-quoted")
"""What the tokenizer says of a statement that goes on; of other faults it says something else."""

OPENING, CLOSING = frozenset("([{"), frozenset(")]}")

PYTHON_BELOW = {"track", "time", "timeit", "capture", "prun"}
"""Cell magics that run what stands below them as Python."""

PYTHON_BESIDE = {"time", "prun"}
"""Line magics that run what stands beside them as Python."""


class CellLine(NamedTuple):
    """A line, or lines that belong together, of one kind."""

    kind: Kind
    text: str
    """As it stands; of a magic and a shell line what is run, without `%` and `!`."""
    number: int
    indent: str = ""
    target: str = ""
    """What its result is assigned to."""
    name: str = ""
    """Of a magic."""


class CellMagic(NamedTuple):
    """The magic at the top of a cell."""

    name: str
    arguments: str
    body: str


def cell_magic(source: str) -> CellMagic | None:
    """The magic that a cell begins with; None if it begins with something else."""
    head, _, body = source.lstrip().partition("\n")
    found = CELL_MAGIC.fullmatch(head.rstrip())
    return CellMagic(found[1], found[2].strip(), body) if found else None


def is_python(source: str) -> bool:
    """Whether Python alone takes it; `await` may stand at the top, as in a notebook."""
    try:
        compile(source, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def lines_of(source: str) -> Iterator[CellLine]:
    """The lines of a cell without a cell magic; what is inside of brackets or texts is code."""
    if is_python(source):
        yield from (CellLine("code", it, n) for n, it in enumerate(source.split("\n"), 1))
        return
    texts, place = source.split("\n"), 0
    while place < len(texts):
        special = special_line(texts[place], place + 1)
        if special is None:
            end = end_of_statement(texts, place)
            yield from (CellLine("code", texts[it], it + 1) for it in range(place, end))
            place = end
            continue
        place += 1
        while special.text.endswith("\\") and place < len(texts):
            special = special._replace(text=f"{special.text[:-1]} {texts[place].strip()}")
            place += 1
        yield special


def special_line(line: str, number: int) -> CellLine | None:
    """A line that only IPython takes; None for a line of Python."""
    indent, text = line[: len(line) - len(line.lstrip())], line.strip()
    target = ""
    if found := ASSIGNED.match(text):
        target, text = found[1].strip(), text[found.start(2) :]
    if text.startswith("!"):
        return CellLine("shell", text.lstrip("!").strip(), number, indent, target)
    if HELP.fullmatch(text):
        return CellLine("help", text, number, indent)
    if magic := MAGIC.fullmatch(text):
        return CellLine("magic", magic[2].strip(), number, indent, target, magic[1])
    return None


def end_of_statement(texts: Sequence[str], place: int) -> int:
    """The place behind a statement, which a bracket, a text or a backslash carries on over lines.

    Its lines are read once: a list that is written out in a cell may have ten thousand.
    """
    end = place + lines_taken(texts, place)
    while end < len(texts) and texts[end - 1].endswith("\\"):
        end += lines_taken(texts, end)
    return end


def lines_taken(texts: Sequence[str], place: int) -> int:
    """Over how many lines a statement goes by its brackets and texts; at least one."""
    read = depth = 0

    def next_line() -> str:
        nonlocal read
        read += 1
        number = place + read - 1
        return f"{texts[number]}\n" if number < len(texts) else ""

    try:
        for token in tokenize.generate_tokens(next_line):
            if token.type == tokenize.NEWLINE or (token.type == tokenize.NL and depth <= 0):
                return token.start[0]
            if token.type == tokenize.OP:
                depth += (token.string in OPENING) - (token.string in CLOSING)
    except tokenize.TokenError as problem:
        if OPEN.search(str(problem)):
            return len(texts) - place
    except SyntaxError:
        pass
    return max(1, min(read, len(texts) - place))


def python_of(source: str) -> str:
    """The Python of a cell line by line, for comparing: other lines do nothing in it.

    Each line keeps its number.
    """
    magic = cell_magic(source)
    if magic is not None:
        if magic.name not in PYTHON_BELOW:
            return ""
        skipped = source.count("\n") - magic.body.count("\n")
        return "\n" * skipped + python_of(magic.body)
    if is_python(source):
        return source
    found: list[str] = []
    for line in lines_of(source):
        found += [""] * (line.number - 1 - len(found))
        found += plain_line(line).split("\n")
    return "\n".join([*found, ""])


def plain_line(line: CellLine) -> str:
    """A line as Python: a magic that runs Python as that, another as nothing."""
    if line.kind == "code":
        return line.text
    is_run = line.kind == "magic" and line.name in PYTHON_BESIDE
    text = line.text if is_run and is_python(line.text) else repr("")
    return f"{line.indent}{line.target} = {text}" if line.target else f"{line.indent}{text}"
