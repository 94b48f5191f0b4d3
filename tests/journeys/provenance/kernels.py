"""Cases executed as a person does it: a plain kernel, the extension, then the cells."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from case import FIRST_NUMBER
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

__all__ = ["fresh_kernels", "tell", "tracked"]

PROJECT = Path(__file__).parents[3]

SETUP = ("%load_ext nbtrack", "%track on")

QUESTION = """\
print("\\n" + (lambda nbtrack, json: json.dumps({{
    "executions": [int(it) for it in nbtrack.lineage({target!r}).executions],
    "exact": bool(nbtrack.lineage({target!r}).exact),
    "stale": {{it: [str(why) for why in nbtrack.lineage(it).stale or ()] for it in {names!r}}},
}}))(__import__("nbtrack"), __import__("json")))"""

PATIENCE_SECONDS = 60


class Kernel:
    """A fresh kernel in a folder of its own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        home = Path(self.folder) / "home"
        work = home / "work"
        work.mkdir(parents=True)
        # over files: a port that was free may be taken before the kernel binds it
        self.manager = KernelManager(kernel_name="python3", transport="ipc")
        self.manager.connection_file = f"{self.folder}/it.json"
        self.manager.kernel_spec.argv[0] = sys.executable
        self.manager.start_kernel(cwd=str(work), env=environment(home), stderr=subprocess.DEVNULL)
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()

    def run(self, code):
        """Run a cell: its status, and what it printed."""
        printed = []

        def hear(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                printed.append(content["text"])
            elif message["msg_type"] == "error":
                printed.append("\n".join(content["traceback"]))

        reply = self.client.execute_interactive(
            code, output_hook=hear, timeout=PATIENCE_SECONDS, allow_stdin=False
        )
        return reply["content"]["status"], "".join(printed)

    def close(self):
        """End it and remove its folder."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def environment(home):
    """The environment of a kernel: nothing of the user's."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NBTRACK_", "MLFLOW_", "XDG_", "GIT_"))
    }
    cache = Path(tempfile.gettempdir()) / "nbtrack-matplotlib"
    return kept | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(cache),
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(PROJECT),
    }


def fresh_kernels(count, ahead=2):
    """Kernels one after the other, the next ones started while one is used."""
    with ThreadPoolExecutor(1) as pool:
        coming = [pool.submit(Kernel) for _ in range(min(ahead, count))]
        for number in range(count):
            kernel = coming.pop(0).result()
            if number + ahead < count:
                coming.append(pool.submit(Kernel))
            with contextlib.closing(kernel):
                yield kernel


def tracked(kernel, case):
    """What nbtrack says of a case: executions by their place, what is stale and why."""
    kernel.client.wait_for_ready(timeout=PATIENCE_SECONDS)
    for code in SETUP:
        status, printed = kernel.run(code)
        if status != "ok":
            return {"problem": f"{code}: {last_line(printed)}"}
    begun = time.perf_counter()
    for place, code in enumerate(case.cells):
        status, printed = kernel.run(code)
        if (status == "ok") == (place in case.fails):
            return {"problem": f"cell {place} ended with {status}: {last_line(printed)}"}
    seconds = time.perf_counter() - begun
    names = sorted({case.target, *case.stale, *case.fresh})
    status, printed = kernel.run(QUESTION.format(target=case.target, names=names))
    if status != "ok":
        return {"problem": last_line(printed)}
    return told(printed, seconds)


def told(printed, seconds):
    """The answer to the question, its executions by their place in the case."""
    found = json.loads(last_line(printed))
    places = [number - FIRST_NUMBER for number in found["executions"]]
    return found | {"executions": places, "seconds": seconds}


def last_line(text):
    """The last line that says something."""
    return ([it for it in text.splitlines() if it.strip()] or [""])[-1]


def tell(shell, case, found, is_enough):
    """Judge what nbtrack said of a case; `is_enough` asks the oracle."""
    if "problem" in found:
        return found
    slice_ = [it for it in found["executions"] if 0 <= it < len(case.cells)]
    stale = {name for name, why in found["stale"].items() if why}
    is_exact = slice_ == list(case.minimal) == found["executions"]
    return found | {
        "is_sound": is_exact or is_enough(shell, case, slice_),
        "is_exact": is_exact,
        "missed": sorted(set(case.stale) - stale),
        "false": sorted(set(case.fresh) & stale),
    }
