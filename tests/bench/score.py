"""Rows to a model from a big file: `nbtrack.score` beside a loop over chunks with mlflow.

    python tests/bench/score.py [ROWS] [FORMAT]

10 columns of numbers and a logistic regression, each side in a process of its own. Prints rows a
second, processor time, and the most memory each process had; mlflow's side is left out where
`make .bench/mlflow/.ready` was not run.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parents[2]
MLFLOW = PROJECT / ".bench" / "mlflow" / "bin" / "python"

PREPARE = """
import sys, duckdb, nbtrack, numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
place, rows, kind = sys.argv[1:]
columns = ", ".join(f"random() AS x{number}" for number in range(10))
duckdb.execute(f"COPY (SELECT range AS id, {columns} FROM range({rows})) TO '{place}/in.{kind}'")
names = [f"x{number}" for number in range(10)]
x = pd.DataFrame(np.random.default_rng(0).random((1000, 10)), columns=names)
model = LogisticRegression().fit(x, (x.x0 > 0.5).astype(int))
options = {"input_example": x[:2], "serialization_format": "cloudpickle"}
nbtrack.sklearn.save_model(model, f"{place}/model", **options)
"""

MEASURED = """
import resource, sys, time
place, rows, kind = sys.argv[1:]
begun, processor = time.monotonic(), time.process_time()
{body}
seconds, processor = time.monotonic() - begun, time.process_time() - processor
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{name:32} {int(rows) / seconds:12,.0f} rows/s {processor:8.1f} s CPU {most:8,.0f} MB")
"""

OURS = """
import nbtrack
nbtrack.score(f"{place}/model", f"{place}/in.{kind}", f"{place}/ours.{kind}", id="id", log=False,
              allow_pickle=True)
"""

THEIRS = """
import mlflow, pandas as pd
model = mlflow.pyfunc.load_model(f"{place}/model")
if kind == "csv":
    chunks = pd.read_csv(f"{place}/in.csv", chunksize=65536)
else:
    import pyarrow.parquet as parquet
    batches = parquet.ParquetFile(f"{place}/in.parquet").iter_batches(65536)
    chunks = (batch.to_pandas() for batch in batches)
with open(f"{place}/theirs.csv", "w") as out:
    for number, chunk in enumerate(chunks):
        predictions = model.predict(chunk.drop(columns="id"))
        answer = pd.DataFrame({"id": chunk["id"], "prediction": predictions})
        answer.to_csv(out, index=False, header=number == 0)
"""


def main() -> None:
    rows = sys.argv[1] if len(sys.argv) > 1 else "10000000"
    kind = sys.argv[2] if len(sys.argv) > 2 else "parquet"
    with tempfile.TemporaryDirectory(prefix="nbtrack-bench-") as place:
        told = [place, rows, kind]
        subprocess.run([sys.executable, "-c", PREPARE, *told], check=True, cwd=place)
        measure(sys.executable, "nbtrack.score", OURS, told)
        if MLFLOW.exists():
            measure(str(MLFLOW), "mlflow and a loop over chunks", THEIRS, told)


def measure(python: str, name: str, body: str, told: list[str]) -> None:
    """One side, in a process of its own."""
    code = MEASURED.replace("{body}", body).replace("{name:32}", f"{name:32}")
    subprocess.run([python, "-c", code, *told], check=True, cwd=told[0])


if __name__ == "__main__":
    main()
