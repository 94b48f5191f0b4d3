"""A worker of an endpoint: `python -m nbtrack.serving.worker`, started by its supervisor.

The plan is the first line of its standard input, messages follow; it answers on the descriptor
NBTRACK_WORKER_PIPE, and takes connections from the socket NBTRACK_WORKER_SOCKET.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import resource
import signal
import socket
import sys
import time
from typing import BinaryIO, NamedTuple

import msgspec

from nbtrack.decoding import decode
from nbtrack.errors import NbtrackError
from nbtrack.records.endpoint import EndpointPlan
from nbtrack.serving.protocol import (
    Applied,
    Drain,
    FromWorker,
    NewPlan,
    Ready,
    Stats,
    StatsOfAll,
    ToWorker,
    Unable,
)
from nbtrack.serving.scoring.logs import log, log_warnings

__all__ = ["Worker", "main"]

SWEEP_SECONDS = 0.25
"""How often slow clients and late answers are looked for."""

LONGEST_LINE = 1 << 26
READ_BYTES = 1 << 16
MOST_UNREAD = 1 << 20
"""Beyond it, a supervisor that does not read is told no more figures."""

GRACE_SECONDS = 0.5
"""How long the last answers have to leave a worker whose model hangs."""

encoder = msgspec.json.Encoder()
decoder: msgspec.json.Decoder[ToWorker] = msgspec.json.Decoder(ToWorker)


class Pipe:
    """What the supervisor is told, a line each; one that is gone hears nothing.

    Args:
        descriptor: Where to write.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.left = b""
        os.set_blocking(descriptor, False)

    def tell(self, message: FromWorker) -> None:
        """Send a message."""
        if len(self.left) < MOST_UNREAD or not isinstance(message, Stats):
            self.left += encoder.encode(message) + b"\n"
        with contextlib.suppress(BlockingIOError, OSError):
            while self.left:
                self.left = self.left[os.write(self.descriptor, self.left) :]


class Orders(NamedTuple):
    """Where messages come from, and what was read of them already."""

    stream: BinaryIO
    read: bytes = b""


class Worker:
    """The models of a plan behind a socket, until it is told to end.

    Args:
        plan: What it serves.
        listening: The socket.
        pipe: Where it tells how it fares.
        orders: Where it is told what to do.
    """

    def __init__(
        self, plan: EndpointPlan, listening: socket.socket, pipe: Pipe, orders: Orders
    ) -> None:
        self.plan, self.listening = plan, listening
        self.pipe, self.orders = pipe, orders
        self.ending = asyncio.Event()

    async def serve(self, began: float) -> None:
        """Load the models, answer requests, drain."""
        from nbtrack.serving.scoring.app import App
        from nbtrack.serving.scoring.connections import Listener
        from nbtrack.serving.scoring.models import load
        from nbtrack.serving.scoring.service import Service
        from nbtrack.serving.scoring.trial import try_out

        models = []
        for variant in self.plan.variants:
            models.append(load(variant))
            try_out(models[-1])
        self.service = Service(self.plan, models)
        self.listener = Listener(App(self.service))
        await self.listener.start(self.listening)
        gc.freeze()  # libraries and models stay; they are not looked through again
        gc.enable()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.ending.set)
        listens = asyncio.create_task(self.hear())
        self.pipe.tell(Ready(os.getpid(), self.plan.number, round(time.monotonic() - began, 3)))
        watches = asyncio.create_task(self.watch())
        await self.ending.wait()
        self.listener.stop_accepting()
        await self.listener.drained(self.plan.options.drain_seconds)
        for task in (listens, watches):
            task.cancel()
        self.service.close()
        self.pipe.tell(Stats(self.service.stats()))

    async def hear(self) -> None:
        """Do what the supervisor says; the end of what it says means the end."""
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        loop = asyncio.get_running_loop()
        reader.feed_data(self.orders.read)
        protocol = asyncio.StreamReaderProtocol(reader)
        await loop.connect_read_pipe(lambda: protocol, self.orders.stream)
        while line := await reader.readline():
            try:
                self.obey(decoder.decode(line))
            except msgspec.MsgspecError:
                log("warning", "a message was not understood; it is of another version of nbtrack")
            except NbtrackError as error:
                log("error", f"the new plan is not taken: {error}")
        self.ending.set()

    def obey(self, message: ToWorker) -> None:
        """Do what one message says."""
        match message:
            case Drain():
                self.ending.set()
            case StatsOfAll(stats):
                self.service.learn(stats)
            case NewPlan(plan):
                self.service.use(plan)
                self.plan = plan
                self.pipe.tell(Applied(plan.number))

    async def watch(self) -> None:
        """Tell how it fares each second; between, give up what takes too long."""
        due = time.monotonic()
        while True:
            if time.monotonic() >= due:
                due = max(due + 1, time.monotonic())
                self.listener.tick()
                self.pipe.tell(Stats(self.service.stats()))
            self.service.end_late()
            self.listener.end_slow()
            if (name := self.service.hung()) is not None:
                await self.give_up(name)
            await asyncio.sleep(SWEEP_SECONDS)

    async def give_up(self, variant: str) -> None:
        """End at once: a thread that hangs cannot be ended otherwise."""
        seconds = self.plan.options.timeout_seconds
        why = f"the model of {variant!r} did not come back within {seconds:g} seconds"
        log("error", why)
        self.listener.stop_accepting()
        self.pipe.tell(Unable(why))
        await asyncio.sleep(GRACE_SECONDS)
        self.service.close()
        os._exit(1)


def first_line(stream: BinaryIO) -> tuple[bytes, bytes]:
    """The plan, and what was read of the messages after it."""
    read = bytearray()
    while b"\n" not in read:
        block = os.read(stream.fileno(), READ_BYTES)
        if not block:
            break
        read += block
    line, _, rest = bytes(read).partition(b"\n")
    return line, rest


def more_files() -> None:
    """Allow as many connections as the system lets this user have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> int:
    """Serve until told to end; the exit code."""
    began = time.monotonic()
    gc.disable()  # until all is loaded: collecting took a tenth of that
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = Pipe(int(os.environ["NBTRACK_WORKER_PIPE"]))
    listening = socket.socket(fileno=int(os.environ["NBTRACK_WORKER_SOCKET"]))
    line, rest = first_line(sys.stdin.buffer)
    plan = decode(line, EndpointPlan)
    log_warnings()
    more_files()

    async def serve() -> None:
        await Worker(plan, listening, pipe, Orders(sys.stdin.buffer, rest)).serve(began)

    try:
        import uvloop

        uvloop.run(serve())
    except ImportError as error:
        message = f"{error}; the packages that the model needs are in its requirements.txt"
        return unable(pipe, message if isinstance(error, NbtrackError) else missing(error))
    except Exception as error:  # noqa: BLE001 - a model may raise anything as it is loaded
        return unable(pipe, told(error))
    return 0


def unable(pipe: Pipe, message: str) -> int:
    """Tell why nothing can be served."""
    log("error", message)
    pipe.tell(Unable(message))
    return 1


def missing(error: ImportError) -> str:
    """Which package is not there."""
    if error.name in {"uvloop", "uvicorn", "httptools", "orjson"}:
        return f"{error.name} is needed to serve models: pip install 'nbtrack[serve]'"
    return f"{error}; the packages that the model needs are in its requirements.txt"


def told(error: Exception) -> str:
    """What went wrong, in words."""
    return str(error) if isinstance(error, NbtrackError) else f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    sys.exit(main())
