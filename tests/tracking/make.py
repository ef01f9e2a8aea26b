"""Events for tests, and a slow, obvious telling of what the load does with them."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pyarrow as pa

from windsock.identity.model import normalise
from windsock.tracking import COLUMNS, allowed, catalogue
from windsock.tracking.model import FUTURE_MS, NAME_PATTERN, SKEW_LEAST_MS, YEARS_OFF_MS
from windsock.tracking.queries import CONTENT

T0 = 1_767_225_600_000
YEAR_2100 = 4_102_444_800_000


def event(**given: Any) -> dict[str, Any]:
    """Return an event with plain values for what isn't given."""
    plain = {"message_id": "m1", "anonymous_id": "anon-1", "event": "page_view", "client_ms": T0, "received_ms": T0 + 200}
    return {**dict.fromkeys(COLUMNS.names), **plain, **given}


def table(events: list[dict[str, Any]]) -> pa.Table:
    """Return events as the load takes them."""
    return pa.Table.from_pylist(events, schema=COLUMNS)


def reason(row: dict[str, Any], trust: Any) -> str | None:
    """Say why an event is kept apart, or None."""
    name, properties = row["event"] or "", row["properties"]
    known = catalogue().get(name)
    faults = [
        ("missing_event", not name),
        ("bad_event_name", not re.fullmatch(NAME_PATTERN, name)),
        ("unknown_event", known is None),
        ("untrusted_event", not allowed(trust, name)),
        ("missing_time", row["client_ms"] is None and row["received_ms"] is None),
        ("missing_property", known is not None and any(row[column] is None for column in known.needs)),
        ("negative_price", row["price"] is not None and row["price"] < 0),
        ("bad_currency", row["currency"] is not None and not re.fullmatch("[A-Z]{3}", row["currency"])),
        ("bad_properties", properties is not None and not _is_object(properties)),
    ]
    return next((why for why, holds in faults if holds), None)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def device_of(row: dict[str, Any]) -> str | None:
    """Return whose clock it was."""
    return row["device_id"] if row["device_id"] is not None else row["anonymous_id"] if row["anonymous_id"] is not None else row["user_id"]


def oracle(rows: list[dict[str, Any]], trust: Any, now_ms: int, seen: set[Any]) -> list[dict[str, Any]]:
    """Say of each event what becomes of it: ``fate`` stored, duplicate or a reason; ``ts_ms``; its key is added to ``seen``."""
    rows = [{**row, "silent": row["client_ms"] is None and row["received_ms"] is None} for row in rows]
    told: list[dict[str, Any]] = []
    for row in rows:
        why = reason(row, trust)
        row["received_ms"] = row["received_ms"] if row["received_ms"] is not None and 0 <= row["received_ms"] <= YEAR_2100 else now_ms
        key = tuple(row[name] for name in CONTENT)
        fate = why or ("duplicate" if key in seen else "stored")
        if fate == "stored":
            seen.add(key)
        told.append({"row": row, "fate": fate})
    for device in {device_of(row) for row in rows}:
        _tell_time([entry for entry in told if device_of(entry["row"]) == device], device)
    return told


def _tell_time(entries: list[dict[str, Any]], device: str | None) -> None:
    delays = [entry["row"]["received_ms"] - sane(entry["row"]["sent_ms"]) for entry in entries if entry["row"]["sent_ms"] is not None]
    skew = min(delays, default=0) if device is not None else 0
    skew = skew if abs(skew) > SKEW_LEAST_MS else 0
    near: list[dict[str, Any]] = []
    for entry in entries:
        row = entry["row"]
        client = None if row["client_ms"] is None else sane(row["client_ms"]) + skew
        if client is None or abs(client - row["received_ms"]) > YEARS_OFF_MS:
            entry["ts_ms"] = row["received_ms"]
        else:
            entry["ts_ms"] = min(client, row["received_ms"] + FUTURE_MS)
            near.append(entry)
    if device is None:
        return
    near.sort(key=lambda entry: entry["row"]["client_ms"])
    for place in range(len(near) - 2, -1, -1):
        near[place]["ts_ms"] = min(near[place]["ts_ms"], near[place + 1]["ts_ms"])


def sane(ms: int) -> int:
    """Return a client's clock within 1970 and 2100."""
    return max(min(ms, YEAR_2100), 0)


def person_of(row: dict[str, Any]) -> tuple[str, str] | None:
    """Return the id by which an event is somebody's."""
    for namespace, column in (("anon", "anonymous_id"), ("login", "user_id"), ("device", "device_id")):
        name = normalise(namespace, row[column])
        if name is not None:
            return namespace, name
    return None


def day(ms: int) -> dt.date:
    """Return the UTC day of an instant."""
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).date()
