"""Which packages and modules are in use, in which versions, on what machine.

`environment_json` is kept with a run; equal environments are equal bytes, and stored once.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import platform
import sys
import sysconfig
import threading
from collections.abc import Mapping
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import xxhash

from nbtrack.capture.classes import is_of, module_at
from nbtrack.capture.guard import guarded

__all__ = [
    "ENVIRONMENT_FILE",
    "PackageReader",
    "environment",
    "environment_json",
    "package_reader",
    "requirements_text",
]

ENVIRONMENT_FILE = "environment.json"
"""The artifact's name."""

MOST_MODULES = 500
LARGEST_MODULE_BYTES = 1_000_000
"""Of the user's own modules: more, or bigger ones, are data in the shape of code."""

GIGABYTE = 2**30


class PackageReader:
    """The distributions behind the imported modules.

    Which distribution a module belongs to takes 150 ms to find, so a thread finds it; a version is
    that of the first look, as a package that is upgraded later stays loaded as it was.
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Know nothing, with a lock that nobody holds; a forked child begins so."""
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.homes: Mapping[str, list[str]] | None = None
        self.looked_for: set[str] = set()
        self.found: dict[str, dict[str, str]] = {}

    def start(self) -> None:
        """Read in a thread, so that nobody waits later."""
        if self.thread is None:
            self.thread = threading.Thread(target=self.read, name="nbtrack-packages", daemon=True)
            self.thread.start()

    def read(self) -> dict[str, dict[str, str]]:
        """Each imported module outside of Python's own, with its distributions' versions."""
        return guarded(self.look)() or {}

    def look(self) -> dict[str, dict[str, str]]:
        with self.lock:
            new = imported() - self.looked_for
            if self.homes is None or any(is_unknown(name, self.homes) for name in new):
                self.homes = importlib.metadata.packages_distributions()
            for name in sorted(new):
                self.looked_for.add(name)
                if versions := versions_of(self.homes.get(name) or [name]):
                    self.found[name] = versions
            return dict(self.found)


def imported() -> set[str]:
    """The modules at the top that are loaded, without Python's own and the hidden ones."""
    names = {name.partition(".")[0] for name in tuple(sys.modules)}
    return {name for name in names - sys.stdlib_module_names if not name.startswith("_")}


def is_unknown(name: str, homes: Mapping[str, list[str]]) -> bool:
    """Whether a module came with a package that was installed since the last look."""
    module = module_at(name)
    told = vars(module).get("__file__") if module is not None else None
    return name not in homes and isinstance(told, str) and told.startswith(installed())


def versions_of(names: list[str]) -> dict[str, str]:
    """The distributions of some names that are installed, with their versions."""
    versions = {}
    for name in names:
        try:
            found = importlib.metadata.distribution(name)
        except (importlib.metadata.PackageNotFoundError, ValueError):
            continue
        versions[found.metadata["Name"] or name] = str(found.version)
    return versions


package_reader = PackageReader()
os.register_at_fork(after_in_child=package_reader.begin)


def environment() -> dict[str, Any]:
    """What the code runs on, as plain data.

    `imports` has the distributions of the modules that are called otherwise; `modules` the
    content's digest of each module of the user's own.
    """
    read = package_reader.read()
    packages = {name: version for versions in read.values() for name, version in versions.items()}
    imports = {name: sorted(versions) for name, versions in read.items() if name not in versions}
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": f"{platform.system()}-{platform.release()}-{platform.machine()}",
        "cpu": cpu_name(),
        "cpu_count": os.cpu_count() or 0,
        "memory_gigabytes": round(psutil.virtual_memory().total / GIGABYTE, 1),
        "gpus": list(gpu_names()),
        "packages": packages,
        "imports": imports,
        "modules": own_modules(),
    }


def environment_json() -> bytes:
    """The same as JSON; equal environments give equal bytes."""
    return json.dumps(environment(), indent=1, sort_keys=True, ensure_ascii=False).encode()


def requirements_text(kept: Mapping[str, Any]) -> str:
    """The packages of an environment as a requirements.txt."""
    packages: Mapping[str, str] = kept.get("packages") or {}
    lines = [f"{name}=={version}" for name, version in sorted(packages.items(), key=by_name)]
    python = kept.get("python")
    return "\n".join([f"# Python {python}"] * bool(python) + lines) + "\n"


def by_name(item: tuple[str, str]) -> str:
    """The order of packages: capitals make no difference."""
    return item[0].lower()


@cache
def cpu_name() -> str:
    """What the processor is called."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        return platform.processor() or platform.machine()
    return platform.processor() or platform.machine()


@cache
def gpu_names() -> tuple[str, ...]:
    """What NVIDIA's cards are called, where nvidia-ml-py is installed and finds some."""
    name = "pynvml"
    if name not in sys.modules and PathFinder.find_spec(name) is None:
        return ()  # what the user put into sys.meta_path is not asked for what is not there
    try:
        library: Any = importlib.import_module(name)
    except ImportError:
        return ()
    try:
        library.nvmlInit()
        handles = [
            library.nvmlDeviceGetHandleByIndex(place)
            for place in range(library.nvmlDeviceGetCount())
        ]
        names = [library.nvmlDeviceGetName(handle) for handle in handles]
    except library.NVMLError:
        return ()
    return tuple(it.decode() if isinstance(it, bytes) else str(it) for it in names)


def own_modules() -> dict[str, str]:
    """Each loaded module of the user's own, with a digest of its file."""
    found: dict[str, str] = {}
    for name, module in sorted(sys.modules.items()):
        path = own_file(name, module)
        if path is not None and len(found) < MOST_MODULES:
            digest = module_digest(name, module, path)
            if digest is not None:
                found[name] = digest
    return found


digests: dict[str, tuple[object, str]] = {}
"""Of each module: its spec, which is another one when it is loaded again, and the digest."""


def module_digest(name: str, module: ModuleType, path: Path) -> str | None:
    """The digest of a module's file at the first look since it was loaded: it runs as it was."""
    spec = vars(module).get("__spec__")
    known = digests.get(name)
    if known is not None and spec is not None and known[0] is spec:
        return known[1]
    try:
        digest = xxhash.xxh3_64_hexdigest(path.read_bytes())
    except OSError:
        return None  # deleted since it was imported
    digests[name] = spec, digest
    return digest


def own_file(name: str, module: ModuleType | None) -> Path | None:
    """The file of a module that the user wrote; None for packages and for what has no file."""
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or top in NOT_OWN or not is_of(module, ModuleType):
        return None
    told = vars(module).get("__file__")
    if not isinstance(told, str) or not told.endswith(".py") or told.startswith(installed()):
        return None
    path = Path(told)
    try:
        return path if path.stat().st_size <= LARGEST_MODULE_BYTES else None
    except OSError:
        return None


NOT_OWN = {"__main__", "__mp_main__", "nbtrack"}


@cache
def installed() -> tuple[str, ...]:
    """The folders that packages are installed in."""
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    paths = {sysconfig.get_paths()[kind] for kind in kinds}
    paths |= {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    return tuple(sorted(path + os.sep for path in paths))
