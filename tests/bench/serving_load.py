"""A load generator that costs little: raw sockets in one process, one request each at a time.

`python serving_load.py PORT PATH CONNECTIONS SECONDS < body` prints how many were answered, and
in how many seconds; it ends with an error at the first answer that is not 200.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time

WAIT_SECONDS = 60


class Connection:
    """A connection that is asked again once it was answered."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = request
        self.held = b""

    def send(self) -> None:
        self.socket.sendall(self.request)

    def is_answered(self) -> bool:
        """Read what there is; whether an answer is whole."""
        got = self.socket.recv(1 << 20)
        if not got:
            raise SystemExit("the server closed a connection")
        self.held = self.held + got if self.held else got
        end = self.held.find(b"\r\n\r\n")
        if end < 0 or len(self.held) < end + 4 + length_of(self.held[:end]):
            return False
        if not self.held.startswith(b"HTTP/1.1 200"):
            raise SystemExit(self.held.decode())
        self.held = b""
        return True


def length_of(head: bytes) -> int:
    """The length of the body that a head announces."""
    at = head.lower().index(b"content-length:") + 15
    return int(head[at : at + 20].split(b"\r\n")[0])


def run(port: int, path: str, connections: int, seconds: float, body: bytes) -> tuple[int, float]:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    by_number = {}
    poll = select.poll()
    for _ in range(connections):
        one = Connection(port, request)
        by_number[one.socket.fileno()] = one
        poll.register(one.socket, select.POLLIN)
    begin = time.perf_counter()
    for one in by_number.values():
        one.send()
    count, waiting, deadline = 0, connections, begin + seconds
    while waiting:
        ready = poll.poll(WAIT_SECONDS * 1000)
        if not ready:
            raise SystemExit("no answer came")
        goes_on = time.perf_counter() < deadline
        for number, _ in ready:
            one = by_number[number]
            if one.is_answered():
                count += 1
                if goes_on:
                    one.send()
                else:
                    waiting -= 1
    return count, time.perf_counter() - begin


if __name__ == "__main__":
    port, path, connections, seconds = sys.argv[1:]
    print(
        json.dumps(run(int(port), path, int(connections), float(seconds), sys.stdin.buffer.read()))
    )
