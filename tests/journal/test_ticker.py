from __future__ import annotations

import threading

from nbtrack.journal.ticker import Ticker


def test_no_thread_is_started_before_something_is_asked():
    assert Ticker(lambda: None, 1).thread is None


def test_the_act_follows_a_mark(wait_until):
    done = []
    ticker = Ticker(lambda: done.append(1), 0.01)
    ticker.mark()
    wait_until(lambda: done)
    ticker.mark()
    wait_until(lambda: len(done) == 2)
    ticker.stop()


def test_hurry_does_not_wait_for_the_time(wait_until):
    done = []
    ticker = Ticker(lambda: done.append(1), 3600)
    ticker.hurry()
    wait_until(lambda: done)
    ticker.mark()
    ticker.hurry()
    wait_until(lambda: len(done) == 2)
    ticker.stop()


def test_it_can_be_stopped_at_any_time_and_used_again(wait_until):
    done = []
    ticker = Ticker(lambda: done.append(threading.current_thread()), 3600)
    ticker.stop()
    ticker.mark()
    thread = ticker.thread
    ticker.stop()
    assert not thread.is_alive()
    assert done == []
    ticker.hurry()
    wait_until(lambda: done)
    ticker.stop()


def test_an_act_that_died_is_followed_by_a_new_thread(wait_until, monkeypatch):
    died, done = [], []
    monkeypatch.setattr(threading, "excepthook", died.append)

    def act():
        done.append(1)
        if len(done) == 1:
            raise ZeroDivisionError

    ticker = Ticker(act, 0.001)
    ticker.mark()
    wait_until(lambda: died and not ticker.thread.is_alive())
    ticker.mark()
    wait_until(lambda: len(done) == 2)
    ticker.stop()


def test_an_interpreter_that_shuts_down_starts_no_thread(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    ticker = Ticker(lambda: None, 1)
    ticker.mark()
    assert ticker.thread is None
    ticker.stop()
