"""Secrets of a cell's source, taken out before it is written.

A literal becomes an expression that reads an environment variable, so that the code still runs
where the variable is set; comments and what nobody evaluates get a mark.
"""

from __future__ import annotations

import ast
import io
import itertools
import re
import tokenize
import warnings
from collections.abc import Iterator

from nbtrack.capture.literal_redaction import literal_changes
from nbtrack.capture.redaction import (
    VARIABLE,
    is_wanted,
    known_secrets,
    mark,
    replaced,
)
from nbtrack.capture.secret_literals import LOGINS
from nbtrack.capture.secret_looks import has_hint, look_spans
from nbtrack.capture.secret_names import is_secret_key, says_secret
from nbtrack.capture.shell_redaction import (
    has_login,
    redact_expanded,
    redact_other,
    redact_script,
    redact_shell,
)

__all__ = ["known_variables", "redact_source", "variables_of"]

PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun", "track", "debug", "memit", "mprun"})
SHELL_MAGICS = frozenset({"bash", "sh", "zsh", "script", "system", "sx", "!"})

magic_line = re.compile(
    r"(?P<lead>[ \t]*(?:[\w.,\[\]'\"() ]+=[ \t]*)?)(?P<sign>!!?|%(?![\s(%=]))(?P<rest>.*)"
)
help_line = re.compile(r"[ \t]*(?:\?{1,2}[\w.%]+|[\w.%]+\?{1,2})[ \t]*")

name = re.compile(r"[A-Za-z_][\w-]*")
variable = re.compile(rf"{VARIABLE}[0-9a-f]{{8}}")


def redact_source(source: str) -> str:
    """The source of a cell with the secrets taken out, doing the same where they are set."""
    if not (has_hint(source) and is_suspicious(source)) and not has_login(source):
        return source
    if not is_wanted():
        return source
    if source.lstrip().startswith("%%"):
        return redact_cell_magic(source)
    return redact_python(source)


def is_suspicious(source: str) -> bool:
    """Whether source names a secret or holds what looks like one: most `key=` do not."""
    names = set(name.findall(source))
    if not names.isdisjoint(LOGINS) or "auth" in names or any(map(is_secret_key, names)):
        return True
    lowered = source.lower()
    return says_secret(lowered) or "identified" in lowered or any(True for _ in look_spans(source))


def variables_of(source: str) -> list[str]:
    """The environment variables that redacted source reads in place of its secrets."""
    return sorted(set(variable.findall(source)))


def known_variables(source: str) -> dict[str, str]:
    """Those of them that this process knows the values of: never to be written anywhere."""
    return {it: known_secrets[it] for it in variables_of(source) if it in known_secrets}


def redact_cell_magic(source: str) -> str:
    """A cell of a magic: its first line, then its body in the language it is in."""
    blank = source[: len(source) - len(source.lstrip())]
    first, end, body = source[len(blank) :].partition("\n")
    return blank + redact_first_line(first) + end + redact_body(first, body)


def redact_first_line(first: str) -> str:
    """The line of a cell magic, in which IPython expands expressions for most of them."""
    return redact_other(first) if is_python(first) else redact_expanded(first)


def redact_body(first: str, body: str) -> str:
    """The body of a cell magic."""
    if is_python(first):
        return redact_source(body)
    return redact_script(body) if magic_of(first) in SHELL_MAGICS else redact_other(body)


def magic_of(first: str) -> str:
    """The name of a cell magic."""
    return (first.removeprefix("%%").split(None, 1) or [""])[0]


def is_python(first: str) -> bool:
    """Whether the body of a cell magic is Python."""
    magic = magic_of(first)
    if magic == "writefile":
        return first.rstrip().endswith(".py")
    return magic in PYTHON_MAGICS or magic.startswith(("python", "pypy"))


def redact_python(source: str) -> str:
    """Python, with lines of IPython's between; what cannot be parsed is taken as a text."""
    tree = parsed(source)
    if tree is not None:
        return without_traces(changed(source, tree))
    masked, lines = mask(source)
    tree = parsed(masked)
    if tree is None:
        return redact_other("".join(unmask(masked, lines)))
    return without_traces("".join(unmask(changed(masked, tree), lines)))


def parsed(source: str) -> ast.Module | None:
    """The syntax tree; nothing where there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def changed(source: str, tree: ast.Module) -> str:
    """Source whose literals and comments hold no secret."""
    encoded = source.encode()
    literals = list(literal_changes(tree, encoded))
    comments = [
        (start, end, new)
        for start, end, new in comment_changes(source, encoded)
        if not any(first <= start < last for first, last, _ in literals)
    ]
    # positions are of bytes, and each byte is a character of latin-1
    plain = [(start, end, as_bytes(new)) for start, end, new in [*literals, *comments]]
    return replaced(encoded.decode("latin-1"), plain).encode("latin-1").decode()


def as_bytes(text: str) -> str:
    """A text whose characters are the bytes of another."""
    return text.encode().decode("latin-1")


def comment_changes(source: str, encoded: bytes) -> Iterator[tuple[int, int, str]]:
    """The comments that hold a secret, by their bytes."""
    if "#" not in source:
        return
    lines = encoded.splitlines(keepends=True)
    starts = list(itertools.accumulate(map(len, lines), initial=0))
    for token in tokenize.tokenize(io.BytesIO(encoded).readline):
        if token.type == tokenize.COMMENT and (new := redact_other(token.string)) != token.string:
            row, column = token.start
            start = starts[row - 1] + len(lines[row - 1].decode()[:column].encode())
            yield start, start + len(token.string.encode()), new


def without_traces(source: str) -> str:
    """Source in which nothing looks like a secret any more, wherever it stood."""
    left = [(start, end, mark(source[start:end])) for start, end in look_spans(source)]
    return replaced(source, left) if left else source


def mask(source: str) -> tuple[str, list[str]]:
    """Source that Python can parse, and the lines of IPython's that were taken out of it."""
    masked, kept = [], list[str]()
    goes_on = False
    for line in source.split("\n"):
        found = magic_line.fullmatch(line)
        if goes_on and kept:
            kept[-1] += "\n" + line
        elif found:
            kept.append(line)
            assigned = found["lead"] if found["lead"].strip() else found["lead"] + "_ = "
            masked.append(f"{assigned}0{stand_in(len(kept) - 1)}")
        elif help_line.fullmatch(line):
            kept.append(line)
            masked.append(f"pass{stand_in(len(kept) - 1)}")
        else:
            masked.append(line)
        goes_on = bool(found or goes_on) and line.endswith("\\")
    return "\n".join(masked), kept


def stand_in(number: int) -> str:
    """The comment that marks a masked line: two characters that nobody types."""
    return f"#\ue000{number}\ue001"


stands_in = re.compile("#\ue000(\\d+)\ue001")


def unmask(source: str, kept: list[str]) -> Iterator[str]:
    """Source with the lines of IPython's put back, without their secrets."""
    for line in source.splitlines(keepends=True):
        found = stands_in.search(line)
        yield redact_magic(kept[int(found[1])]) + line[found.end() :] if found else line


def redact_magic(line: str) -> str:
    """A line of IPython's, and those that continue it."""
    found = magic_line.match(line)
    if found is None:
        return line
    start = found.start("rest")
    lead, rest = line[:start], line[start:]
    if found["sign"] != "%":
        return lead + redact_shell(rest)
    magic, space, body = rest.partition(" ")
    if magic in PYTHON_MAGICS:
        return lead + magic + space + redact_python(body)
    if magic in SHELL_MAGICS:
        return lead + magic + space + redact_shell(body)
    return lead + redact_expanded(rest)
