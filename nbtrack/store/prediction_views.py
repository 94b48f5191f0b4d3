"""The documented views of the prediction log, stable for SQL and other tools."""

from __future__ import annotations

from nbtrack.store.prediction_inputs import INPUTS
from nbtrack.store.view import MILLISECONDS, View, moment

__all__ = ["PREDICTION_VIEWS"]

PREDICTION_VIEWS: tuple[View, ...] = (
    View(
        "predictions",
        "Rows that models answered, as endpoints and `log_predictions` kept them.",
        {
            "prediction_id": "Its id; of a request of several rows with a slash and its place.",
            "moment": MILLISECONDS,
            "asked": "When, UTC.",
            "endpoint_id": "The endpoint it was asked from, from its start to its end.",
            "endpoint": "The name of the endpoint.",
            "variant": "Which of the endpoint's models answered.",
            "model_name": "The registered model, if it is one.",
            "version": "The version of it.",
            "model_id": "The logged model.",
            "is_shadow": "Whether the answer went only here.",
            "key": "What the request was routed by, such as a user.",
            "latency": "How long the request took, in seconds.",
            "inputs": "The columns of the row, as JSON: inputs->>'age'.",
            "output": "What the model gave, as JSON.",
            "params": "The params of the request, as JSON.",
            "error": "Why there is no output.",
        },
        f"SELECT prediction_id, moment, {moment('moment')} AS asked, endpoint_id, endpoint,"
        " variant, model_name, version, model_id, is_shadow, key, latency,"
        f" {INPUTS} AS inputs, output, params, error FROM core.predictions",
    ),
    View(
        "labels",
        "What turned out to be true; where there are several of a name, the last one is.",
        {
            "label": "What it is called: label, reward, churned.",
            "prediction_id": "The prediction it is of, if it was told by its id.",
            "key": "The key whose predictions it is of, if it was told by that.",
            "endpoint": "The only endpoint that a label of a key is for, if there is one.",
            "value": "Its value, as text.",
            "number": "Its value as a number, if it is one; true is 1.",
            "moment": MILLISECONDS,
            "known": "When it became known, UTC.",
        },
        "SELECT label, prediction_id, key, of_endpoint AS endpoint,"
        " json_extract_string(value, '$') AS value, CASE value WHEN 'true' THEN 1"
        " WHEN 'false' THEN 0 ELSE try_cast(value AS DOUBLE) END AS number, moment,"
        f" {moment('moment')} AS known FROM core.labels",
    ),
)
