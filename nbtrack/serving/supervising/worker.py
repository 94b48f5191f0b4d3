"""One worker process: how it is started, what it is told, what it says, and how it ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from nbtrack.records.endpoint import EndpointPlan, EndpointStats
from nbtrack.serving.protocol import Applied, FromWorker, Ready, Stats, ToWorker, Unable
from nbtrack.serving.supervising.loop import Loop

__all__ = ["Start", "Worker"]

READ_BYTES = 1 << 16
LONGEST_LINE = 1 << 22

encoder = msgspec.json.Encoder()
decoder: msgspec.json.Decoder[FromWorker] = msgspec.json.Decoder(FromWorker)


class Start(NamedTuple):
    """What every worker of an endpoint is started with."""

    loop: Loop
    python: str
    socket: int
    write_log: Callable[[int, bytes], None]
    """Takes a line of a worker's output, with its pid."""


class Worker:
    """A worker, from its start to its end."""

    def __init__(self, start: Start, plan: EndpointPlan) -> None:
        self.start = start
        self.plan_number = plan.number
        self.applied = plan.number
        self.since = time.monotonic()
        self.since_ms = time.time_ns() // 1_000_000
        self.heard = self.since
        self.is_ready = self.was_told = False
        self.load_seconds = 0.0
        self.leaving_since: float | None = None
        self.message: str | None = None
        """What it said of why it cannot serve."""
        self.kill_reason: str | None = None
        self.stats: EndpointStats | None = None
        self.last_output = b""
        self.outgoing = bytearray()
        self.is_waiting = False
        """Whether there was no room to tell it more."""
        self.said, self.output = bytearray(), bytearray()
        self.spawn()
        self.tell_line(encoder.encode(plan))

    def spawn(self) -> None:
        """Start the process: the socket and the pipes are all it has of ours."""
        pipe, its_pipe = os.pipe()
        log, its_log = os.pipe()
        python = self.start.python
        kept = os.environ if python == sys.executable else without_places(os.environ)
        variables = {
            "NBTRACK_WORKER_SOCKET": str(self.start.socket),
            "NBTRACK_WORKER_PIPE": str(its_pipe),
        }
        try:
            self.process = subprocess.Popen(  # noqa: S603 - the interpreter it was launched with
                [python, "-m", "nbtrack.serving.worker"],
                stdin=subprocess.PIPE,
                stdout=its_log,
                stderr=its_log,
                pass_fds=(self.start.socket, its_pipe),
                env={**kept, **variables},
                start_new_session=True,  # Ctrl-C of a terminal is the supervisor's alone
            )
        except BaseException:
            for descriptor in (pipe, log):
                os.close(descriptor)
            raise
        finally:
            os.close(its_pipe)
            os.close(its_log)
        self.pid = self.process.pid
        self.pipe: int | None = pipe
        self.log: int | None = log
        for descriptor in (pipe, log, self.stdin):
            os.set_blocking(descriptor, False)
        self.start.loop.on_readable(pipe, self.hear)
        self.start.loop.on_readable(log, self.read_log)

    @property
    def stdin(self) -> int:
        """Where it is told things."""
        pipe: Any = self.process.stdin
        return int(pipe.fileno())

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    @property
    def is_closing(self) -> bool:
        """Whether it hung up: it is about to end."""
        return self.pipe is None

    # Telling it

    def tell(self, message: ToWorker) -> None:
        """Send a message; figures are left out while it has not read those before."""
        self.tell_line(encoder.encode(message))

    def tell_line(self, line: bytes) -> None:
        self.outgoing += line + b"\n"
        self.flush()

    def flush(self) -> None:
        """Write as much as it takes; the rest once there is room."""
        try:
            written = os.write(self.stdin, self.outgoing)
        except BlockingIOError:
            written = 0
        except OSError:  # it is gone, which is noticed elsewhere
            written = len(self.outgoing)
        del self.outgoing[:written]
        if self.outgoing and not self.is_waiting:
            self.start.loop.on_writable(self.stdin, self.flush)
        elif self.is_waiting and not self.outgoing:
            self.start.loop.forget(self.stdin)
        self.is_waiting = bool(self.outgoing)

    def kill(self, reason: str | None = None) -> None:
        """End it at once."""
        if not self.has_ended:
            self.kill_reason = self.kill_reason or reason
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    # Hearing from it

    def hear(self) -> None:
        """Take note of what it said."""
        for line in self.lines_of("pipe", self.said):
            try:
                message = decoder.decode(line)
            except msgspec.MsgspecError:
                continue  # of a later version of the protocol
            self.heard = time.monotonic()
            self.note(message)

    def note(self, message: FromWorker) -> None:
        match message:
            case Ready():
                self.is_ready = True
                self.load_seconds = message.seconds
            case Applied():
                self.applied = message.plan_number
            case Unable():
                self.message = message.message
            case Stats():
                self.stats = message.stats

    def read_log(self) -> None:
        """Pass on what it put on stdout and stderr."""
        for line in self.lines_of("log", self.output):
            if line.strip():
                self.last_output = line
                self.start.write_log(self.pid, line)

    def lines_of(self, name: str, held: bytearray) -> list[bytes]:
        """The whole lines that came by one of its pipes; its end closes it."""
        descriptor = getattr(self, name)
        lines: list[bytes] = []
        while descriptor is not None:
            try:
                block = os.read(descriptor, READ_BYTES)
            except BlockingIOError:
                break
            held += block
            if not block:
                self.close(name)
                lines.append(bytes(held))
                held.clear()
                break
            *whole, rest = bytes(held).split(b"\n")
            held[:] = rest if len(rest) < LONGEST_LINE else b""
            lines += whole
            if len(block) < READ_BYTES:
                break
        return [line for line in lines if line]

    def close(self, name: str) -> None:
        """Close one of its pipes."""
        descriptor = getattr(self, name)
        if descriptor is not None:
            self.start.loop.forget(descriptor)
            os.close(descriptor)
            setattr(self, name, None)

    def finish(self) -> None:
        """Let go of everything of a process that has ended."""
        self.hear()
        self.read_log()
        self.close("pipe")
        self.close("log")
        if self.is_waiting:
            self.start.loop.forget(self.stdin)
        if self.process.stdin is not None:
            self.process.stdin.close()

    @property
    def end(self) -> str:
        """How it ended, in words."""
        if self.message is not None:
            return self.message
        code = self.process.returncode
        if self.kill_reason is not None:
            return self.kill_reason
        if code is not None and code < 0:
            how = f"worker {self.pid} was ended by {signal_name(-code)}"
        else:
            how = f"worker {self.pid} ended with code {code}"
        said = self.last_output.decode(errors="replace").strip()
        is_told = said and code not in {0, -signal.SIGKILL}
        return f"{how}; the last it said: {said[:300]}" if is_told else how


def without_places(variables: Mapping[str, str]) -> dict[str, str]:
    """Variables without those that lead to packages of another interpreter."""
    apart = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    return {name: value for name, value in variables.items() if name not in apart}


def signal_name(number: int) -> str:
    """What a signal is called."""
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    return f"{name} (the memory may be full)" if name == "SIGKILL" else name
