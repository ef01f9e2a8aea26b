"""Wire formats: what libraries send, turned into the columns of the load.

A body never fails: what is no event becomes a row without a name, of the type ``undecodable``, with the raw text in its properties, so
that it is counted and kept apart like any other. As many rows come out as events were counted at the door, in their order.
"""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyarrow as pa

from windsock.tracking.body import UNREADABLE, Body, Trust
from windsock.tracking.wire.arrays import in_order
from windsock.tracking.wire.columns import UNDECODABLE, undecodable
from windsock.tracking.wire.reading import Reading, reading_with, signature_of
from windsock.tracking.wire.rows import Rows
from windsock.tracking.wire.segment import SegmentReader
from windsock.tracking.wire.sensors import SensorsReader

__all__ = ["UNDECODABLE", "Reading", "decode", "decode_apart", "reading_with", "signature_of"]


def decode(bodies: Sequence[Body], reading: Reading) -> pa.Table:
    """Return the events of bodies as columns of ``load.COLUMNS`` (some as codes, as ``coded.CODED`` allows), one row per event in their order.

    Args:
        bodies: of any sources and protocols; the caller keeps apart what must be loaded apart.
        reading: zone, signing secrets and default channels.
    """
    odd, count = Rows(), 0
    readers = {"segment": SegmentReader(reading, odd), "sensors": SensorsReader(reading, odd)}
    for body in bodies:
        if body.kind == "broken":
            odd.add(_broken(body), count)
            count += 1
        elif body.kind == UNREADABLE:
            count += _lost(body, "The block that held it can't be opened any more.", odd, count)
        else:
            try:
                count += readers[body.protocol].read(body, count)
            except Exception as error:  # noqa: BLE001 - a body that breaks a reader is kept apart as a whole, and the rest goes on
                odd.forget(count)
                count += _lost(body, f"{type(error).__name__}: {error}", odd, count)
    parts = [part for reader in readers.values() for part in reader.parts()]
    return in_order([*parts, *odd.parts()])


def decode_apart(bodies: Iterable[Body], reading: Reading) -> list[tuple[str, Trust, pa.Table]]:
    """Return (source, trust, events) of bodies, kept apart as they are loaded; see ``decode``."""
    apart: dict[tuple[str, Trust], list[Body]] = defaultdict(list)
    for body in bodies:
        apart[body.source, "server" if body.trust == "server" else "public"].append(body)
    return [(source, trust, decode(some, reading)) for (source, trust), some in apart.items()]


def _lost(body: Body, error: str, rows: Rows, first: int) -> int:
    """Count every event of a body that can't be read; its text is kept once."""
    count = max(body.events, 1)
    for place in range(count):
        rows.add(undecodable(body.data if place == 0 else b"", error, body), first + place)
    return count


def _broken(body: Body) -> dict[str, object]:
    try:
        raw = base64.b64decode(body.data, validate=True)
    except (binascii.Error, ValueError):
        raw = body.data
    return undecodable(raw, "The body could not be decoded.", body)
