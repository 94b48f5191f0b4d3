from __future__ import annotations

import pytest

from nbtrack.capture.sources.files import file_digest
from nbtrack.records.execution import Execution


@pytest.fixture
def data(tmp_path):
    """A file that a cell read."""
    path = tmp_path / "iris.csv"
    path.write_text("1,2\n")
    return path


@pytest.fixture
def cells(here, put_runs, data):
    """A run with the cells it came from, and one that has nothing to do with it."""
    put_runs(here.store, r={"metrics": {"acc": 0.9}})
    read = {f"file:{data}": file_digest(str(data), 4)}
    here.store.append(
        [
            Execution(
                "e1", number=1, cell_id="a", source="x = read()", uses=[], reads=read, time=10
            ),
            Execution("e2", number=2, cell_id="b", source="other = 1", uses=[], time=20),
            Execution(
                "e3",
                number=3,
                cell_id="c",
                source="print(x)",
                uses=["e1"],
                cell_run="r",
                writes={"metric:acc": "1"},
                time=30,
            ),
        ]
    )


def test_the_executions_behind_a_run_come_with_what_each_used(ask, cells):
    assert ask("GET", "runs", "r", "lineage").told == {
        "target": "r",
        "nodes": [
            {
                "execution_id": "e1",
                "source": "x = read()",
                "number": 1,
                "cell_id": "a",
                "is_target": False,
            },
            {
                "execution_id": "e3",
                "source": "print(x)",
                "number": 3,
                "cell_id": "c",
                "is_target": True,
            },
        ],
        "edges": [{"before": "e1", "after": "e3"}],
        "code": "# [1]\nx = read()\n\n# [3]\nprint(x)\n",
        "exact": True,
        "doubts": [],
        "stale": [],
        "missing": [],
    }


def test_a_file_that_changed_since_makes_it_stale(ask, cells, data):
    assert ask("GET", "runs", "r", "lineage").told["stale"] == []
    data.write_text("3,4,5\n")
    told = ask("GET", "runs", "r", "lineage").told["stale"]
    assert told == [f"file {data}: it has changed since [1]"]


def test_what_the_store_lacks_and_what_was_not_seen_whole_is_told(ask, here, cells):
    here.store.append(
        [Execution("e4", cell_run="r", uses=["e3", "gone"], doubts="x was sampled", time=40)]
    )
    found = ask("GET", "runs", "r", "lineage").told
    assert (found["exact"], found["doubts"], found["missing"]) == (
        False,
        ["x was sampled"],
        ["gone"],
    )
    assert {"before": "gone", "after": "e4"} not in found["edges"]


def test_a_metric_of_the_run_may_be_the_target(ask, cells):
    assert ask("GET", "runs", "r", "lineage", metric="acc").told["target"] == "acc of r"
    found = ask("GET", "runs", "r", "lineage", metric="nope")
    assert (found.status, found.told["message"]) == (
        404,
        "the run r has no metric 'nope'; there are acc",
    )


def test_a_run_outside_of_cells_has_an_empty_lineage(ask, here, put_runs):
    put_runs(here.store, r={})
    found = ask("GET", "runs", "r", "lineage").told
    assert (found["nodes"], found["edges"], found["code"]) == ([], [], "")


def test_a_source_that_is_no_python_is_kept_as_a_comment(ask, here, put_runs):
    put_runs(here.store, r={})
    here.store.append([Execution("e", source="</script>\n\0 (", cell_run="r", uses=[], time=1)])
    found = ask("GET", "runs", "r", "lineage")
    assert found.status == 200
    assert all(line.startswith("#") for line in found.told["code"].splitlines())
