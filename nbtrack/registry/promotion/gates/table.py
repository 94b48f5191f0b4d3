"""The gates there are by their words, and how plain data becomes one: for the CLI and magics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nbtrack.errors import InvalidValue, listing
from nbtrack.registry.promotion.gates.approved import Approved
from nbtrack.registry.promotion.gates.better_than_current import BetterThanCurrent
from nbtrack.registry.promotion.gates.classification_report import ClassificationReport
from nbtrack.registry.promotion.gates.custom import Custom
from nbtrack.registry.promotion.gates.data_quality import DataQuality
from nbtrack.registry.promotion.gates.metric_threshold import MetricAtLeast, MetricAtMost
from nbtrack.registry.promotion.gates.same_schema import SameSchema
from nbtrack.registry.promotion.gates.smoke_prediction import SmokePrediction
from nbtrack.registry.promotion.protocol import Gate

__all__ = ["GATES", "gate_from", "gates_from", "word_of"]

GATES: dict[str, Callable[..., Gate]] = {
    "metric_at_least": MetricAtLeast,
    "metric_at_most": MetricAtMost,
    "better_than_current": BetterThanCurrent,
    "same_schema": SameSchema,
    "smoke_prediction": SmokePrediction,
    "data_quality": DataQuality,
    "classification_report": ClassificationReport,
    "approved": Approved,
    "custom": Custom,
}

THRESHOLD = re.compile(r"\s*(?P<metric>.+?)\s*(?P<operator>>=|<=|>|<)\s*(?P<value>\S+)\s*")
BETTER = re.compile(r"better(?:[ _]than[ _]current)?(?:[ _](?:in|on)[ _](?P<metric>.+))?")
APPROVAL = re.compile(r"approved(?:\s+by\s+(?P<who>.+?))?(?:\s+within\s+(?P<days>[\d.]+)\s+days?)?")
SHORT = ("better", "schema", "smoke")
"""What one would rather type."""

FORMS = (
    "a gate of nbtrack.gates, a text such as 'accuracy >= 0.9', 'same schema', 'smoke prediction', "
    "'better than current in f1' or 'approved by ana within 7 days', a dict such as "
    "{'metric': 'accuracy', 'at_least': 0.9} or {'gate': 'same_schema'}, or a function"
)


def gates_from(given: Any) -> list[Gate]:
    """The gates that are meant by one form, or by a list of them.

    Raises:
        InvalidValue: One cannot be read.
    """
    is_list = isinstance(given, Iterable) and not isinstance(given, str | Mapping)
    return [gate_from(it) for it in (given if is_list else [given])]


def gate_from(given: Any) -> Gate:
    """A gate from the form that was given.

    Raises:
        InvalidValue: It cannot be read; the message says what can.

    Example:
        >>> from nbtrack.registry.promotion.gates.table import gate_from
        >>> gate_from("accuracy >= 0.9")
        MetricAtLeast(metric='accuracy', value=0.9, strictly=False)
        >>> gate_from({"metric": "loss", "at_most": 0.3})
        MetricAtMost(metric='loss', value=0.3, strictly=False)
    """
    if isinstance(given, str):
        return from_text(given)
    if isinstance(given, Mapping):
        return from_mapping(given)
    if callable(getattr(given, "check", None)) and not isinstance(given, type):
        return given  # type: ignore[no-any-return]
    if callable(given) and not isinstance(given, type):
        return Custom(getattr(given, "__name__", "custom"), given)
    if isinstance(given, type) and given in GATES.values():
        return made(given, {})
    raise InvalidValue(f"{given!r} is no gate; a gate is {FORMS}")


def from_text(text: str) -> Gate:
    """A gate from words."""
    words = " ".join(text.split())
    known = words.lower().replace(" ", "_")
    if found := BETTER.fullmatch(words):
        return BetterThanCurrent(metric=found["metric"] or "accuracy")
    if found := APPROVAL.fullmatch(words):
        days = None if found["days"] is None else float(found["days"])
        return Approved(found["who"], days)
    if found := THRESHOLD.fullmatch(text):
        try:
            value = float(found["value"].removesuffix("%")) / (
                100 if found["value"].endswith("%") else 1
            )
        except ValueError:
            raise InvalidValue(f"{found['value']!r} in the gate {text!r} is no number") from None
        kind = MetricAtLeast if found["operator"].startswith(">") else MetricAtMost
        return kind(found["metric"], value, strictly=len(found["operator"]) == 1)
    for word in (known, f"{known}_prediction", f"same_{known}"):
        if word in GATES:
            return made(GATES[word], {})
    words_known = [*(it.replace("_", " ") for it in GATES), *SHORT]
    raise InvalidValue(
        f"the gate {text!r} cannot be read; {listing(words_known, words, most=99)}; "
        f"a threshold is written 'accuracy >= 0.9'"
    )


def from_mapping(given: Mapping[str, Any]) -> Gate:
    """A gate from a dict."""
    told = dict(given)
    if "metric" in told and ("at_least" in told or "at_most" in told) and "gate" not in told:
        metric = told.pop("metric")
        if len(told) != 1:
            raise InvalidValue(f"{dict(given)!r}: a threshold has at_least or at_most, not both")
        (bound, value), *_ = told.items()
        return made(GATES[f"metric_{bound}"], {"metric": metric, "value": float(value)})
    word = told.pop("gate", None)
    if word is None and len(told) == 1:
        (word, inner), *_ = told.items()
        told = dict(inner) if isinstance(inner, Mapping) else {}
    if word not in GATES:
        raise InvalidValue(
            f"{dict(given)!r} is no gate; {listing(list(GATES), str(word), most=99)}"
        )
    return made(GATES[word], told)


def made(kind: Callable[..., Gate], told: Mapping[str, Any]) -> Gate:
    """A gate of a kind.

    Raises:
        InvalidValue: The kind takes other values.
    """
    known = [*getattr(kind, "__dataclass_fields__", ())]
    unknown = [name for name in told if name not in known]
    if unknown:
        raise InvalidValue(
            f"the gate {word_of(kind)} has no {unknown[0]!r}; {listing(known, unknown[0])}"
        )
    try:
        return kind(**told)
    except TypeError as error:
        raise InvalidValue(f"the gate {word_of(kind)} lacks something: {error}") from None


def word_of(kind: Any) -> str:
    """What a kind of gates is called in plain data."""
    return next(
        (word for word, it in GATES.items() if it is kind), getattr(kind, "__name__", "custom")
    )
