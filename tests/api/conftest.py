"""A real receiver of deliveries for tests of promotions and webhooks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "registry" / "webhooks"))

from receiving import Receiver


@pytest.fixture
def receiver():
    found = Receiver()
    yield found
    found.close()
