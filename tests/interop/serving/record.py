"""Asks a real MLflow server each case, and keeps what it answers for `test_conformance.py`.

`python record.py [MODEL …]` writes answers.json anew, of all models or of some; with `--check` it
changes nothing, and fails where MLflow answers otherwise than it is kept, but for the last digits
of numbers: models that are fitted on another machine differ in them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from conformance.asking import answer_of, mlflow_serving
from conformance.cases import CASES
from conformance.comparing import are_same
from conformance.models import MODELS, write_models

KEPT = Path(__file__).with_name("answers.json")
AT_ONCE = 2


def answers_of(folder, name):
    """MLflow's answers to the cases of a model."""
    with mlflow_serving(str(folder / name)) as port:
        return {case.name: answer_of(port, case).kept() for case in CASES if case.model == name}


def asked(names):
    """MLflow's answers to all cases of some models."""
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(AT_ONCE) as pool:
        write_models(Path(work), names)
        found = pool.map(lambda name: answers_of(Path(work), name), names)
        return {name: it for answers in found for name, it in answers.items()}


def written(answers):
    """A line for each case, in their order."""
    known = {case.name: answers[case.name] for case in CASES if case.name in answers}
    lines = (f"{json.dumps(name)}: {json.dumps(it)}" for name, it in known.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(*words):
    names = [it for it in words if not it.startswith("-")] or list(MODELS)
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    found = asked(names)
    if "--check" not in words:
        KEPT.write_text(written(kept | found), encoding="utf-8")
        return 0
    differing = [name for name, it in found.items() if not are_same(it, kept.get(name))]
    for name in differing:
        print(f"{name}: MLflow answers {found[name]}, and {kept.get(name)} is kept")
    print(f"{len(found)} cases, {len(differing)} that MLflow answers otherwise than it is kept")
    return len(differing)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
