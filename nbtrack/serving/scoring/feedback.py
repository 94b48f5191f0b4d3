"""What answers turned out to be worth: rewards for routers, labels for the prediction log."""

from __future__ import annotations

import math
from typing import Any

from nbtrack.serving.scoring.formats import plain_json
from nbtrack.serving.scoring.ids import Answering, answering_of_id
from nbtrack.serving.scoring.refusals import Refused, bad_request
from nbtrack.serving.scoring.service import Service

__all__ = ["take_feedback"]

FORM = (
    'feedback is {"prediction_id": …, "reward": 1} or {"key": …, "variant": …, "reward": 0.5}, '
    'and "label" may stand in place of "reward" or beside it'
)


def take_feedback(service: Service, body: bytes) -> dict[str, Any]:
    """Take in one piece of feedback, or a list of them.

    Raises:
        Refused: One of them is none; nothing was taken then.
    """
    told = plain_json(body)
    pieces = told if isinstance(told, list) else [told]
    for piece in pieces:
        check(service, piece)
    return {"taken": sum(taken(service, piece) for piece in pieces)}


def check(service: Service, piece: Any) -> None:
    """Say what is wrong with a piece of feedback."""
    if not isinstance(piece, dict):
        raise bad_request(FORM)
    if not {"reward", "label"} & piece.keys() or not {"prediction_id", "key"} & piece.keys():
        raise bad_request(FORM)
    for name in ("prediction_id", "key", "variant", "name"):
        if not isinstance(piece.get(name, ""), str | int):
            raise bad_request(f"{name} is text; {FORM}")
    if "reward" in piece:
        value = piece["reward"]
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise bad_request("a reward is a number")
        if rewarded(service, piece) is None:
            names = ", ".join(it.name for it in service.plan.variants)
            raise Refused(
                404,
                f"no variant here gave that prediction; there are {names}",
                "RESOURCE_DOES_NOT_EXIST",
            )


def rewarded(service: Service, piece: dict[str, Any]) -> Answering | None:
    """Whose answer a piece of feedback is about; a variant that is named is what it serves now."""
    known, named = service.answering(), piece.get("variant")
    by_id = answering_of_id(str(piece.get("prediction_id", "")), known)
    if named is None or (by_id is not None and by_id.name == named):
        return by_id
    return next((it for it in known if it.name == named), None)


def taken(service: Service, piece: dict[str, Any]) -> bool:
    """Hand on a reward and a label."""
    prediction_id, key = piece.get("prediction_id"), piece.get("key")
    if "reward" in piece:
        who = rewarded(service, piece)
        if who is not None:
            service.reward(who, float(piece["reward"]))
    if service.log is not None:
        for name in ("reward", "label"):
            if name in piece:
                service.log.label(
                    piece[name],
                    prediction_id=None if prediction_id is None else str(prediction_id),
                    key=None if key is None else str(key),
                    name=str(piece.get("name", "label")) if name == "label" else "reward",
                )
    return True
