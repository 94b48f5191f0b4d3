"""All gates asked about one case; one that raises is told, and the others go on."""

from __future__ import annotations

import math
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nbtrack.capture.redaction import redact_error
from nbtrack.registry.promotion.case import Case
from nbtrack.registry.promotion.gates.table import word_of
from nbtrack.registry.promotion.protocol import Gate, Verdict
from nbtrack.registry.promotion.report import GateResult, Promotion

__all__ = ["LONGEST_MESSAGE", "ask", "ask_all", "tags_of"]

LONGEST_MESSAGE = 500

OWN = str(Path(__file__).parents[2])
LIBRARIES = ("site-packages", "/lib/python", "<frozen")


def ask_all(gates: Sequence[Gate], case: Case) -> list[GateResult]:
    """Every gate's answer, in order."""
    return [ask(gate, case) for gate in gates]


def ask(gate: Gate, case: Case) -> GateResult:
    """One gate's answer."""
    began = time.perf_counter()
    where = ""
    try:
        verdict = gate.check(case)
    except Exception as error:  # noqa: BLE001 - a model's or a user's code; it is told in the report
        verdict, where = Verdict("error", message_of(error)), place_of(error)
    seconds = time.perf_counter() - began
    return GateResult(
        gate=str(getattr(gate, "label", None) or type(gate).__name__),
        kind=word_of(type(gate)),
        outcome=verdict.outcome,
        message=verdict.message[:LONGEST_MESSAGE],
        measured=numbers(verdict.measured),
        compared=numbers(verdict.compared),
        tags=dict(verdict.tags),
        details=dict(verdict.details),
        where=where,
        seconds=round(seconds, 6),
    )


def numbers(told: Mapping[str, Any]) -> dict[str, float]:
    """Figures as plain numbers."""
    return {str(key): float(value) for key, value in told.items()}


def message_of(error: Exception) -> str:
    """What an error says, without secrets, with its class."""
    try:
        text = redact_error(str(error))
    except Exception as trouble:  # noqa: BLE001 - any class may have a `__str__` that fails
        text = f"its message fails with {type(trouble).__name__}"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def place_of(error: Exception) -> str:
    """Where an error arose: the last line outside of nbtrack and of libraries, if there is one."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [it for it in frames if not is_library(it.filename)]
    if not own:
        return ""
    last = own[-1]
    return f"{last.filename}:{last.lineno} in {last.name}"


def is_library(path: str) -> bool:
    """Whether a file is of nbtrack, of a library or of Python."""
    return path.startswith(OWN) or any(it in path for it in LIBRARIES)


def tags_of(report: Promotion, known: Mapping[str, str]) -> dict[str, str]:
    """The tags that a report leaves on its version.

    Args:
        report: What the gates said.
        known: The tags that the version has: what failed once and passes now is said.
    """
    tags = {
        f"validation_{metric}": f"{value:.10g}"
        for metric, value in report.measured.items()
        if math.isfinite(value)
    }
    if report.gates:
        tags["validation_passed"] = str(report.passed)
    failed = {key: value for it in report.gates for key, value in it.tags.items()}
    renewed = {
        f"{metric}_failed": "false"
        for metric in report.measured
        if known.get(f"{metric}_failed") == "true"
    }
    return {**tags, **renewed, **failed}
