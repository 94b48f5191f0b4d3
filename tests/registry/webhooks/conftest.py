"""A real receiver of deliveries for each test that wants one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from receiving import Receiver


@pytest.fixture
def receiver():
    found = Receiver()
    yield found
    found.close()
