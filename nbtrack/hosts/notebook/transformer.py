"""`%%track` as a line above a normal cell: its traceback, `await` and display stay as they are.

IPython calls the transformer several times for a cell, so nothing is kept here; the hooks around
the cell read the line again from the cell as it was typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.inputtransformer2 import classic_prompt, ipython_prompt, leading_indent

from nbtrack.hosts.notebook.arguments import parse
from nbtrack.hosts.notebook.usage import TrackCell

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["body_of", "load", "track_line", "transform", "unload"]

TRACK = re.compile(r"%%track(?:[ \t]+(.*))?")
ANY_MAGIC = re.compile(r"%%\w")
AROUND = re.compile(r"%%(?:capture|prun|time|timeit)\b")
"""Magics of IPython that run Python; what stands below them is still the cell's to track."""


def transform(lines: list[str]) -> list[str]:
    """Make a comment of a valid `%%track` line; before another cell magic, drop it.

    An invalid one is left to the magic itself, which says what is wrong with it.
    """
    place = place_of(lines)
    if place is None:
        return lines
    if is_empty(lines[place + 1 :]) or not is_valid(arguments_of(lines[place])):
        return lines[place:]
    below = lines[place + 1 :]
    first = first_of(below)
    if first is not None and ANY_MAGIC.match(below[first]):
        return below[first:]
    return [*lines[:place], f"# {lines[place]}", *below]


# `%%track` then ends as other cell magics do where lines are typed one by one: with an empty line.
# It is what IPython asks for; nothing is changed outside.
transform.has_side_effects = True  # type: ignore[attr-defined]


def track_line(raw_cell: str) -> str | None:
    """What stands after `%%track` in a cell that is tracked by it; None in any other cell."""
    if "%%track" not in raw_cell:  # asked of every cell: nothing is cleaned for most
        return None
    lines = cleaned(raw_cell)
    while (place := first_of(lines)) is not None and AROUND.match(lines[place]):
        lines = lines[place + 1 :]
    place = place_of(lines)
    if place is None or is_empty(lines[place + 1 :]):
        return None
    arguments = arguments_of(lines[place])
    return arguments if is_valid(arguments) else None


def body_of(raw_cell: str) -> str:
    """A cell without its `%%track` line."""
    if track_line(raw_cell) is None:
        return raw_cell
    lines = cleaned(raw_cell)
    place = next(it for it, line in enumerate(lines) if TRACK.fullmatch(line.strip()))
    return "".join([*lines[:place], *lines[place + 1 :]])


def cleaned(raw_cell: str) -> list[str]:
    """The lines of a cell as the transformer sees them: without margin and pasted prompts."""
    lines = raw_cell.splitlines(keepends=True)
    cleaners: tuple[Any, ...] = (leading_indent, classic_prompt, ipython_prompt)
    for clean in cleaners:
        lines = clean(lines)
    return lines


def place_of(lines: list[str]) -> int | None:
    """Where a cell's `%%track` line stands: first, but for empty lines and comments."""
    place = first_of(lines)
    found = place is not None and TRACK.fullmatch(lines[place].rstrip())
    return place if found else None


def first_of(lines: list[str]) -> int | None:
    """Where the first line of code stands."""
    return next(
        (it for it, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")),
        None,
    )


def arguments_of(line: str) -> str:
    """What stands after `%%track`."""
    found = TRACK.fullmatch(line.rstrip())
    return (found and found[1]) or ""


def is_empty(lines: list[str]) -> bool:
    """Whether nothing is there to run."""
    return not any(line.strip() for line in lines)


def is_valid(arguments: str) -> bool:
    """Whether the magic can be called so; expressions are not evaluated."""
    try:
        parse(TrackCell, arguments)
    except UsageError:
        return False
    return True


def load(shell: InteractiveShell) -> None:
    """Let a shell read `%%track` this way; loading twice changes nothing."""
    transformers = cleanup_of(shell)
    if transform not in transformers:
        transformers.append(transform)


def unload(shell: InteractiveShell) -> None:
    """Take the transformer out again."""
    transformers = cleanup_of(shell)
    if transform in transformers:
        transformers.remove(transform)


def cleanup_of(shell: InteractiveShell) -> list[Any]:
    """The transformers that see the cell before IPython's own magics."""
    found: list[Any] = shell.input_transformers_cleanup
    return found
