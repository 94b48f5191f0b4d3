"""The process's environment and settings: `env:NAME`, `cwd`, `setting:…`."""

from __future__ import annotations

import os
import re
import sys
from hashlib import blake2s
from types import BuiltinFunctionType, FunctionType
from typing import Any, Literal

from nbtrack.capture.classes import is_exactly
from nbtrack.capture.hidden import CellFacts, Touch
from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.flat import PLAIN
from nbtrack.capture.objects.names import module_of, name_of
from nbtrack.capture.redaction import hash_key

__all__ = ["ProcessState"]

Act = Literal["read", "write", "change"]

READING_ENVIRONMENT = frozenset({"environ", "getenv", "environb", "expandvars", "getenvb"})
READING_FOLDER = frozenset(
    [
        "getcwd",
        "cwd",
        "abspath",
        "resolve",
        "absolute",
        "listdir",
        "glob",
        "iglob",
        "rglob",
        "scandir",
        "exists",
        "open",
        "read_csv",
        "read_text",
        "load",
    ]
)


PROCESS_ENVIRONMENT = os.environ
"""The real one: a notebook may put another mapping in its place."""


def environment() -> dict[Any, Any]:
    """A copy of the environment, encoded as the system has it: decoding takes 20 µs."""
    return dict(vars(PROCESS_ENVIRONMENT)["_data"])


def decimal_context(module: Any) -> list[object]:
    context = module.getcontext()
    return [context.prec, context.rounding, context.Emin, context.Emax, context.capitals]


def import_path(_: Any) -> list[object]:
    return list(sys.path)


def numpy_errors(module: Any) -> list[object]:
    return list(module.geterr().values())


def torch_dtype(module: Any) -> list[object]:
    return [str(module.get_default_dtype())]


def pandas_options(module: Any) -> list[object]:
    return leaves(vars(module).get("_global_config"))


def numpy_printing(module: Any) -> list[object]:
    return leaves(module.get_printoptions())


def recursion_limit(_: Any) -> list[object]:
    return [sys.getrecursionlimit()]


def leaves(options: Any) -> list[object]:
    """The values in a dictionary of dictionaries, with their names."""
    found: list[object] = []
    queue = [options] if type(options) is dict else []
    for item in queue:
        for name, value in item.items():
            if type(value) is dict:
                queue.append(value)
            found += (name, None if type(value) is dict else value)
    return found


SHOWN = {
    "setting:pandas": frozenset(
        ["get_option", "options", "to_string", "str", "repr", "option_context"]
    ),
    "setting:numpy.printing": frozenset(
        ["str", "repr", "array2string", "get_printoptions", "array_str", "array_repr"]
    ),
    "setting:recursion": frozenset({"getrecursionlimit"}),
}
"""Settings that matter only where a cell names one of these."""

SETTINGS = {
    "setting:pandas": ("pandas._config.config", pandas_options),
    "setting:numpy.printing": ("numpy", numpy_printing),
    "setting:recursion": ("sys", recursion_limit),
    "setting:decimal": ("decimal", decimal_context),
    "setting:sys.path": ("sys", import_path),
    "setting:numpy.errors": ("numpy", numpy_errors),
    "setting:torch.default_dtype": ("torch", torch_dtype),
}
"""A symbol, the module that must be loaded, and how the setting is read."""


class ProcessState:
    """Notices which variables of the environment and settings a cell read or changed."""

    def __init__(self) -> None:
        self.variables: dict[Any, Any] = {}
        self.folder = ""
        self.settings: dict[str, list[object] | None] = {}

    def before(self) -> None:
        self.variables = environment()
        self.folder = here()
        self.settings = {symbol: setting(symbol) for symbol in SETTINGS}

    def after(self, cell: CellFacts) -> list[Touch]:
        touches = [*self.environment(cell), *self.working_folder(cell), *self.settings_of(cell)]
        self.settings = {}  # an option's value may be the user's: it is not kept
        return touches

    def environment(self, cell: CellFacts) -> list[Touch]:
        """Variables that were set, taken away or read."""
        now, then = environment(), self.variables
        changed = set()
        if now != then:
            changed = {k for k in now.keys() | then.keys() if now.get(k) != then.get(k)}
        touches = [
            Touch(f"env:{os.fsdecode(key)}", "write", digest(then.get(key)), digest(now.get(key)))
            for key in sorted(changed)
        ]
        read = self.read_variables(cell, then) - {os.fsdecode(key) for key in changed}
        return touches + [
            Touch(f"env:{name}", "read", digest(then.get(encoded(name)))) for name in sorted(read)
        ]

    def read_variables(self, cell: CellFacts, then: dict[Any, Any]) -> set[str]:
        """The variables of the environment that a cell names, or may have read otherwise."""
        names = cell.usage.attributes | set(cell.usage.reads)
        is_looking = not READING_ENVIRONMENT.isdisjoint(names)
        written = {it.removeprefix("env:") for it in cell.written if it.startswith("env:")}
        if not (is_looking or written):
            return set()
        told = words_of(cell.usage.texts)
        read = {it for it in told if is_looking and (encoded(it) in then or it in written)}
        read |= written & told
        return written if is_looking and not read else read

    def working_folder(self, cell: CellFacts) -> list[Touch]:
        """Whether the working directory was changed, or mattered after it had been."""
        now = here()
        if now != self.folder:
            return [Touch("cwd", "write", digest(self.folder), digest(now))]
        names = cell.usage.attributes | cell.usage.builtins | set(cell.usage.reads)
        if "cwd" in cell.written and not READING_FOLDER.isdisjoint(names):
            return [Touch("cwd", "read", digest(now), digest(now))]
        return []

    def settings_of(self, cell: CellFacts) -> list[Touch]:
        """Settings that were changed, or that matter to what a cell reads."""
        touches = []
        for symbol, before in self.settings.items():
            after = setting(symbol)
            if before is not None and not are_same(before, after):
                act: Act = "change" if symbol == "setting:sys.path" else "write"
            elif symbol in cell.written and self.matters(symbol, cell):
                act = "read"
            else:
                continue
            touches.append(Touch(symbol, act, digest_of(before), digest_of(after)))
        return touches

    def matters(self, symbol: str, cell: CellFacts) -> bool:
        """Whether a cell uses the module of a setting."""
        if symbol in SHOWN:
            named = cell.usage.attributes | cell.usage.builtins
            return not SHOWN[symbol].isdisjoint(named)
        module = SETTINGS[symbol][0]
        if symbol == "setting:sys.path":
            return bool(cell.usage.imports)
        if module in cell.usage.imports:
            return True
        return any(comes_from(cell.value_of(name), module) for name in cell.usage.reads)

    def digest(self, symbol: str) -> str | None:
        if symbol.startswith("env:"):
            return digest(environment().get(encoded(symbol.removeprefix("env:"))))
        if symbol == "cwd":
            return digest(here())
        return digest_of(setting(symbol)) if symbol in SETTINGS else None

    def close(self) -> None:
        """Nothing is held."""


def here() -> str:
    """The working directory; one that was deleted has no name."""
    try:
        return os.getcwd()  # noqa: PTH109 - called around each cell
    except OSError:
        return "?"


def setting(symbol: str) -> list[object] | None:
    """What a setting consists of; None where its module is not loaded."""
    name, read = SETTINGS[symbol]
    module = sys.modules.get(name)
    if module is None or getattr(getattr(module, "__spec__", None), "_initializing", False):
        return None
    return read(module)


def are_same(before: list[object], after: list[object] | None) -> bool:
    """Whether a setting is as it was; values of the user's are told apart by their identity."""
    if after is None or len(before) != len(after):
        return False
    return all(
        one is other
        or (identity_of(type(one)) in PLAIN and type(one) is type(other) and one == other)
        for one, other in zip(before, after, strict=True)
    )


def comes_from(value: Any, module: str) -> bool:
    """Whether a value is a module, or of a class or function of it; nothing of its own is asked."""
    if value is None:
        return False
    if value is sys.modules.get(module):
        return True
    if is_exactly(value, (BuiltinFunctionType, FunctionType)):
        home = value.__module__
    else:
        home = module_of(value if issubclass(type(value), type) else type(value))
    return isinstance(home, str) and home.partition(".")[0] in {module, f"_{module}"}


def encoded(name: str) -> Any:
    """The name of a variable as `environment` has it."""
    return name.encode("utf-8", "surrogateescape") if os.name == "posix" else name.upper()


def words_of(texts: set[str]) -> set[str]:
    """The words in some texts that could name a variable."""
    return {
        word for text in texts if len(text) < 2000 for word in re.findall(r"[A-Za-z_]\w*", text)
    }


def digest_of(values: list[object] | None) -> str:
    """The digest of a setting; empty where there is none."""
    if values is None:
        return ""
    return digest(
        " ".join(repr(it) if identity_of(type(it)) in PLAIN else name_of(type(it)) for it in values)
    )


def digest(value: str | bytes | None) -> str:
    """The digest of a text under the user's key: what a variable holds may be a secret."""
    if value is None:
        return ""
    data = value.encode(errors="surrogateescape") if isinstance(value, str) else value
    return blake2s(data, key=hash_key(), digest_size=8).hexdigest()
