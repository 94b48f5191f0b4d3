"""Loops run for real; a screen of the test keeps what was shown."""

from __future__ import annotations

import gc
import sys
import threading

import numpy as np
import pytest

from nbtrack.api.screens import screen
from nbtrack.api.session import reset
from nbtrack.api.tracking import steps
from nbtrack.api.tracking.steps import current_step, noted, track
from nbtrack.capture.guard import TrackingWarning


class Kept:
    """What one display showed: its texts, and whether it is over."""

    def __init__(self, bundle):
        self.texts = [bundle["text/plain"]]
        self.html = bundle["text/html"]
        self.finished = 0

    def update(self, bundle):
        assert not self.finished
        self.texts.append(bundle["text/plain"])
        self.html = bundle["text/html"]

    def finish(self, bundle):
        self.update(bundle)
        self.finished += 1


@pytest.fixture
def shown():
    """The displays, in order."""
    shown = []

    def show(bundle):
        shown.append(Kept(bundle))
        return shown[-1]

    leave = screen.display_with(show)
    yield shown
    leave()
    assert current_step() is None


@pytest.fixture
def restless(monkeypatch):
    """Draw at each step."""
    monkeypatch.setattr(steps, "PAUSE_SECONDS", 0.0)


def test_items_come_through_and_steps_are_counted_from_0(shown):
    assert [(item, current_step()) for item in track("abc")] == [("a", 0), ("b", 1), ("c", 2)]
    (display,) = shown
    assert display.texts[0].startswith("[                    ] 0/3")
    assert display.texts[-1].startswith("[====================] 3/3 · ")
    assert display.finished == 1


def test_a_short_loop_is_drawn_twice(shown):
    for _ in track(range(100_000)):
        pass
    assert len(shown[0].texts) <= 4


def test_an_iterable_without_length_is_counted(shown):
    for _ in track(number for number in range(2)):
        pass
    assert shown[0].texts[-1].startswith("2 · ")
    loop = track((number for number in range(2)), total=2)
    assert len(loop) == 2
    assert list(loop) == [0, 1]
    with pytest.raises(TypeError, match="track takes `total`"):
        len(track(number for number in range(2)))


def test_leaving_a_loop_early_stops_it(shown):
    for number in track(range(10), "epoch"):
        if number == 3:
            break
    assert "3/10 · stopped" in shown[0].texts[-1]


def test_an_error_in_the_body_stops_it_and_in_the_iterable_fails_it(shown):
    def failing():
        yield 1
        raise OSError("no such file")

    def body():
        for number in track([1, 2]):
            raise ValueError(number)

    with pytest.raises(ValueError, match="1"):
        body()
    with pytest.raises(OSError, match="no such file"):
        list(track(failing()))
    assert "0/2 · stopped" in shown[0].texts[-1]
    assert "1 · failed" in shown[1].texts[-1]


def test_a_with_around_it_knows_that_the_body_failed(shown):
    def interrupted():
        with track(range(4)) as loop:
            for _ in loop:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with track(range(4)) as loop:
        list(loop)
    assert "0/4 · failed" in shown[0].texts[-1]
    assert "4/4 · " in shown[1].texts[-1]
    assert [display.finished for display in shown] == [1, 1]


def test_inner_loops_share_the_display_and_go_on_counting(shown, restless):
    seen = []
    for _ in track(range(2), "epoch"):
        for _ in track(range(3), "batch"):
            seen += [current_step()]
        for _ in track(range(2)):
            seen += [current_step()]
        seen.append(("epoch", current_step()))
    assert seen == [0, 1, 2, 0, 1, ("epoch", 0), 3, 4, 5, 2, 3, ("epoch", 1)]
    (display,) = shown
    assert any("epoch" in text and "\nbatch" in text for text in display.texts)
    assert "batch" not in display.texts[-1]


def test_a_loop_that_was_left_open_is_forgotten(shown):
    opened = iter(track(range(3)))
    next(opened)
    assert current_step() == 0
    del opened
    gc.collect()
    assert current_step() is None


def test_another_thread_is_in_no_loop(shown):
    seen = []
    for _ in track(range(1)):
        thread = threading.Thread(target=lambda: seen.append(current_step()))
        thread.start()
        thread.join()
    assert seen == [None]


@pytest.mark.parametrize(
    ("given", "value", "step"),
    [
        (None, 0.5, 1),
        (7, 0.5, 7),
        (None, np.float32(0.5), 1),
        (None, np.array([0.5]), 1),
        (None, [0.5, 0.6], None),
        (None, "no number", None),
    ],
)
def test_the_step_of_what_is_logged(shown, given, value, step):
    assert noted([("loss", value)], given) == given
    found = []
    for _ in track(range(2)):
        found.append(noted([("loss", value)], given))  # noqa: PERF401 - a loop is what it is about
    assert found[1] == step


def test_what_is_logged_is_shown_with_its_curve(shown):
    for number in track(range(3)):
        noted([("loss", 1 / (number + 1)), ("bad", float("nan"))], None)
    assert shown[0].texts[-1].endswith("\nloss 0.3333  bad nan")
    assert shown[0].html.count("<img") == 1
    assert len(shown[0].html) < 3000


def test_a_long_curve_is_thinned_out():
    points = steps.Points()
    for number in range(10_000):
        points.add(number, float(number))
    assert len(points.kept) < steps.MOST_POINTS
    assert points.last == 9999
    gaps = {
        after[0] - before[0] for before, after in zip(points.kept, points.kept[1:], strict=False)
    }
    assert gaps == {points.stride}


def test_a_screen_that_fails_does_not_stop_the_loop():
    def show(bundle):
        raise RuntimeError("no screen for loops")

    leave = screen.display_with(show)
    with pytest.warns(TrackingWarning, match="no screen for loops"):
        assert list(track(range(3))) == [0, 1, 2]
    leave()


def test_nothing_is_shown_when_quiet(shown, monkeypatch):
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    reset()
    assert list(track(range(3))) == [0, 1, 2]
    assert shown == []


def test_log_of_the_loop_logs_at_its_step(shown):
    import nbtrack

    with nbtrack.start_run() as run:
        loop = track(range(5), every=2)
        for number in loop:
            loop.log(loss=float(number))
    history = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "loss")
    assert [(point.step, point.value) for point in history] == [(0, 0.0), (2, 2.0), (4, 4.0)]
    assert shown[0].texts[-1].splitlines()[1].startswith("loss ")


def test_a_log_file_gets_nothing(capsys):
    assert list(track(range(3))) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_a_terminal_has_one_line_that_is_written_over(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert list(track(range(3), "step")) == [0, 1, 2]
    written = capsys.readouterr().err
    assert written.startswith("\r\x1b[2Kstep [                    ] 0/3\r\x1b[2Kstep [=====")
    assert written.endswith("\n")
    assert written.count("\n") == 1
