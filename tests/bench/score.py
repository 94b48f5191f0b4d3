"""Rows to a model from a big file: `nbtrack.score` beside a loop over chunks with mlflow.

    python tests/bench/score.py nbtrack FOLDER [ROWS] [KIND]    one side alone, with so many rows

10 columns of numbers and a logistic regression; each file is scored in a process of its own, whose
seconds count from when its libraries are imported.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from figure import Figure, Row, main, memory
from trained import COLUMNS, data, logged, logistic, module_of

ROWS = 1_000_000
KINDS = ("parquet", "csv")
CHUNK = 65_536
"""Rows that mlflow's side is asked with at once, as nbtrack's at most."""

FIGURE = Figure(
    rows=(
        Row("score 1,000,000 rows of Parquet", "parquet_rate", "/s"),
        Row("… processor seconds", "parquet_processor", "s", not_above=("mlflow", 1)),
        Row("… most memory", "parquet_memory", "B", at_most=500e6),
        Row("score 1,000,000 rows of CSV", "csv_rate", "/s"),
        Row("… processor seconds", "csv_processor", "s", not_above=("mlflow", 1)),
        Row("… most memory", "csv_memory", "B", at_most=500e6),
        Row("… of it interpreter, libraries and model", "held", "B"),
    ),
    sides=("nbtrack", "mlflow"),
    note="score: 10 columns, an id kept beside the predictions, a file to a file of the same "
    "format; mlflow by pyfunc over chunks of 65,536 rows",
)


def measure(
    side: str, folder: Path, rows: int = ROWS, kinds: Sequence[str] = KINDS
) -> dict[str, float]:
    module = module_of(side, folder)
    frame, target = data()
    with module.start_run():
        uri = logged(module, logistic(frame, target), frame).model_uri
    found: dict[str, float] = {}
    for kind in kinds:
        place = folder / f"in.{kind}"
        write(place, list(frame.columns), rows)
        command = [sys.executable, __file__, side, str(folder), "alone", uri, kind]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        told = json.loads(done.stdout.splitlines()[-1])
        place.unlink()
        held = told.pop("held")
        found |= {f"{kind}_{name}": value for name, value in told.items()}
        found["held"] = held
        found[f"{kind}_rate"] = rows / found.pop(f"{kind}_seconds")
    return found


def write(place: Path, names: list[str], rows: int) -> None:
    """A file of numbers, the same for each side."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv, parquet

    random = np.random.default_rng(0)
    kinds = [pa.field("id", pa.int64()), *(pa.field(name, pa.float64()) for name in names)]
    schema = pa.schema(kinds)
    writer = parquet.ParquetWriter if place.suffix == ".parquet" else csv.CSVWriter
    with writer(place, schema) as file:
        for begin in range(0, rows, CHUNK):
            count = min(CHUNK, rows - begin)
            columns = [np.arange(begin, begin + count), *random.normal(size=(COLUMNS, count))]
            file.write_table(pa.table(columns, schema=schema))


def alone(side: str, folder: Path, uri: str, kind: str) -> dict[str, float]:
    """Score a file in this process."""
    import numpy as np
    import pandas as pd

    module = module_of(side, folder)
    model = module.pyfunc.load_model(uri)
    model.predict(
        pd.DataFrame(np.zeros((2, COLUMNS)), columns=model.metadata.signature.inputs.input_names())
    )
    held = memory("VmHWM")
    begun, processor = time.monotonic(), time.process_time()
    source, target = folder / f"in.{kind}", folder / f"out.{kind}"
    if side == "nbtrack":
        report = module.score(uri, source, target, id="id", log=False)
        assert report.failed == 0
    else:
        loop(module.pyfunc.load_model(uri), source, target)
    return {
        "seconds": time.monotonic() - begun,
        "processor": time.process_time() - processor,
        "memory": memory("VmHWM"),
        "held": held,
    }


def loop(model: Any, source: Path, target: Path) -> None:
    """What one writes around mlflow's `predict`."""
    import pandas as pd
    import pyarrow as pa
    from pyarrow import parquet

    answers = (
        pd.DataFrame({"id": chunk["id"], "prediction": model.predict(chunk.drop(columns="id"))})
        for chunk in chunks_of(source)
    )
    if target.suffix == ".csv":
        for number, answer in enumerate(answers):
            answer.to_csv(target, index=False, header=number == 0, mode="a" if number else "w")
        return
    schema = pa.schema([("id", pa.int64()), ("prediction", pa.int64())])
    with parquet.ParquetWriter(target, schema) as file:
        for answer in answers:
            file.write_table(pa.Table.from_pandas(answer, schema, preserve_index=False))


def chunks_of(source: Path) -> Iterator[Any]:
    """The rows of a file, some at a time."""
    import pandas as pd
    from pyarrow import parquet

    if source.suffix == ".csv":
        yield from pd.read_csv(source, chunksize=CHUNK)
    else:
        batches = parquet.ParquetFile(source).iter_batches(CHUNK)
        yield from (batch.to_pandas() for batch in batches)


if __name__ == "__main__":
    if sys.argv[3:4] == ["alone"]:
        print("\n" + json.dumps(alone(sys.argv[1], Path(sys.argv[2]), *sys.argv[4:])))
    else:
        wanted, kinds = int((*sys.argv, ROWS)[3]), sys.argv[4:] or KINDS
        main(lambda side, folder: measure(side, folder, wanted, kinds))
