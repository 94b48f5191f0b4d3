"""The tree a filter becomes, and the questions a store can be asked; pure values."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = [
    "All",
    "Comparison",
    "Condition",
    "Either",
    "Entity",
    "Executions",
    "Experiments",
    "Field",
    "Names",
    "Not",
    "Order",
    "Part",
    "Question",
    "Rows",
    "RunCount",
    "RunTable",
    "Runs",
    "Series",
    "Sessions",
    "Sql",
    "View",
]

Entity = Literal["attribute", "metric", "param", "tag", "dataset", "name"]
"""What a field belongs to; `name` is a bare word that the store resolves to one of the others."""

View = Literal["ACTIVE_ONLY", "DELETED_ONLY", "ALL"]
Part = Literal["params", "metrics", "tags", "inputs"]


class Node(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """The root of conditions and questions."""


class Field(msgspec.Struct, frozen=True):
    """What is compared or ordered by: `metrics.acc` is Field("metric", "acc")."""

    entity: Entity
    key: str


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
    parts: tuple[Part, ...] = ("params", "metrics", "tags", "inputs")
    hints: bool = True


class RunCount(Node, frozen=True, tag="run_count"):
    """How many runs `Runs` would find."""

    experiment_ids: tuple[str, ...] | None = None
    where: Condition | None = None
    view: View = "ACTIVE_ONLY"


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


class Experiments(Node, frozen=True, tag="experiments"):
    """Experiments with their tags."""

    where: Condition | None = None
    order_by: tuple[Order, ...] = ()
    view: View = "ACTIVE_ONLY"
    limit: int | None = None
    after: str | None = None


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


class Rows(Node, frozen=True, tag="rows"):
    """The rows of one table that belong to some runs."""

    table: Literal["params", "metrics", "tags", "artifacts", "inputs", "param_conflicts"]
    run_ids: tuple[str, ...]


class Names(Node, frozen=True, tag="names"):
    """Which keys exist of an entity."""

    entity: Literal["metric", "param", "tag"]
    experiment_ids: tuple[str, ...] | None = None


class Executions(Node, frozen=True, tag="executions"):
    """Executions of cells of which all that is given holds, in order of time.

    `with_uses` adds what those of `ids` depend on, directly or not; `limit` keeps the newest.
    """

    ids: tuple[str, ...] | None = None
    session_id: str | None = None
    cell_id: str | None = None
    run_id: str | None = None
    limit: int | None = None
    with_uses: bool = False


class Sessions(Node, frozen=True, tag="sessions"):
    """Kernel sessions, the one that was last active first."""

    limit: int | None = None


class Sql(Node, frozen=True, tag="sql"):
    """One SELECT over the documented views, read-only."""

    text: str


Question = (
    Runs | RunCount | RunTable | Experiments | Series | Rows | Names | Executions | Sessions | Sql
)
