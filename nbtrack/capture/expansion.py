"""Names that a cell reads through a text: `globals()["x"]`, `!echo {x}`, `%env A={x}`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nbtrack.capture.instructions import inner_codes, shape_of

__all__ = ["EXPANDING", "NAMESPACES", "expanded"]

NAMESPACES = frozenset({"globals", "locals", "vars"})
"""Functions that give variables by a text."""

EXPANDING = frozenset({"run_line_magic", "run_cell_magic", "system", "getoutput"})
"""Methods of the shell that fill in variables where a text names them."""

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
