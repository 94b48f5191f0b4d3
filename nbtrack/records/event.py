"""What a journal line may hold, and what `ops.jsonl` may hold."""

from __future__ import annotations

from nbtrack.records.artifact import Artifact
from nbtrack.records.dataset import Input
from nbtrack.records.endpoint_event import EndpointEvent
from nbtrack.records.execution import Execution
from nbtrack.records.experiment import Experiment
from nbtrack.records.logged_model import ModelLink, ModelRecord
from nbtrack.records.metric import Metric, Series
from nbtrack.records.operation import (
    CorrectParam,
    CreateExperiment,
    Purge,
    PurgeModel,
    RenameExperiment,
    SetExperimentTag,
    SetLifecycle,
)
from nbtrack.records.param import Param
from nbtrack.records.prediction import LabelBatch, PredictionBatch, PurgePredictions
from nbtrack.records.promotion_operation import RefusePromotion
from nbtrack.records.record import Record
from nbtrack.records.registry_operation import (
    ApproveModelVersion,
    CreateModelVersion,
    CreateRegisteredModel,
    DeleteModelAlias,
    DeleteModelVersion,
    DeleteRegisteredModel,
    MoveAlias,
    RenameRegisteredModel,
    SetModelAlias,
    SetModelVersionTag,
    SetRegisteredModelTag,
    TransitionStage,
    UpdateModelVersion,
    UpdateRegisteredModel,
)
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag
from nbtrack.records.webhook_operation import (
    ClaimDeliveries,
    CreateWebhook,
    DeleteWebhook,
    SettleDelivery,
    UpdateWebhook,
)

__all__ = ["FORMAT", "Event", "JournalHeader", "Op"]

FORMAT = 1
"""The journal's format; a reader leaves segments of a newer one alone."""


class JournalHeader(Record, frozen=True, tag="journal"):
    """The first line of each segment: who writes it."""

    owner: str
    host: str
    boot_id: str
    pid: int
    started: int
    segment: int = 0
    format: int = FORMAT


Event = (
    JournalHeader
    | RunInfo
    | Metric
    | Series
    | Param
    | RunTag
    | Artifact
    | Input
    | Experiment
    | Execution
    | ModelRecord
    | ModelLink
    | PredictionBatch
    | EndpointEvent
    | LabelBatch
)
Op = (
    CreateExperiment
    | RenameExperiment
    | SetExperimentTag
    | SetLifecycle
    | Purge
    | PurgeModel
    | CorrectParam
    | CreateRegisteredModel
    | RenameRegisteredModel
    | UpdateRegisteredModel
    | DeleteRegisteredModel
    | SetRegisteredModelTag
    | CreateModelVersion
    | UpdateModelVersion
    | DeleteModelVersion
    | SetModelVersionTag
    | SetModelAlias
    | DeleteModelAlias
    | TransitionStage
    | ApproveModelVersion
    | MoveAlias
    | RefusePromotion
    | CreateWebhook
    | UpdateWebhook
    | DeleteWebhook
    | ClaimDeliveries
    | SettleDelivery
    | PurgePredictions
)
