"""Observes scikit-learn without changing it: fits, cross-validations, and metrics that are called.

Its functions stay what they are: they pickle, are identical to themselves and go to workers.
"""

from __future__ import annotations

from nbtrack.capture.guard import guarded

__all__ = ["ignore", "observe"]


@guarded
def observe() -> None:
    """Tell of fits and metrics from now on; saying it twice changes nothing."""
    from nbtrack.capture.scikit_learn import monitored, replaced

    if not (monitored.is_on() or replaced.is_on() or monitored.start()):
        replaced.start()


@guarded
def ignore() -> None:
    """Tell nothing any more, and leave the library as it was."""
    from nbtrack.capture.scikit_learn import monitored, replaced

    monitored.stop()
    replaced.stop()
