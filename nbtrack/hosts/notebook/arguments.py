"""The line of a magic as values, and a magic's help; both follow from `usage`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from IPython.core.error import UsageError

from nbtrack.errors import listing
from nbtrack.hosts.notebook.declaration import Part, declared
from nbtrack.hosts.notebook.usage import MAGICS, Magic, MagicLine
from nbtrack.hosts.notebook.words import Word, has_expression, split, text_of, value_of

__all__ = ["help_of", "name_of", "parse", "readme_table"]

WIDTH = 90

Line = TypeVar("Line", bound=MagicLine)
Said = dict[Part, list[list[Word]]]
"""The words of each part, once for each time that it was said."""


def parse(line_type: type[Line], line: str, namespace: Mapping[str, object] | None = None) -> Line:
    """Read the line of a magic.

    Args:
        line_type: What the magic takes: a class of `usage`.
        line: What stands after the magic's name.
        namespace: Where `{expressions}` and `$names` are looked up. Without one nothing is
            evaluated: the line is only checked, and a value that has an expression left out.

    Raises:
        UsageError: What is wrong, what there is, and how it is written.
    """
    name = name_of(line_type)
    said = grouped(name, declared(line_type), split(line))
    values: dict[str, Any] = {}
    for part, given in said.items():
        times = given
        if part.flags and part.takes in ("word", "text") and len(times) > 1:
            raise UsageError(f"{name}: {part.label} is given twice; one is enough")
        if namespace is None:
            times = [[it for it in time if not has_expression(it.text)] for time in given]
        words = [word for time in times for word in time]
        if part.takes == "texts":
            values[part.name] = [text_from(time, namespace or {}) for time in times if time]
        elif words or part.takes == "nothing":
            values[part.name] = value_from(name, part, words, namespace or {})
    check_whole(name, said)
    return line_type(**values)


def name_of(line_type: type[MagicLine]) -> str:
    """The magic that a line belongs to, with its percent signs."""
    return next(name for name, magic in MAGICS.items() if magic.line is line_type)


def grouped(name: str, parts: tuple[Part, ...], words: list[Word]) -> Said:
    """The words of a line by the part that they belong to."""
    options = {flag: part for part in parts for flag in part.flags}
    said: Said = {}
    loose: list[Word] = []
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if word.raw == "--":
            loose += words[place:]
            break
        if not word.is_option:
            loose.append(word)
            continue
        part, values = opened(name, options, word)
        wanted = how_many(part, len(values))
        while wanted and place < len(words) and is_value(words[place]):
            values.append(words[place])
            place, wanted = place + 1, wanted - 1
        if part.takes != "nothing" and not values:
            raise UsageError(f"{name}: {part.label} takes {part.value}: {part.doc}")
        said.setdefault(part, []).append(values)
    place_arguments(name, [part for part in parts if not part.flags], loose, said)
    return said


def is_value(word: Word) -> bool:
    """Whether a word can be the value of an option."""
    return not word.is_option and word.raw != "--"


def how_many(part: Part, inline: int) -> int:
    """How many further words an option can take."""
    if part.takes == "nothing":
        return 0
    return 1 - inline if part.takes == "word" else 1_000_000


def opened(name: str, options: Mapping[str, Part], word: Word) -> tuple[Part, list[Word]]:
    """The option that a word names, and the value after its equals sign."""
    flag, equals, text = word.text.partition("=")
    if flag not in options and flag[:2] in options and flag[1] != "-" and flag[2:].isdigit():
        flag, equals, text = flag[:2], "=", flag[2:]  # -n5
    if flag not in options:
        known = listing(list(options), flag, most=20) if options else "it takes none"
        raise UsageError(f"{name}: no option {flag}; {known}")
    part = options[flag]
    if equals and part.takes == "nothing":
        raise UsageError(f"{name}: {flag} takes no value; leave out ={text}")
    raw = word.raw.partition("=")[2] or text
    return part, [Word(text, raw, word.start + len(word.raw) - len(raw))] if equals else []


def place_arguments(name: str, parts: list[Part], words: list[Word], said: Said) -> None:
    """Give the words that belong to no option to the arguments, by their place."""
    left = list(words)
    for part in parts:
        if not left:
            return
        taken, left = (left[:1], left[1:]) if part.takes == "word" else (left, [])
        said[part] = [taken]
    if left:
        takes = " and ".join(part.value for part in parts) or "options"
        whole = " ".join(word.text for word in words)
        hint = f'; quote a text of several words: "{whole}"' if parts else ""
        raise UsageError(f"{name} takes {takes}; {left[0].text!r} is one more{hint}")


def value_from(name: str, part: Part, words: list[Word], namespace: Mapping[str, object]) -> Any:
    """The value of a part from its words."""
    if part.takes == "nothing":
        return True
    if part.takes == "text":
        return text_from(words, namespace)
    values = [value_of(word.text, namespace) for word in words]
    if part.takes == "names":
        return names_from(name, part, values)
    if part.takes == "pairs":
        return pairs_from(name, part, values)
    return single(name, part, values[0])


def text_from(words: list[Word], namespace: Mapping[str, object]) -> str:
    """Words as one text, as it stands: quotes belong to it, unless they are all around it."""
    lone = words[0].text if len(words) == 1 else " ".join(word.raw for word in words)
    return text_of(lone, namespace)


def names_from(name: str, part: Part, values: Iterable[object]) -> list[str]:
    """Names apart by commas or spaces, each once; or the items of a list."""
    found: list[str] = []
    for value in values:
        if isinstance(value, list | tuple | set | frozenset | dict):
            found += [str(getattr(getattr(it, "info", it), "run_id", it)) for it in value]
        else:
            found += [it.strip() for it in str(value).split(",")]
    for wrong in found:
        if wrong and not any(letter.isalnum() or letter == "_" for letter in wrong):
            raise UsageError(
                f"{name}: {part.label} takes {part.value}, and {wrong!r} is no name; "
                "what belongs to no option goes first"
            )
    return list(dict.fromkeys(filter(None, found)))


def pairs_from(name: str, part: Part, values: Iterable[object]) -> dict[str, str]:
    """Keys with their values, or the items of a dict."""
    found: dict[str, str] = {}
    for value in values:
        if isinstance(value, Mapping):
            found |= {str(key): str(it) for key, it in value.items()}
            continue
        key, equals, text = str(value).partition("=")
        if not equals or not key:
            raise UsageError(
                f"{name}: {part.label} takes {part.value}, and {str(value)!r} has no "
                f"{'key' if equals else '='}; what belongs to no option goes first"
            )
        found[key] = text
    return found


def single(name: str, part: Part, value: object) -> str | int | float:
    """One value as its part's type."""
    text = str(value)
    if part.choices and text not in part.choices:
        raise UsageError(f"{name}: no {text!r}; {listing(part.choices, text)}")
    if part.type not in (int | None, float | None):
        return text
    kind = int if part.type == int | None else float
    try:
        number = kind(text)
    except ValueError:
        number = -1
    if not (number > 0 and math.isfinite(number)):
        whole = "whole " if kind is int else ""
        raise UsageError(f"{name}: {part.label} takes a {whole}number above 0, not {text!r}")
    return number


def check_whole(name: str, said: Said) -> None:
    """Refuse a line that lacks what is needed, or says what contradicts."""
    magic = MAGICS[name]
    needed = next((it for it in declared(magic.line) if it.value == magic.needs), None)
    if magic.needs and needed and needed not in said:
        raise UsageError(f"{name} takes {needed.value}: {needed.doc} Such as {magic.examples[0]}")
    given = [part.label for part in said if part.label in magic.apart]
    if len(given) > 1:
        raise UsageError(f"{name}: {' and '.join(given)} exclude each other; one is enough")


def help_of(line_type: type[MagicLine]) -> str:
    """What `%magic?` shows: how it is used, all it takes, and examples."""
    name = name_of(line_type)
    magic = MAGICS[name]
    rows = [(spelled(part), part.doc) for part in declared(line_type)]
    width = max(len(left) for left, _ in rows)
    return "\n".join(
        [
            (line_type.__doc__ or "").strip().replace("\n    ", "\n"),
            "",
            *wrapped(usage_pieces(name, magic)),
            "",
            *(f"    {left.ljust(width)}  {doc}" for left, doc in rows),
            "",
            "Examples:",
            *(f"    {example}" for example in magic.examples),
            "",
            "A value of several words is quoted; {expression} and $name put in a Python value.",
            "",
        ]
    )


def spelled(part: Part) -> str:
    """A part with all its spellings and its value."""
    return " ".join(filter(None, (", ".join(part.flags), part.value)))


def wrapped(pieces: list[str]) -> list[str]:
    """A usage as indented lines that break between its pieces."""
    lines = [f"    {pieces[0]}"]
    for piece in pieces[1:]:
        if len(lines[-1]) + len(piece) > WIDTH:
            lines.append(" " * 7)
        lines[-1] += f" {piece}"
    return lines


def usage_pieces(name: str, magic: Magic) -> list[str]:
    """A magic and each thing that it takes."""
    shown = [name]
    for part in declared(magic.line):
        several = (
            " ..." if part.takes == "pairs" or (not part.flags and part.takes == "names") else ""
        )
        text = " ".join(filter(None, (*part.flags[:1], part.value))) + several
        is_needed = not part.flags and part.value == magic.needs
        shown.append(text if is_needed else f"[{text}]")
    return shown


def readme_table() -> str:
    """All magics as a table in markdown."""
    rows = ["| magic | does |", "|---|---|"]
    for name, magic in MAGICS.items():
        sentence = " ".join((magic.line.__doc__ or "").split("\n\n")[0].split())
        usage = " ".join(usage_pieces(name, magic)).replace("|", "\\|")
        rows.append(f"| `{usage}` | {sentence} |")
    return "\n".join(rows) + "\n"
