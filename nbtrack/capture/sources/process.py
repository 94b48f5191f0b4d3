"""The process's environment and settings: `env:NAME`, `cwd`, `setting:…`."""

from __future__ import annotations

import os
import re
import sys
from hashlib import blake2s
from typing import Any

from nbtrack.capture.hidden import CellFacts, Touch
from nbtrack.capture.redaction import hash_key

__all__ = ["ProcessState"]

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


def environment() -> dict[str, str]:
    return dict(os.environ)


def decimal_context(module: Any) -> str:
    context = module.getcontext()
    return f"{context.prec} {context.rounding} {context.Emin} {context.Emax} {context.capitals}"


def import_path(_: Any) -> str:
    return "\n".join(map(str, sys.path))


def numpy_errors(module: Any) -> str:
    return str(sorted(module.geterr().items()))


def torch_dtype(module: Any) -> str:
    return str(module.get_default_dtype())


def pandas_options(module: Any) -> str:
    return repr(module.__dict__.get("_global_config"))


def numpy_printing(module: Any) -> str:
    return repr(sorted(module.get_printoptions().items(), key=str))


def recursion_limit(_: Any) -> str:
    return str(sys.getrecursionlimit())


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
        self.variables: dict[str, str] = {}
        self.folder = ""
        self.settings: dict[str, str] = {}

    def before(self) -> None:
        self.variables = environment()
        self.folder = here()
        self.settings = {symbol: setting(symbol) for symbol in SETTINGS}

    def after(self, cell: CellFacts) -> list[Touch]:
        return [*self.environment(cell), *self.working_folder(cell), *self.changed_settings(cell)]

    def environment(self, cell: CellFacts) -> list[Touch]:
        """Variables that were set, taken away or read."""
        now, then = environment(), self.variables
        changed = (
            []
            if now == then
            else [k for k in now.keys() | then.keys() if now.get(k) != then.get(k)]
        )
        touches = [
            Touch(f"env:{key}", "write", digest(then.get(key)), digest(now.get(key)))
            for key in sorted(changed)
        ]
        names = cell.usage.attributes | set(cell.usage.reads)
        is_looking = not READING_ENVIRONMENT.isdisjoint(names)
        written = {it.removeprefix("env:") for it in cell.written if it.startswith("env:")}
        if is_looking or written:
            told = words_of(cell.usage.texts)
            read = {key for key in told if is_looking and (key in then or key in written)}
            read |= written & told
            if is_looking and not read:
                read = written
            touches += [
                Touch(f"env:{key}", "read", digest(then.get(key)))
                for key in sorted(read - set(changed))
            ]
        return touches

    def working_folder(self, cell: CellFacts) -> list[Touch]:
        """Whether the working directory was changed, or mattered after it had been."""
        now = here()
        if now != self.folder:
            return [Touch("cwd", "write", digest(self.folder), digest(now))]
        names = cell.usage.attributes | cell.usage.builtins | set(cell.usage.reads)
        if "cwd" in cell.written and not READING_FOLDER.isdisjoint(names):
            return [Touch("cwd", "read", digest(now), digest(now))]
        return []

    def changed_settings(self, cell: CellFacts) -> list[Touch]:
        """Settings that were changed, or that matter to what a cell reads."""
        touches = []
        for symbol, before in self.settings.items():
            after = setting(symbol)
            if before and before != after:
                act = "change" if symbol == "setting:sys.path" else "write"
                touches.append(Touch(symbol, act, digest(before), digest(after)))  # type: ignore[arg-type]
            elif symbol in cell.written and self.matters(symbol, cell):
                touches.append(Touch(symbol, "read", digest(before), digest(after)))
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
            return digest(os.environ.get(symbol.removeprefix("env:")))
        if symbol == "cwd":
            return digest(here())
        return digest(setting(symbol)) if symbol in SETTINGS else None

    def close(self) -> None:
        """Nothing is held."""


def here() -> str:
    """The working directory; one that was deleted has no name."""
    try:
        return os.getcwd()  # noqa: PTH109 - called around each cell
    except OSError:
        return "?"


def setting(symbol: str) -> str:
    """A setting as text; empty where its module is not loaded."""
    name, read = SETTINGS[symbol]
    module = sys.modules.get(name)
    if module is None or getattr(getattr(module, "__spec__", None), "_initializing", False):
        return ""
    return read(module)


def comes_from(value: Any, module: str) -> bool:
    """Whether a value is a module, or of a class or function of it."""
    if value is None:
        return False
    if value is sys.modules.get(module):
        return True
    kind = value if isinstance(value, type) else type(value)
    home = getattr(kind, "__module__", "")
    if kind.__name__ in {"builtin_function_or_method", "function"}:
        home = getattr(value, "__module__", "") or ""
    return isinstance(home, str) and home.partition(".")[0] in {module, f"_{module}"}


def words_of(texts: set[str]) -> set[str]:
    """The words in some texts that could name a variable."""
    return {
        word for text in texts if len(text) < 2000 for word in re.findall(r"[A-Za-z_]\w*", text)
    }


def digest(text: str | None) -> str:
    """The digest of a text under the user's key: what a variable holds may be a secret."""
    if text is None:
        return ""
    return blake2s(text.encode(errors="replace"), key=hash_key(), digest_size=8).hexdigest()
