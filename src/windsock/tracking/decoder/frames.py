"""What a loader and its decoder say to each other over two pipes: messages with their length before them, tables as Arrow streams."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import msgspec
import pyarrow as pa

from windsock.tracking.body import Trust
from windsock.tracking.event_columns import COLUMNS
from windsock.tracking.model.network import NetworkRule

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

LENGTH_BYTES = 8


class Start(msgspec.Struct, frozen=True, array_like=True):
    """The first message: where the inbox is, and the two keys that reading it takes.

    Attributes:
        inbox: path of its file.
        day_purpose_key: opens the keys of its days.
        signing_key: what the signing secrets of sources are made with.
    """

    inbox: str
    day_purpose_key: bytes
    signing_key: bytes


class Ask(msgspec.Struct, frozen=True, array_like=True):
    """Read and decode what stands after a block: so many events at most, in a zone, with default channels of sources and networks of rules."""

    after: int
    most: int
    zone: str
    channels: dict[str, str]
    networks: tuple[NetworkRule, ...] = ()


class Part(msgspec.Struct, frozen=True, array_like=True):
    """Events of one source and trust: how many rows, and the bytes of their stream."""

    source: str
    trust: Trust
    rows: int
    size: int


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """The numbers of the first and last block that were read (0 when there was none), and the parts; their streams follow in this order.

    The first answer, without a question, says that the decoder is ready. ``error`` says why there is nothing.
    """

    first: int = 0
    last: int = 0
    parts: list[Part] = []
    error: str | None = None


def packed(message: msgspec.Struct) -> bytes:
    """Return a message with its length before it."""
    text = msgspec.msgpack.encode(message)
    return len(text).to_bytes(LENGTH_BYTES, "big") + text


def write_all(place: int, parts: Sequence[bytes | memoryview | pa.Buffer]) -> None:
    """Write everything to a pipe.

    Raises:
        OSError: nobody reads any more.
    """
    for part in parts:
        view = memoryview(part)
        while view:
            view = view[os.write(place, view) :]


def stream_of(events: pa.Table) -> pa.Buffer:
    """Return the columns that hold anything as an Arrow stream; codes stay codes."""
    said = events.select([name for name in events.column_names if events.column(name).null_count < events.num_rows])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, said.schema) as writer:
        writer.write_table(said)
    return sink.getvalue()


def table_of(stream: memoryview, rows: int) -> pa.Table:
    """Return what ``stream_of`` was given; the table lies in the stream's memory.

    Raises:
        pa.ArrowException, ValueError: it is none.
    """
    said = pa.ipc.open_stream(pa.py_buffer(stream)).read_all()
    if (said.num_columns and said.num_rows != rows) or not set(said.column_names) <= set(COLUMNS.names):
        raise ValueError(f"{said.num_rows} rows of {said.column_names} came instead of {rows}.")
    there = set(said.column_names)
    columns = [said.column(field.name) if field.name in there else pa.nulls(rows, field.type) for field in COLUMNS]
    return pa.table(columns, names=COLUMNS.names)
