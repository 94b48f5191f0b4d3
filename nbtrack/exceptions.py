"""`nbtrack.exceptions`: the errors, under MLflow's names beside their own."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.errors import (
    AlreadyExists,
    FilterSyntax,
    InvalidUri,
    InvalidValue,
    MissingPackage,
    NbtrackError,
    NotFound,
    NotYet,
    ParamChanged,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreReadOnly,
    StoreTooNew,
    UnknownName,
    UnsupportedPlatform,
)
from nbtrack.errors import InvalidUri as InvalidUrlException
from nbtrack.errors import NbtrackError as MlflowException
from nbtrack.errors import NbtrackError as RestException
from nbtrack.errors import NotFound as MissingConfigException
from nbtrack.errors import NotYet as MlflowNotImplementedException

__all__ = [
    "AlreadyExists",
    "FilterSyntax",
    "InvalidUri",
    "InvalidUrlException",
    "InvalidValue",
    "MissingConfigException",
    "MissingPackage",
    "MlflowException",
    "MlflowNotImplementedException",
    "NbtrackError",
    "NotFound",
    "NotYet",
    "ParamChanged",
    "RestException",
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "StoreReadOnly",
    "StoreTooNew",
    "UnknownName",
    "UnsupportedPlatform",
]


def __getattr__(name: str) -> Any:
    return attribute("exceptions", name)
