"""The documented views of the registry, which `views` lists with the others."""

from __future__ import annotations

from nbtrack.store.view import MILLISECONDS, View, moment

__all__ = ["REGISTRY_VIEWS"]

NAME = "The name of the registered model."
VERSION = "Its version."
OF_VERSION = """
    JOIN core.model_versions v USING (version_seq)
    JOIN core.registered_models m USING (model_seq)"""

REGISTRY_VIEWS: tuple[View, ...] = (
    View(
        "registered_models",
        "Registered models.",
        {
            "name": "Its name.",
            "description": "What is said of it.",
            "user_id": "Who made it.",
            "last_version": "The number of its newest version, deleted ones counted.",
            "creation_timestamp": "When it was made, ms since the epoch.",
            "last_updated_timestamp": "When it was last changed, ms since the epoch.",
            "created": "When it was made, UTC.",
            "updated": "When it was last changed, UTC.",
        },
        "SELECT name, description, user_id, last_version, creation_timestamp,"
        f" last_updated_timestamp, {moment('creation_timestamp')} AS created,"
        f" {moment('last_updated_timestamp')} AS updated FROM core.registered_models",
    ),
    View(
        "registered_model_tags",
        "Tags of registered models.",
        {"name": NAME, "key": "Its name.", "value": "Its value."},
        "SELECT m.name, t.key, t.value FROM core.registered_model_tags t"
        " JOIN core.registered_models m USING (model_seq)",
    ),
    View(
        "model_versions",
        "Versions of registered models.",
        {
            "name": NAME,
            "version": "Its number, contiguous within the model.",
            "current_stage": "None, Staging, Production or Archived.",
            "status": "READY, PENDING_REGISTRATION or FAILED_REGISTRATION.",
            "status_message": "Why it failed, if it did.",
            "source": "Where its files are.",
            "run_id": "The run that made it.",
            "run_link": "Where that run is to be seen, if it was said.",
            "model_id": "The logged model it is, if it is one.",
            "description": "What is said of it.",
            "user_id": "Who registered it.",
            "digest": "The digest of its files, which is checked when it is loaded.",
            "signature_digest": "The digest of its signature.",
            "creation_timestamp": "When it was made, ms since the epoch.",
            "last_updated_timestamp": "When it was last changed, ms since the epoch.",
            "created": "When it was made, UTC.",
            "updated": "When it was last changed, UTC.",
        },
        "SELECT m.name, v.version, v.current_stage, v.status, v.status_message, v.source,"
        " v.run_id, v.run_link, v.model_id, v.description, v.user_id, v.digest,"
        " v.signature_digest, v.creation_timestamp, v.last_updated_timestamp,"
        f" {moment('v.creation_timestamp')} AS created,"
        f" {moment('v.last_updated_timestamp')} AS updated"
        " FROM core.model_versions v JOIN core.registered_models m USING (model_seq)",
    ),
    View(
        "model_version_tags",
        "Tags of versions.",
        {"name": NAME, "version": VERSION, "key": "Its name.", "value": "Its value."},
        f"SELECT m.name, v.version, t.key, t.value FROM core.model_version_tags t{OF_VERSION}",
    ),
    View(
        "model_approvals",
        "Who approved of which version.",
        {
            "name": NAME,
            "version": VERSION,
            "approver": "Who approved.",
            "note": "What they said.",
            "time": MILLISECONDS,
            "approved": "When, UTC.",
        },
        f"SELECT m.name, v.version, t.approver, t.note, t.time, {moment('t.time')} AS approved"
        f" FROM core.model_version_approvals t{OF_VERSION}",
    ),
    View(
        "model_aliases",
        "Where aliases point.",
        {"name": NAME, "alias": "The alias.", "version": "The version that it points to."},
        "SELECT m.name, a.alias, v.version FROM core.model_aliases a"
        " JOIN core.model_versions v USING (version_seq)"
        " JOIN core.registered_models m ON m.model_seq = a.model_seq",
    ),
    View(
        "alias_history",
        "Where aliases and stages went: a row for each move, those of deleted models too.",
        {
            "number": "The number of the act; it grows with time.",
            "name": NAME,
            "alias": "The alias that moved, if one did.",
            "stage": "The stage that a version came to, if one did.",
            "version": "The version that it came to; NULL where an alias was taken away.",
            "previous": "The version that was there before.",
            "time": MILLISECONDS,
            "actor": "Who moved it.",
            "reason": "Why, as it was said.",
            "report": "What the gates of a promotion found, as JSON.",
            "moved": "When, UTC.",
        },
        "SELECT h.number, coalesce(m.name, h.model) AS name, h.alias, h.stage, h.version,"
        " h.previous, h.time, h.actor, h.reason, h.report,"
        f" {moment('h.time')} AS moved FROM core.alias_history h"
        " LEFT JOIN core.registered_models m USING (model_seq)",
    ),
    View(
        "registry_log",
        "Who did what to models and experiments: a row for each act, never deleted.",
        {
            "number": "The number of the act; it grows with time.",
            "time": MILLISECONDS,
            "actor": "Who did it.",
            "act": "What was done: create_model_version, move_alias, create_experiment …",
            "model": "The registered model, as it was called then.",
            "version": VERSION,
            "experiment_id": "The experiment, if it was done to one.",
            "run_id": "The run, if it was done to one, or the run that made the version.",
            "details": "The rest of the act, as JSON.",
            "host": "The machine it was done on.",
            "pid": "The process that did it.",
            "origin": "The notebook or script that did it.",
            "cell": "The cell that did it, by its key.",
            "execution_id": "The execution of that cell.",
            "done": "When, UTC.",
        },
        "SELECT number, time, actor, act, model, version, experiment_id, run_id, details, host,"
        f" pid, origin, cell, execution_id, {moment('time')} AS done FROM core.registry_log",
    ),
)
