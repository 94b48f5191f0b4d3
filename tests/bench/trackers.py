"""The trackers behind one small surface, so that every side does the same work."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["count", "opened", "uri_of"]

Tracker = Any


def uri_of(side: str, folder: Path) -> str:
    """Where a side keeps its store below a folder."""
    places = {
        "nbtrack": str(folder / "store.nbtrack"),
        "mlflow": f"sqlite:///{folder}/mlflow.db",
        "mlflow-files": (folder / "mlruns").as_uri(),
    }
    return places[side]


class Fluent:
    """nbtrack and mlflow, which share a vocabulary."""

    def __init__(self, side: str, folder: Path) -> None:
        self.module = importlib.import_module(side.removesuffix("-files"))
        self.module.set_tracking_uri(uri_of(side, folder))
        self.module.set_experiment("bench")

    def start(self, name: str, params: dict[str, Any] | None = None) -> None:
        self.module.start_run(run_name=name)
        if params:
            self.module.log_params(params)

    @property
    def log(self) -> Callable[[str, float, int], None]:
        return self.module.log_metric

    def log_many(self, metrics: dict[str, float]) -> None:
        self.module.log_metrics(metrics)

    def end(self) -> None:
        self.module.end_run()


class Trackio:
    """trackio, with nothing sent anywhere and no monitors of its own."""

    def __init__(self, folder: Path) -> None:
        self.module = importlib.import_module("trackio")

    def start(self, name: str, params: dict[str, Any] | None = None) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            self.module.init(
                project="bench",
                name=name,
                config=params,
                embed=False,
                auto_log_gpu=False,
                auto_log_cpu=False,
            )

    @property
    def log(self) -> Callable[[str, float, int], None]:
        log = self.module.log
        return lambda key, value, step: log({key: value}, step)

    def log_many(self, metrics: dict[str, float]) -> None:
        self.module.log(metrics)

    def end(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            self.module.finish()


def opened(side: str, folder: Path) -> Tracker:
    """A side, ready to start runs below a folder."""
    return Trackio(folder) if side == "trackio" else Fluent(side, folder)


def count(side: str, folder: Path) -> int:
    """How many points anybody can read: by SQL on every side that has some."""
    if side == "nbtrack":
        import nbtrack

        if not nbtrack.is_tracking_uri_set() or nbtrack.get_tracking_uri() != uri_of(side, folder):
            nbtrack.set_tracking_uri(uri_of(side, folder))
        return int(nbtrack.sql("select count(*) as n from metrics")["n"][0])
    database = folder / ("mlflow.db" if side == "mlflow" else "trackio/bench.db")
    if not database.exists():
        return 0
    with contextlib.closing(sqlite3.connect(database, timeout=30)) as connection:
        try:
            if side == "mlflow":
                return int(connection.execute("select count(*) from metrics").fetchone()[0])
            rows = connection.execute("select metrics from metrics").fetchall()
        except sqlite3.OperationalError:
            return 0  # made, but without its tables yet
    return sum(len(json.loads(text)) for (text,) in rows)
