"""The nbtrack that runs here as a wheel, for environments and images that are to have the same."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import zipfile
from collections.abc import Iterator
from pathlib import Path

from nbtrack.version import __version__

__all__ = ["own_wheel"]

LEFT_OUT = {"__pycache__", "labextension"}
"""Not needed where models are asked; the sidebar comes with the released wheel."""

WHEEL = "Wheel-Version: 1.0\nGenerator: nbtrack\nRoot-Is-Purelib: true\nTag: py3-none-any\n"

START = (1980, 1, 1, 0, 0, 0)
"""The time of each file in it, so that the same code is the same wheel."""


def own_wheel(folder: Path) -> Path:
    """Write a wheel of the code that runs into a folder.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from nbtrack.registry.own_wheel import own_wheel
        >>> own_wheel(Path(tempfile.mkdtemp())).name.endswith("-py3-none-any.whl")
        True
    """
    path = folder / f"nbtrack-{__version__}-py3-none-any.whl"
    lines = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in contents():
            wheel.writestr(zipfile.ZipInfo(name, START), content, zipfile.ZIP_DEFLATED)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            lines.append(f"{name},sha256={digest.decode()},{len(content)}\n")
        record = f"nbtrack-{__version__}.dist-info/RECORD"
        wheel.writestr(zipfile.ZipInfo(record, START), "".join([*lines, f"{record},,\n"]))
    return path


def contents() -> Iterator[tuple[str, bytes]]:
    """The files of the wheel, but its record."""
    root = Path(__file__).parents[1]
    for file in sorted(root.rglob("*")):
        inner = file.relative_to(root)
        if file.is_file() and not LEFT_OUT & set(inner.parts):
            yield f"nbtrack/{inner.as_posix()}", file.read_bytes()
    about = importlib.metadata.distribution("nbtrack")
    place = f"nbtrack-{__version__}.dist-info"
    yield f"{place}/METADATA", metadata(about)
    yield f"{place}/WHEEL", WHEEL.encode()
    scripts = [it for it in about.entry_points if it.group == "console_scripts"]
    entries = "".join(f"{it.name} = {it.value}\n" for it in scripts)
    yield f"{place}/entry_points.txt", f"[console_scripts]\n{entries}".encode()


def metadata(about: importlib.metadata.Distribution) -> bytes:
    """What the package says of itself, without its description."""
    kept = ("Name", "Summary", "Requires-Python")
    listed = ("Provides-Extra", "Requires-Dist")
    lines = ["Metadata-Version: 2.1", f"Version: {__version__}"]
    lines += [f"{name}: {about.metadata[name]}" for name in kept]
    for name in listed:
        lines += [f"{name}: {value}" for value in about.metadata.get_all(name) or []]
    return ("\n".join(lines) + "\n").encode()
