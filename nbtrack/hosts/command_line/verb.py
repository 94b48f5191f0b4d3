"""What every command has: a sentence, examples, the shared options and a desk to work at."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import typer

from nbtrack.hosts.command_line.desk import Desk, Shared
from nbtrack.hosts.command_line.typed import Group, command_of

__all__ = ["Debug", "Json", "Store", "epilog", "noun", "verb"]

Function = TypeVar("Function", bound=Callable[..., None])

Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        "--tracking-uri",
        metavar="URI",
        help="Which store: a folder, file:…, duckdb:///… or sqlite:///…",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
Debug = Annotated[
    bool, typer.Option("--debug", help="Show the traceback of an error.", hidden=True)
]


def shared_parameters(*, reads: bool) -> list[inspect.Parameter]:
    """The options that every command takes after its own."""
    options: list[tuple[str, Any, object]] = [("store", Store, None)]
    if reads:
        options.append(("as_json", Json, False))
    options.append(("debug", Debug, False))
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=hint, default=default)
        for name, hint, default in options
    ]


def verb(
    app: typer.Typer,
    name: str,
    *examples: str,
    reads: bool = True,
    also: tuple[str, ...] = (),
    hidden: bool = False,
    loose: bool = False,
) -> Callable[[Function], Function]:
    """Make a function a command of `app`; it is called with a `Desk` and its own options.

    Args:
        app: The noun it belongs to.
        name: What is typed.
        examples: Lines for the end of its help.
        reads: Whether it answers something, and so takes `--json`.
        also: Other spellings, not shown in the help.
        hidden: Whether the list of commands leaves it out.
        loose: Whether options it does not know are arguments.
    """

    def decorate(function: Function) -> Function:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        parameters = [it.replace(kind=inspect.Parameter.KEYWORD_ONLY) for it in own]
        parameters += shared_parameters(reads=reads)

        def command(context: typer.Context, **given: Any) -> None:
            shared: Shared = context.find_root().obj
            shared.add(given.pop("store"), as_json=given.pop("as_json", False))
            given.pop("debug")
            function(Desk(shared), **given)

        first = inspect.Parameter(
            "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
        )
        command.__signature__ = inspect.Signature([first, *parameters])  # type: ignore[attr-defined]
        command.__annotations__ = {it.name: it.annotation for it in (first, *parameters)}
        command.__doc__ = function.__doc__
        kind = command_of(command.__annotations__)
        for spelling in (name, *also):
            app.command(
                spelling,
                cls=kind,
                epilog=epilog(examples),
                hidden=hidden or spelling != name,
                context_settings={"ignore_unknown_options": loose},
            )(command)
        return function

    return decorate


def epilog(examples: Sequence[str]) -> str:
    """Examples as the last lines of a help text."""
    title = "Example:" if len(examples) == 1 else "Examples:"
    return "\n".join([title, *(f"$ {example}".replace("[", "\\[") for example in examples)])


def noun(sentence: str) -> typer.Typer:
    """A group of commands; called alone it shows its help."""
    return typer.Typer(
        cls=Group,
        help=sentence,
        no_args_is_help=True,
        rich_markup_mode="rich",
        add_completion=False,
    )
