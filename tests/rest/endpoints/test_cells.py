from __future__ import annotations

import math

CELL = "nbtrack.cell"


def test_cells_tell_their_newest_run_in_one_answer(ask, here, put_runs):
    put_runs(
        here.store,
        a={"tags": {CELL: "one"}, "metrics": {"acc": 0.5}},
        b={"tags": {CELL: "one"}, "metrics": {"acc": 0.75}},
        c={"tags": {CELL: "two"}, "metrics": {"loss": math.nan}, "status": "FAILED"},
        d={"tags": {CELL: "of another notebook"}},
    )
    reply = ask("POST", "cells", sent={"cell_ids": ["one", "two", "without a run", "'; --"]})
    assert reply.status == 200
    assert reply.told == {
        "cells": [
            {
                "cell_id": "one",
                "run_id": "b",
                "run_name": "b",
                "status": "FINISHED",
                "run_count": 2,
                "metric": "acc",
                "value": 0.75,
                "previous": 0.5,
                "is_better": True,
            },
            {
                "cell_id": "two",
                "run_id": "c",
                "run_name": "c",
                "status": "FAILED",
                "run_count": 1,
                "metric": "loss",
                "value": "NaN",
                "previous": None,
                "is_better": None,
            },
        ]
    }


def test_no_cells_have_no_runs(ask):
    assert ask("POST", "cells", sent={"cell_ids": []}).told == {"cells": []}
