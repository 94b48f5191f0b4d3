"""`nbtrack.config`: where is tracked to, and what is sampled."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.api.runs.system_metrics import (
    disable_system_metrics_logging,
    enable_system_metrics_logging,
    set_system_metrics_node_id,
    set_system_metrics_samples_before_logging,
    set_system_metrics_sampling_interval,
)
from nbtrack.api.session import get_tracking_uri, is_tracking_uri_set, set_tracking_uri
from nbtrack.api.session import get_tracking_uri as get_registry_uri

__all__ = [
    "disable_system_metrics_logging",
    "enable_system_metrics_logging",
    "get_registry_uri",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "set_system_metrics_node_id",
    "set_system_metrics_samples_before_logging",
    "set_system_metrics_sampling_interval",
    "set_tracking_uri",
]


def __getattr__(name: str) -> Any:
    return attribute("config", name)
