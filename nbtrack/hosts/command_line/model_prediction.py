"""`nbtrack models`: files of a model fetched, and a model asked with the data of a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from nbtrack.errors import InvalidValue
from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.arguments import one_of
from nbtrack.hosts.command_line.desk import Desk, WrongUse
from nbtrack.hosts.command_line.model_arguments import Address, AddressOption, AllowPickle
from nbtrack.hosts.command_line.model_choice import address_called, is_of_store
from nbtrack.hosts.command_line.verb import verb

__all__ = ["add_to"]

Taken = Annotated[str | None, typer.Option(hidden=True)]


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
        "nbtrack models predict churn@champion -i customers.csv -o answers.csv",
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
    from nbtrack.api.model_files import local_folder
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
    uri: Annotated[
        str | None,
        typer.Argument(metavar="URI", help="The model, as in download.", show_default=False),
    ] = None,
    model_uri: AddressOption = None,
    input_path: Annotated[
        str | None,
        typer.Option(
            "--input-path", "-i", metavar="FILE", help="JSON, CSV or Parquet; stdin else."
        ),
    ] = None,
    output_path: Annotated[
        Path | None,
        typer.Option(
            "--output-path", "-o", metavar="FILE", help="Where to; CSV if it is called so."
        ),
    ] = None,
    content_type: Annotated[
        str | None,
        typer.Option(
            "--content-type",
            "-t",
            metavar="TYPE",
            help="json, jsonl, csv or parquet; by the file's name and beginning else.",
        ),
    ] = None,
    allow_pickle: AllowPickle = False,
    env: Annotated[
        list[str] | None,
        typer.Option("--env", metavar="NAME=VALUE", help="A variable to set first.", hidden=True),
    ] = None,
    env_manager: Taken = None,
    no_conda: Annotated[bool, typer.Option("--no-conda", hidden=True)] = False,  # noqa: ARG001 - as MLflow's
    install_mlflow: Annotated[bool, typer.Option("--install-mlflow", hidden=True)] = False,  # noqa: ARG001 - as MLflow's
) -> None:
    """Ask a model with the data of a file or of stdin, in the packages that are installed here.

    JSON is the body of a request: {"dataframe_split": …}, {"dataframe_records": …},
    {"inputs": …} or {"instances": …}; the answer is {"predictions": …}.
    """
    from nbtrack.api.models import load_model
    from nbtrack.hosts.command_line.model_data import read_input

    address = address_called(desk, one_of(uri, model_uri, "URI"))
    if env_manager not in {None, "local"}:
        output.note(f"--env-manager {env_manager}: the packages that are installed here are used")
    os.environ.update(variables(env))
    with desk.in_use(needed=is_of_store(address)):
        model = load_model(address, allow_pickle=allow_pickle or None)
        data, params = read_input(input_path, content_type, model.metadata.signature)
        answer = model.predict(data, params=params or None)
    if output_path is None:
        output.write(output.json_text({"predictions": plain(answer)}))
        return
    output_path.parent.mkdir(parents=True, exist_ok=True)
    if output_path.suffix.lower() == ".csv":
        text = table_text(answer)
    else:
        text = output.json_text({"predictions": plain(answer)})
    output_path.write_text(text, encoding="utf-8")
    count = len(answer) if hasattr(answer, "__len__") else 1
    desk.done(
        {"path": str(output_path), "predictions": count},
        f"wrote {wording.plural(count, 'prediction')} to {output_path}",
    )


def variables(texts: list[str] | None) -> dict[str, str]:
    """Variables from `NAME=VALUE`."""
    for text in texts or []:
        if "=" not in text:
            raise WrongUse(f"--env {text!r}: write NAME=VALUE")
    return dict(text.partition("=")[::2] for text in texts or [])


def plain(answer: Any) -> Any:
    """What a model says, as JSON has it: a frame as records, a column as a list."""
    if hasattr(answer, "to_dict") and hasattr(answer, "columns"):
        return answer.to_dict(orient="records")
    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    if isinstance(answer, dict):
        return {str(key): plain(it) for key, it in answer.items()}
    if isinstance(answer, list | tuple):
        return [plain(it) for it in answer]
    return answer


def table_text(answer: Any) -> str:
    """What a model says as CSV: a frame as it is, else the column `prediction`, or several.

    Raises:
        InvalidValue: It is no table.
    """
    import pandas as pd

    if isinstance(answer, pd.DataFrame):
        frame = answer
    else:
        try:
            frame = pd.DataFrame(answer)
        except (ValueError, TypeError) as error:
            raise InvalidValue(f"what the model says is no table for CSV: {error}") from error
        if len(frame.columns) == 1:
            frame.columns = ["prediction"]
    return str(frame.to_csv(index=False))
