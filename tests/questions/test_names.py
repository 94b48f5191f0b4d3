from __future__ import annotations

from nbtrack.questions import names


def test_known_names_are_sorted_and_each_is_told_once(store, log_runs):
    log_runs(
        a={"metrics": {"m": [1.0, 2.0], "b": 1.0}, "params": {"p": "1"}},
        b={"metrics": {"m": 1.0}, "tags": {"t": "1"}},
    )
    assert names.known(store, "metric") == ["b", "m"]
    assert names.known(store, "param", ["0"]) == ["p"]
    assert names.known(store, "tag", "7") == []
