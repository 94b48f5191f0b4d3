"""The last label of a name that each prediction has, as rows: of its id, its request or its key."""

from __future__ import annotations

__all__ = ["LABELLED"]

LABELLED = """(
    SELECT prediction_id, json_extract_string(arg_max(value, (moment, time, value)), '$') AS value
    FROM (
      WITH told AS (SELECT * FROM core.labels WHERE label = ?)
      SELECT t.prediction_id, t.value, t.moment, t.time FROM told t
      WHERE t.prediction_id IS NOT NULL
      UNION ALL
      SELECT p.prediction_id, t.value, t.moment, t.time
      FROM core.predictions p JOIN told t ON t.prediction_id = split_part(p.prediction_id, '/', 1)
      WHERE contains(p.prediction_id, '/')
      UNION ALL
      SELECT p.prediction_id, t.value, t.moment, t.time
      FROM core.predictions p JOIN told t ON t.key = p.key
      WHERE t.of_endpoint IS NULL OR t.of_endpoint = p.endpoint)
    GROUP BY prediction_id)"""
"""Of several labels the one counts that became known last; its name is the one value to fill in."""
