"""The part of `MlflowClient` that keeps and reads files, and which store it does so in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from nbtrack.api.files.figures import figure_bytes, image_bytes
from nbtrack.api.files.paths import leaves
from nbtrack.api.files.run_files import delete_files, fetch, keep_bytes, keep_files, list_files
from nbtrack.api.runs.start import run_to_write
from nbtrack.api.session import Session, session, session_for
from nbtrack.api.tracking import artifacts, tables
from nbtrack.capture.open_run import OpenRun
from nbtrack.records.entities import FileInfo

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StoreClient"]


class StoreClient:
    """A store of one's choice, and the files of its runs."""

    def __init__(
        self,
        tracking_uri: str | os.PathLike[str] | None = None,
        registry_uri: str | None = None,
    ) -> None:
        """Choose a store.

        Args:
            tracking_uri: As in `set_tracking_uri`; the active store, if not given.
            registry_uri: Accepted as in MLflow.
        """
        self.store_session = None if tracking_uri is None else session_for(tracking_uri)
        self.registry_uri = registry_uri

    @property
    def here(self) -> Session:
        """The store in use."""
        return self.store_session or session()

    @property
    def tracking_uri(self) -> str:
        """The URI of the store in use."""
        return self.here.folder.path.as_uri()

    def writable(self, run_id: str) -> OpenRun:
        """A run to write to; NotFound if there is none, InvalidValue if it is deleted."""
        return run_to_write(run_id, self.here)

    def log_artifact(
        self, run_id: str, local_path: str | os.PathLike[str], artifact_path: str | None = None
    ) -> None:
        """Keep a local file, or a folder with all in it, with a run."""
        found = artifacts.local_leaves(local_path)
        keep_files(self.here, self.writable(run_id), found, artifact_path)

    def log_artifacts(
        self, run_id: str, local_dir: str | os.PathLike[str], artifact_path: str | None = None
    ) -> None:
        """Keep all files of a local folder with a run."""
        keep_files(self.here, self.writable(run_id), leaves(local_dir), artifact_path)

    def log_text(self, run_id: str, text: str, artifact_file: str) -> None:
        """Keep a text as a file of a run."""
        self.keep(run_id, artifacts.text_bytes(text), artifact_file)

    def log_dict(self, run_id: str, dictionary: Any, artifact_file: str) -> None:
        """Keep a dict or list as JSON, or as YAML if the file's name ends so."""
        self.keep(run_id, artifacts.document_bytes(dictionary, artifact_file), artifact_file)

    def log_figure(
        self,
        run_id: str,
        figure: Any,
        artifact_file: str,
        *,
        save_kwargs: dict[str, Any] | None = None,
    ) -> None:
        """Keep a figure of matplotlib, seaborn or plotly."""
        self.keep(run_id, figure_bytes(figure, artifact_file, save_kwargs), artifact_file)

    def log_image(  # noqa: PLR0917 - MLflow's signature
        self,
        run_id: str,
        image: Any,
        artifact_file: str | None = None,
        key: str | None = None,
        step: int | None = None,
        timestamp: int | None = None,
        synchronous: bool | None = None,  # noqa: ARG002, FBT001 - MLflow's signature
    ) -> None:
        """Keep a picture: under a file's name, or with a key as one of a series of steps."""
        path = artifacts.image_path(artifact_file, key, step, timestamp)
        self.keep(run_id, image_bytes(image, path), path)

    def log_stream(self, run_id: str, stream: BinaryIO, artifact_file: str) -> None:
        """Keep what a binary stream still holds as a file of a run."""
        self.keep(run_id, artifacts.checked_stream(stream), artifact_file)

    def log_table(
        self, run_id: str, data: pd.DataFrame | Mapping[str, Any], artifact_file: str
    ) -> None:
        """Keep a table with a run; if the run has it already, the rows are added to it."""
        frame, path = tables.frame_of(data), tables.table_path(artifact_file)
        tables.add_rows(self.here, self.writable(run_id), frame, path)

    def load_table(
        self,
        experiment_id: str,
        artifact_file: str,
        run_ids: list[str] | None = None,
        extra_columns: list[str] | None = None,
    ) -> pd.DataFrame:
        """The rows of a table over the runs of an experiment."""
        return tables.collected(
            self.here, experiment_id, artifact_file, run_ids, extra_columns or ()
        )

    def list_artifacts(self, run_id: str, path: str | None = None) -> list[FileInfo]:
        """What stands directly in a folder of a run."""
        return list_files(self.here, run_id, path)

    def download_artifacts(self, run_id: str, path: str = "", dst_path: str | None = None) -> str:
        """Copy a file or folder of a run to a local folder; the result is where it is."""
        return str(fetch(self.here, run_id, path, dst_path))

    def delete_artifacts(self, run_id: str, path: str | None = None) -> None:
        """Take a file, or all below a path, away from a run."""
        delete_files(self.here, self.writable(run_id), path or "")

    def keep(self, run_id: str, content: bytes | BinaryIO, path: str) -> None:
        """Keep content as a file of a run."""
        keep_bytes(self.here, self.writable(run_id), content, path)
