"""The desk a command works at: the store it was told to use, and the way its answer goes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import typer

from nbtrack.errors import InvalidValue, NotFound, UnsafeModel
from nbtrack.hosts.command_line import output
from nbtrack.journal.location import Place, locate

if TYPE_CHECKING:
    from nbtrack.api.session import Session
    from nbtrack.store.duckdb import DuckDBStore

__all__ = ["Desk", "Shared", "WrongUse", "as_typed"]

FIRST_RUN = """\
    import nbtrack

    with nbtrack.start_run():
        nbtrack.log_param("lr", 0.1)
        nbtrack.log_metric("loss", 0.25)
"""


def as_typed(message: str) -> str:
    """A message of the API with its advice as one follows it in a shell."""
    return message.replace("load_model(…, allow_pickle=True)", "--allow-pickle")


class WrongUse(InvalidValue):
    """A command was given too little, or what does not go together; the exit code is 2."""


class Shared:
    """The options that may stand before or after a command's name, and all that was typed."""

    def __init__(self, typed: Sequence[str] = ()) -> None:
        self.typed = tuple(typed)
        self.uri: str | None = None
        self.as_json = False

    def add(self, uri: str | None, *, as_json: bool) -> None:
        """Take in what was given at one more place."""
        self.uri = uri or self.uri
        self.as_json = as_json or self.as_json


class Desk:
    """What a command has at hand; the store is opened when it is first looked at."""

    def __init__(self, shared: Shared) -> None:
        self.typed = shared.typed
        self.uri = shared.uri
        self.as_json = shared.as_json

    @cached_property
    def place(self) -> Place:
        """Where the store is, or would be; looking makes nothing."""
        return locate(self.uri)

    @property
    def exists(self) -> bool:
        """Whether there is a store yet."""
        folder = self.place.folder
        return folder.database.exists() or folder.journal.is_dir()

    @cached_property
    def session(self) -> Session:
        """The store, made where it is missing."""
        from nbtrack.api.session import session_for

        return session_for(self.uri)

    @cached_property
    def store(self) -> DuckDBStore:
        """The store, to read.

        Raises:
            NotFound: There is none yet; reading makes none.
        """
        if not self.exists:
            raise NotFound(
                f"there is no store at {self.place.folder.path} yet; the first run makes it, "
                f"and nbtrack stores lists those there are"
            )
        return self.session.store

    @contextmanager
    def in_use(self, *, needed: bool = True) -> Iterator[Session]:
        """Let calls that take no store use this one.

        Args:
            needed: Whether it must be there; nothing is made where it is not.

        Raises:
            NotFound: There is none, and it is needed.
        """
        from nbtrack.api.session import in_use, session_at

        if needed:
            _ = self.store
        here = self.session if self.exists else session_at(self.place.folder)
        try:
            with in_use(here):
                yield here
        except UnsafeModel as error:
            raise UnsafeModel(as_typed(str(error))) from error

    def answer(self, data: Any, shown: Callable[[], None]) -> None:
        """Give JSON to a program, or show it to a person."""
        if self.as_json:
            output.write(output.json_text(data))
        else:
            shown()

    def done(self, data: Any, sentence: str) -> None:
        """Answer what was done: in JSON, or in one sentence."""
        self.answer(data, lambda: output.say(sentence))

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask before something is taken away; a program must say --yes.

        Raises:
            WrongUse: Nobody is there to ask.
            typer.Exit: The person said no.
        """
        if yes:
            return
        if not sys.stdin.isatty():
            raise WrongUse(f"{question} Nobody is there to answer: add --yes to do it")
        if not typer.confirm(question, err=True):
            output.note("nothing was changed")
            raise typer.Exit(1)

    def teach_first_run(self) -> None:
        """Say where runs will be kept, and how the first one is logged."""
        output.say("no runs yet", "bold")
        output.say(self.place.message, "dim")
        output.write(f"log the first one in Python:\n\n{FIRST_RUN}\n")
        output.say("and look at it with: nbtrack runs list")
