"""What `make build` runs on an installed wheel: one run, written, read back, and seen by SQL."""

from __future__ import annotations

import tempfile

import nbtrack

with tempfile.TemporaryDirectory() as folder:
    nbtrack.set_tracking_uri(folder)
    nbtrack.set_experiment("smoke")
    with nbtrack.start_run(run_name="first") as run:
        nbtrack.log_param("lr", 0.1)
        nbtrack.log_metric("loss", 0.5, step=1)
    found = nbtrack.get_run(run.info.run_id)
    assert found.data.params == {"lr": "0.1"}, found
    assert found.data.metrics == {"loss": 0.5}, found
    assert list(nbtrack.sql("select run_name from runs")["run_name"]) == ["first"]
print("nbtrack", nbtrack.__version__, "writes and reads")
