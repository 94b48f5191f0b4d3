"""`nbtrack gc`: delete for good what was deleted, and files that no run and no endpoint has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from nbtrack.errors import InvalidValue
from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.arguments import Yes
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.verb import verb

if TYPE_CHECKING:
    from nbtrack.api.endpoints.cleaning import Leftover
    from nbtrack.store.maintenance import Cleaned

__all__ = ["add_to", "seconds_of"]

SHOWN = 10
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def add_to(app: typer.Typer) -> None:
    """Put the verb into the list."""
    verb(
        app,
        "gc",
        "nbtrack gc",
        "nbtrack gc --older-than 30d --yes",
        "nbtrack gc --yes --shrink",
    )(gc)


def gc(
    desk: Desk,
    *,
    yes: Yes = False,
    older_than: Annotated[
        str | None,
        typer.Option(
            "--older-than",
            metavar="AGE",
            help="Only what was deleted so long ago: 30d, 12h, 1d12h.",
        ),
    ] = None,
    shrink: Annotated[
        bool, typer.Option("--shrink", help="Write the database anew, if that makes it smaller.")
    ] = False,
) -> None:
    """Free what deleted runs hold; a dry run unless --yes.

    Files that no run and no model has go, too; those that were logged within the last day stay, and
    so does all that a version of a registered model is made of. Of endpoints those copies of models
    go that the plan of none, running or stopped, is served from.
    """
    from nbtrack.api.endpoints.cleaning import clean as clean_endpoints
    from nbtrack.api.runs.new_experiment import stamp
    from nbtrack.store.maintenance import gc as clean
    from nbtrack.store.maintenance import vacuum

    age = 0.0 if older_than is None else seconds_of(older_than)
    with output.progress("cleaning up") as tell:
        cleaned = clean(
            desk.store, older_than_seconds=age, dry_run=not yes, progress=tell, by=stamp()
        )
        copies = clean_endpoints(desk.store.folder.path, dry_run=not yes)
    data = {
        "done": yes,
        "runs": cleaned.runs,
        "experiments": cleaned.experiments,
        "models": cleaned.models,
        "files": cleaned.files,
        "size_bytes": cleaned.bytes,
        "endpoints": [it._asdict() for it in copies],
    }
    shrunk = None
    if shrink and yes:
        with output.progress("writing the database anew"):
            shrunk = vacuum(desk.store)
        data |= {
            "database_before_bytes": shrunk.before_bytes,
            "database_after_bytes": shrunk.after_bytes,
        }
    desk.answer(data, lambda: show_cleaned(cleaned, copies, done=yes))
    if shrunk is not None and not desk.as_json:
        before, after = wording.size(shrunk.before_bytes), wording.size(shrunk.after_bytes)
        output.say(f"the database had {before}, it has {after}")


def show_cleaned(cleaned: Cleaned, copies: Sequence[Leftover], *, done: bool) -> None:
    """Say what is gone, or would be."""
    is_clean = not (cleaned.runs or cleaned.experiments or cleaned.models or cleaned.files)
    if is_clean and not copies:
        output.say("there is nothing to clean up")
        return
    will = "gone" if done else "would go"
    if not is_clean:
        show_store(cleaned, will)
    if copies:
        size = wording.size(sum(it.size_bytes for it in copies))
        output.say(f"{will}: {wording.plural(len(copies), 'leftover')} of endpoints ({size})")
        for it in copies[:SHOWN]:
            output.say(f"  {it.endpoint}: {it.path} ({wording.size(it.size_bytes)})")
        if len(copies) > SHOWN:
            output.say(f"  and {len(copies) - SHOWN} more: --json has all")
    if not done:
        output.note("nothing was changed; nbtrack gc --yes does it", style="dim")


def show_store(cleaned: Cleaned, will: str) -> None:
    """Say what of the store's records and files is gone, or would be."""
    models = f", {wording.plural(len(cleaned.models), 'deleted model')}" if cleaned.models else ""
    what = (
        f"{wording.plural(len(cleaned.runs), 'deleted run')}, "
        f"{wording.plural(len(cleaned.experiments), 'deleted experiment')}{models} and "
        f"{wording.plural(cleaned.files, 'file')} ({wording.size(cleaned.bytes)})"
    )
    output.say(f"{will} for good: {what}")
    for model_id in cleaned.models[:SHOWN]:
        output.say(f"  model {model_id}")
    if len(cleaned.models) > SHOWN:
        output.say(f"  and {len(cleaned.models) - SHOWN} more models: --json has all")


def seconds_of(text: str) -> float:
    """An age such as `30d` or `1d12h30m` in seconds.

    Raises:
        InvalidValue: It is none.
    """
    parts = re.findall(r"(\d+(?:\.\d+)?)([smhdw])", text.strip().lower())
    if not parts or "".join(map("".join, parts)) != text.strip().lower():
        raise InvalidValue(f"{text!r} is no age; write 30d, 12h, 90m, 2w, or 1d12h")
    return sum(float(number) * UNIT_SECONDS[unit] for number, unit in parts)
