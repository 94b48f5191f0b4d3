"""YAML as model folders hold it: read without running anything, written with sorted keys.

The files of the format are read and written by it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError

__all__ = ["read_yaml", "write_yaml", "yaml_from", "yaml_text"]


@cache
def dumper() -> Any:
    """Writes a value that stands in two places twice: people read anchors badly."""
    import yaml

    base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return type("Dumper", (base,), {"ignore_aliases": lambda *_: True})


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping that a file holds.

    Raises:
        ModelError: It cannot be read, or holds something else.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {first_line(error)}") from error
    return yaml_from(content, str(path))


def yaml_from(content: bytes, name: str) -> dict[str, Any]:
    """The mapping that the bytes of a file hold.

    Raises:
        ModelError: They cannot be read, or hold something else.
    """
    import yaml

    try:
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        found = yaml.load(content, Loader=loader)  # noqa: S506 - it is a safe one
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelError(f"{name} cannot be read: {first_line(error)}") from error
    if not isinstance(found, dict):
        raise ModelError(f"{name} holds {type(found).__name__} where names with values belong")
    return found


def first_line(error: Exception) -> str:
    """What an error says, in a line."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def write_yaml(path: Path, content: dict[str, Any], *, sort_keys: bool = True) -> None:
    """Write a mapping."""
    path.write_text(yaml_text(content, sort_keys=sort_keys), encoding="utf-8")


def yaml_text(content: dict[str, Any], *, sort_keys: bool = True) -> str:
    """A mapping as YAML.

    Raises:
        ModelError: It holds what YAML has no plain form for.
    """
    import yaml

    how: Any = {"default_flow_style": False, "sort_keys": sort_keys}
    try:
        text: str = yaml.dump(content, Dumper=dumper(), **how)
    except yaml.representer.RepresenterError as error:
        raise ModelError(
            f"what is told of a model is kept as YAML, which takes texts, numbers, lists and "
            f"dicts: {first_line(error)}"
        ) from error
    except RecursionError as error:
        raise ModelError("what is told of a model is kept as YAML, and holds itself") from error
    return text
