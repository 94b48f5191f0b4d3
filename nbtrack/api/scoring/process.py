"""The process of `score(…, on="processes:4")`: a model, asked with what comes through a pipe."""

from __future__ import annotations

import os
import pickle
import sys
from typing import BinaryIO

from nbtrack.errors import ModelError

__all__ = ["main"]


def main() -> None:
    """Answer batches until the pipe is closed; what the model prints goes to stderr."""
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    ticket, path = pickle.load(source)  # noqa: S301 - from the process that started this one
    sys.path[:] = path
    while serve_one(ticket, source, target):
        pass


def serve_one(ticket: object, source: BinaryIO, target: BinaryIO) -> bool:
    """Answer one batch; false at the end of the pipe."""
    from nbtrack.api.scoring.engines import answer_batch

    try:
        frame, asking, wrong = pickle.load(source)  # noqa: S301 - from the process that started this one
    except EOFError:
        return False
    try:
        answer: object = answer_batch(ticket, frame, asking, wrong)  # type: ignore[arg-type] # as it was sent
    except Exception as error:  # noqa: BLE001 - told to the process that asked
        answer = told(error)
    pickle.dump(answer, target, protocol=5)
    target.flush()
    return True


def told(error: Exception) -> Exception:
    """An error that can travel."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    except Exception:  # noqa: BLE001 - a class of the model's may not travel
        return ModelError(f"{type(error).__name__}: {error}")
    return error


if __name__ == "__main__":
    main()
