"""The global random generators: `rng:random`, `rng:numpy`, `rng:torch`.

A cell that draws numbers depends on all that drew before it since the seed, and on the seed; one
that seeds begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import xxhash

from nbtrack.capture.classes import module_at
from nbtrack.capture.hidden import CellFacts, Touch

__all__ = ["SEEDING", "RandomState"]

Act = Literal["read", "write", "change"]

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


MERSENNE_BYTES = 2500
"""Of the state of NumPy's usual generator: 624 words and a position."""


def state_of_random(module: Any) -> object:
    return module.getstate()


class NumpyState:
    """Reads the state of NumPy's global generator, which takes 60 µs, only where it may be new."""

    def __init__(self) -> None:
        self.memory: tuple[int, bytes] | None = None
        self.state: object = None
        self.holds_gauss = False

    def __call__(self, module: Any) -> object:
        memory = memory_of(module)
        if memory is None or memory != self.memory or self.holds_gauss:
            state = module.get_state(legacy=False)
            inner = state["state"]
            self.holds_gauss = bool(state.get("has_gauss"))  # it can be drawn without a trace
            key = inner["key"].tobytes() if "key" in inner else repr(inner).encode()
            rest = f"{inner.get('pos')} {state.get('has_gauss')} {state.get('gauss')}"
            self.state = bytes(key) + rest.encode()
            self.memory = memory
        return self.state


def memory_of(module: Any) -> tuple[int, bytes] | None:
    """The memory of the global generator; None for one that does not keep its state in a piece."""
    generator: Any = getattr(module, "get_bit_generator", lambda: None)()
    if type(generator).__name__ != "MT19937":
        return None
    import ctypes

    address = generator.ctypes.state_address
    return address, ctypes.string_at(address, MERSENNE_BYTES)


def state_of_torch(module: Any) -> object:
    return bytes(module.get_rng_state().numpy().tobytes())


GENERATORS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "rng:random": ("random", state_of_random),
    "rng:numpy": ("numpy.random", NumpyState()),
    "rng:torch": ("torch", state_of_torch),
}
"""A symbol, the module that must be loaded, and how its state is read."""


class RandomState:
    """Notices which generators a cell used or seeded."""

    def __init__(self) -> None:
        self.seen: dict[str, object] = {}
        """The states before the cell; None where a module was not loaded."""

    def before(self) -> None:
        self.seen = {symbol: state_of(symbol) for symbol in GENERATORS}

    def after(self, cell: CellFacts) -> list[Touch]:
        names = cell.usage.attributes | set(cell.usage.reads) | set(cell.usage.writes)
        is_seeding = not SEEDING.isdisjoint(names)
        touches = []
        for symbol, before in self.seen.items():
            after = state_of(symbol)
            is_drawn = before != after
            if is_drawn and before is not None:
                act: Act = "write" if is_seeding else "change"
            elif after is not None and is_seeding and (is_drawn or self.is_named(symbol, cell)):
                act = "write"
            elif before is not None and not LOOKING.isdisjoint(names):
                act = "read"
            else:
                continue
            touches.append(Touch(symbol, act, digest_of(before), digest_of(after)))
        return touches

    def is_named(self, symbol: str, cell: CellFacts) -> bool:
        """Whether a cell names the module of a generator."""
        module, _ = GENERATORS[symbol]
        root = module.partition(".")[0]
        loaded = [it for it in (module_at(module), module_at(root)) if it is not None]
        if root in cell.usage.imports or module in cell.usage.imports:
            return True
        values = [cell.value_of(name) for name in cell.usage.reads]
        return any(any(value is it for it in loaded) for value in values)

    def digest(self, symbol: str) -> str | None:
        return digest_of(state_of(symbol)) if symbol in GENERATORS else None

    def close(self) -> None:
        """Nothing is held."""


def state_of(symbol: str) -> object:
    """A generator's state as it is now; None where its module is not loaded."""
    name, read = GENERATORS[symbol]
    module = module_at(name)
    if module is None or (spec := getattr(module, "__spec__", None)) is None:
        return None
    return None if getattr(spec, "_initializing", False) else read(module)


def digest_of(state: object) -> str:
    """The digest of a state; empty for none."""
    if state is None:
        return ""
    told = state if isinstance(state, bytes) else repr(state).encode()
    return xxhash.xxh3_64_hexdigest(told)
