"""What a model said, written to where it was asked for: JSON, or a table by the file's ending."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbtrack.errors import InvalidValue, MissingPackage
from nbtrack.hosts.command_line import output

__all__ = ["answer_target", "answer_text", "write_answer"]

WRITTEN = (".json", ".jsonl", ".ndjson", ".csv", ".parquet", ".pq")
"""Endings of files; one without any is JSON, as MLflow writes it."""


def answer_target(path: str) -> Path:
    """The file that an answer goes to.

    Raises:
        InvalidValue: It is a folder, or its ending is of a format that is not written.
    """
    target = Path(path).expanduser()
    if path.endswith("/") or target.is_dir():
        raise InvalidValue(
            f"{path} is a folder, which takes predictions of a table: say -i with a file of CSV, "
            f"JSON lines or Parquet, or a file for -o"
        )
    if target.suffix and target.suffix.lower() not in WRITTEN:
        raise InvalidValue(
            f"predictions are not written to {target.name!r}; the file ends in "
            f"{', '.join(WRITTEN[:-1])} or {WRITTEN[-1]}"
        )
    return target


def answer_text(answer: Any) -> str:
    """What a model says as the answer of a server."""
    return output.json_text({"predictions": plain(answer)})


def write_answer(target: Path, answer: Any) -> None:
    """Write what a model says in the format of a file's ending.

    Raises:
        InvalidValue: It is no table, or the file may not be written.
    """
    kind = target.suffix.lower()
    frame = table_of(answer) if kind not in {"", ".json"} else None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if frame is None:
            target.write_text(answer_text(answer), encoding="utf-8")
        elif kind == ".csv":
            frame.to_csv(target, index=False)
        elif kind in {".jsonl", ".ndjson"}:
            frame.to_json(target, orient="records", lines=True)
        else:
            frame.set_axis(list(map(str, frame.columns)), axis=1).to_parquet(target, index=False)
    except ImportError as error:
        raise MissingPackage("pyarrow", "to write Parquet") from error
    except OSError as error:
        raise InvalidValue(f"{target} cannot be written: {error.strerror or error}") from error


def plain(answer: Any) -> Any:
    """What a model says, as JSON has it: a frame as records, a column as a list."""
    if hasattr(answer, "to_dict") and hasattr(answer, "columns"):
        return answer.to_dict(orient="records")
    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    if isinstance(answer, dict):
        return {str(key): plain(it) for key, it in answer.items()}
    if isinstance(answer, list | tuple):
        return [plain(it) for it in answer]
    return answer


def table_of(answer: Any) -> Any:
    """What a model says as a frame: as it is, else the column `prediction`, or several.

    Raises:
        InvalidValue: It is no table.
    """
    import pandas as pd

    if isinstance(answer, pd.DataFrame):
        return answer
    try:
        frame = pd.DataFrame(answer)
    except (ValueError, TypeError) as error:
        raise InvalidValue(f"what the model says is no table, so use .json: {error}") from error
    if len(frame.columns) == 1:
        frame.columns = ["prediction"]
    return frame
