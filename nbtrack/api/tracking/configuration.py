"""Seeds and configuration files: what makes a run come out the same again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbtrack.api.files import documents
from nbtrack.api.runs.start import run_to_log
from nbtrack.api.session import chosen
from nbtrack.api.tracking.artifacts import log_dict, log_text
from nbtrack.api.tracking.values import log_params
from nbtrack.capture import stack
from nbtrack.capture.redaction import redact_text, redact_tree
from nbtrack.capture.sources.seed import LARGEST_SEED, SEED_TAG, seed_generators
from nbtrack.errors import InvalidValue, NotFound

__all__ = ["log_config", "set_seed"]

FOLDER = "config"
PARSED = (".json", ".toml", ".yaml", ".yml")


def set_seed(seed: int) -> tuple[str, ...]:
    """Seed the random generators in use: Python's, and NumPy's, torch's and TensorFlow's.

    Libraries that are not imported yet are not loaded for it: import them first. The seed stands
    as a tag on the active run and on the runs that this process starts later.

    Args:
        seed: From 0 to 4294967295.

    Returns:
        The names of what was seeded.

    Example:
        >>> import nbtrack, random
        >>> seeded = nbtrack.set_seed(42)
        >>> first = random.random()
        >>> seeded = nbtrack.set_seed(42)
        >>> random.random() == first
        True
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise InvalidValue(f"a seed is a whole number from 0 to {LARGEST_SEED}, not {seed!r}")
    seeded = seed_generators(seed)
    chosen.seed = seed
    run = stack.current()
    if run is not None:
        run.set_tags({SEED_TAG: seed})
    return seeded


def log_config(config: str | os.PathLike[str] | Mapping[str, Any]) -> dict[str, Any]:
    """Log a configuration: its scalars as params, its structures and the file as artifacts.

    Nested names are joined by dots (`model.depth`). Secrets are taken out of all of it.

    Args:
        config: A YAML, JSON or TOML file, or a dictionary.

    Returns:
        The configuration as a dictionary, secrets included.

    Raises:
        NotFound: There is no such file.
        InvalidValue: It cannot be read, or holds something else than named values.
        ParamChanged: A param of one of its names was logged with another value.
    """
    text, name = ("", "") if isinstance(config, Mapping) else content_of(Path(config))
    values = config if isinstance(config, Mapping) else parsed(text, name)
    if not isinstance(values, Mapping):
        raise InvalidValue(
            f"a configuration is a dictionary of names and values; "
            f"{name or 'this'} holds a {type(values).__name__}"
        )
    run_id = run_to_log().run_id
    log_params(dict(scalars(values)), run_id=run_id)
    for key, value in values.items():
        if isinstance(value, Mapping | list | tuple):
            log_dict({key: value}, f"{FOLDER}/{file_name(key)}.json", run_id)
    if name:
        keep_file(text, name, dict(values), run_id)
    return dict(values)


def content_of(path: Path) -> tuple[str, str]:
    """The text of a configuration file, and its name."""
    if path.suffix.lower() not in PARSED:
        raise InvalidValue(f"{path.name} is no {', '.join(PARSED)} file")
    try:
        return path.expanduser().read_text(encoding="utf-8"), path.name
    except FileNotFoundError:
        raise NotFound(f"there is no file {str(path)!r} (working directory {Path.cwd()})") from None
    except UnicodeDecodeError as error:
        raise InvalidValue(f"{path.name} is no UTF-8 text: {error}") from error


def parsed(text: str, name: str) -> Any:
    """The values of a configuration file."""
    import tomllib

    try:
        if name.lower().endswith(".toml"):
            return tomllib.loads(text)
        return documents.read(text, name) or {}
    except (ValueError, RecursionError) as error:
        raise InvalidValue(f"{name} cannot be read: {error}") from error


def scalars(values: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The single values of a configuration, by their names joined with dots."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from scalars(value, f"{name}.")
        elif not isinstance(value, list | tuple):
            yield name, value


def keep_file(text: str, name: str, values: dict[str, Any], run_id: str) -> None:
    """Keep the file as it is, or where it holds secrets what is left of it."""
    plain = documents.plain(values)
    if redact_tree(plain) == plain:
        log_text(redact_text(text), f"{FOLDER}/{name}", run_id)
    else:
        target = f"{name}.json" if name.lower().endswith(".toml") else name
        log_dict(values, f"{FOLDER}/{target}", run_id)


def file_name(key: object) -> str:
    """A name of a configuration as a file can have it."""
    return re.sub(r"[^\w.-]+", "_", str(key)).strip(".") or "_"
