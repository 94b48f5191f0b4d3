"""Literals of Python code that are written anew, so that they read their secrets elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbtrack.capture.redaction import redact_text, secret_spans
from nbtrack.capture.secret_literals import named_literals, text_of
from nbtrack.capture.shell_redaction import environ

__all__ = ["literal_changes"]

Change = tuple[int, int, str]
"""From and to which byte, and what stands there instead."""

FIELD = "\x01"
"""Stands for a field of an f-string while its text is searched."""

FEWEST = 3
"""Letters and digits of a part of a secret f-string that is one itself."""

schemes = re.compile(r"\s*(?:bearer|basic|token|apikey|digest)\s*", re.IGNORECASE)


def literal_changes(tree: ast.Module, encoded: bytes) -> Iterator[Change]:
    """What to change in source so that its literals hold no secret."""
    starts = [0]
    for line in encoded.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    named, unread = named_literals(tree), set(unread_texts(tree))
    for node in outermost(tree):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
        shown = encoded[start:end].decode()
        new = redact_text(shown) if node in unread else expression(node, named)
        if new is not None and new != shown:
            yield start, end, spaced(encoded, start, end, new)


def spaced(encoded: bytes, start: int, end: int, new: str) -> str:
    """An expression apart from the words beside it: `return"abc"` has no space."""
    before = " " if encoded[max(start - 1, 0) : start].isalnum() and start else ""
    after = " " if encoded[end : end + 1].isalnum() else ""
    return before + new + after


def outermost(node: ast.AST) -> Iterator[ast.expr]:
    """The literals of code in which an expression may stand; an f-string as a whole."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.JoinedStr):
            yield child
        elif isinstance(child, ast.Constant):
            if isinstance(child.value, str | bytes | int) and not isinstance(child.value, bool):
                yield child
        elif not isinstance(child, ast.pattern):
            yield from outermost(child)


def unread_texts(tree: ast.Module) -> Iterator[ast.expr]:
    """Texts that stand alone: docstrings, and what is no cell's result."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        for statement in body[:-1] if node is tree else body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                yield statement.value


def expression(node: ast.expr, named: set[ast.expr]) -> str | None:
    """What to write for a literal; nothing where it holds no secret."""
    if isinstance(node, ast.JoinedStr):
        return template(node, named)
    if isinstance(getattr(node, "value", None), int):
        return f"int({environ(str(ast.literal_eval(node)))})" if node in named else None
    text = text_of(node) or ""
    spans = [(0, len(text))] if node in named else secret_spans(text)
    if not spans:
        return None
    parts = list(pieces(text, spans))
    new = parts[0] if len(parts) == 1 else f"({' + '.join(parts)})"
    is_bytes = isinstance(getattr(node, "value", None), bytes)
    return new + ('.encode("latin-1")' if is_bytes else "")


def pieces(text: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    """The parts of a text as expressions, its secrets as variables."""
    position = 0
    for start, end in spans:
        if start > position:
            yield repr(text[position:start])
        yield environ(text[start:end])
        position = end
    if position < len(text):
        yield repr(text[position:])


def template(node: ast.JoinedStr, named: set[ast.expr]) -> str | None:
    """An f-string as a sum of what it says openly and its secrets."""
    inner = Inner(named)
    fields = [inner.visit(it) for it in node.values if not isinstance(it, ast.Constant)]
    text = "".join(text_of(it) or FIELD for it in node.values)
    spans = list(secret_parts(text, is_whole=node in named))
    if not spans and not inner.has_changed:
        return None
    try:
        return f"({' + '.join(template_pieces(text, spans, fields))})"
    except ValueError:
        # Python 3.11 has no way to write some expressions inside an f-string
        return repr(redact_text(text.replace(FIELD, "{}")))


def secret_parts(text: str, *, is_whole: bool) -> Iterator[tuple[int, int]]:
    """Where an f-string's own text is secret: all of it, or what looks like it."""
    for start, end in [(0, len(text))] if is_whole else secret_spans(text):
        for part in re.finditer(f"[^{FIELD}]+", text[start:end]):
            shown = part.group()
            kept = len(shown) - len(shown.lstrip(":")) if not is_whole else 0
            if sum(map(str.isalnum, shown)) >= FEWEST and not schemes.fullmatch(shown):
                yield start + part.start() + kept, start + part.end()


def template_pieces(
    text: str, spans: list[tuple[int, int]], fields: list[ast.expr]
) -> Iterator[str]:
    """The parts of an f-string: what stands between its secrets stays an f-string."""
    position, left = 0, list(fields)
    for start, end in [*spans, (len(text), len(text))]:
        values = [
            left.pop(0) if part == FIELD else ast.Constant(part)
            for part in re.findall(f"{FIELD}|[^{FIELD}]+", text[position:start])
        ]
        if values:
            yield ast.unparse(ast.JoinedStr(values))
        if end > start:
            yield environ(text[start:end])
        position = end


class Inner(ast.NodeTransformer):
    """Writes the literals inside an f-string's fields anew."""

    def __init__(self, named: set[ast.expr]) -> None:
        self.named, self.has_changed = named, False

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        new = expression(node, self.named) if isinstance(node.value, str | bytes) else None
        if new is None:
            return node
        self.has_changed = True
        return ast.parse(new, mode="eval").body
