"""Records to JSON lines and back; tolerant of fields that are newer than this code."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from nbtrack.records.event import Event, Op
from nbtrack.records.metric import Metric, Series
from nbtrack.records.record import Record

__all__ = ["decode_event", "decode_op", "encode", "encode_lines", "spelled"]

encoder = msgspec.json.Encoder()
event_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event, strict=False)
op_decoder: msgspec.json.Decoder[Op] = msgspec.json.Decoder(Op, strict=False)


def encode(record: Record) -> bytes:
    """A record as one JSON line, newline included."""
    if type(record) is Metric and not math.isfinite(record.value):
        record = replace_untyped(record, value=spelled(record.value))
    elif type(record) is Series:
        record = replace_untyped(record, values=[spelled(value) for value in record.values])
    try:
        return encoder.encode(record) + b"\n"
    except UnicodeEncodeError:  # half a character, such as file names of old disks have
        return encoder.encode(spelled_out(msgspec.to_builtins(record))) + b"\n"


def encode_lines(records: list[Record]) -> bytes:
    """Several records as lines that are written together."""
    return b"".join(map(encode, records))


def decode_event(line: bytes | str) -> Event:
    """A journal line as a record; raises `msgspec.DecodeError` for what is none."""
    return event_decoder.decode(line)


def decode_op(line: bytes | str) -> Op:
    """A line of `ops.jsonl` as an operation; raises `msgspec.DecodeError` for what is none."""
    return op_decoder.decode(line)


def spelled(value: float) -> float | str:
    """JSON has no NaN and no infinities: they are written as words."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def spelled_out(value: Any) -> Any:
    """Plain data in which half characters, which UTF-8 lacks, are written by their numbers."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {spelled_out(key): spelled_out(it) for key, it in value.items()}
    return [spelled_out(it) for it in value] if isinstance(value, list) else value


def replace_untyped(record: Record, **fields: Any) -> Record:
    """A copy with fields that its types do not allow, only to be encoded."""
    return msgspec.structs.replace(record, **fields)
