"""What a person has set: the environment first, then `[tool.nbtrack]` of the nearest project.

`read()` is called where something is resolved, once; nothing else looks at the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from nbtrack.decoding import convert, decode
from nbtrack.errors import InvalidValue, UnknownName

__all__ = ["ServingLog", "Setting", "Settings", "Sync", "declared", "read"]

Sync = Literal["second", "record"]
ServingLog = Literal["debug", "info", "warning", "error"]

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")


def variable(doc: str, *names: str) -> msgspec.Meta:
    """Declare a setting, inside `Annotated`: its sentence and its environment variables."""
    return msgspec.Meta(description=doc, extra={"variables": names})


class Settings(msgspec.Struct, frozen=True):
    """Every setting, declared once."""

    tracking_uri: Annotated[
        str | None,
        variable("The store: a folder or a URI.", "NBTRACK_TRACKING_URI", "MLFLOW_TRACKING_URI"),
    ] = None
    experiment_name: Annotated[
        str | None,
        variable(
            "The experiment that runs go to, by name.",
            "NBTRACK_EXPERIMENT_NAME",
            "MLFLOW_EXPERIMENT_NAME",
        ),
    ] = None
    experiment_id: Annotated[
        str | None,
        variable(
            "The experiment that runs go to, by id.",
            "NBTRACK_EXPERIMENT_ID",
            "MLFLOW_EXPERIMENT_ID",
        ),
    ] = None
    run_id: Annotated[
        str | None,
        variable("The run that the first run resumes.", "NBTRACK_RUN_ID", "MLFLOW_RUN_ID"),
    ] = None
    run_name: Annotated[
        str | None,
        variable("The name of the first run.", "NBTRACK_RUN_NAME", "MLFLOW_RUN_NAME"),
    ] = None
    run_tags: Annotated[
        dict[str, str],
        variable("Tags of every run, as a JSON object.", "NBTRACK_RUN_TAGS", "MLFLOW_RUN_CONTEXT"),
    ] = msgspec.field(default_factory=dict)
    user: Annotated[
        str | None,
        variable(
            "Who runs, in place of the login name.", "NBTRACK_USER", "MLFLOW_TRACKING_USERNAME"
        ),
    ] = None
    artifact_root: Annotated[
        str | None,
        variable(
            "Where artifacts are kept, in place of the store's folder: a path or an fsspec URL.",
            "NBTRACK_ARTIFACT_ROOT",
            "MLFLOW_DEFAULT_ARTIFACT_ROOT",
        ),
    ] = None
    sync: Annotated[
        Sync,
        variable(
            "When the journal is flushed to disk: each second, or each record.", "NBTRACK_SYNC"
        ),
    ] = "second"
    system_metrics: Annotated[
        bool,
        variable(
            "Whether runs sample processor, memory, disk and network.",
            "NBTRACK_SYSTEM_METRICS",
            "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING",
        ),
    ] = False
    system_metrics_interval_seconds: Annotated[
        float,
        variable(
            "Seconds between two samples.",
            "NBTRACK_SYSTEM_METRICS_INTERVAL",
            "MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL",
        ),
    ] = 10.0
    system_metrics_samples: Annotated[
        int,
        variable(
            "Samples that make one point.",
            "NBTRACK_SYSTEM_METRICS_SAMPLES",
            "MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING",
        ),
    ] = 1
    system_metrics_node_id: Annotated[
        str | None,
        variable(
            "This machine's name in the keys of samples, where several log to one run.",
            "NBTRACK_SYSTEM_METRICS_NODE_ID",
            "MLFLOW_SYSTEM_METRICS_NODE_ID",
        ),
    ] = None
    redact: Annotated[
        bool,
        variable(
            "Whether passwords, tokens and keys are taken out before anything is written.",
            "NBTRACK_REDACT",
        ),
    ] = True
    webhook_seconds: Annotated[
        float,
        variable(
            "How long an attempt to deliver to a webhook may take, in seconds.",
            "NBTRACK_WEBHOOK_SECONDS",
            "MLFLOW_WEBHOOK_REQUEST_TIMEOUT",
        ),
    ] = 30.0
    webhook_attempts: Annotated[
        int,
        variable(
            "How often a delivery is tried before it is given up.", "NBTRACK_WEBHOOK_ATTEMPTS"
        ),
    ] = 8
    webhook_wait_seconds: Annotated[
        float,
        variable(
            "Seconds before the second attempt of a delivery; the waits after it grow fourfold.",
            "NBTRACK_WEBHOOK_WAIT",
        ),
    ] = 2.0
    webhook_private_addresses: Annotated[
        bool,
        variable(
            "Whether webhooks may point to this machine and its network.",
            "NBTRACK_WEBHOOK_PRIVATE_ADDRESSES",
            "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS",
        ),
    ] = True
    active_model_id: Annotated[
        str | None,
        variable(
            "The logged model that metrics speak of, where none is set.",
            "NBTRACK_ACTIVE_MODEL_ID",
            "MLFLOW_ACTIVE_MODEL_ID",
        ),
    ] = None
    allow_pickle: Annotated[
        bool,
        variable(
            "Whether models that you did not log yourself may run code as they are read.",
            "NBTRACK_ALLOW_PICKLE",
        ),
    ] = False
    serving_log: Annotated[
        ServingLog,
        variable(
            "The least that workers of endpoints log; debug has each request, and what exceptions "
            "say, which may hold what clients sent.",
            "NBTRACK_SERVING_LOG",
        ),
    ] = "info"
    quiet: Annotated[
        bool, variable("Whether nbtrack says nothing but warnings.", "NBTRACK_QUIET")
    ] = False


class Tool(msgspec.Struct):
    """The table `[tool]` of a `pyproject.toml`, as far as it is ours."""

    nbtrack: dict[str, Any] = msgspec.field(default_factory=dict)


class Project(msgspec.Struct):
    """A `pyproject.toml`, as far as it is ours."""

    tool: Tool = msgspec.field(default_factory=Tool)


class Setting(NamedTuple):
    """One declared setting, for documentation and the command line."""

    name: str
    type: Any
    default: Any
    variables: tuple[str, ...]
    doc: str


def declared() -> tuple[Setting, ...]:
    """All settings, in order."""
    hints = get_type_hints(Settings, include_extras=True)
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    found = []
    for name, hint in hints.items():
        kind, meta = get_args(hint)
        default = {} if fields[name].default is msgspec.NODEFAULT else fields[name].default
        found.append(
            Setting(name, kind, default, (meta.extra or {})["variables"], meta.description or "")
        )
    return tuple(found)


def read(environ: Mapping[str, str] = os.environ, start: Path | None = None) -> Settings:
    """The settings as they stand now; what is not set, or empty, has its default.

    Args:
        environ: The environment.
        start: Where the search for `pyproject.toml` begins, upwards; the working directory else.

    Raises:
        InvalidValue: A value that cannot be taken; the message says what can.
    """
    table = project_table(start)
    values: dict[str, Any] = {}
    for setting in declared():
        for name in setting.variables:
            if environ.get(name):
                values[setting.name] = parsed(setting, name, environ[name])
                break
        else:
            if setting.name in table:
                values[setting.name] = parsed(setting, setting.name, table[setting.name])
    return Settings(**values)


def parsed(setting: Setting, name: str, value: Any) -> Any:
    """A value as its setting's type."""
    if setting.type is bool and isinstance(value, str):
        if value.strip().lower() in TRUE + FALSE:
            return value.strip().lower() in TRUE
        raise InvalidValue(f"{name} is {value!r}; there are {', '.join(TRUE + FALSE)}")
    try:
        if setting.type == dict[str, str] and isinstance(value, str):
            return decode(value, setting.type)
        return convert(value, setting.type, strict=False)
    except (msgspec.ValidationError, msgspec.DecodeError):
        raise InvalidValue(f"{name} is {value!r}; {expected(setting.type)}") from None


def expected(kind: Any) -> str:
    """What a type takes, for a message."""
    if get_origin(kind) is Literal:
        return f"there are {', '.join(get_args(kind))}"
    if kind in (int, float):
        return f"a {'whole ' if kind is int else ''}number is expected"
    if kind == dict[str, str]:
        return 'a JSON object of texts is expected, as {"team": "vision"}'
    return "a text is expected"


def project_table(start: Path | None) -> dict[str, Any]:
    """`[tool.nbtrack]` of the nearest `pyproject.toml`, not above the git root or the home."""
    try:
        here = (start or Path.cwd()).absolute()
    except FileNotFoundError:  # the working directory was deleted
        return {}
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is no home
    for folder in (here, *here.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            return table_in(path)
        if folder == home or (folder / ".git").exists():
            break
    return {}


def table_in(path: Path) -> dict[str, Any]:
    """`[tool.nbtrack]` of one file, its relative places made absolute."""
    import tomllib

    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        table = convert(content, Project).tool.nbtrack
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise InvalidValue(f"{path} cannot be read: {error}; mend it or set NBTRACK_*") from None
    known = [setting.name for setting in declared()]
    for name in table:
        if name not in known:
            raise UnknownName("setting", name, known, f"it stands in [tool.nbtrack] of {path}")
    for name in ("tracking_uri", "artifact_root"):
        if isinstance(table.get(name), str):
            table[name] = anchored(table[name], path.parent)
    return table


def anchored(uri: str, folder: Path) -> str:
    """A place relative to a folder as an absolute one; absolute ones and URLs stay."""
    found = re.fullmatch(r"((?:sqlite|duckdb):///|file:)?(?![/~])(.*)", uri)
    if found is None or re.match(r"\w+:", found[2]):
        return uri
    return f"{found[1] or ''}{folder / found[2]}"
