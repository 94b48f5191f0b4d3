"""How far a store is, and which runs changed since; for whoever shows it live."""

from __future__ import annotations

from nbtrack.query.tree import Changes
from nbtrack.store import meta
from nbtrack.store.protocol import Answer, Cursor

__all__ = ["answer_changes"]


def answer_changes(question: Changes, cursor: Cursor) -> Answer:
    """One row: `seq`, `acts` and `model_acts` (they only grow), `owners`, `run_ids`, `is_many`.

    `seq` counts what journals brought; `acts` what was done under the lock, `model_acts` to models.
    `owners` are the processes with a journal that live, as far as it was taken in.
    """
    seq = meta.get_number(cursor, "updated_seq")
    acts, model_acts = cursor.execute(
        "SELECT coalesce(max(number), 0), coalesce(max(number) FILTER (model IS NOT NULL), 0)"
        " FROM core.registry_log"
    ).fetchone()
    run_ids: list[str] = []
    if question.since is not None and question.since < seq:
        rows = cursor.execute(
            "SELECT run_id FROM core.runs WHERE updated_seq > ? ORDER BY run_seq DESC LIMIT ?",
            [question.since, question.limit + 1],
        ).fetchall()
        run_ids = [run_id for (run_id,) in rows]
    owners = cursor.execute("SELECT DISTINCT owner FROM core.journals WHERE alive").fetchall()
    is_many = len(run_ids) > question.limit
    told = {
        "seq": seq,
        "acts": acts,
        "model_acts": model_acts,
        "owners": [owner for (owner,) in owners],
        "run_ids": [] if is_many else run_ids,
        "is_many": is_many,
    }
    return Answer({name: [value] for name, value in told.items()})
