"""What the tab key offers on the lines of magics: options, runs, experiments, variables, keys.

One matcher in IPython's completer; where it has nothing to offer, IPython's own go on.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher
from IPython.core.error import UsageError

from nbtrack.hosts.notebook.declaration import Completes, Part, declared
from nbtrack.hosts.notebook.usage import MAGICS
from nbtrack.hosts.notebook.words import Word, split

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["Choices", "load", "unload"]

logger = logging.getLogger("nbtrack.completion")

IDENTIFIER = "nbtrack.magics"
LINE = re.compile(r"(?:\s*|[^%'\"#]*=\s*)(%%?\w+)[ \t]+(.*)", re.DOTALL)
PLAIN = re.compile(r"[\w.@:/+-]+")
PATIENCE_SECONDS = 0.3
MOST = 200


class Choices(Protocol):
    """What a store can offer for the beginning of a word; it may take long, or fail."""

    def experiments(self, prefix: str) -> list[str]:
        """Names of experiments."""

    def runs(self, prefix: str) -> list[str]:
        """Names and ids of runs, the newest first."""

    def metrics(self, prefix: str) -> list[str]:
        """Keys of metrics."""

    def params(self, prefix: str) -> list[str]:
        """Keys of params."""

    def models(self, prefix: str) -> list[str]:
        """Names of registered models."""

    def addresses(self, prefix: str) -> list[str]:
        """Addresses of versions, by their aliases and numbers."""

    def endpoints(self, prefix: str) -> list[str]:
        """Names of endpoints."""


class Place(NamedTuple):
    """Where the cursor is: what was said before, and the beginning of a word."""

    before: list[Word]
    typed: str
    """As it stands in the line, with its quote."""

    @property
    def quote(self) -> str:
        """The quote that is open."""
        return self.typed[:1] if self.typed[:1] in ("'", '"') else ""


class Brief:
    """Asks in a thread, and goes on without an answer that takes too long."""

    def __init__(self, seconds: float = PATIENCE_SECONDS) -> None:
        self.seconds = seconds
        self.thread: threading.Thread | None = None

    def answer(self, ask: Callable[[str], list[str]], prefix: str) -> list[str]:
        """What was answered in time; nothing while an earlier question is still open."""
        if self.thread is not None and self.thread.is_alive():
            return []
        found: list[str] = []

        def work() -> None:
            try:
                found.extend(ask(prefix)[:MOST])
            except Exception:
                logger.debug("no completions", exc_info=True)

        self.thread = threading.Thread(target=work, daemon=True, name="nbtrack-completion")
        self.thread.start()
        self.thread.join(self.seconds)
        return [] if self.thread.is_alive() else found


class Matcher:
    """The matcher of a shell."""

    def __init__(self, shell: InteractiveShell, choices: Choices) -> None:
        self.shell = shell
        self.choices = choices
        self.brief = Brief()

    def offered(self, context: CompletionContext) -> dict[str, Any]:
        """What IPython asks a matcher for."""
        try:
            fragment, found = self.completions(
                context.text_until_cursor, context.line_with_cursor[context.cursor_position :]
            )
        except Exception:
            logger.debug("no completions", exc_info=True)
            fragment, found = "", []
        answer: dict[str, Any] = {
            "completions": [SimpleCompletion(text=text, type="magic") for text in found],
            "suppress": bool(found),
            "ordered": True,
        }
        return answer | ({"matched_fragment": fragment} if found else {})

    def completions(self, line: str, after: str = "") -> tuple[str, list[str]]:
        """The beginning of the word before the cursor, and what it may become."""
        asked = LINE.fullmatch(line)
        magic = MAGICS.get(asked[1]) if asked else None
        place = place_in(asked[2]) if asked and magic else None
        if magic is None or place is None:
            return "", []
        parts = declared(magic.line)
        if place.typed.startswith("-") and "=" not in place.typed:
            return place.typed, flags_left(parts, place)
        part, typed = awaited(parts, place)
        found = self.values(part, typed, after) if part else []
        if not typed and not place.typed:
            found += flags_left(parts, place)
        return typed, found

    def values(self, part: Part, typed: str, after: str) -> list[str]:
        """The values of a part that begin as typed, quoted where they need it."""
        quote = typed[:1] if typed[:1] in ("'", '"') else ""
        prefix = typed[len(quote) :]
        known = part.choices or self.known(part.completes, prefix)
        close = "" if quote and after.startswith(quote) else quote
        begin = plain(prefix)
        found = [it for it in known if plain(it).startswith(begin)]
        if part.completes == "filter":
            return found
        return [quoted(it, quote, close) for it in dict.fromkeys(found)]

    def known(self, completes: Completes, prefix: str) -> list[str]:
        """Everything of a kind, or what of it begins so."""
        asked: dict[str, Callable[[str], list[str]]] = {
            "experiment": self.choices.experiments,
            "run": self.choices.runs,
            "target": self.choices.runs,
            "metric": self.choices.metrics,
            "param": self.choices.params,
            "model": self.choices.models,
            "address": self.choices.addresses,
            "endpoint": self.choices.endpoints,
            "filter": self.fields,
        }
        found = variables(self.shell) if completes in ("variable", "target") else []
        return found + (self.brief.answer(asked[completes], prefix) if completes in asked else [])

    def fields(self, prefix: str) -> list[str]:
        """Fields of a filter: metrics by their bare name too, params, and facts of runs."""
        from nbtrack.query.fields import ATTRIBUTES

        entity, dot, key = prefix.partition(".")
        if dot and entity in ("metrics", "params"):
            ask = self.choices.metrics if entity == "metrics" else self.choices.params
            return [f"{entity}.{backticked(it)}" for it in ask(key.strip("`"))]
        bare = [backticked(it) for it in self.choices.metrics(prefix)]
        return [*bare, "metrics.", "params.", "tags.", *ATTRIBUTES["run"]]


def place_in(rest: str) -> Place | None:
    """Where the cursor is at the end of what follows a magic's name; None in a comment."""
    for quote in ("", '"', "'"):
        try:
            words = split(rest + quote)
        except UsageError:
            continue
        break
    else:
        return None
    end = words[-1].start + len(words[-1].raw) - len(quote) if words else 0
    if not quote and rest[end:].strip():
        return None
    if not words or (rest[end:] and not quote):
        return Place(words, "")
    return Place(words[:-1], rest[words[-1].start :])


def awaited(parts: tuple[Part, ...], place: Place) -> tuple[Part | None, str]:
    """The part that the word at the cursor belongs to, and the beginning of its value."""
    options = {flag: part for part in parts for flag in part.flags}
    if place.typed.startswith("-"):
        flag, _, text = place.typed.partition("=")
        return options.get(flag), last_name(options.get(flag), text)
    opened, loose = last_option(options, place.before)
    if opened is None:
        arguments = [part for part in parts if not part.flags]
        if arguments and arguments[-1].takes != "word":
            opened = arguments[-1]
        else:
            opened = arguments[loose] if loose < len(arguments) else None
    return opened, last_name(opened, place.typed)


def last_option(options: dict[str, Part], words: Iterable[Word]) -> tuple[Part | None, int]:
    """The option that still takes words, and how many words belong to none."""
    opened: Part | None = None
    loose = 0
    for word in words:
        if word.is_option:
            flag, equals, _ = word.text.partition("=")
            opened = options.get(flag)
            if opened and (opened.takes == "nothing" or (equals and opened.takes == "word")):
                opened = None
        elif opened is None:
            loose += 1
        elif opened.takes == "word":
            opened = None
    return opened, loose


def last_name(part: Part | None, typed: str) -> str:
    """What is being typed: after the last comma among names."""
    return typed.rpartition(",")[2] if part is not None and part.takes == "names" else typed


def flags_left(parts: tuple[Part, ...], place: Place) -> list[str]:
    """Options that can still be said and begin so, in their long spelling."""
    said = {word.text.partition("=")[0] for word in place.before if word.is_option}
    return [
        flag
        for part in parts
        if part.takes in ("names", "pairs") or not said.intersection(part.flags)
        for flag in part.flags
        if flag.startswith(place.typed or "--") and (len(flag) > 2 or flag == place.typed)
    ]


def variables(shell: InteractiveShell) -> list[str]:
    """What the user named, without modules and what IPython put there."""
    hidden = shell.user_ns_hidden
    return sorted(
        name
        for name, value in list(shell.user_ns.items())
        if not name.startswith("_") and name not in hidden and not isinstance(value, ModuleType)
    )


def quoted(text: str, quote: str, close: str) -> str:
    """A value as it is written in a line: in quotes if it has to be, or was begun so."""
    if quote:
        return f"{quote}{text}{close}"
    return text if PLAIN.fullmatch(text) and not text.startswith("-") else f'"{text}"'


def plain(text: str) -> str:
    """A text as it is compared."""
    return text.lower().replace("`", "")


def backticked(key: str) -> str:
    """A key as the filter language has it."""
    return key if re.fullmatch(r"[A-Za-z_][\w./-]*", key) else f"`{key}`"


def load(shell: InteractiveShell, choices: Choices) -> None:
    """Let a shell complete the lines of magics; loading again renews the choices."""
    unload(shell)
    matcher = Matcher(shell, choices)

    def offered(context: CompletionContext) -> dict[str, Any]:
        return matcher.offered(context)

    marked: Any = context_matcher(identifier=IDENTIFIER, priority=100)
    matchers_of(shell).append(marked(offered))


def unload(shell: InteractiveShell) -> None:
    """Take the matcher out again."""
    matchers = matchers_of(shell)
    ours = [it for it in matchers if getattr(it, "matcher_identifier", "") == IDENTIFIER]
    for matcher in ours:
        matchers.remove(matcher)


def matchers_of(shell: InteractiveShell) -> list[Any]:
    """The matchers that were added to a shell's completer."""
    completer: Any = shell.Completer
    matchers: list[Any] = completer.custom_matchers
    return matchers
