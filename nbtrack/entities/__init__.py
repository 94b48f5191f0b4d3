"""`nbtrack.entities`: what runs, experiments and models are made of, under MLflow's names."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.records.entities import (
    Dataset,
    DatasetInput,
    ExperimentTag,
    FileInfo,
    InputTag,
    LifecycleStage,
    Run,
    RunData,
    RunInputs,
    RunOutputs,
    RunStatus,
    SourceType,
    ViewType,
)
from nbtrack.records.experiment import Experiment
from nbtrack.records.logged_model import (
    LoggedModel,
    LoggedModelInput,
    LoggedModelOutput,
    LoggedModelParameter,
    LoggedModelStatus,
    LoggedModelTag,
)
from nbtrack.records.metric import Metric
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag
from nbtrack.records.webhook import (
    Webhook,
    WebhookAction,
    WebhookEntity,
    WebhookEvent,
    WebhookStatus,
    WebhookTestResult,
)

__all__ = [
    "Dataset",
    "DatasetInput",
    "Experiment",
    "ExperimentTag",
    "FileInfo",
    "InputTag",
    "LifecycleStage",
    "LoggedModel",
    "LoggedModelInput",
    "LoggedModelOutput",
    "LoggedModelParameter",
    "LoggedModelStatus",
    "LoggedModelTag",
    "Metric",
    "Param",
    "Run",
    "RunData",
    "RunInfo",
    "RunInputs",
    "RunOutputs",
    "RunStatus",
    "RunTag",
    "SourceType",
    "ViewType",
    "Webhook",
    "WebhookAction",
    "WebhookEntity",
    "WebhookEvent",
    "WebhookStatus",
    "WebhookTestResult",
]


def __getattr__(name: str) -> Any:
    return attribute("entities", name)
