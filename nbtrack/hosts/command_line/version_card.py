"""A version of a model on a card: what it is, where it comes from, who approved, its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import NbtrackError
from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.model_card import by
from nbtrack.hosts.command_line.model_listing import show_moves
from nbtrack.hosts.command_line.model_shapes import move_json, version_json
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.run_card import show_pairs, show_part
from nbtrack.questions import model_versions

if TYPE_CHECKING:
    from nbtrack.capture.open_model import ModelFile
    from nbtrack.hosts.command_line.desk import Desk
    from nbtrack.questions.model_versions import VersionLineage
    from nbtrack.records.registered_model import AliasMove, ModelVersion
    from nbtrack.registry.format.mlmodel import Model
    from nbtrack.registry.promotion.report import Promotion

__all__ = ["VersionCard", "card_of_version", "show_version", "version_card_json"]

SHOWN = 20
"""Moves and promotions on a card."""


class Contents(NamedTuple):
    """The files of a version, and what they say of it; `problem` is why they cannot be read."""

    files: list[ModelFile]
    description: Model | None
    own: bool
    problem: str = ""

    @property
    def size_bytes(self) -> int:
        """How large all files are."""
        return sum(it.size for it in self.files)


class VersionCard(NamedTuple):
    """All that is shown of a version."""

    version: ModelVersion
    lineage: VersionLineage
    contents: Contents
    metrics: dict[str, float]
    params: dict[str, str]
    moves: list[AliasMove]
    attempts: list[Promotion]


def card_of_version(desk: Desk, version: ModelVersion) -> VersionCard:
    """Ask the store for what belongs on a version's card."""
    from nbtrack.api.promotion.version_reading import VersionReads
    from nbtrack.questions.promotions import attempts
    from nbtrack.registry.promotion.report import promotion_from

    name, number = version.name, version.version
    reads = VersionReads(desk.session)
    moves = model_versions.moves(desk.store, name)
    tried = [promotion_from(row["report"]) for row in attempts(desk.store, name)]
    return VersionCard(
        version,
        model_versions.lineage(desk.store, name, number),
        contents_of(desk, version),
        dict(reads.metrics(version)),
        dict(reads.params(version)),
        [it for it in moves if number in {it.version, it.previous}],
        [it for it in reversed(tried) if str(it.version) == number],
    )


def contents_of(desk: Desk, version: ModelVersion) -> Contents:
    """The files of a version and its MLmodel file, which alone is read."""
    from nbtrack.api.files.model_files import read_file
    from nbtrack.capture.open_model import ModelFile
    from nbtrack.registry.format.documents import yaml_from
    from nbtrack.registry.format.mlmodel import MLMODEL, Model
    from nbtrack.registry.manifest import is_own
    from nbtrack.registry.places import place_of

    try:
        place = place_of(desk.store, f"models:/{version.name}/{version.version}")
        if place.manifest is not None:
            text = read_file(desk.session, place._replace(path=MLMODEL))
            described = Model.from_dict(yaml_from(text, f"{MLMODEL} of {place.uri}"))
            return Contents([*place.manifest.values()], described, is_own(place.manifest))
        if place.local is None:
            return Contents([], None, own=False, problem=f"they are at {place.uri}")
        there = sorted(it for it in place.local.rglob("*") if it.is_file())
        files = [
            ModelFile(it.relative_to(place.local).as_posix(), "", it.stat().st_size) for it in there
        ]
        return Contents(files, Model.load(place.local), own=False)
    except NbtrackError as error:
        return Contents([], None, own=False, problem=str(error))


def version_card_json(card: VersionCard) -> dict[str, Any]:
    """A version's card for programs."""
    from nbtrack.registry.format.contents import runs_code

    lineage, inside = card.lineage, card.contents
    described = inside.description
    signature = None if described is None else described.signature
    run = lineage.run
    return version_json(card.version) | {
        "run_name": None if run is None else run.info.run_name,
        "executions": [it.execution_id for it in lineage.executions],
        "datasets": [
            {"name": it.dataset.name, "digest": it.dataset.digest} for it in lineage.datasets
        ],
        "metrics": card.metrics,
        "params": card.params,
        "flavors": [] if described is None else sorted(described.flavors),
        "signature": None if signature is None else signature.to_dict(),
        "files": [
            {"path": it.path, "size_bytes": it.size, "digest": it.digest or None}
            for it in inside.files
        ],
        "size_bytes": inside.size_bytes,
        "runs_code": runs_code(it.path for it in inside.files) if inside.files else None,
        "logged_by_you": inside.own,
        "problem": inside.problem or None,
        "history": [move_json(it) for it in card.moves],
        "promotions": [it.to_dict() for it in card.attempts],
    }


def show_version(card: VersionCard) -> None:
    """Draw a version's card."""
    version = card.version
    stage = "" if version.current_stage in {None, "None"} else f", {version.current_stage}"
    output.show(output.heading(f"{version.name} version {version.version}", version.status + stage))
    show_pairs(facts(card))
    if card.contents.problem:
        output.say(f"! the files cannot be read: {card.contents.problem}", "yellow")
    if card.metrics:
        show_part("metrics", len(card.metrics))
        show_pairs([(key, wording.number(it)) for key, it in sorted(card.metrics.items())])
    if card.params:
        show_part("params", len(card.params))
        show_pairs(sorted(card.params.items()))
    if version.tags:
        show_part("tags", len(version.tags))
        show_pairs(sorted(version.tags.items()))
    if card.lineage.datasets:
        show_part("datasets", len(card.lineage.datasets))
        show_pairs([(it.dataset.name, str(it.dataset.digest)) for it in card.lineage.datasets])
    if card.contents.files:
        show_part("files", len(card.contents.files))
        rows = [[it.path, wording.size(it.size)] for it in card.contents.files]
        output.show(output.table([Column("", fold=True), Column("", right=True)], rows))
    show_history(card)
    uri = f"models:/{version.name}/{version.version}"
    output.note(f'load it: nbtrack.pyfunc.load_model("{uri}")', style="dim")


def facts(card: VersionCard) -> list[tuple[str, str]]:
    """What it is, and who made it from what, as far as it is known."""
    from nbtrack.registry.format.contents import kind_of

    version, inside = card.version, card.contents
    approved = [
        by(it.approver, None) + f", {wording.ago(it.time)}" + (f": {it.note}" if it.note else "")
        for it in version.approvals
    ]
    kind = kind_of(it.path for it in inside.files) if inside.files else ""
    if inside.files:
        kind += ", logged by you" if inside.own else ", not logged by you"
    found = [
        ("address", f"models:/{version.name}/{version.version}"),
        ("aliases", ", ".join(f"@{it}" for it in version.aliases)),
        ("description", version.description),
        ("status", version.status_message),
        ("registered", by(wording.ago(version.creation_timestamp), version.user_id)),
        *(("approved by", it) for it in approved),
        *lineage_facts(card.lineage),
        ("model", version.model_id or version.source),
        ("flavors", flavors_text(inside.description)),
        ("signature", signature_text(inside.description)),
        ("size", wording.size(inside.size_bytes) if inside.files else ""),
        ("safety", kind),
        ("digest", (version.digest or "")[:16]),
    ]
    return [(name, str(value)) for name, value in found if value]


def lineage_facts(lineage: VersionLineage) -> list[tuple[str, str]]:
    """The run that made a version, and the cells behind it."""
    version, run = lineage.version, lineage.run
    found = []
    if run is not None:
        found.append(("run", f"{run.info.run_name} ({run.info.run_id})"))
    elif version.run_id:
        found.append(("run", f"{version.run_id}, which is not in this store"))
    if lineage.executions:
        last = lineage.executions[-1]
        cells = ", ".join(f"[{it.number}]" for it in lineage.executions[-8:] if it.number)
        where = f" of {last.notebook}" if last.notebook else ""
        count = wording.plural(len(lineage.executions), "execution")
        found.append(("cells", f"{count}{where}: {cells}" if cells else f"{count}{where}"))
    return found


def flavors_text(described: Model | None) -> str:
    """The flavors, each with the version of its library where the file tells it."""
    told = []
    for name, conf in {} if described is None else described.flavors.items():
        versions = [value for key, value in conf.items() if key.endswith("_version")]
        is_library = versions and name != "python_function"
        told.append(f"{name} {versions[0]}" if is_library else name)
    return ", ".join(told)


def signature_text(described: Model | None) -> str:
    """What it takes and gives, in a line."""
    if described is None:
        return ""
    from nbtrack.registry.signatures.signature import summary

    return summary(described.signature)


def show_history(card: VersionCard) -> None:
    """Draw where aliases took the version, and what was tried to promote it."""
    if card.moves:
        show_part("history", len(card.moves))
        show_moves(card.moves[:SHOWN])
    if card.attempts:
        show_part("promotions", len(card.attempts))
        columns = [Column("when"), Column("who"), Column("outcome"), Column("", fold=True)]
        rows = [
            [
                wording.ago(it.time),
                it.actor,
                it.outcome.replace("_", " "),
                "; ".join([it.target, *(gate.text() for gate in it.gates)]),
            ]
            for it in card.attempts[:SHOWN]
        ]
        output.show(output.table(columns, rows))
