"""Which variant a key belongs to, told afterwards or elsewhere: `nbtrack.variant_of`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtrack.errors import InvalidValue
from nbtrack.serving.statistics.sizes import size_for
from nbtrack.serving.traffic.keys import ends_of, key_of, owner_of, place_of

__all__ = ["sample_size", "variant_of"]


def variant_of(key: Any, shares: Mapping[str, float], salt: str = "") -> str:
    """The variant that a split or a canary sends a key to, in whichever process.

    The MD5 of salt and key, as a whole number, gives a place from 0 to 9999: its last two decimal
    digits, then the two before them. The variants own the places in their order.

    Args:
        key: A user, a session: what the traffic is shared by. 42 and 42.0 are "42".
        shares: The part of the traffic of each variant, in their order; they need not add up to
            one. They are kept to a ten-thousandth.
        salt: The salt of the endpoint's traffic.

    Raises:
        InvalidValue: The key is empty, which is sent anywhere, or a share is no number from 0 on.

    Example:
        >>> import nbtrack
        >>> nbtrack.variant_of("user123", {"champion": 0.8, "challenger": 0.2})
        'challenger'
        >>> found = [nbtrack.variant_of(n, {"a": 0.8, "b": 0.2}) for n in range(10_000)]
        >>> found.count("b")
        2019
    """
    text = key_of(key)
    if text is None:
        raise InvalidValue(
            f"{key!r} is no key: a request without one goes to any variant by chance"
        )
    at = owner_of(place_of(text, salt), ends_of(list(shares.values())))
    return list(shares)[at]


def sample_size(
    difference: float,
    *,
    rate: float | None = None,
    deviation: float | None = None,
    share: float = 0.5,
    alpha: float = 0.05,
    power: float = 0.8,
) -> int:
    """How many numbers of both variants together are likely to show a difference.

    Given as `planned=` to `nbtrack.compare_variants`, this many show it in most trials, and many
    show it well before.

    Args:
        difference: The least difference of the means that is worth finding.
        rate: For zeros and ones, how often there is a one.
        deviation: For other numbers, their standard deviation.
        share: The part of the traffic that the smaller variant gets.
        alpha: How often a difference may be found where there is none.
        power: How often it shall be found where there is one.

    Raises:
        InvalidValue: Both or none of rate and deviation are given, or one is out of range.

    Example:
        >>> import nbtrack
        >>> nbtrack.sample_size(0.02, rate=0.10)
        13527
    """
    if (rate is None) == (deviation is None):
        raise InvalidValue("give rate= for zeros and ones, or deviation= for other numbers")
    if rate is not None and not 0 < rate < 1:
        raise InvalidValue(f"rate= is between 0 and 1, not {rate}")
    if deviation is not None and not deviation > 0:
        raise InvalidValue(f"deviation= is above 0, not {deviation}")
    if not difference or not 0 < share < 1 or not 0 < alpha < 1 or not 0 < power < 1:
        raise InvalidValue("the difference is not 0; share, alpha and power are between 0 and 1")
    variance = rate * (1 - rate) if rate is not None else float(deviation or 0) ** 2
    return size_for(abs(difference), variance, share, alpha=alpha, power=power)
