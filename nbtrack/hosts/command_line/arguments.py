"""Arguments and options that several commands take, each declared once."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

import typer

from nbtrack.hosts.command_line.completion import experiments_like, runs_like
from nbtrack.hosts.command_line.desk import WrongUse

__all__ = [
    "Columns",
    "ExperimentAlias",
    "ExperimentArgument",
    "ExperimentId",
    "ExperimentOption",
    "Filter",
    "Limit",
    "NewName",
    "OrderBy",
    "RunArgument",
    "RunIdOption",
    "RunsArgument",
    "View",
    "ViewOption",
    "Yes",
    "one_of",
]

Value = TypeVar("Value")

View = Literal["active_only", "deleted_only", "all"]

ExperimentArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="EXPERIMENT",
        help="The experiment: its name or its id.",
        autocompletion=experiments_like,
        show_default=False,
    ),
]
ExperimentId = Annotated[
    str | None,
    typer.Option(
        "--experiment-id", "-x", metavar="ID", help="The same, as an option.", hidden=True
    ),
]
NewName = Annotated[
    str | None,
    typer.Option(
        "--experiment-name",
        "--new-name",
        "-n",
        metavar="NAME",
        help="The same, as an option.",
        hidden=True,
    ),
]
ExperimentOption = Annotated[
    str | None,
    typer.Option(
        "--experiment",
        "-x",
        metavar="NAME",
        help="Only this experiment, by name or id.",
        autocompletion=experiments_like,
    ),
]
ExperimentAlias = Annotated[
    str | None,
    typer.Option(
        "--experiment-id",
        "--experiment-name",
        metavar="NAME",
        help="The same, as MLflow has it.",
        autocompletion=experiments_like,
        hidden=True,
    ),
]
RunArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="RUN",
        help="The run: its id, the beginning of its id, or its name.",
        autocompletion=runs_like,
        show_default=False,
    ),
]
RunsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="RUN...",
        help="The runs: ids, beginnings of ids, or names.",
        autocompletion=runs_like,
        show_default=False,
    ),
]
RunIdOption = Annotated[
    str | None,
    typer.Option("--run-id", "-r", metavar="RUN", help="The same, as an option.", hidden=True),
]
Filter = Annotated[
    str | None,
    typer.Argument(
        metavar="FILTER",
        help="Such as \"acc > 0.9 and params.model = 'tree' and not tags.old = 'yes'\"; "
        "nbtrack runs fields says what there is.",
        show_default=False,
    ),
]
OrderBy = Annotated[
    list[str] | None,
    typer.Option("--order-by", metavar="NAME", help="Such as 'acc desc'; again for a second one."),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        "-c",
        metavar="NAMES",
        help="Which columns, by name: acc,params.lr; the rest is left out.",
    ),
]
Limit = Annotated[
    int, typer.Option("--limit", "--max-results", min=1, metavar="N", help="At most so many.")
]
ViewOption = Annotated[
    View,
    typer.Option(
        "--view",
        metavar="VIEW",
        help="active_only, deleted_only or all.",
        case_sensitive=False,
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


def one_of(argument: Value | None, option: Value | None, what: str) -> Value:
    """What was given as an argument or, in MLflow's spelling, as an option."""
    if argument is not None and option is not None:
        raise WrongUse(f"{what} is given twice: {argument!r} and {option!r}; one is enough")
    found = argument if argument is not None else option
    if found is None:
        raise WrongUse(f"{what} is missing; --help shows how it is said")
    return found
