"""A real receiver of deliveries, on a free port, that answers as a test wants."""

from __future__ import annotations

import http.server
import json
import threading


class Receiver:
    """What came in, and how the next requests are answered."""

    def __init__(self):
        self.came = []
        self.answers = []
        self.arrived = threading.Semaphore(0)
        self.let_go = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                outer.came.append((self.path, dict(self.headers), body))
                outer.arrived.release()
                answer = outer.answers.pop(0) if outer.answers else (200, {})
                if answer == "wait":
                    outer.let_go.wait(20)
                    answer = (200, {})
                if answer == "hang":
                    outer.let_go.wait(20)
                    return
                if answer == "drip":
                    self.send_response(200)
                    while not outer.let_go.wait(0.05):
                        self.wfile.write(b" ")
                        self.wfile.flush()
                    return
                status, headers = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"thanks")

            def log_message(self, *_):
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/hook"

    @property
    def bodies(self):
        return [json.loads(body) for _, _, body in self.came]

    def wait(self, count=1, seconds=20):
        """Wait for this many more requests."""
        for _ in range(count):
            assert self.arrived.acquire(timeout=seconds), f"only {len(self.came)} requests came"

    def close(self):
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()
