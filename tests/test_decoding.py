"""Types are learnt by one thread, whoever asks for them first."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from nbtrack.decoding import convert, decode

AT_ONCE = """
import sys, threading
sys.setswitchinterval(1e-6)
from nbtrack.decoding import decode
from nbtrack.rest.routes import ROUTES
shapes = list(dict.fromkeys(it.shape for it in ROUTES if it.shape is not None))
begin = threading.Barrier(6)

def ask():
    begin.wait()
    for shape in shapes:
        try:
            decode(b"[]", shape)
        except Exception as error:
            assert "Expected" in str(error), error

threads = [threading.Thread(target=ask) for _ in range(6)]
for it in threads:
    it.start()
for it in threads:
    it.join()
"""


class Point(msgspec.Struct):
    x: int
    y: int = 0


def test_what_is_no_such_type_is_refused():
    assert decode(b'{"x": 1}', Point) == convert({"x": 1}, Point) == Point(1)
    with pytest.raises(msgspec.ValidationError):
        decode(b'{"x": "1"}', Point)
    with pytest.raises(msgspec.ValidationError):
        convert({"x": "1"}, Point)


def test_what_is_not_strict_takes_texts_for_numbers():
    assert decode(b'{"x": "1"}', Point, strict=False) == Point(1)
    assert convert({"x": "1"}, Point, strict=False) == Point(1)


def test_threads_that_ask_at_once_for_types_that_are_new_do_not_end_the_process():
    for _ in range(3):
        subprocess.run([sys.executable, "-c", AT_ONCE], check=True, timeout=60)
