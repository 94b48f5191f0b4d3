"""The tree a filter becomes, and the questions a store can be asked; pure values."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = [
    "AliasMoves",
    "All",
    "Changes",
    "Comparison",
    "Condition",
    "Curves",
    "Deliveries",
    "Either",
    "EndpointEvents",
    "Entity",
    "Executions",
    "Experiments",
    "Field",
    "LoggedModels",
    "ModelFiles",
    "ModelPart",
    "ModelVersions",
    "Names",
    "Not",
    "Order",
    "Part",
    "Predictions",
    "Promotions",
    "Question",
    "RegisteredModels",
    "RegistryLog",
    "Rows",
    "RunCells",
    "RunCount",
    "RunCounts",
    "RunPage",
    "RunTable",
    "Runs",
    "Series",
    "Sessions",
    "Sql",
    "Together",
    "UnknownPredictions",
    "VersionAt",
    "VersionCounts",
    "View",
    "Webhooks",
]

Entity = Literal["attribute", "metric", "param", "tag", "dataset", "input", "label", "name"]
"""What a field belongs to; `name` is a bare word that the store resolves to one of the others."""

View = Literal["ACTIVE_ONLY", "DELETED_ONLY", "ALL"]
Part = Literal["params", "metrics", "tags", "inputs", "models"]
ModelPart = Literal["params", "metrics", "tags", "files"]


class Node(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """The root of conditions and questions."""


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is compared or ordered by: `metrics.acc` is Field("metric", "acc").

    A metric of a logged model may be asked for as it was on some datasets: their names, with the
    digest of each or None.
    """

    entity: Entity
    key: str
    datasets: tuple[tuple[str, str | None], ...] = ()


class Comparison(Node, frozen=True, tag="comparison"):
    """`field operator value`; the operator is a row of `operators`."""

    field: Field
    operator: str
    value: str | int | float | tuple[str | int | float, ...] | None = None


class All(Node, frozen=True, tag="all"):
    """Each of the conditions."""

    items: tuple[Condition, ...]


class Either(Node, frozen=True, tag="either"):
    """At least one of the conditions."""

    items: tuple[Condition, ...]


class Not(Node, frozen=True, tag="not"):
    """The condition does not hold; a run without the key counts as not holding it."""

    item: Condition


Condition = Comparison | All | Either | Not


class Order(msgspec.Struct, frozen=True):
    """One term of an order; what lacks the field comes last either way."""

    field: Field
    descending: bool = False


class Runs(Node, frozen=True, tag="runs"):
    """Runs with the chosen parts of their data; no experiments named means all of them.

    `hints` is whether a key that no run has is warned of, as what a person writes may be misspelt.
    """

    experiment_ids: tuple[str, ...] | None = None
    where: Condition | None = None
    order_by: tuple[Order, ...] = ()
    view: View = "ACTIVE_ONLY"
    limit: int | None = None
    after: str | None = None
    parts: tuple[Part, ...] = ("params", "metrics", "tags", "inputs", "models")
    hints: bool = True


class RunCount(Node, frozen=True, tag="run_count"):
    """How many runs `Runs` would find."""

    experiment_ids: tuple[str, ...] | None = None
    where: Condition | None = None
    view: View = "ACTIVE_ONLY"
    hints: bool = True


class RunTable(Node, frozen=True, tag="run_table"):
    """Runs as one wide table: attributes, then `metrics.k`, `params.k`, `tags.k`.

    `columns` chooses among them by full name; None means all there are.
    """

    experiment_ids: tuple[str, ...] | None = None
    where: Condition | None = None
    order_by: tuple[Order, ...] = ()
    view: View = "ACTIVE_ONLY"
    limit: int | None = None
    columns: tuple[str, ...] | None = None


class RunPage(Node, frozen=True, tag="run_page"):
    """Some rows of a table of runs, from `offset` on: attributes, and values of chosen columns.

    `curve_points` asks for the first cell of each run too, and for so many points of a metric:
    the one that is named, else the one that most of the runs logged over steps.
    """

    experiment_ids: tuple[str, ...] | None = None
    where: Condition | None = None
    order_by: tuple[Order, ...] = ()
    view: View = "ACTIVE_ONLY"
    limit: int | None = None
    offset: int = 0
    columns: tuple[str, ...] = ()
    curve: str | None = None
    curve_points: int = 0


class RunCells(Node, frozen=True, tag="run_cells"):
    """The first execution that belongs to each of some runs: its number, cell and notebook."""

    run_ids: tuple[str, ...]


class RunCounts(Node, frozen=True, tag="run_counts"):
    """How many active runs each experiment has; one without runs is left out."""


class Changes(Node, frozen=True, tag="changes"):
    """How far a store is, and which runs changed since it was at `since`; none if it is not given.

    Of more runs than `limit` none is named.
    """

    since: int | None = None
    limit: int = 200


class Experiments(Node, frozen=True, tag="experiments"):
    """Experiments with their tags."""

    where: Condition | None = None
    order_by: tuple[Order, ...] = ()
    view: View = "ACTIVE_ONLY"
    limit: int | None = None
    after: str | None = None


class LoggedModels(Node, frozen=True, tag="logged_models"):
    """Logged models with the chosen parts of their data; no experiments named means all of them."""

    experiment_ids: tuple[str, ...] | None = None
    where: Condition | None = None
    order_by: tuple[Order, ...] = ()
    view: View = "ACTIVE_ONLY"
    limit: int | None = None
    after: str | None = None
    parts: tuple[ModelPart, ...] = ("params", "metrics", "tags")


class ModelFiles(Node, frozen=True, tag="model_files"):
    """The files of a logged model, in order of their paths; now, or at a moment in µs before."""

    model_id: str
    before: int | None = None


class RegisteredModels(Node, frozen=True, tag="registered_models"):
    """Registered models with their tags, aliases and the newest version of each stage."""

    where: Condition | None = None
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    after: str | None = None


class ModelVersions(Node, frozen=True, tag="model_versions"):
    """Versions of registered models with their tags, aliases and approvals."""

    where: Condition | None = None
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    after: str | None = None


class VersionAt(Node, frozen=True, tag="version_at"):
    """The versions of a model that a number, an alias or stages name; else its newest one.

    In each stage it is the newest; `stages` may be empty, which is every stage.
    """

    model: str
    version: int | None = None
    alias: str | None = None
    stages: tuple[str, ...] | None = None


class VersionCounts(Node, frozen=True, tag="version_counts"):
    """How many versions each registered model has, by name; one without versions is left out."""


class AliasMoves(Node, frozen=True, tag="alias_moves"):
    """Where the aliases and stages of a model went, the last move first."""

    model: str
    alias: str | None = None
    stage: str | None = None
    limit: int | None = None


class RegistryLog(Node, frozen=True, tag="registry_log"):
    """What was done under the lock, of which all that is given holds; the last act first.

    `since` is in ms since the epoch.
    """

    model: str | None = None
    version: int | None = None
    experiment_id: str | None = None
    actor: str | None = None
    acts: tuple[str, ...] | None = None
    since: int | None = None
    limit: int | None = None


class Series(Node, frozen=True, tag="series"):
    """The points of a metric, in order of (step, timestamp); `points` asks for a min/max curve.

    `about` asks for the model and the dataset that each point speaks of, too.
    """

    run_ids: tuple[str, ...]
    key: str
    start_step: int | None = None
    end_step: int | None = None
    points: int | None = None
    about: bool = False


class Curves(Node, frozen=True, tag="curves"):
    """Curves of some metrics of some runs, each of at most so many points, as `Series` has one."""

    run_ids: tuple[str, ...]
    keys: tuple[str, ...]
    points: int


class Rows(Node, frozen=True, tag="rows"):
    """The rows of one table that belong to some runs.

    `run_files` are their artifacts and the files of the newest READY model of each name they made.
    """

    table: Literal[
        "params", "metrics", "latest", "tags", "artifacts", "run_files", "inputs", "param_conflicts"
    ]
    run_ids: tuple[str, ...]


class Names(Node, frozen=True, tag="names"):
    """Which keys exist of an entity, in order; with `varied_first` those of one value come last."""

    entity: Literal["metric", "param", "tag"]
    experiment_ids: tuple[str, ...] | None = None
    varied_first: bool = False


class Executions(Node, frozen=True, tag="executions"):
    """Executions of cells of which all that is given holds, in order of time.

    `with_uses` adds what those of `ids` depend on, directly or not; `limit` keeps the newest.
    """

    ids: tuple[str, ...] | None = None
    run_ids: tuple[str, ...] | None = None
    session_id: str | None = None
    cell_id: str | None = None
    run_id: str | None = None
    limit: int | None = None
    with_uses: bool = False


class Predictions(Node, frozen=True, tag="predictions"):
    """Predictions in order of time, the newest ones of more than `limit`, with their labels.

    `since` and `until` are ms since the epoch; `labels` names those to join, None joins all.
    """

    endpoint: str | None = None
    model_name: str | None = None
    version: int | None = None
    variant: str | None = None
    since: int | None = None
    until: int | None = None
    where: Condition | None = None
    labels: tuple[str, ...] | None = None
    limit: int | None = None


class UnknownPredictions(Node, frozen=True, tag="unknown_predictions"):
    """Which of some ids, or keys, no prediction has."""

    ids: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


class Promotions(Node, frozen=True, tag="promotions"):
    """What was tried to put a version of a model in the place of another, the oldest first."""

    name: str


class EndpointEvents(Node, frozen=True, tag="endpoint_events"):
    """What happened to the endpoints of a name, or to one of them, the oldest first."""

    name: str | None = None
    endpoint_id: str | None = None


class Webhooks(Node, frozen=True, tag="webhooks"):
    """Webhooks, or the one of an id."""

    webhook_id: str | None = None


class Deliveries(Node, frozen=True, tag="deliveries"):
    """Deliveries of which all that is given holds, the oldest event first.

    `due_at` (ms since the epoch) asks for what can be taken on then, of webhooks that are not being
    delivered to; `limit` keeps the newest.
    """

    webhook_id: str | None = None
    delivery_id: str | None = None
    states: tuple[str, ...] | None = None
    due_at: int | None = None
    limit: int | None = None


class Sessions(Node, frozen=True, tag="sessions"):
    """Kernel sessions, the one that was last active first."""

    limit: int | None = None


class Together(Node, frozen=True, tag="together"):
    """Several questions that are answered from one state of the store, which is opened once."""

    questions: tuple[Question, ...]


class Sql(Node, frozen=True, tag="sql"):
    """One SELECT over the documented views, read-only."""

    text: str


Question = (
    Runs
    | RunCount
    | RunTable
    | RunPage
    | RunCells
    | RunCounts
    | Changes
    | Experiments
    | LoggedModels
    | ModelFiles
    | RegisteredModels
    | ModelVersions
    | VersionAt
    | VersionCounts
    | AliasMoves
    | RegistryLog
    | Series
    | Curves
    | Rows
    | Names
    | Executions
    | Sessions
    | Predictions
    | UnknownPredictions
    | Promotions
    | EndpointEvents
    | Webhooks
    | Deliveries
    | Together
    | Sql
)
