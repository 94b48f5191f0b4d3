"""Secrets of lines that are no Python: shell lines, line magics, cells in other languages."""

from __future__ import annotations

import ast
import re
import string

from nbtrack.capture.redaction import mark, redact_text, replaced, secret_spans, secret_variable
from nbtrack.capture.secret_looks import Span, is_blank, is_template
from nbtrack.capture.secret_names import is_secret_key

__all__ = [
    "environ",
    "has_login",
    "redact_expanded",
    "redact_other",
    "redact_script",
    "redact_shell",
]


COMMANDS = ("curl ", "wget ", "http ", "sshpass ", "docker login ", "mysql", "mongo")

set_value = re.compile(
    r"(?:\bset|\benv|\bset_env|\bsetx)[ \t]+(?P<key>[\w.-]+)[ \t]+(?P<value>[^\s=]\S*)"
)
login_value = re.compile(
    r"\b(?:curl|wget|http)\b[^\n|;]*?\s(?:-u|--user|--proxy-user)[ \t]*[\"']?[^\s:\"']+:"
    r"(?P<value>[^\s\"']+)"
    r"|\b(?:sshpass|docker\s+login|mysql|mysqldump|mongosh?)\b[^\n|;]*?\s-p[ \t]*"
    r"(?P<password>[^\s\"'-][^\s\"']*)"
)
shell_variable = re.compile(r"\$\{?[A-Z_][A-Z0-9_]*\b")


def has_login(text: str) -> bool:
    """Whether a text holds a command that takes a password by its place."""
    return any(command in text for command in COMMANDS)


def spans_of(text: str) -> list[Span]:
    """Where secrets stand in a command."""
    spans = set(secret_spans(text))
    for found in set_value.finditer(text):
        if is_secret_key(found["key"]) and not is_blank(found["value"]):
            spans.add(found.span("value"))
    for found in login_value.finditer(text):
        spans.add(found.span("value" if found["value"] else "password"))
    whole: list[Span] = []
    for start, end in sorted(spans):
        if not whole or start >= whole[-1][1]:
            whole.append((start, end))
    return [(start, end) for start, end in whole if not is_template(text[start:end])]


def redact_other(text: str) -> str:
    """A text that nothing expands: a secret leaves a mark."""
    text = replaced(text, [(start, end, mark(text[start:end])) for start, end in spans_of(text)])
    return redact_text(text)


def redact_expanded(line: str) -> str:
    """A line in which IPython puts in the values of `{expressions}`."""
    return replaced(
        line,
        [(start, end, "{" + environ(line[start:end]) + "}") for start, end in spans_of(line)],
    )


def environ(secret: str) -> str:
    """The expression that reads a secret's variable, and needs no import."""
    return f'__import__("os").environ["{secret_variable(secret)}"]'


def redact_script(script: str) -> str:
    """A script of a shell, which reads the environment itself."""
    return replaced(
        script,
        [(start, end, quoted(script, start, end)) for start, end in spans_of(script)],
    )


def quoted(script: str, start: int, end: int) -> str:
    """How a shell reads a secret's variable at a place; single quotes are left for it."""
    variable = f"${{{secret_variable(script[start:end])}}}"
    before = script[script.rfind("\n", 0, start) + 1 : start]
    return f"'\"{variable}\"'" if is_in_single_quotes(before) else variable


def is_in_single_quotes(before: str) -> bool:
    """Whether what stands before in a line leaves a single quote open."""
    inside = ""
    for character in before:
        if character in {"'", '"'} and inside in {"", character}:
            inside = "" if inside else character
    return inside == "'"


def redact_shell(line: str) -> str:
    """A shell line of a notebook: by IPython's expansion, or the shell's where that gives up."""
    if not is_expanded(line):
        return redact_script(line)
    if "$" not in line:
        return redact_expanded(line)
    return replaced(line, [(start, end, dollar(line, start, end)) for start, end in spans_of(line)])


def dollar(line: str, start: int, end: int) -> str:
    """A secret beside `$names`, which IPython leaves alone where quotes around it are uneven."""
    if is_in_single_quotes(line[:start]):
        return f"'\"$${secret_variable(line[start:end])}\"'"
    return "{" + environ(line[start:end]) + "}"


def is_expanded(line: str) -> bool:
    """Whether IPython expands a line: it leaves one alone in which anything is no expression."""
    if shell_variable.search(line):
        return False
    try:
        parts = [(field, spec) for _, field, spec, _ in string.Formatter().parse(line)]
        for field, spec in parts:
            if field is not None:
                ast.parse(f"{field}:{spec}" if spec else field, mode="eval")
    except (ValueError, SyntaxError):
        return False
    return True
