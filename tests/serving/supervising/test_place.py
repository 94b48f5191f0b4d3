from __future__ import annotations

import stat

import pytest

from nbtrack.records.endpoint import EndpointOptions, EndpointPlan
from nbtrack.serving.supervising.place import EndpointFolder

URL = "redis://:hunter2@cache:6379/0"


def plan(url):
    return EndpointPlan(
        endpoint_id="e", name="e", variants=(), options=EndpointOptions(cache_url=url)
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [(URL, "redis://cache:6379/0"), ("redis://cache", "redis://cache"), (None,) * 2],
)
def test_a_plan_is_shown_without_the_password_of_its_cache(url, shown):
    assert plan(url).discreet().options.cache_url == shown


def test_a_plan_with_a_password_is_read_by_its_owner_alone(tmp_path):
    folder = EndpointFolder(tmp_path)
    folder.put(plan(URL))
    assert stat.S_IMODE((tmp_path / "plan.json").stat().st_mode) == 0o600
    assert folder.plan().options.cache_url == URL
    folder.put(plan("redis://cache"))
    assert stat.S_IMODE((tmp_path / "plan.json").stat().st_mode) & 0o400
