"""Names that a cell reads through a text: `globals()["x"]`, `!echo {x}`, `df.query("a > @x")`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from nbtrack.capture.instructions import inner_codes, shape_of

__all__ = ["EXPANDING", "NAMESPACES", "QUERYING", "expanded", "queried"]

NAMESPACES = frozenset({"globals", "locals", "vars"})
"""Functions that give variables by a text."""

EXPANDING = frozenset({"run_line_magic", "run_cell_magic", "system", "getoutput"})
"""Methods of the shell that fill in variables where a text names them."""

QUERYING = frozenset({"query", "eval", "sql", "execute", "sqldf", "read_sql"})
"""Functions that look up variables, and frames, which a query names."""

FRAMES = frozenset({"pandas", "polars", "pyarrow", "duckdb", "_duckdb", "numpy"})
"""Whose values a query may read as tables."""

VARIABLE = re.compile(r"@([A-Za-z_]\w*)")
WORD = re.compile(r"[A-Za-z_]\w*")

EXPRESSION = re.compile(r"\{([^{}]+)\}|\$([A-Za-z_]\w*)")


def expanded(texts: Iterable[str]) -> set[str]:
    """The names in the expressions that lines of a magic or of the shell are filled with."""
    found: set[str] = set()
    for expression, name in (it for text in texts for it in EXPRESSION.findall(text)):
        if name:
            found.add(name)
            continue
        try:
            code = compile(expression.partition(":")[0].strip(), "<expansion>", "eval")
        except (SyntaxError, ValueError):
            continue
        found.update(name for it in inner_codes(code) for _, _, name in shape_of(it).names)
    return found


def queried(texts: Iterable[str], value_of: Callable[[str], object]) -> set[str]:
    """The names in queries: `@name`, and the names of frames."""
    found: set[str] = set()
    for text in texts:
        found.update(VARIABLE.findall(text))
        for word in WORD.findall(text):
            home = type(value_of(word)).__module__
            if isinstance(home, str) and home.partition(".")[0] in FRAMES:
                found.add(word)
    return found
