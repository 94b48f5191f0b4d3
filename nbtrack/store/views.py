"""The documented views in `main`, stable for SQL and other tools, and those of `core` below.

`nbtrack.sql` and any DuckDB tool read these; the comments in the database are the documentation.
"""

from __future__ import annotations

from nbtrack.store.endpoints import ENDPOINT_VIEWS
from nbtrack.store.prediction_views import PREDICTION_VIEWS
from nbtrack.store.registry_views import REGISTRY_VIEWS
from nbtrack.store.tables import EXECUTION_COLUMNS, MODEL_COLUMNS, RUN_COLUMNS, quoted
from nbtrack.store.view import MILLISECONDS, View, moment

__all__ = ["VIEWS", "View", "execution_view", "model_view", "run_view", "view_statements"]


def run_view() -> str:
    """The SELECT of `core.run_view`: runs as they read now.

    A run whose owner is gone shows as KILLED, with the time of its last record; a run of a deleted
    experiment shows as deleted.
    """
    derived = {
        "status": "CASE WHEN gone THEN 'KILLED' ELSE r.status END AS status",
        "end_time": "CASE WHEN gone THEN r.last_time // 1000"
        " WHEN r.status IN ('RUNNING', 'SCHEDULED') THEN NULL ELSE r.end_time END AS end_time",
    }
    columns = ", ".join(derived.get(c.name, f'r."{c.name}"') for c in RUN_COLUMNS)
    return f"""
    SELECT r.run_seq, r.run_id, {columns}, e.name AS experiment_name,
      CASE WHEN e.lifecycle_stage = 'deleted' THEN 'deleted' ELSE r.lifecycle_stage END
        AS lifecycle_stage,
      CASE WHEN e.lifecycle_stage = 'deleted' THEN e.last_update_time ELSE r.deleted_time END
        AS deleted_time, r.last_time, r.updated_seq
    FROM (
      SELECT *, status = 'RUNNING' AND owner IS NOT NULL
        AND owner NOT IN (SELECT owner FROM core.journals WHERE alive) AS gone
      FROM core.runs) r
    LEFT JOIN core.experiments e ON e.experiment_id = r.experiment_id"""


def execution_view() -> str:
    """The SELECT of `core.execution_view`: executions as they read now.

    One that runs in a process that is gone shows as interrupted. A run that was deleted for good
    is not named any more, in whatever order the journals came.
    """
    derived = {
        "status": "CASE WHEN status = 'running' AND owner IS NOT NULL AND owner NOT IN"
        " (SELECT owner FROM core.journals WHERE alive) THEN 'interrupted' ELSE status END"
        " AS status",
        "cell_run": "CASE WHEN cell_run NOT IN (SELECT run_id FROM core.tombstones)"
        " THEN cell_run END AS cell_run",
    }
    columns = ", ".join(derived.get(c.name, c.name) for c in EXECUTION_COLUMNS)
    return f"SELECT execution_id, {columns}, time FROM core.executions"


def model_view() -> str:
    """The SELECT of `core.model_view`: logged models as they read now.

    One that a process did not finish before it was gone shows as FAILED; one of a deleted
    experiment shows as deleted.
    """
    derived = {
        "status": "CASE WHEN gone THEN 'FAILED' ELSE coalesce(m.status, 'PENDING') END AS status",
        "status_message": "CASE WHEN gone THEN 'the process that logged it ended before it was"
        " complete' ELSE m.status_message END AS status_message",
        "last_updated_time": "coalesce(m.last_updated_time, m.time // 1000) AS last_updated_time",
        "creation_time": "coalesce(m.creation_time, m.time // 1000) AS creation_time",
        "lifecycle_stage": "CASE WHEN e.lifecycle_stage = 'deleted' THEN 'deleted'"
        " ELSE coalesce(m.lifecycle_stage, 'active') END AS lifecycle_stage",
    }
    columns = ", ".join(derived.get(c.name, f'm."{c.name}"') for c in MODEL_COLUMNS)
    return f"""
    SELECT m.model_id, {columns}, e.name AS experiment_name, e.artifact_location
    FROM (
      SELECT *, coalesce(status, 'PENDING') = 'PENDING' AND owner IS NOT NULL
        AND owner NOT IN (SELECT owner FROM core.journals WHERE alive) AS gone
      FROM core.logged_models) m
    LEFT JOIN core.experiments e ON e.experiment_id = m.experiment_id"""


MODEL_METRICS = """
    SELECT model_id, key, value, timestamp, step, dataset_name, dataset_digest, run_id
    FROM (
      SELECT *, row_number() OVER (
        PARTITION BY model_id, key, dataset_name, dataset_digest
        ORDER BY step DESC, timestamp DESC, isnan(value), value DESC) AS place
      FROM core.metrics WHERE model_id IS NOT NULL)
    JOIN core.runs USING (run_seq) WHERE place = 1"""
"""The SELECT of `core.model_metrics`: of each metric of a model, on each dataset, the latest."""

MODEL_FILES = """
    SELECT model_id, path, arg_max(digest, (time, digest)) AS digest,
      arg_max(file_size, (time, digest)) AS file_size, arg_max(seal, (time, digest)) AS seal
    FROM core.model_files GROUP BY model_id, path"""
"""The SELECT of `core.model_file_view`: the files of models as they are now."""


RUN_ID = "The run it belongs to."
MODEL_ID = "The logged model it belongs to."
STEP = "The step it was logged at."

VIEWS: tuple[View, ...] = (
    View(
        "experiments",
        "Experiments, the deleted ones too.",
        {
            "experiment_id": "Its id, a string of digits.",
            "name": "Its name, unique among the active ones.",
            "artifact_location": "Where its artifacts go, if not into the store.",
            "lifecycle_stage": "active or deleted.",
            "creation_time": "When it was made, ms since the epoch.",
            "last_update_time": "When it was last changed, ms since the epoch.",
            "created": "When it was made, UTC.",
            "updated": "When it was last changed, UTC.",
        },
        "SELECT experiment_id, name, artifact_location, lifecycle_stage, creation_time,"
        f" last_update_time, {moment('creation_time')} AS created,"
        f" {moment('last_update_time')} AS updated FROM core.experiments",
    ),
    View(
        "experiment_tags",
        "Tags of experiments.",
        {
            "experiment_id": "The experiment it belongs to.",
            "key": "Its name.",
            "value": "Its value.",
        },
        "SELECT experiment_id, key, value FROM core.experiment_tags",
    ),
    View(
        "runs",
        "Runs, the deleted ones too.",
        {
            "run_id": "Its id: 32 hex digits that grow with time.",
            **{column.name: column.doc for column in RUN_COLUMNS},
            "experiment_name": "The name of its experiment.",
            "lifecycle_stage": "active or deleted.",
            "started": "Start, UTC.",
            "ended": "End, UTC.",
            "duration_seconds": "From its start to its end, or to its last record.",
        },
        f"SELECT run_id, {', '.join(c.name for c in RUN_COLUMNS)}, experiment_name,"
        f" lifecycle_stage, {moment('start_time')} AS started, {moment('end_time')} AS ended,"
        " (coalesce(end_time, last_time // 1000) - start_time) / 1000.0 AS duration_seconds"
        " FROM core.run_view",
    ),
    View(
        "executions",
        "Executions of cells, with what each read, wrote and depended on.",
        {
            "execution_id": "Its id.",
            **{
                "run_id" if column.name == "cell_run" else column.name: column.doc
                for column in EXECUTION_COLUMNS
            },
            "started": "Start, UTC.",
            "ended": "End, UTC.",
            "duration_seconds": "From its start to its end.",
        },
        "SELECT execution_id, "
        + ", ".join(
            "cell_run AS run_id" if c.name == "cell_run" else c.name for c in EXECUTION_COLUMNS
        )
        + f", {moment('start_time')} AS started, {moment('end_time')} AS ended,"
        " (end_time - start_time) / 1000.0 AS duration_seconds FROM core.execution_view",
    ),
    View(
        "params",
        "Params of runs.",
        {"run_id": RUN_ID, "key": "Its name.", "value": "Its value, as text."},
        "SELECT run_id, key, value FROM core.params JOIN core.runs USING (run_seq)",
    ),
    View(
        "metrics",
        "Every point of every metric.",
        {
            "run_id": RUN_ID,
            "key": "The name of the metric.",
            "step": STEP,
            "timestamp": MILLISECONDS,
            "value": "Its value; NaN and infinities are kept.",
            "model_id": "The logged model it speaks of, if any.",
            "dataset_name": "The dataset it was measured on, if said.",
            "dataset_digest": "That dataset's digest.",
        },
        "SELECT run_id, key, step, timestamp, value, model_id, dataset_name, dataset_digest"
        " FROM core.metrics JOIN core.runs USING (run_seq)",
    ),
    View(
        "latest_metrics",
        "One row for each metric of a run: its latest point, extremes and number of points.",
        {
            "run_id": RUN_ID,
            "key": "The name of the metric.",
            "step": "The greatest step.",
            "timestamp": "When that was logged, ms since the epoch.",
            "value": "The value there.",
            "min": "The least of all its values, NaN apart.",
            "max": "The greatest of all its values, NaN apart.",
            "n": "How many points there are.",
        },
        "SELECT run_id, key, step, timestamp, value, min, max, n"
        " FROM core.latest JOIN core.runs USING (run_seq)",
    ),
    View(
        "tags",
        "Tags of runs.",
        {"run_id": RUN_ID, "key": "Its name.", "value": "Its value."},
        "SELECT run_id, key, value FROM core.tags JOIN core.runs USING (run_seq)"
        " WHERE value IS NOT NULL",
    ),
    View(
        "artifacts",
        "Files of runs.",
        {
            "run_id": RUN_ID,
            "path": "Its path within the run.",
            "digest": "The SHA-256 of its bytes.",
            "file_size": "Its size in bytes.",
        },
        "SELECT run_id, path, digest, file_size FROM core.artifacts"
        " JOIN core.runs USING (run_seq) WHERE digest IS NOT NULL",
    ),
    View(
        "datasets",
        "Datasets that runs read.",
        {
            "run_id": RUN_ID,
            "name": "Its name.",
            "digest": "The digest of its content.",
            "context": "What it was used for, if said: training, testing …",
            "source_type": "Which kind of source it came from.",
            "source": "Where it came from, as JSON.",
            "schema": "Its columns, as JSON.",
            "profile": "Its size and alike, as JSON.",
        },
        "SELECT run_id, name, digest, json_extract_string(tags, '$.\"mlflow.data.context\"')"
        " AS context, source_type, source, schema, profile"
        " FROM core.inputs JOIN core.runs USING (run_seq)",
    ),
    View(
        "param_conflicts",
        "Params that two processes wrote with different values: the first was kept.",
        {
            "run_id": RUN_ID,
            "key": "The name of the param.",
            "kept": "The value that stays.",
            "refused": "The value that came second.",
        },
        "SELECT run_id, key, kept, refused FROM core.param_conflicts"
        " JOIN core.runs USING (run_seq)",
    ),
    View(
        "logged_models",
        "Logged models, the deleted ones too.",
        {
            "model_id": "Its id: m- and 32 hex digits that grow with time.",
            **{column.name: column.doc for column in MODEL_COLUMNS},
            "experiment_name": "The name of its experiment.",
            "created": "When it was begun, UTC.",
            "updated": "When it was last changed, UTC.",
        },
        f"SELECT model_id, {', '.join(c.name for c in MODEL_COLUMNS)}, experiment_name,"
        f" {moment('creation_time')} AS created, {moment('last_updated_time')} AS updated"
        " FROM core.model_view",
    ),
    View(
        "model_files",
        "Files of logged models.",
        {
            "model_id": MODEL_ID,
            "path": "Its path within the model.",
            "digest": "The SHA-256 of its bytes.",
            "file_size": "Its size in bytes.",
        },
        "SELECT model_id, path, digest, file_size FROM core.model_file_view",
    ),
    View(
        "model_params",
        "Params of logged models.",
        {"model_id": MODEL_ID, "key": "Its name.", "value": "Its value, as text."},
        "SELECT model_id, key, value FROM core.model_params",
    ),
    View(
        "model_tags",
        "Tags of logged models.",
        {"model_id": MODEL_ID, "key": "Its name.", "value": "Its value."},
        "SELECT model_id, key, value FROM core.model_tags WHERE value IS NOT NULL",
    ),
    View(
        "model_links",
        "Which logged models runs made or read.",
        {
            "run_id": "The run.",
            "model_id": "The logged model.",
            "kind": "output or input.",
            "step": "The step it was logged at.",
        },
        "SELECT run_id, model_id, kind, step FROM core.model_links JOIN core.runs USING (run_seq)",
    ),
    *PREDICTION_VIEWS,
    *ENDPOINT_VIEWS,
    *REGISTRY_VIEWS,
)


def view_statements() -> list[str]:
    """The statements that make or renew each view, with its documentation."""
    statements = [
        f"CREATE OR REPLACE VIEW core.run_view AS {run_view()}",
        f"CREATE OR REPLACE VIEW core.execution_view AS {execution_view()}",
        f"CREATE OR REPLACE VIEW core.model_view AS {model_view()}",
        f"CREATE OR REPLACE VIEW core.model_metrics AS {MODEL_METRICS}",
        f"CREATE OR REPLACE VIEW core.model_file_view AS {MODEL_FILES}",
    ]
    for view in VIEWS:
        statements += [
            f"CREATE OR REPLACE VIEW main.{view.name} AS {view.select}",
            f"COMMENT ON VIEW main.{view.name} IS {quoted(view.doc)}",
        ]
        statements += [
            f'COMMENT ON COLUMN main.{view.name}."{name}" IS {quoted(doc)}'
            for name, doc in view.columns.items()
        ]
    return statements
