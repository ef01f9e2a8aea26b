"""Wire formats: what libraries send, turned into the columns of the load.

A body never fails: what is no event becomes a row without a name, of the type ``undecodable``, with the raw text in its properties, so
that it is counted and kept apart like any other. As many rows come out as events were counted at the door, in their order.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import pyarrow as pa

from windsock.tracking.body import UNREADABLE, Body
from windsock.tracking.wire.columns import UNDECODABLE, Rows, undecodable
from windsock.tracking.wire.reading import Reading, signature_of
from windsock.tracking.wire.segment import SegmentReader
from windsock.tracking.wire.sensors import SensorsReader

__all__ = ["UNDECODABLE", "Reading", "decode", "decode_broken", "signature_of"]


def decode(bodies: Sequence[Body], reading: Reading) -> pa.Table:
    """Return the events of bodies as columns of ``load.COLUMNS``, one row per event in their order.

    Args:
        bodies: of any sources and protocols; the caller keeps apart what must be loaded apart.
        reading: zone, signing secrets and default channels.
    """
    rows = Rows()
    readers = {"segment": SegmentReader(reading, rows), "sensors": SensorsReader(reading, rows)}
    for body in bodies:
        before = len(rows)
        try:
            if body.kind == "broken":
                rows.add(_broken(body))
            elif body.kind == UNREADABLE:
                _lost(body, "The block that held it can't be opened any more.", rows)
            else:
                readers[body.protocol].read(body)
        except Exception as error:  # noqa: BLE001 - a body that breaks a reader is kept apart as a whole, and the rest goes on
            rows.cut(before)
            _lost(body, f"{type(error).__name__}: {error}", rows)
    return rows.table()


def decode_broken(bodies: Sequence[Body], error: str) -> pa.Table:
    """Return one row per event of bodies that could not be loaded, each to be kept apart with the error."""
    rows = Rows()
    for body in bodies:
        _lost(body, error, rows)
    return rows.table()


def _lost(body: Body, error: str, rows: Rows) -> None:
    """Count every event of a body that can't be read; its text is kept once."""
    for place in range(max(body.events, 1)):
        rows.add(undecodable(body.data if place == 0 else b"", error, body))


def _broken(body: Body) -> dict[str, object]:
    try:
        raw = base64.b64decode(body.data, validate=True)
    except (binascii.Error, ValueError):
        raw = body.data
    return undecodable(raw, "The body could not be decoded.", body)
