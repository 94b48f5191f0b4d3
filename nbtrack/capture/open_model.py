"""A logged model that this process writes: checks what it is handed, and writes records of it.

Nothing of its files is seen before `finish`, which writes them with the state in one record.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.redaction import redact_text
from nbtrack.capture.seal import seal_of
from nbtrack.errors import InvalidValue
from nbtrack.journal.writer import JournalWriter
from nbtrack.records.ids import next_time, now_ms
from nbtrack.records.logged_model import LoggedModelStatus, ModelLink, ModelRecord
from nbtrack.records.record import Record

__all__ = ["ModelFile", "OpenModel"]

FILES_AT_ONCE = 5_000
"""Files in one record: at 200 bytes each it stays about a megabyte."""


class ModelFile(NamedTuple):
    """A file of a model: its path there, the SHA-256 of its bytes, their number, and the seal.

    The seal says that this user logged the content; it is empty where nobody vouches for it.
    """

    path: str
    digest: str
    size: int
    seal: str = ""

    def sealed(self) -> ModelFile:
        """The same, vouched for by this user."""
        return self._replace(seal=seal_of(self.digest))


class OpenModel:
    """A logged model that can be written to; safe to share among threads."""

    def __init__(
        self,
        writer: JournalWriter,
        model_id: str,
        *,
        experiment_id: str | None = None,
        name: str | None = None,
        source_run_id: str | None = None,
    ) -> None:
        self.writer = writer
        self.model_id = model_id
        self.experiment_id = experiment_id
        self.name = name
        self.source_run_id = source_run_id
        self.creation_time = now_ms()
        self.status = "PENDING"
        self.params: dict[str, str] = {}
        self.files: dict[str, ModelFile] = {}
        """What `finish` writes, by path."""
        self.lock = threading.RLock()

    def begin(
        self,
        *,
        model_type: str | None = None,
        user_id: str | None = None,
        params: Mapping[Any, Any] | None = None,
        tags: Mapping[Any, Any] | None = None,
        owned: bool = True,
    ) -> None:
        """Write that it is PENDING.

        Args:
            model_type: What kind it is.
            user_id: Who logs it.
            params: Its first params.
            tags: Its first tags.
            owned: Whether it has failed if this process ends before it is finished.
        """
        self.params = dict(OpenRun.param_text(*pair) for pair in (params or {}).items())
        self.writer.write(
            ModelRecord(
                self.model_id,
                experiment_id=self.experiment_id,
                name=self.name,
                model_type=redact_text(model_type) if model_type else None,
                source_run_id=self.source_run_id,
                user_id=user_id,
                status=self.status,
                creation_time=self.creation_time,
                last_updated_time=self.creation_time,
                owner=self.writer.owner if owned else None,
                params=self.params.copy(),
                tags={**OpenRun.tag_texts(tags or {})},
                time=next_time(),
            )
        )

    def link(self, run_id: str, step: int = 0) -> None:
        """Write that a run made it."""
        self.writer.write(ModelLink(run_id, self.model_id, "output", step, next_time()))

    def add_files(self, files: Iterable[ModelFile]) -> None:
        """Have files that become part of it when it is finished."""
        with self.lock:
            self.files |= {file.path: file for file in files}

    def keep_files(self) -> None:
        """Write the files it was given as they are now, without finishing it."""
        with self.lock:
            *parts, last = self.taken()
            self.writer.write_all([self.change(part) for part in (*parts, last) if part])

    def set_tags(self, tags: Mapping[Any, Any]) -> None:
        """Write tags; the last value of each stays."""
        self.writer.write(self.change(tags={**OpenRun.tag_texts(tags)}))

    def delete_tag(self, key: str) -> None:
        """Write that a tag is taken away."""
        self.writer.write(self.change(tags={key: None}))

    def log_params(self, params: Mapping[Any, Any]) -> None:
        """Write params, all or none.

        Raises:
            InvalidValue: One of them was logged before with another value.
        """
        texts = dict(OpenRun.param_text(*pair) for pair in params.items())
        with self.lock:
            for key, text in texts.items():
                old = self.params.get(key, text)
                if old != text:
                    raise InvalidValue(
                        f"param {key!r} of model {self.model_id} was logged already with the "
                        f"value {old!r} and cannot become {text!r}; log the model anew"
                    )
            self.writer.write(self.change(params=texts))
            self.params |= texts

    def finish(self, status: str = "READY", message: str | None = None) -> None:
        """Write how it ended, with its files, in one record: both are seen or neither is.

        Args:
            status: READY or FAILED.
            message: Why it failed.

        Raises:
            InvalidValue: It is no state that a model ends in.
        """
        if status not in {LoggedModelStatus.READY, LoggedModelStatus.FAILED}:
            raise InvalidValue(f"a logged model ends as READY or FAILED, not {status!r}")
        told = redact_text(message) if message else None
        with self.lock:
            *early, last = self.taken()
            records: list[Record] = [self.change(part) for part in early]
            records.append(self.change(last, status=str(status), status_message=told))
            self.writer.write_all(records)
            self.status = str(status)
        self.writer.sync_soon()

    def change_stage(self, stage: str) -> None:
        """Write that it is deleted, or active again."""
        self.writer.write(self.change(lifecycle_stage=stage))

    def taken(self) -> list[list[ModelFile]]:
        """The files it was given, in parts of a record's size; there is one part at least."""
        files = sorted(self.files.values())
        self.files = {}
        starts = range(0, max(len(files), 1), FILES_AT_ONCE)
        return [files[start : start + FILES_AT_ONCE] for start in starts]

    def change(self, files: Iterable[ModelFile] = (), **fields: Any) -> ModelRecord:
        """The record of a change made now."""
        columns = [list(column) for column in zip(*files, strict=True)] or [[], [], [], []]
        paths, digests, sizes, seals = columns
        return ModelRecord(
            self.model_id,
            last_updated_time=now_ms(),
            paths=paths,
            digests=digests,
            sizes=sizes,
            seals=seals,
            time=next_time(),
            **fields,
        )
