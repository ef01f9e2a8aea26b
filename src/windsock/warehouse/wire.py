"""What travels over the owner's socket: a length, a JSON head, and Arrow rows behind it where there are some."""

from __future__ import annotations

import datetime as dt
import io
import json
import socket
import struct
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

import pyarrow as pa

from windsock.kernel import errors
from windsock.kernel.errors import Broken, WindsockError
from windsock.warehouse.face import Value

_HEAD_MAX = 16_000_000
_ROWS_MAX = 2_000_000_000
_LENGTHS = struct.Struct("!IQ")


def send(connection: socket.socket, head: Mapping[str, Any], rows: pa.Table | None = None) -> None:
    """Send one message."""
    body = b""
    if rows is not None:
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, rows.schema) as writer:
            writer.write_table(rows)
        body = sink.getvalue()
    text = json.dumps(head).encode()
    connection.sendall(_LENGTHS.pack(len(text), len(body)) + text)
    if body:
        connection.sendall(body)


def receive(connection: socket.socket) -> tuple[dict[str, Any], pa.Table | None]:
    """Receive one message.

    Raises:
        EOFError: the other side has closed.
        Broken: the message is over the bounds.
    """
    head_length, body_length = _LENGTHS.unpack(_exactly(connection, _LENGTHS.size))
    if head_length > _HEAD_MAX or body_length > _ROWS_MAX:
        raise Broken("A message on the owner's socket is over its bound.")
    head: dict[str, Any] = json.loads(_exactly(connection, head_length))
    rows = pa.ipc.open_stream(_exactly(connection, body_length)).read_all() if body_length else None
    return head, rows


def _exactly(connection: socket.socket, size: int) -> bytes:
    buffer = bytearray(size)
    view, filled = memoryview(buffer), 0
    while filled < size:
        count = connection.recv_into(view[filled:])
        if count == 0:
            raise EOFError
        filled += count
    return bytes(buffer)


def pack_params(params: Mapping[str, Value] | None) -> dict[str, Any]:
    """Word parameter values in JSON."""
    return {name: _pack(value) for name, value in (params or {}).items()}


def unpack_params(params: Mapping[str, Any]) -> dict[str, Value]:
    """Read parameter values from JSON."""
    return {name: _unpack(value) for name, value in params.items()}


def _pack(value: Value) -> object:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    return value


def _unpack(value: Any) -> Value:  # noqa: ANN401 - it comes from JSON
    if isinstance(value, dict):
        worded = cast("dict[str, str]", value)
        return Decimal(worded["decimal"]) if "decimal" in worded else dt.date.fromisoformat(worded["date"])
    return value


def pack_error(error: Exception) -> dict[str, Any]:
    """Word an error so that the other side can raise the same."""
    if isinstance(error, WindsockError):
        return {"error": type(error).__name__, "what": error.what, "where": error.where, "fix": error.fix, "code": error.code}
    return {"error": "Fault", "what": f"The owner process failed: {error}", "where": type(error).__name__, "fix": "See its log.", "code": "fault"}


def raise_error(head: Mapping[str, Any]) -> None:
    """Raise what the other side packed, if it did."""
    name = head.get("error")
    if name is None:
        return
    kind = getattr(errors, str(name), errors.Fault)
    if kind is errors.TooMany or not issubclass(kind, WindsockError):
        kind = errors.Fault
    raise kind(str(head["what"]), where=str(head["where"]), fix=str(head["fix"]), code=str(head["code"]))
