"""`nbtrack.data`: datasets from what a notebook holds."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.later import attribute
from nbtrack.api.datasets.inputs import from_numpy, from_pandas, get_source
from nbtrack.api.datasets.kinds import Dataset, NumpyDataset, PandasDataset
from nbtrack.api.datasets.sources import DatasetSource

__all__ = [
    "Dataset",
    "DatasetSource",
    "NumpyDataset",
    "PandasDataset",
    "from_numpy",
    "from_pandas",
    "get_source",
]


def __getattr__(name: str) -> Any:
    return attribute("data", name)
