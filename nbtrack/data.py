"""`nbtrack.data`: datasets from what a notebook holds."""

from __future__ import annotations

from typing import Any

from nbtrack.api.dataset_kinds import Dataset, NumpyDataset, PandasDataset
from nbtrack.api.datasets import from_numpy, from_pandas, get_source
from nbtrack.api.later import attribute
from nbtrack.api.sources import DatasetSource

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
