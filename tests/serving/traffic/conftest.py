"""Plans of endpoints whose models nobody loads."""

from __future__ import annotations

import pytest

from nbtrack.records.endpoint import EndpointPlan, Traffic, Variant


@pytest.fixture
def plan_of():
    """A plan by the shares of its variants."""

    def plan(shares, mode="split", shadows=(), **traffic):
        parts = [(name, share, False) for name, share in shares.items()]
        parts += [(name, 1.0, True) for name in shadows]
        variants = tuple(
            Variant(
                name=name,
                model_uri=f"models:/{name}/1",
                folder="nowhere",
                share=share,
                is_shadow=is_shadow,
            )
            for name, share, is_shadow in parts
        )
        rules = Traffic(mode=mode, **traffic)
        return EndpointPlan(endpoint_id="e", name="e", variants=variants, traffic=rules)

    return plan
