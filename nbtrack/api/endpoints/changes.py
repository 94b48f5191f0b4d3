"""Plans of endpoints changed: other shares, or the versions that aliases mean now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from nbtrack.api.endpoints.served_models import Wanted, variant_of
from nbtrack.api.session import Session
from nbtrack.decoding import convert
from nbtrack.errors import InvalidValue, UnknownName
from nbtrack.records.endpoint import EndpointPlan, Traffic, Variant
from nbtrack.serving.supervising.copies import release
from nbtrack.serving.supervising.place import EndpointFolder

__all__ = ["changed_plan", "check_rate", "renewed_plan"]


def changed_plan(
    plan: EndpointPlan,
    *,
    shares: Mapping[str, float] | None = None,
    traffic: Mapping[str, Any] | None = None,
    log_rate: float | None = None,
    follow: bool | None = None,
) -> EndpointPlan:
    """A plan with other shares, limits of its traffic, rate of logging.

    Raises:
        UnknownName: It has no such variant, or traffic no such field.
        InvalidValue: A share, or a rate, that is none.
    """
    replace = msgspec.structs.replace
    options = plan.options
    if log_rate is not None:
        options = replace(options, log_rate=check_rate(log_rate, "log_rate"))
    if follow is not None:
        options = replace(options, follow=follow)
    variants = plan.variants if shares is None else shared(plan.variants, shares)
    rules = plan.traffic if traffic is None else ruled(plan.traffic, traffic)
    return replace(plan, variants=variants, traffic=rules, options=options)


def shared(variants: tuple[Variant, ...], shares: Mapping[str, float]) -> tuple[Variant, ...]:
    """Variants with other shares."""
    known = [it.name for it in variants if not it.is_shadow]
    for name, share in shares.items():
        if name not in known:
            raise UnknownName("variant", name, known)
        if isinstance(share, bool) or not isinstance(share, int | float) or not share >= 0:
            raise InvalidValue(f"the share of {name!r} is a number from 0 on, not {share!r}")
    new = tuple(
        msgspec.structs.replace(it, share=float(shares[it.name])) if it.name in shares else it
        for it in variants
    )
    if not any(it.share for it in new if not it.is_shadow):
        raise InvalidValue("no variant would get any traffic; stop the endpoint instead")
    return new


def ruled(traffic: Traffic, changes: Mapping[str, Any]) -> Traffic:
    """Traffic with other fields."""
    known = Traffic.__struct_fields__
    for name in changes:
        if name not in known:
            raise UnknownName("field of traffic", name, known)
    try:
        return convert({**msgspec.to_builtins(traffic), **changes}, Traffic)
    except msgspec.ValidationError as error:
        raise InvalidValue(f"traffic cannot be {dict(changes)}: {error}") from error


def check_rate(rate: Any, name: str) -> float:
    """A part of requests.

    Raises:
        InvalidValue: It is none.
    """
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
        raise InvalidValue(f"{name} is a part of the requests, from 0 to 1, not {rate!r}")
    return float(rate)


def renewed_plan(
    here: Session, folder: EndpointFolder, plan: EndpointPlan, *, moves: bool = False
) -> EndpointPlan:
    """A plan whose models are in their place.

    Args:
        here: The store.
        folder: The endpoint's.
        plan: The plan.
        moves: Whether its addresses are asked anew; each version stays what it is, else.

    Raises:
        NotFound: A model is not there any more.
    """
    variants = [renewed(here, folder, it, moves=moves) for it in plan.variants]
    release(folder, [*variants, *plan.variants])
    return msgspec.structs.replace(plan, variants=tuple(variants))


def renewed(here: Session, folder: EndpointFolder, variant: Variant, *, moves: bool) -> Variant:
    """A variant with its files in place: of the version it has, or of what its address means."""
    is_whole = all(Path(variant.folder, it).is_file() for it in variant.files)
    if not moves and is_whole:
        return variant
    uri = variant.model_uri if moves else pinned(variant)
    launch = folder.launch()
    allowed = None if launch is None else launch.allows_pickle
    found = variant_of(here, Wanted(uri), folder.models, allow_pickle=allowed)
    return msgspec.structs.replace(
        found,
        name=variant.name,
        model_uri=variant.model_uri,
        share=variant.share,
        is_shadow=variant.is_shadow,
    )


def pinned(variant: Variant) -> str:
    """The address that means just this version."""
    if variant.version and variant.model_name:
        return f"models:/{variant.model_name}/{variant.version}"
    return f"models:/{variant.model_id}" if variant.model_id else variant.model_uri
