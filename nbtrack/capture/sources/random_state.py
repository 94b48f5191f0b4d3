"""The global random generators: `rng:random`, `rng:numpy`, `rng:torch`.

A cell that draws numbers depends on all that drew before it since the seed, and on the seed; one
that seeds begins anew.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import xxhash

from nbtrack.capture.hidden import CellFacts, Touch

__all__ = ["SEEDING", "RandomState"]

SEEDING = frozenset(
    [
        "seed",
        "manual_seed",
        "set_seed",
        "seed_everything",
        "setstate",
        "set_state",
        "set_rng_state",
        "fix_seed",
        "set_random_seed",
        "seed_all",
    ]
)
"""What functions are called that seed a generator."""

LOOKING = frozenset({"getstate", "get_state", "get_rng_state", "initial_seed"})


def state_of_random(module: Any) -> bytes:
    version, state, gauss = module.getstate()
    return b"%d %d %r" % (version, hash(state), str(gauss).encode())


def state_of_numpy(module: Any) -> bytes:
    state = module.get_state(legacy=False)
    inner = state["state"]
    rest = f"{inner.get('pos')} {state.get('has_gauss')} {state.get('gauss')}".encode()
    key = inner["key"].tobytes() if "key" in inner else repr(inner).encode()
    return bytes(key) + rest


def state_of_torch(module: Any) -> bytes:
    return bytes(module.get_rng_state().numpy().tobytes())


GENERATORS: dict[str, tuple[str, Callable[[Any], bytes]]] = {
    "rng:random": ("random", state_of_random),
    "rng:numpy": ("numpy.random", state_of_numpy),
    "rng:torch": ("torch", state_of_torch),
}
"""A symbol, the module that must be loaded, and how its state is read."""


class RandomState:
    """Notices which generators a cell used or seeded."""

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}

    def before(self) -> None:
        self.seen = {symbol: self.state(symbol) for symbol in GENERATORS}

    def after(self, cell: CellFacts) -> list[Touch]:
        names = cell.usage.attributes | set(cell.usage.reads) | set(cell.usage.writes)
        is_seeding = not SEEDING.isdisjoint(names)
        touches = []
        for symbol, before in self.seen.items():
            after = self.state(symbol)
            if before != after and before:
                touches.append(Touch(symbol, "write" if is_seeding else "change", before, after))
            elif after and is_seeding and (before != after or self.is_named(symbol, cell)):
                touches.append(Touch(symbol, "write", before, after))
            elif before and not LOOKING.isdisjoint(names):
                touches.append(Touch(symbol, "read", before, after))
        return touches

    def is_named(self, symbol: str, cell: CellFacts) -> bool:
        """Whether a cell names the module of a generator."""
        module, _ = GENERATORS[symbol]
        root = module.partition(".")[0]
        loaded = {sys.modules.get(module), sys.modules.get(root)} - {None}
        if root in cell.usage.imports or module in cell.usage.imports:
            return True
        values = [cell.value_of(name) for name in cell.usage.reads]
        return any(any(value is it for it in loaded) for value in values)

    def digest(self, symbol: str) -> str | None:
        return self.state(symbol) if symbol in GENERATORS else None

    def state(self, symbol: str) -> str:
        """The digest of a generator's state; empty where its module is not loaded."""
        name, read = GENERATORS[symbol]
        module = sys.modules.get(name)
        if module is None or (spec := getattr(module, "__spec__", None)) is None:
            return ""
        if getattr(spec, "_initializing", False):
            return ""
        return xxhash.xxh3_64_hexdigest(read(module))

    def close(self) -> None:
        """Nothing is held."""
