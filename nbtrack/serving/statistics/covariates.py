"""Numbers without what was known before: what a covariate explains is no difference of variants."""

from __future__ import annotations

from typing import Any

__all__ = ["adjusted"]


def adjusted(values: Any, covariate: Any, variants: Any) -> tuple[Any, float]:
    """Numbers less what a covariate explains of them, and which part of the variance that was.

    The covariate has to be known before the variant was chosen, such as last month's figure of the
    same user; then the means of variants stay as they are, and vary less (CUPED).

    Args:
        values: An array of numbers.
        covariate: One of the same length; what is missing counts as average.
        variants: The variant of each.

    Example:
        >>> import numpy as np
        >>> from nbtrack.serving.statistics.covariates import adjusted
        >>> before = np.arange(8.0)
        >>> found, part = adjusted(before + [0, 1] * 4, before, np.array(["a", "b"] * 4))
        >>> found.round(2).tolist(), round(part, 2)
        ([3.5, 4.5, 3.5, 4.5, 3.5, 4.5, 3.5, 4.5], 1.0)
    """
    import numpy as np

    known = np.where(np.isnan(covariate), np.nanmean(covariate), covariate)
    known -= known.mean()
    own, before = values.astype(float).copy(), known.copy()
    for name in np.unique(variants):
        mask = variants == name
        own[mask] -= own[mask].mean()
        before[mask] -= before[mask].mean()
    scale = (before**2).sum()
    if not scale or not (own**2).sum():
        return values, 0.0
    slope = (own * before).sum() / scale
    return values - slope * known, float(slope**2 * scale / (own**2).sum())
