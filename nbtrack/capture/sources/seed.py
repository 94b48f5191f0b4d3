"""One seed for every random generator that is in use."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["LARGEST_SEED", "SEED_TAG", "seed_generators"]

SEED_TAG = "nbtrack.seed"

LARGEST_SEED = 2**32 - 1
"""NumPy's legacy generator takes 32 bits."""


def seed_generators(seed: int) -> tuple[str, ...]:
    """Seed what is imported, and say which that was.

    A library that is not imported yet is not loaded for it: torch takes seconds. The seed of
    Python's hashes is set for the processes started from here; this one has its own since it began.
    """
    os.environ["PYTHONHASHSEED"] = str(seed)
    random.seed(seed)
    seeded = ["random"]
    for name, sow in seeders.items():
        library = sys.modules.get(name)
        if library is not None:
            sow(library, seed)
            seeded.append(name)
    return tuple(seeded)


def seed_numpy(numpy: Any, seed: int) -> None:
    numpy.random.seed(seed)


def seed_torch(torch: Any, seed: int) -> None:
    torch.manual_seed(seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(seed)


def seed_tensorflow(tensorflow: Any, seed: int) -> None:
    tensorflow.random.set_seed(seed)


seeders: dict[str, Callable[[Any, int], None]] = {
    "numpy": seed_numpy,
    "torch": seed_torch,
    "tensorflow": seed_tensorflow,
}
"""A library, and how its generators are seeded."""
