"""`nbtrack.gates`: what a version must pass before an alias or a stage moves to it."""

from __future__ import annotations

from nbtrack.errors import PromotionRefused
from nbtrack.registry.promotion.case import Case, Side
from nbtrack.registry.promotion.gates.approved import Approved
from nbtrack.registry.promotion.gates.better_than_current import BetterThanCurrent
from nbtrack.registry.promotion.gates.classification_report import ClassificationReport
from nbtrack.registry.promotion.gates.custom import Custom
from nbtrack.registry.promotion.gates.data_quality import DataQuality
from nbtrack.registry.promotion.gates.metric_threshold import MetricAtLeast, MetricAtMost
from nbtrack.registry.promotion.gates.same_schema import SameSchema
from nbtrack.registry.promotion.gates.smoke_prediction import SmokePrediction
from nbtrack.registry.promotion.gates.table import gate_from
from nbtrack.registry.promotion.protocol import Gate, Verdict, failed, passed, skipped
from nbtrack.registry.promotion.quality import QualityReport, check_data
from nbtrack.registry.promotion.report import GateResult, Promotion

__all__ = [
    "Approved",
    "BetterThanCurrent",
    "Case",
    "ClassificationReport",
    "Custom",
    "DataQuality",
    "Gate",
    "GateResult",
    "MetricAtLeast",
    "MetricAtMost",
    "Promotion",
    "PromotionRefused",
    "QualityReport",
    "SameSchema",
    "Side",
    "SmokePrediction",
    "Verdict",
    "check_data",
    "failed",
    "gate_from",
    "passed",
    "skipped",
]
