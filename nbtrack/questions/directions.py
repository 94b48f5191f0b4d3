"""Which way a metric gets better, as far as its name tells."""

from __future__ import annotations

import re
from typing import Literal

__all__ = ["HIGHER_IS_BETTER", "LOWER_IS_BETTER", "direction"]

LOWER_IS_BETTER = (
    *("loss", "error", "mse", "mae", "mape", "rmse", "rmsle", "deviance", "distance"),
    *("divergence", "perplexity", "duration", "seconds", "time", "latency", "misses"),
    *("brier", "regret", "inertia"),
)
HIGHER_IS_BETTER = (
    *("acc", "accuracy", "auc", "f1", "fbeta", "score", "precision", "recall", "r2", "bleu"),
    *("rouge", "reward", "iou", "dice", "jaccard", "map", "ndcg", "mrr", "sensitivity"),
    *("specificity", "psnr", "ssim", "likelihood", "kappa", "coef", "coefficient"),
    *("correlation", "silhouette"),
)

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
NUMBERED = re.compile(r"f1|r2", re.IGNORECASE)


def direction(key: str) -> Literal[-1, 0, 1]:
    """1 where higher is better, -1 where lower is, 0 where the name does not tell.

    `neg_mean_squared_error` is an error turned round.
    """
    words = {it.lower() for it in (*WORD.findall(key), *NUMBERED.findall(key))}
    if not words.isdisjoint(LOWER_IS_BETTER):
        return 1 if "neg" in words else -1
    return 0 if words.isdisjoint(HIGHER_IS_BETTER) else 1
