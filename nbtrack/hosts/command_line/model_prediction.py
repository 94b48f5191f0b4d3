"""`nbtrack models`: files of a model fetched, and a model asked with the data of a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.arguments import one_of
from nbtrack.hosts.command_line.desk import Desk, WrongUse
from nbtrack.hosts.command_line.model_answer import answer_target, answer_text, write_answer
from nbtrack.hosts.command_line.model_arguments import (
    Address,
    AddressOption,
    AllowPickle,
    EnvManager,
    OptionalAddress,
)
from nbtrack.hosts.command_line.model_choice import address_called, is_of_store
from nbtrack.hosts.command_line.model_data import FORMATS as FORMATS_TOLD
from nbtrack.hosts.command_line.verb import verb

if TYPE_CHECKING:
    from nbtrack.api.session import Session

__all__ = ["add_to"]

InputPath = Annotated[
    str | None,
    typer.Option(
        "--input-path",
        "-i",
        metavar="FILE",
        help="JSON, CSV or Parquet, a pattern or a folder of them; stdin else.",
    ),
]
OutputPath = Annotated[
    str | None,
    typer.Option(
        "--output-path",
        "-o",
        metavar="FILE",
        help="Where to; a table if it ends in .csv, .parquet or .jsonl, or is a folder/; else "
        ".json.",
    ),
]
ContentType = Annotated[
    str | None,
    typer.Option(
        "--content-type",
        "-t",
        metavar="TYPE",
        help="json, jsonl, csv or parquet; by the file's name and beginning else.",
    ),
]
Identity = Annotated[
    list[str] | None,
    typer.Option("--id", metavar="COLUMN", help="A column that says which row it is."),
]
Keep = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="COLUMN", help="A column to write as well; or all."),
]
Name = Annotated[
    str, typer.Option("--name", metavar="NAME", help="What the predictions are called.")
]
On = Annotated[
    str | None,
    typer.Option("--on", metavar="WHERE", help="processes:4, dask, dask://host:8786, spark."),
]
OnError = Annotated[
    str, typer.Option("--on-error", metavar="ACT", help="raise, or null for rows that fail.")
]
BatchRows = Annotated[
    int | None,
    typer.Option("--batch-rows", metavar="N", min=1, help="Rows the model gets at once."),
]
Resume = Annotated[
    bool, typer.Option(help="Go on where an earlier call was killed, or begin anew.")
]
Variables = Annotated[
    list[str] | None,
    typer.Option("--env", metavar="NAME=VALUE", help="A variable to set first.", hidden=True),
]

TABLES = {"csv", "jsonl", "parquet"}


def add_to(app: typer.Typer) -> None:
    """Put the verbs into the list."""
    verb(
        app,
        "download",
        "nbtrack models download churn@champion --to ./model",
        "nbtrack models download runs:/0199a4f2c41e7d2f8a15b6c3d4e5f607/model",
    )(download)
    verb(
        app,
        "predict",
        "nbtrack models predict churn@champion -i customers.csv -o answers.csv --id customer",
        "nbtrack models predict churn@champion -i 'months/*.parquet' -o answers/ --on processes:2",
        "nbtrack models predict -m models:/churn/3 -i request.json",
        "nbtrack models predict churn@champion --content-type json < request.json",
    )(predict)


def download(
    desk: Desk,
    *,
    uri: Address,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            "--dst-path",
            "-d",
            metavar="FOLDER",
            help="Where to; a folder of the model's name else.",
        ),
    ] = None,
) -> None:
    """Copy a model's files into a folder, each checked against its digest."""
    from nbtrack.api.files.model_files import local_folder
    from nbtrack.registry.places import place_of

    address = address_called(desk, uri)
    needed = is_of_store(address)
    with desk.in_use(needed=needed) as here, output.progress("fetching the model"):
        place = place_of(here.store, address)
        folder = to or Path(folder_name(place.name, place.version))
        if to is None and folder.exists():
            raise WrongUse(f"there is a {str(folder)!r} already: say where to with --to FOLDER")
        found = local_folder(here, place, os.fspath(folder)).folder
    files = [it for it in ([found] if found.is_file() else found.rglob("*")) if it.is_file()]
    total = sum(it.stat().st_size for it in files)
    desk.done(
        {"path": str(found), "files": len(files), "size_bytes": total},
        f"{wording.plural(len(files), 'file')}, {wording.size(total)}, in {found}",
    )


def folder_name(name: str | None, version: int | None) -> str:
    """What a model's folder is called here."""
    safe = "".join(it if it.isalnum() or it in "-_. " else "_" for it in name or "").strip(". ")
    return (safe or "model") + (f"-{version}" if version else "")


def predict(
    desk: Desk,
    *,
    uri: OptionalAddress = None,
    model_uri: AddressOption = None,
    input_path: InputPath = None,
    output_path: OutputPath = None,
    content_type: ContentType = None,
    identity: Identity = None,
    keep: Keep = None,
    name: Name = "prediction",
    on: On = None,
    on_error: OnError = "raise",
    batch_rows: BatchRows = None,
    resume: Resume = True,
    allow_pickle: AllowPickle = False,
    env: Variables = None,
    env_manager: EnvManager = None,
    no_conda: Annotated[bool, typer.Option("--no-conda", hidden=True)] = False,
    install_mlflow: Annotated[bool, typer.Option("--install-mlflow", hidden=True)] = False,  # noqa: ARG001 - as MLflow's
) -> None:
    """Ask a model with the data of files or of stdin, a table of any size in bounded memory.

    A table goes to a table row by row, in parts; after a kill the same command goes on. Else JSON
    is the body of a request: {"dataframe_split": …}, {"dataframe_records": …}, {"inputs": …} or
    {"instances": …}; the answer is {"predictions": …}.
    """
    address = address_called(desk, one_of(uri, model_uri, "URI"))
    os.environ.update(variables(env))
    with desk.in_use(needed=is_of_store(address)) as here:
        if env_manager not in {None, "local"} and not no_conda:
            predict_elsewhere(desk, here, address, str(env_manager))
        if is_table(input_path, output_path, content_type):
            told: dict[str, Any] = {"keep": chosen_columns(keep), "id": identity, "name": name}
            told |= {"on": on, "on_error": on_error, "batch_rows": batch_rows, "resume": resume}
            told["allow_pickle"] = allow_pickle or None
            predict_table(desk, address, str(input_path), str(output_path), told)
        else:
            refuse_of_tables(keep=keep, id=identity, on=on, batch_rows=batch_rows)
            predict_request(desk, address, input_path, output_path, (content_type, allow_pickle))


def predict_elsewhere(desk: Desk, here: Session, address: str, manager: str) -> NoReturn:
    """Go on as the same command in an environment with what the model was logged with."""
    from nbtrack.api.models.loading import find_model
    from nbtrack.registry.environments import clean_variables, python_of

    with output.progress("making the model's environment"):
        python = str(python_of(find_model(address).folder, manager))
    here.close()
    words = list(desk.typed)
    end = words.index("--") if "--" in words else len(words)
    words[end:end] = ["--env-manager", "local"]  # of an option said twice the last one holds
    os.execve(python, [python, "-m", "nbtrack", *words], clean_variables(os.environ))  # noqa: S606 - no shell


def is_table(source: str | None, target: str | None, told: str | None) -> bool:
    """Whether a table goes to a table, which is done in batches."""
    if source in {None, "-"} or target is None:
        return False
    from nbtrack.api.scoring.sources import FORMATS, ending_of

    kind = FORMATS.get(ending_of(str(source)))
    is_folder = Path(str(source)).is_dir()
    is_known = is_folder or kind in {"csv", "jsonl", "parquet"}
    is_as_told = told is None or is_folder or FORMATS_TOLD.get(told.strip().lower()) == kind
    ending = ending_of(target)
    to_table = target.endswith("/") or Path(target).is_dir() or FORMATS.get(ending) in TABLES
    return is_known and is_as_told and to_table


def refuse_of_tables(**given: object) -> None:
    """Refuse options that only mean something where a table goes to a table.

    Raises:
        WrongUse: One of them was said.
    """
    said = [f"--{name.replace('_', '-')}" for name, value in given.items() if value is not None]
    if said:
        raise WrongUse(
            f"{', '.join(said)}: only where a table goes to a table, such as "
            f"-i customers.csv -o answers.csv"
        )


def chosen_columns(keep: list[str] | None) -> bool | list[str]:
    """What `--keep` means."""
    return True if keep == ["all"] else keep or False


def predict_table(desk: Desk, address: str, source: str, target: str, told: dict[str, Any]) -> None:
    """Score a table into a table."""
    from nbtrack.api.scoring.score import score

    if told["keep"] is False and told["id"]:
        told["keep"] = None
    Path(target).expanduser().absolute().parent.mkdir(parents=True, exist_ok=True)
    report = score(address, source, target, log=False, **told)
    facts = {
        "path": str(report.path),
        "predictions": report.rows,
        "resumed": report.resumed,
        "failed": report.failed,
        "failed_path": None if report.failed_path is None else str(report.failed_path),
        "seconds": round(report.seconds, 3),
    }
    more = f"; {report.resumed:,} were there already" if report.resumed else ""
    more += f"; {report.failed:,} rows failed: {report.failed_path}" if report.failed else ""
    where = target if report.path is None else report.path
    desk.done(facts, f"wrote {wording.plural(report.rows, 'prediction')} to {where}{more}")


def predict_request(
    desk: Desk,
    address: str,
    input_path: str | None,
    output_path: str | None,
    told: tuple[str | None, bool],
) -> None:
    """Answer one request, as MLflow's command does."""
    target = None if output_path in {None, "-"} else answer_target(str(output_path))
    from nbtrack.api.models.loading import load_model
    from nbtrack.hosts.command_line.model_data import read_input

    content_type, allow_pickle = told
    model = load_model(address, allow_pickle=allow_pickle or None)
    data, params = read_input(input_path, content_type, model.metadata.signature)
    answer = model.predict(data, params=params or None)
    if target is None:
        output.write(answer_text(answer))
        return
    write_answer(target, answer)
    count = len(answer) if hasattr(answer, "__len__") else 1
    desk.done(
        {"path": str(target), "predictions": count},
        f"wrote {wording.plural(count, 'prediction')} to {target}",
    )


def variables(texts: list[str] | None) -> dict[str, str]:
    """Variables from `NAME=VALUE`."""
    for text in texts or []:
        if "=" not in text:
            raise WrongUse(f"--env {text!r}: write NAME=VALUE")
    return dict(text.partition("=")[::2] for text in texts or [])
