"""Acts on the registry: evaluated under the store's lock, all of one in one transaction.

Versions are whole numbers; the store gives them, and writes what it gave into the act, so that
`ops.jsonl` makes the same registry again.
"""

from __future__ import annotations

from msgspec import field

from nbtrack.records.operation import Operation

__all__ = [
    "ApproveModelVersion",
    "CreateModelVersion",
    "CreateRegisteredModel",
    "DeleteModelAlias",
    "DeleteModelVersion",
    "DeleteRegisteredModel",
    "MoveAlias",
    "RenameRegisteredModel",
    "SetModelAlias",
    "SetModelVersionTag",
    "SetRegisteredModelTag",
    "TransitionStage",
    "UpdateModelVersion",
    "UpdateRegisteredModel",
]


class CreateRegisteredModel(Operation, frozen=True, tag="create_registered_model", kw_only=True):
    """Make a registered model; the result is its name."""

    name: str
    description: str | None = None
    tags: dict[str, str] = field(default_factory=dict)


class RenameRegisteredModel(Operation, frozen=True, tag="rename_registered_model", kw_only=True):
    """Give a registered model another name; versions, aliases and history go with it."""

    name: str
    new_name: str


class UpdateRegisteredModel(Operation, frozen=True, tag="update_registered_model", kw_only=True):
    """Describe a registered model; None takes the description away."""

    name: str
    description: str | None = None


class DeleteRegisteredModel(Operation, frozen=True, tag="delete_registered_model", kw_only=True):
    """Delete a registered model with its versions and aliases, for good."""

    name: str


class SetRegisteredModelTag(Operation, frozen=True, tag="set_registered_model_tag", kw_only=True):
    """Set a tag of a registered model, or with None take it away."""

    name: str
    key: str
    value: str | None


class CreateModelVersion(Operation, frozen=True, tag="create_model_version", kw_only=True):
    """Make the next version of a model; the result is its number.

    `create_model` makes the registered model where there is none. `digest` is of the model's
    files, `signature_digest` of its signature.
    """

    name: str
    source: str | None = None
    run_id: str | None = None
    run_link: str | None = None
    model_id: str | None = None
    description: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    status: str = "READY"
    status_message: str | None = None
    digest: str | None = None
    signature_digest: str | None = None
    create_model: bool = False
    version: int | None = None


class UpdateModelVersion(Operation, frozen=True, tag="update_model_version", kw_only=True):
    """Change what is said of a version; a field that is None says nothing.

    An empty description takes the description away.
    """

    name: str
    version: int
    description: str | None = None
    status: str | None = None
    status_message: str | None = None


class DeleteModelVersion(Operation, frozen=True, tag="delete_model_version", kw_only=True):
    """Delete a version for good; one that aliases point to only by force, with the aliases."""

    name: str
    version: int
    force: bool = False


class SetModelVersionTag(Operation, frozen=True, tag="set_model_version_tag", kw_only=True):
    """Set a tag of a version, or with None take it away."""

    name: str
    version: int
    key: str
    value: str | None


class SetModelAlias(Operation, frozen=True, tag="set_model_alias", kw_only=True):
    """Let an alias point to a version; the result is the version it pointed to before."""

    name: str
    alias: str
    version: int


class DeleteModelAlias(Operation, frozen=True, tag="delete_model_alias", kw_only=True):
    """Take an alias away, if it is there; the result is the version it pointed to."""

    name: str
    alias: str


class TransitionStage(Operation, frozen=True, tag="transition_stage", kw_only=True):
    """Move a version to a stage, perhaps archiving the others there; gives its former stage."""

    name: str
    version: int
    stage: str
    archive_existing: bool = False


class ApproveModelVersion(Operation, frozen=True, tag="approve_model_version", kw_only=True):
    """Say that somebody approves of a version."""

    name: str
    version: int
    approver: str
    note: str = ""


class MoveAlias(Operation, frozen=True, tag="move_alias", kw_only=True):
    """Promote or roll back: all of it, or nothing; the result is the version that was there.

    Moves `alias`, or `stage`, or both to `version`. `expected` is the version that must be there
    before: 0 for none, None for whatever there is. With a stage the versions that were in it are
    archived, unless `archive_existing` is false. `reason` and `report` (JSON) are kept in the
    history of the alias, from which a later move finds the way back.
    """

    name: str
    version: int
    alias: str | None = None
    stage: str | None = None
    archive_existing: bool = True
    expected: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    description: str | None = None
    reason: str = ""
    report: str | None = None
