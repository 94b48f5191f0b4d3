"""Runs as rows and as pages, their curves and files, and what may be done to them."""

from __future__ import annotations

from typing import Literal

from nbtrack.rest.shapes.shape import Shape

__all__ = [
    "ArtifactItem",
    "ArtifactsReply",
    "Curve",
    "CurvesQuestion",
    "CurvesReply",
    "DatasetItem",
    "ExecutionItem",
    "GroupItem",
    "GroupsQuestion",
    "GroupsReply",
    "ImageItem",
    "ImagesReply",
    "LoggedModelItem",
    "MembersQuestion",
    "MetricItem",
    "RenameWish",
    "RunReply",
    "RunRow",
    "RunsQuestion",
    "RunsReply",
    "RunsWish",
    "SeveralReply",
    "Spread",
    "TagWish",
    "View",
]

View = Literal["ACTIVE_ONLY", "DELETED_ONLY", "ALL"]


class RunsQuestion(Shape, frozen=True):
    """Which runs, in which order; of all experiments if none is named.

    Without `columns` (null) the rows have the first metric that there is.
    """

    experiment_ids: list[str] | None = None
    notebook: str | None = None
    cell_id: str | None = None
    run_ids: list[str] | None = None
    filter: str = ""
    order_by: list[str] = []
    columns: list[str] | None = []
    view: View = "ACTIVE_ONLY"
    limit: int = 200
    offset: int = 0


class RunRow(Shape, frozen=True):
    """A run as a row: `values` has the columns asked for, `curve` points of the first metric.

    `child_count` is told where runs are grouped by their parents.
    """

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
    child_count: int = 0


class RunsReply(Shape, frozen=True):
    """A page of runs, how many there are in all, and the columns that they could show.

    `shown` are the columns that the rows have.
    """

    runs: list[RunRow]
    total: int
    seq: int
    columns: list[str]
    shown: list[str] = []


class GroupsQuestion(Shape, frozen=True):
    """Runs in groups by `cell`, `parent` or a column; limit and offset count groups."""

    runs: RunsQuestion
    by: str


class MembersQuestion(Shape, frozen=True):
    """The runs of a group; limit and offset count runs."""

    runs: RunsQuestion
    by: str
    key: str


class Spread(Shape, frozen=True):
    """A metric over the runs of a group that have it."""

    best: float
    mean: float
    count: int


class GroupItem(Shape, frozen=True):
    """A group: how many runs, its newest one, and the metrics among the columns.

    `value` is what its runs have in common, null where they have none; by parent `run` is the
    parent itself, which may have nobody below it.
    """

    key: str
    size: int
    value: str | None = None
    notebook: str | None = None
    last_run_id: str | None = None
    last_time: int | None = None
    values: dict[str, Spread] = {}
    run: RunRow | None = None


class GroupsReply(Shape, frozen=True):
    """A page of groups, how many there are, and how many runs; the rest as for rows."""

    groups: list[GroupItem]
    group_count: int
    total: int
    seq: int
    columns: list[str]
    shown: list[str] = []


class MetricItem(Shape, frozen=True):
    """A metric of a run: its last value, and what it was in between."""

    key: str
    value: float | str
    step: int
    count: int
    min: float | str | None = None
    max: float | str | None = None


class DatasetItem(Shape, frozen=True):
    """Data that a run used: `source` is its file or address, `columns` the type of each column."""

    name: str
    digest: str
    source_type: str = ""
    context: str = ""
    shape: str = ""
    source: str = ""
    columns: dict[str, str] = {}


class LoggedModelItem(Shape, frozen=True):
    """A model that a run made, and where it is registered (`name/version`)."""

    model_id: str
    name: str
    status: str
    flavor: str = ""
    registrations: list[str] = []
    signature: str = ""


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
    experiment_name: str = ""
    description: str = ""
    git_commit: str | None = None
    environment: dict[str, str] = {}
    children: list[RunRow] = []
    conflicts: list[str] = []
    error: str = ""


class SeveralReply(Shape, frozen=True):
    """Some runs without their models, environment and children; runs that are gone are left out."""

    runs: list[RunReply]


class CurvesQuestion(Shape, frozen=True):
    """Points of metrics of some runs, thinned to `points` a curve by minimum and maximum."""

    run_ids: list[str]
    keys: list[str]
    points: int = 1000


class ImageItem(Shape, frozen=True):
    """A picture of a run: runs share its name; it has a step where it is one of a series."""

    run_id: str
    path: str
    name: str
    step: int | None = None


class ImagesReply(Shape, frozen=True):
    """Pictures of some runs; `is_cut` if there are more."""

    images: list[ImageItem]
    is_cut: bool


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
