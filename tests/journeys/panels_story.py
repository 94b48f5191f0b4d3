"""A notebook that shows every panel, for tests that run it and look at it."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

__all__ = ["KERNEL", "LIMIT_BYTES", "story"]

RUNS = """\
import math, nbtrack
for lr, kind in ((0.1, 'tree'), (0.03, 'forest'), (0.3, '<b>evil</b>')):
    with nbtrack.start_run(run_name=f'lr={lr}'):
        nbtrack.log_params({'lr': lr, 'kind': kind, 'seed': 0})
        for step in range(300):
            nbtrack.log_metric('loss', math.exp(-step * lr / 30), step=step)
            nbtrack.log_metric('val_acc', 1 - math.exp(-step * lr / 40), step=step)
        nbtrack.log_metric('acc', 0.85 + lr / 3)"""

MODEL = """\
for acc in (0.8, 0.9):
    with nbtrack.start_run(run_name=f'total {acc}'):
        info = nbtrack.pyfunc.log_model(name='total', python_model=lambda it: sum(it))
        nbtrack.log_metric('acc', acc)
    version = nbtrack.register_model(info.model_uri, 'churn')"""

PANELS = ["%runs --live", "%runs", "%compare lr=0.1 lr=0.03 lr=0.3", "%registry"]

LIMIT_BYTES = 200_000

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}


def story() -> NotebookNode:
    """A notebook that shows every panel."""
    first = "%load_ext nbtrack\nimport warnings\nwarnings.simplefilter('ignore')"
    cells = [new_code_cell(it) for it in (first, RUNS, MODEL, *PANELS)]
    return new_notebook(cells=cells, metadata=KERNEL)
