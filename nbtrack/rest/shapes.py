"""The JSON that the sidebar and the stand-alone page send and get; TypeScript is made from it.

A field is declared here once: endpoints fill it, and `make codegen` writes
`labextension/src/records.ts`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = [
    "SHAPES",
    "AliasWish",
    "ArtifactItem",
    "ArtifactsReply",
    "Change",
    "CodeLine",
    "CodePart",
    "Curve",
    "CurvesQuestion",
    "CurvesReply",
    "DatasetItem",
    "DescriptionWish",
    "DiffReply",
    "EffectItem",
    "ExecutionItem",
    "ExperimentItem",
    "ExperimentsReply",
    "FieldItem",
    "FieldsReply",
    "FindingItem",
    "GateItem",
    "LineageEdge",
    "LineageNode",
    "LineageReply",
    "LoggedModelItem",
    "MetricItem",
    "ModelItem",
    "ModelReply",
    "ModelsReply",
    "MoveItem",
    "OperatorItem",
    "Problem",
    "PromotionReply",
    "PromotionWish",
    "RegisterWish",
    "RegisteredReply",
    "RenameWish",
    "RollbackWish",
    "RunReply",
    "RunRow",
    "RunsQuestion",
    "RunsReply",
    "RunsWish",
    "StageWish",
    "StoreItem",
    "StoresReply",
    "TagWish",
    "VersionItem",
]

View = Literal["ACTIVE_ONLY", "DELETED_ONLY", "ALL"]


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What goes over the wire; a field with a default may be left out."""


class Problem(Shape, frozen=True):
    """Why a request was not answered; `position` is where in a filter it went wrong."""

    error_code: str
    message: str
    position: int | None = None


class Change(Shape, frozen=True):
    """The event that says something in a store changed.

    `run_ids` names the runs; empty with `runs` set means more than can be named.
    """

    store_id: str
    seq: int
    runs: bool = False
    run_ids: list[str] = []
    models: bool = False


class StoreItem(Shape, frozen=True):
    """A store that can be looked at."""

    store_id: str
    name: str
    path: str
    is_read_only: bool = False
    problem: str | None = None


class StoresReply(Shape, frozen=True):
    """The stores there are; `current` is the one of the notebook asked for."""

    stores: list[StoreItem]
    current: str | None = None


class FieldItem(Shape, frozen=True):
    """What a filter may ask for: `metrics.acc`, `status`."""

    name: str
    kind: Literal["number", "text", "time"]
    doc: str = ""


class OperatorItem(Shape, frozen=True):
    """A word between a field and a value."""

    symbol: str
    kinds: list[str]
    doc: str = ""


class FieldsReply(Shape, frozen=True):
    """The words of the filter language."""

    fields: list[FieldItem]
    operators: list[OperatorItem]
    words: list[str]


class ExperimentItem(Shape, frozen=True):
    """An experiment and how many runs it has."""

    experiment_id: str
    name: str
    run_count: int
    last_update_time: int | None = None
    lifecycle_stage: str = "active"


class ExperimentsReply(Shape, frozen=True):
    """The experiments of a store, the last changed first."""

    experiments: list[ExperimentItem]


class RunsQuestion(Shape, frozen=True):
    """Which runs, in which order, with which columns; of all experiments if none is named."""

    experiment_ids: list[str] | None = None
    notebook: str | None = None
    cell_id: str | None = None
    run_ids: list[str] | None = None
    filter: str = ""
    order_by: list[str] = []
    columns: list[str] = []
    view: View = "ACTIVE_ONLY"
    limit: int = 200
    offset: int = 0


class RunRow(Shape, frozen=True):
    """A run as a row: `values` has the columns asked for, `curve` points of the first metric."""

    run_id: str
    run_name: str
    status: str
    experiment_id: str
    start_time: int | None = None
    end_time: int | None = None
    user_id: str | None = None
    number: int | None = None
    cell_id: str | None = None
    notebook: str | None = None
    parent_run_id: str | None = None
    lifecycle_stage: str = "active"
    values: dict[str, float | str | None] = {}
    curve: list[float] = []


class RunsReply(Shape, frozen=True):
    """A page of runs, how many there are in all, and the columns that they could show."""

    runs: list[RunRow]
    total: int
    seq: int
    columns: list[str]


class MetricItem(Shape, frozen=True):
    """A metric of a run: its last value, and what it was in between."""

    key: str
    value: float | str
    step: int
    count: int
    min: float | str | None = None
    max: float | str | None = None


class DatasetItem(Shape, frozen=True):
    """Data that a run used."""

    name: str
    digest: str
    source_type: str = ""
    context: str = ""
    shape: str = ""


class LoggedModelItem(Shape, frozen=True):
    """A model that a run made, and where it is registered (`name/version`)."""

    model_id: str
    name: str
    status: str
    flavor: str = ""
    registrations: list[str] = []


class ExecutionItem(Shape, frozen=True):
    """A cell that was executed."""

    execution_id: str
    source: str
    number: int | None = None
    cell_id: str | None = None
    notebook: str | None = None
    status: str = ""
    start_time: int | None = None


class RunReply(Shape, frozen=True):
    """All of a run that its page shows."""

    run: RunRow
    artifact_uri: str
    params: dict[str, str]
    metrics: list[MetricItem]
    tags: dict[str, str]
    datasets: list[DatasetItem]
    models: list[LoggedModelItem]
    cell: ExecutionItem | None = None
    description: str = ""
    git_commit: str | None = None
    environment: dict[str, str] = {}
    children: list[RunRow] = []
    conflicts: list[str] = []
    error: str = ""


class CurvesQuestion(Shape, frozen=True):
    """Points of metrics of some runs, thinned to `points` a curve by minimum and maximum."""

    run_ids: list[str]
    keys: list[str]
    points: int = 1000


class Curve(Shape, frozen=True):
    """A metric of a run over steps; NaN and infinities are texts."""

    run_id: str
    key: str
    steps: list[int]
    timestamps: list[int]
    values: list[float | str]


class CurvesReply(Shape, frozen=True):
    """The curves asked for; a run without the metric has none."""

    curves: list[Curve]


class ArtifactItem(Shape, frozen=True):
    """A file or folder of a run, by its path from the run's root."""

    path: str
    is_dir: bool
    file_size: int | None = None
    media_type: str = ""


class ArtifactsReply(Shape, frozen=True):
    """What is in a folder of a run."""

    root_uri: str
    files: list[ArtifactItem]


class LineageNode(Shape, frozen=True):
    """An execution behind a result."""

    execution_id: str
    source: str
    number: int | None = None
    cell_id: str | None = None
    is_target: bool = False


class LineageEdge(Shape, frozen=True):
    """What one execution took from another."""

    before: str
    after: str


class LineageReply(Shape, frozen=True):
    """The minimal executions behind a run, and the script that they make."""

    target: str
    nodes: list[LineageNode]
    edges: list[LineageEdge]
    code: str
    exact: bool
    doubts: list[str] = []
    stale: list[str] = []
    missing: list[str] = []


class FindingItem(Shape, frozen=True):
    """One difference between two runs; the first of role `cause` explains the rest best."""

    kind: str
    title: str
    role: str
    before: str = ""
    after: str = ""
    where: str = ""


class EffectItem(Shape, frozen=True):
    """A metric that is another one now."""

    key: str
    before: float | str | None = None
    after: float | str | None = None


class CodeLine(Shape, frozen=True):
    """A line of code: of both, taken away or added."""

    sign: Literal[" ", "-", "+"]
    text: str


class CodePart(Shape, frozen=True):
    """The code of a cell in two runs; `title` says which cell."""

    title: str
    lines: list[CodeLine]
    differs: bool


class DiffReply(Shape, frozen=True):
    """Two runs compared, the cause first."""

    before: str
    after: str
    headline: str
    findings: list[FindingItem]
    effects: list[EffectItem]
    same: list[str]
    code: list[CodePart]


class RunsWish(Shape, frozen=True):
    """Some runs are to be deleted or restored."""

    run_ids: list[str]


class RenameWish(Shape, frozen=True):
    """A run gets another name."""

    run_name: str


class TagWish(Shape, frozen=True):
    """A tag is set; taken away if the value is null."""

    key: str
    value: str | None = None


class ModelItem(Shape, frozen=True):
    """A registered model."""

    name: str
    description: str
    aliases: dict[str, str]
    version_count: int
    latest_version: str | None = None
    last_updated_timestamp: int | None = None
    tags: dict[str, str] = {}


class ModelsReply(Shape, frozen=True):
    """The registered models of a store."""

    models: list[ModelItem]


class VersionItem(Shape, frozen=True):
    """A version of a registered model, with the run and the cell that made it."""

    version: str
    aliases: list[str]
    current_stage: str
    status: str
    creation_timestamp: int | None = None
    description: str = ""
    tags: dict[str, str] = {}
    run_id: str | None = None
    run_name: str = ""
    model_id: str | None = None
    source: str = ""
    user_id: str | None = None
    metrics: dict[str, float | str] = {}
    params: dict[str, str] = {}
    cell: ExecutionItem | None = None


class MoveItem(Shape, frozen=True):
    """An alias or stage that went from one version to another."""

    place: str
    time: int
    before: str | None = None
    after: str | None = None
    actor: str = ""
    note: str = ""
    is_rollback: bool = False


class ModelReply(Shape, frozen=True):
    """A registered model with its versions, the newest first, and where its aliases went."""

    model: ModelItem
    versions: list[VersionItem]
    moves: list[MoveItem]


class PromotionWish(Shape, frozen=True):
    """A version is to take a place; gates are written as in `%promote`: `accuracy > 0.9`."""

    version: str
    to: str = "champion"
    gates: list[str] = []
    note: str = ""
    force: bool = False
    dry_run: bool = False


class GateItem(Shape, frozen=True):
    """What one gate said."""

    name: str
    status: Literal["passed", "failed", "skipped", "error"]
    message: str


class PromotionReply(Shape, frozen=True):
    """What came of a promotion or a rollback: the gates' report, and whether the place moved."""

    name: str
    version: str
    to: str
    is_moved: bool
    headline: str
    gates: list[GateItem]
    previous: str | None = None


class RollbackWish(Shape, frozen=True):
    """A place goes back to the version that had it before."""

    alias: str = "champion"
    to_version: str | None = None
    note: str = ""


class AliasWish(Shape, frozen=True):
    """An alias is set on a version; taken away if the version is null."""

    alias: str
    version: str | None = None


class StageWish(Shape, frozen=True):
    """A version goes to a stage."""

    version: str
    stage: str
    archive_existing_versions: bool = False


class DescriptionWish(Shape, frozen=True):
    """A model's description, or that of one of its versions."""

    description: str
    version: str | None = None


class RegisterWish(Shape, frozen=True):
    """A model that a run made becomes a version of a registered one."""

    model_id: str
    name: str


class RegisteredReply(Shape, frozen=True):
    """The version that was made."""

    name: str
    version: str


SHAPES: tuple[type[Shape], ...] = tuple(
    it for it in list(globals().values()) if isinstance(it, type) and issubclass(it, Shape)
)[1:]
"""All of them, in the order of this file."""
