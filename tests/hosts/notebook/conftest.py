"""A real IPython shell of a test's own, and a real kernel."""

from __future__ import annotations

import atexit
import gc
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


@pytest.fixture
def shell():
    """A shell in this process, which leaves nothing behind.

    At its end it collects garbage: what is there already, by the million, is none.
    """
    gc.freeze()
    main, displayhook, excepthook = sys.modules["__main__"], sys.displayhook, sys.excepthook
    config = Config()
    config.HistoryManager.enabled = False
    found = InteractiveShell(config=config)
    found.colors = "nocolor"
    yield found
    atexit.unregister(found.atexit_operations)
    found.atexit_operations()
    sys.modules["__main__"], sys.displayhook, sys.excepthook = main, displayhook, excepthook


@pytest.fixture
def kernel(monkeypatch, new_kernel):
    """A kernel in a process of its own, as notebooks have it; its client."""
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    manager, client = new_kernel()
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    from jupyter_core.utils import ensure_event_loop

    ensure_event_loop().close()  # Jupyter's clients leave theirs open
