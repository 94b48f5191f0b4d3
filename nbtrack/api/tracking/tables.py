"""Tables as artifacts: logged and added to by rows, read back over several runs."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from nbtrack.api.files import documents
from nbtrack.api.files.paths import artifact_path
from nbtrack.api.files.run_files import keep_bytes, kept_below, opened
from nbtrack.api.runs.current_experiment import experiment_for
from nbtrack.api.session import Session, session
from nbtrack.api.tracking.artifacts import target
from nbtrack.capture.frame_redaction import redact_frame
from nbtrack.capture.guard import guarded
from nbtrack.capture.open_run import OpenRun
from nbtrack.errors import InvalidValue, MissingPackage, NotFound
from nbtrack.query.tree import Rows, RunTable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add_rows", "load_table", "log_table", "table_of"]

Result = TypeVar("Result")

FORMATS = (".json", ".csv", ".parquet")


class Locks:
    """One lock for each table that is added to, so that no thread's rows get lost."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Have none, in a forked child."""
        self.guard = threading.Lock()
        self.by_table: dict[tuple[str, str], threading.Lock] = {}

    def of(self, run_id: str, path: str) -> threading.Lock:
        """The lock of a table."""
        with self.guard:
            return self.by_table.setdefault((run_id, path), threading.Lock())


locks = Locks()
os.register_at_fork(after_in_child=locks.renew)


@guarded
def log_table(
    data: pd.DataFrame | Mapping[str, Any], artifact_file: str, run_id: str | None = None
) -> None:
    """Keep a table with the run; if the run has it already, the rows are added to it.

    Columns that are named as secrets, and texts that look like one, are redacted.

    Args:
        data: A DataFrame, or a dict of columns (of single values: one row).
        artifact_file: Its path, ending in .json, .csv or .parquet.
        run_id: The run, if not the active one.

    Example:
        >>> import nbtrack
        >>> with nbtrack.start_run():
        ...     nbtrack.log_table({"question": ["1+1"], "answer": ["2"]}, "answers.json")
        ...     nbtrack.log_table({"question": ["2+2"], "answer": ["4"]}, "answers.json")
        >>> nbtrack.load_table("answers.json")["answer"].tolist()
        ['2', '4']
    """
    frame, path = redact_frame(frame_of(data)), table_path(artifact_file)
    here, run = target(run_id)
    add_rows(here, run, frame, path)


def frame_of(data: Any) -> pd.DataFrame:
    """A table as a DataFrame."""
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return data
    if not isinstance(data, Mapping):
        raise InvalidValue(
            f"log_table takes a DataFrame or a dict of columns, not a {type(data).__name__}"
        )
    is_row = not any(pd.api.types.is_list_like(column) for column in data.values())
    try:
        return pd.DataFrame({key: [value] for key, value in data.items()} if is_row else data)
    except ValueError as problem:
        raise InvalidValue(f"these columns make no table: {problem}") from problem


def table_path(artifact_file: str) -> str:
    """The path of a table, of a format that can be written."""
    path = artifact_path(artifact_file, "artifact file")
    if PurePosixPath(path).suffix.lower() not in FORMATS:
        raise InvalidValue(
            f"a table is kept as {', '.join(FORMATS)}, not as {artifact_file!r}; "
            f"a file of any other kind is logged with log_artifact"
        )
    return path


def add_rows(here: Session, run: OpenRun, frame: pd.DataFrame, path: str) -> None:
    """Keep a table, after the rows it has already."""
    import pandas as pd

    with locks.of(run.run_id, path):
        if any(file.path == path for file in kept_below(here, run.run_id, path)):
            frame = pd.concat([table_of(here, run.run_id, path), frame], ignore_index=True)
        keep_bytes(here, run, table_bytes(frame, path), path)


def table_bytes(frame: pd.DataFrame, path: str) -> bytes:
    """A table in the format of its path."""
    match PurePosixPath(path).suffix.lower():
        case ".csv":
            return frame.to_csv(index=False).encode()
        case ".parquet":
            buffer = io.BytesIO()
            with_arrow(lambda: frame.to_parquet(buffer, index=False))
            return buffer.getvalue()
        case _:
            text = frame.to_json(
                orient="split",
                index=False,
                date_format="iso",
                double_precision=15,
                default_handler=str,
            )
            return str(text).encode()


def table_of(here: Session, run_id: str, path: str) -> pd.DataFrame:
    """A table that a run has."""
    import pandas as pd

    with opened(here, run_id, path) as file:
        content = io.BytesIO(file.read())
    match PurePosixPath(path).suffix.lower():
        case ".csv":
            return pd.read_csv(content)
        case ".parquet":
            return with_arrow(lambda: pd.read_parquet(content))
        case _:
            split = documents.read(content.read().decode(), path)
            return pd.DataFrame(split["data"], columns=split["columns"])


def with_arrow(act: Callable[[], Result]) -> Result:
    """Do what needs pyarrow, where it is installed."""
    try:
        return act()
    except ImportError as problem:
        raise MissingPackage("pyarrow", "to keep a table as .parquet") from problem


def load_table(
    artifact_file: str,
    run_ids: list[str] | None = None,
    extra_columns: list[str] | None = None,
) -> pd.DataFrame:
    """The rows of a table over several runs, one after another.

    Args:
        artifact_file: Its path in each run.
        run_ids: The runs; all of the active experiment that have it, if not given.
        extra_columns: Columns of `search_runs` to add to each row, such as "run_id".

    Raises:
        NotFound: None of the runs has it.
    """
    here = session()
    return collected(here, experiment_for(here, None), artifact_file, run_ids, extra_columns or ())


def collected(
    here: Session,
    experiment_id: str,
    artifact_file: str,
    run_ids: Sequence[str] | None,
    extra_columns: Sequence[str],
) -> pd.DataFrame:
    """The rows of a table over the runs of an experiment, with columns of the runs beside."""
    import pandas as pd

    path = table_path(artifact_file)
    columns = ("run_id", *(name for name in extra_columns if name != "run_id"))
    where = (experiment_id,) if run_ids is None else None
    asked = RunTable(where, columns=columns)
    runs = here.store.fetch(asked).columns
    rows = {run_id: place for place, run_id in enumerate(runs["run_id"])}
    wanted = list(rows) if run_ids is None else list(run_ids)
    frames = []
    for run_id in having(here, wanted, path):
        frame = table_of(here, run_id, path)
        for name in extra_columns:
            frame[name] = runs[name][rows[run_id]]
        frames.append(frame)
    if not frames:
        raise NotFound(f"none of {len(wanted)} runs has a table {artifact_file!r}")
    return pd.concat(frames, ignore_index=True)


def having(here: Session, run_ids: Sequence[str], path: str) -> list[str]:
    """The runs that have a file, in the order given."""
    kept = here.store.fetch(Rows("artifacts", tuple(run_ids))).columns
    found = {
        run
        for run, name, digest in zip(kept["run_id"], kept["path"], kept["digest"], strict=True)
        if name == path and digest is not None
    }
    return [run_id for run_id in run_ids if run_id in found]
