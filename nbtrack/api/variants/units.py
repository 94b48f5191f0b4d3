"""What is compared of each variant: one number for each key, whatever number of answers it had."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.api.variants.values import Measure, column_of, numbers_of
from nbtrack.errors import InvalidValue
from nbtrack.serving.statistics.covariates import adjusted
from nbtrack.serving.statistics.samples import Sample, sample_of
from nbtrack.serving.traffic.keys import key_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Units", "is_seen", "units_of"]

PREDICTION, SHADOW = "prediction_id", "is_shadow"


class Units(NamedTuple):
    """The numbers of variants that are compared.

    Attributes:
        table: A row for each: its variant, its value, and what it is of.
        counts: How many keys, requests or rows each variant had, those without a value too.
        name: What was counted.
        pairs: Which two variants answered the same requests, as shadows do.
        warnings: What is wrong with them, in words.
        note: What was done to them, in words.
    """

    table: pd.DataFrame
    counts: dict[str, int]
    name: str
    pairs: frozenset[frozenset[str]]
    warnings: Sequence[str]
    note: str

    def sample(self, variant: str) -> Sample:
        """The numbers of one variant."""
        return sample_of(self.table.loc[self.table["variant"] == variant, "value"])

    def differences(self, first: str, other: str) -> Sample:
        """How much more another variant has than the first on each request that both answered."""
        of = {
            name: rows.groupby("unit")["value"].mean()
            for name, rows in self.table.groupby("variant")
        }
        found = (of[other] - of[first]).dropna()
        return sample_of(found)._replace(is_binary=False)


def units_of(
    frame: pd.DataFrame,
    measure: Measure,
    variant: str,
    *,
    key: str | None,
    covariate: str | None,
) -> Units:
    """The numbers that are compared.

    The answers to one key are no separate trials: all that a user sees depends on the user. So
    each key counts once, with the mean of its answers; without keys, each request does.

    Args:
        frame: A row for each answer.
        measure: A number for each of them.
        variant: The column of variants.
        key: The column of keys; None if each answer stands for itself.
        covariate: The column of what was known before.
    """
    import pandas as pd

    table = pd.DataFrame({"variant": frame[variant].astype(str), "value": measure.numbers})
    if covariate is not None:
        table["covariate"] = numbers_of(frame[column_of(frame, covariate)], covariate, frame)
    warnings: list[str] = []
    is_keyed = key is not None and bool(frame[key].notna().any())
    pairs = pairs_of(frame[PREDICTION], table["variant"]) if PREDICTION in frame.columns else set()
    if is_keyed or PREDICTION in frame.columns:
        table["unit"] = requests_of(frame)
        if is_keyed:
            keys = frame[key].map(key_of)
            table["unit"] = keys.where(keys.notna(), table["unit"])
            warnings += torn_keys(table[is_seen(frame)])
        table = table.groupby(["variant", "unit"], sort=False).mean().reset_index()
    counts = {str(name): int(n) for name, n in table["variant"].value_counts().items()}
    table = table.dropna(subset=["value"])
    note = ""
    if covariate is not None and not table["covariate"].notna().any():
        raise InvalidValue(f"the column {covariate!r} has no value beside any of {measure.name}")
    if covariate is not None:
        told = table["covariate"].to_numpy(dtype=float)
        values = table["value"].to_numpy(dtype=float)
        values, part = adjusted(values, told, table["variant"].to_numpy(dtype=str))
        table = table.assign(value=values)
        note = f"{covariate} explains {part:.0%} of the variance, which was taken out"
    return Units(
        table, counts, unit_name(frame, is_keyed=is_keyed), frozenset(pairs), warnings, note
    )


def pairs_of(ids: pd.Series, variants: pd.Series) -> set[frozenset[str]]:
    """Which two variants made predictions of the same ids."""
    import pandas as pd

    made = pd.DataFrame({"id": ids, "variant": variants}).dropna().drop_duplicates()
    shared = made[made["id"].duplicated(keep=False)]
    teams = set(shared.groupby("id")["variant"].agg(frozenset))
    return {frozenset(pair) for team in teams for pair in combinations(sorted(team), 2)}


def is_seen(frame: pd.DataFrame) -> pd.Series:
    """Whether each answer was given to somebody: those of shadows are not."""
    import pandas as pd

    if SHADOW not in frame.columns:
        return pd.Series(data=True, index=frame.index)
    return ~frame[SHADOW].eq(True)


def requests_of(frame: pd.DataFrame) -> pd.Series:
    """What tells the request of each row: the rows of one are called by its id and a slash."""
    import pandas as pd

    alone = pd.Series([f"/{at}" for at in range(len(frame))], index=frame.index)
    if PREDICTION not in frame.columns:
        return alone
    known = frame[PREDICTION]
    return known.astype(str).str.split("/").str[0].where(known.notna(), alone)


def torn_keys(table: pd.DataFrame) -> list[str]:
    """A warning of keys that several variants answered, which a split does not do."""
    pairs = table[["unit", "variant"]].drop_duplicates()
    torn = len(set(pairs["unit"][pairs["unit"].duplicated()]))
    if not torn:
        return []
    return [f"{torn:,} key{'s' * (torn != 1)} got answers of several variants"]


def unit_name(frame: pd.DataFrame, *, is_keyed: bool) -> str:
    """What is counted."""
    if is_keyed:
        return "keys"
    return "requests" if PREDICTION in frame.columns else "rows"
