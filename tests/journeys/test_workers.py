"""One run that many workers log to, whatever starts them; and one of a million params."""

from __future__ import annotations

import subprocess
import sys

import pytest

import nbtrack

HOW = {
    "joblib": """
    from joblib import Parallel, delayed
    Parallel(n_jobs=4)(delayed(work)(run_id, number) for number in range(8))
""",
    "joblib threads": """
    from joblib import Parallel, delayed
    Parallel(n_jobs=4, prefer="threads")(delayed(work)(run_id, number) for number in range(8))
""",
    "spawn": """
    import multiprocessing
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        pool.starmap(work, [(run_id, number) for number in range(8)])
""",
    "fork": """
    import multiprocessing
    with multiprocessing.get_context("fork").Pool(4) as pool:
        pool.starmap(work, [(run_id, number) for number in range(8)])
""",
    "forked inside the run": """
    import multiprocessing
    def inherit(number):
        for step in range(500):
            nbtrack.log_metric(f"m{number}", step / 7, step=step)
        nbtrack.log_param(f"p{number}", number)
        nbtrack.log_text("hello", f"{number}.txt")
    process = multiprocessing.get_context("fork").Process
    workers = [process(target=inherit, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
""",
}

PROGRAM = """
import nbtrack

def work(run_id, number):
    client = nbtrack.MlflowClient()
    for step in range(500):
        client.log_metric(run_id, f"m{{number}}", step / 7, step=step)
    client.log_param(run_id, f"p{{number}}", number)
    client.log_text(run_id, "hello", f"{{number}}.txt")

if __name__ == "__main__":
    nbtrack.set_tracking_uri("store")
    nbtrack.set_experiment("workers")
    with nbtrack.start_run() as run:
        run_id = run.info.run_id
        {how}
    print(run_id)
"""


@pytest.mark.parametrize("how", HOW)
def test_workers_log_to_one_run_and_nothing_is_lost_or_doubled(how, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(PROGRAM.format(how=HOW[how].strip().replace("\n", "\n    ")))
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    nbtrack.set_tracking_uri(tmp_path / "store")
    run_id = done.stdout.split()[-1]
    counted = nbtrack.sql(
        "select key, count(*) as n, count(distinct step) as steps from metrics group by key"
    )
    assert {it.key: (it.n, it.steps) for it in counted.itertuples()} == {
        f"m{n}": (500, 500) for n in range(8)
    }
    run = nbtrack.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params == {f"p{n}": str(n) for n in range(8)}
    assert [it.path for it in nbtrack.MlflowClient().list_artifacts(run_id)] == [
        f"{n}.txt" for n in range(8)
    ]


def test_a_run_may_have_a_million_params():
    with nbtrack.start_run() as run:
        nbtrack.log_params({f"layer.{n}": n for n in range(1_000_000)})
    counted = nbtrack.sql("select count(*) as n, count(distinct key) as keys from params")
    assert counted.to_dict("records") == [{"n": 1_000_000, "keys": 1_000_000}]
    found = nbtrack.search_runs(filter_string="params.`layer.999999` = 999999", columns=["run_id"])
    assert list(found["run_id"]) == [run.info.run_id]
