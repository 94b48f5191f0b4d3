"""`nbtrack models check`: is a model whole, safe to load, and fit for what is installed here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

import typer

from nbtrack.errors import MissingPackage, NbtrackError, UnsafeModel
from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.desk import Desk, as_typed
from nbtrack.hosts.command_line.model_arguments import Address, AllowPickle
from nbtrack.hosts.command_line.model_choice import address_called, is_of_store
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.verb import verb

if TYPE_CHECKING:
    from nbtrack.api.models.loading import FoundModel
    from nbtrack.registry.pyfunc import PyFuncModel

__all__ = ["add_to"]

SIGNS = {
    "good": ("✓", "green"),
    "note": ("·", "cyan"),
    "warning": ("!", "yellow"),
    "error": ("✗", "red"),
}


class Finding(NamedTuple):
    """What one look at a model found."""

    what: str
    level: Literal["good", "note", "warning", "error"]
    said: str


def add_to(app: typer.Typer) -> None:
    """Put the verb into the list."""
    verb(
        app,
        "check",
        "nbtrack models check churn@champion",
        "nbtrack models check ./model --allow-pickle",
    )(check)


def check(desk: Desk, *, uri: Address, allow_pickle: AllowPickle = False) -> None:
    """Look whether a model is whole, safe to load, and fits the packages that are installed.

    It is loaded, and asked with its input example. The exit code is 1 if something is wrong.
    """
    address = address_called(desk, uri)
    with desk.in_use(needed=is_of_store(address)), output.progress("examining the model"):
        found = list(findings(address, allow_pickle=allow_pickle))
    desk.answer(
        {"uri": address, "findings": [it._asdict() for it in found]}, lambda: draw(address, found)
    )
    if any(it.level == "error" for it in found):
        raise typer.Exit(1)


def draw(address: str, found: list[Finding]) -> None:
    """Draw the findings."""
    output.show(output.heading(address))
    rows = [[output.styled(*SIGNS[it.level]), it.what, it.said] for it in found]
    output.show(output.table([Column(""), Column("", style="dim"), Column("", fold=True)], rows))


def findings(address: str, *, allow_pickle: bool) -> Iterator[Finding]:
    """Look at a model part by part; what cannot be had ends it."""
    from nbtrack.api.models.loading import find_model
    from nbtrack.registry.signatures.signature import summary

    try:
        found = find_model(address)
    except NbtrackError as error:
        yield Finding("files", "error", str(error))
        return
    yield digests(found)
    yield safety(found)
    described = found.description
    flavors = ", ".join(sorted(described.flavors)) or "none"
    yield Finding("flavors", "good" if described.flavors else "error", flavors)
    level: Literal["good", "note"] = "good" if described.signature is not None else "note"
    yield Finding("signature", level, summary(described.signature))
    yield packages(found)
    yield from loading(found, allow_pickle=allow_pickle)


def digests(found: FoundModel) -> Finding:
    """Whether the files are those that were logged; fetching compared them."""
    files = [it for it in found.folder.rglob("*") if it.is_file()]
    size = wording.size(sum(it.stat().st_size for it in files))
    count = f"{wording.plural(len(files), 'file')}, {size}"
    if found.place.manifest is None:
        return Finding("files", "note", f"{count}; no store knows their digests")
    return Finding("files", "good", f"{count}; each is the one that was logged")


def safety(found: FoundModel) -> Finding:
    """Whether loading runs code, and who vouches for it."""
    from nbtrack.registry.format.contents import kind_of, runs_code

    paths = [it.relative_to(found.folder).as_posix() for it in found.folder.rglob("*")]
    said = kind_of(paths)
    if not runs_code(paths):
        return Finding("safety", "good", said)
    if found.own:
        return Finding("safety", "note", f"{said}; you logged it, so it loads for you")
    return Finding("safety", "warning", f"{said}; you did not log it: --allow-pickle lets it")


def packages(found: FoundModel) -> Finding:
    """Whether what is installed is what the model was logged with."""
    from nbtrack.registry.format.environment import REQUIREMENTS
    from nbtrack.registry.format.requirements import mismatches

    path = found.folder / REQUIREMENTS
    if not path.is_file():
        return Finding("requirements", "note", f"the model has no {REQUIREMENTS}")
    lines = path.read_text(encoding="utf-8").splitlines()
    wrong = mismatches(lines)
    if wrong:
        return Finding("requirements", "warning", "; ".join(wrong))
    count = wording.plural(len([it for it in lines if it.strip()]), "requirement")
    return Finding("requirements", "good", f"{count}, as installed here")


def loading(found: FoundModel, *, allow_pickle: bool) -> Iterator[Finding]:
    """Load it and ask it with its example."""
    from nbtrack.api.models.loading import Trust
    from nbtrack.registry.loading import load_to_ask

    consent = found.consent(Trust(allow_pickle or None))
    try:
        model = load_to_ask(found.folder, found.description, consent)
    except (UnsafeModel, MissingPackage) as error:
        yield Finding("loading", "error", as_typed(str(error)))
        return
    except Exception as error:  # noqa: BLE001 - what a library raises at a model is a finding
        yield Finding("loading", "error", f"{type(error).__name__}: {first_line(error)}")
        return
    yield Finding("loading", "good", f"it loads, as {type(model.get_raw_model()).__name__}")
    yield asked(model)


def asked(model: PyFuncModel) -> Finding:
    """Whether it answers to its own example."""
    from nbtrack.registry.signatures.examples import read_params

    info = model.metadata.saved_input_example_info
    if info is None or model.folder is None:
        return Finding("example", "note", "it has no input example to be asked with")
    try:
        answer = model.predict(model.input_example, read_params(model.folder, info))
    except Exception as error:  # noqa: BLE001 - likewise
        return Finding("example", "error", f"{type(error).__name__}: {first_line(error)}")
    return Finding("example", "good", f"it answers to its example, with {kind_of_answer(answer)}")


def kind_of_answer(answer: object) -> str:
    """What an answer is: its type and its shape."""
    shape = getattr(answer, "shape", None)
    name = type(answer).__name__
    return f"{name} {tuple(shape)}" if shape is not None else name


def first_line(error: Exception) -> str:
    """What an error says, in a line."""
    return (str(error).splitlines() or [""])[0]
