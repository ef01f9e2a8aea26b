"""Events for tests, and a slow, obvious telling of what the load does with them."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from windsock.identity import ALSO_CALLED, NAMESPACES, normalise
from windsock.tracking import COLUMNS, allowed, catalogue
from windsock.tracking.model import FUTURE_MS, NAME_PATTERN, YEARS_OFF_MS
from windsock.tracking.model.intake import DAY_MS, EVENT_LARGE, Moved, corrected, lateness, moved_until, skew_of
from windsock.tracking.queries.load import CONTENT
from windsock.tracking.told import TRAIT_IDS

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
    longest = 32_768 if trust == "import" else 1_048_576
    fine = re.fullmatch(NAME_PATTERN, name) if trust == "import" else len(name) <= 200 and name.isprintable() and name.strip()
    faults = [
        ("undecodable", not name and row["type"] == "undecodable"),
        ("missing_event", not name),
        ("bad_event_name", not fine),
        ("unknown_event", known is None and trust == "import"),
        ("untrusted_event", known is not None and not allowed(trust, name)),
        ("missing_time", row["client_ms"] is None and row["received_ms"] is None),
        ("missing_property", known is not None and any(row[column] is None for column in known.needs)),
        ("negative_price", row["price"] is not None and row["price"] < 0),
        ("bad_currency", row["currency"] is not None and not re.fullmatch("[A-Z]{3}", row["currency"])),
        ("too_large", any(len((row[name] or "").encode()) > longest for name in ("properties", "traits"))),
        ("bad_properties", properties is not None and not _is(dict, properties)),
        ("bad_traits", row["traits"] is not None and not _is(dict, row["traits"])),
        ("bad_ids", row["other_ids"] is not None and not _is(list, row["other_ids"])),
    ]
    return next((why for why, holds in faults if holds), None)


def _is(kind: type, text: str) -> bool:
    try:
        return isinstance(json.loads(text), kind)
    except ValueError:
        return False


def device_of(row: dict[str, Any]) -> str | None:
    """Return whose clock it was."""
    return row["device_id"] if row["device_id"] is not None else row["anonymous_id"] if row["anonymous_id"] is not None else row["user_id"]


@dataclass
class World:
    """What earlier batches of a source left behind: keys, message ids by day, and what was learned of clocks."""

    seen: set[Any] = field(default_factory=set)
    messages: set[Any] = field(default_factory=set)
    offsets: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    moved: dict[str, list[tuple[int, Moved]]] = field(default_factory=dict)


def oracle(rows: list[dict[str, Any]], trust: Any, now_ms: int, world: World) -> list[dict[str, Any]]:
    """Say of each event what becomes of it: ``fate`` stored, duplicate or a reason; ``ts_ms``; ``flags``; the world learns from it."""
    rows = [{**row, "silent": row["client_ms"] is None and row["received_ms"] is None} for row in rows]
    told: list[dict[str, Any]] = []
    for row in rows:
        why = reason(row, trust)
        row["received_ms"] = row["received_ms"] if row["received_ms"] is not None and 0 <= row["received_ms"] <= YEAR_2100 else now_ms
        key = tuple(row[name] for name in CONTENT)
        fate = why or ("duplicate" if key in world.seen else "stored")
        flags: set[str] = set()
        if fate == "stored":
            world.seen.add(key)
            said = (sane(row["client_ms"] or 0) // DAY_MS, row["message_id"])
            flags |= {"message_id_conflict"} if row["message_id"] is not None and said in world.messages and trust != "import" else set()
            flags |= {"unknown_event"} if row["event"] not in catalogue() else set()
            flags |= {"large_event"} if row["size"] is not None and row["size"] > EVENT_LARGE else set()
            world.messages.add(said)
        told.append({"row": row, "fate": fate, "flags": flags})
    learn = any(row["sent_ms"] is not None for row in rows) or (trust == "public" and any(row["client_ms"] is not None for row in rows))
    for device in {device_of(row) for row in rows}:
        _tell_time([entry for entry in told if device_of(entry["row"]) == device], device, world if learn else None)
    for entry in told:
        entry["flags"] |= set(lateness(entry["ts_ms"], entry["row"]["received_ms"], trust))
    return told


def _clock(entries: list[dict[str, Any]], device: str, world: World) -> tuple[int, list[Moved]]:
    """Return by how much a device is moved now and was before, and learn from its delays."""
    day = max(entry["row"]["received_ms"] for entry in entries) // DAY_MS
    delays = [entry["row"]["received_ms"] - sane(entry["row"]["sent_ms"]) for entry in entries if entry["row"]["sent_ms"] is not None]
    week = [offset for then, offset in world.offsets.get(device, []) if then >= day - 6]
    earlier = [moved for then, moved in world.moved.get(device, []) if then >= day - 6]
    before, now = skew_of(min(week, default=None)), skew_of(min(week + delays, default=None))
    if week and before != now:
        change = Moved(before, moved_until(min(entry["row"]["received_ms"] for entry in entries), min(week), before))
        earlier.append(change)
        world.moved.setdefault(device, []).append((day, change))
    world.offsets.setdefault(device, []).extend((day, delay) for delay in delays)
    return now, earlier


def _tell_time(entries: list[dict[str, Any]], device: str | None, world: World | None) -> None:
    skew, earlier = _clock(entries, device, world) if device is not None and world is not None else (0, [])
    near: list[dict[str, Any]] = []
    for entry in entries:
        row = entry["row"]
        client = None if row["client_ms"] is None else corrected(sane(row["client_ms"]), skew, earlier)
        if client is None or abs(client - row["received_ms"]) > YEARS_OFF_MS:
            entry["ts_ms"] = row["received_ms"]
        else:
            entry["ts_ms"] = min(client, row["received_ms"] + FUTURE_MS)
            entry["flags"] |= {"future"} if client > row["received_ms"] + FUTURE_MS else set()
            near.append(entry)
    if device is None:
        return
    near.sort(key=lambda entry: entry["row"]["client_ms"])
    for place in range(len(near) - 2, -1, -1):
        near[place]["ts_ms"] = min(near[place]["ts_ms"], near[place + 1]["ts_ms"])


def sane(ms: int) -> int:
    """Return a client's clock within 1970 and 2100."""
    return max(min(ms, YEAR_2100), 0)


def others_of(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the other ids that an event tells, cleaned, as (namespace, id)."""
    found: list[tuple[str, str]] = [(space, name) for space, name in json.loads(row["other_ids"] or "[]") if space in {*NAMESPACES, *ALSO_CALLED}]
    if row["trait_op"] in {None, "set", "set_once"}:
        found += [(TRAIT_IDS[name], str(value)) for name, value in json.loads(row["traits"] or "{}").items() if name in TRAIT_IDS and value]
    found = [(ALSO_CALLED.get(space, space), name) for space, name in found]
    return [(space, clean) for space, name in found if (clean := normalise(space, name)) is not None]


def ids_of(row: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Return the visitor, the member and the id by which an event is somebody's."""
    visitor, member, device = (
        (space, name) if (name := normalise(space, row[column])) is not None else None
        for space, column in (("anon", "anonymous_id"), ("login", "user_id"), ("device", "device_id"))
    )
    return visitor, member, visitor or member or device or next(iter(others_of(row)), None)


def person_of(row: dict[str, Any]) -> tuple[str, str] | None:
    """Return the id by which an event is somebody's."""
    return ids_of(row)[2]


def evidence_of(row: dict[str, Any], trust: Any) -> set[tuple[Any, str]]:
    """Return what a stored event says of two ids being one person's: (the two, kind)."""
    visitor, member, own = ids_of(row)
    if row["bot"] or (trust == "public" and row["unbind"]):
        return set()
    sure = "unbound" if row["unbind"] else "claim" if trust == "public" and not row["signed"] else "login"
    former = normalise("anon", row["previous_id"])
    said = [(visitor, member, sure), (("anon", former) if former else None, member or own, sure)]
    for other in others_of(row):
        kind = "unbound" if row["unbind"] else "claim" if trust == "public" else {"anon": "login", "customer": "member"}.get(other[0], other[0])
        said.append((member or own, other, kind))
    return {(frozenset((a, b)), kind) for a, b, kind in said if a and b and a != b}


def traits_of(row: dict[str, Any]) -> set[tuple[Any, str, str | None, str]]:
    """Return what a stored event says of a person: (whose, name, value, op)."""
    _, member, own = ids_of(row)
    whose, op = member or own, row["trait_op"]
    if row["bot"] or whose is None:
        return set()
    if op == "delete":
        return {(whose, "*", None, "delete")}
    said: set[tuple[Any, str, str | None, str]] = set()
    for name, value in json.loads(row["traits"] or "{}").items():
        text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        if name in TRAIT_IDS and op in {None, "set", "set_once"}:
            text = normalise(TRAIT_IDS[name], text) or text
        nothing = value is None and op in {None, "set", "set_once"}
        said.add((whose, name, None if nothing or op == "unset" else text, "unset" if nothing else op or "set"))
    return said


def day(ms: int) -> dt.date:
    """Return the UTC day of an instant."""
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).date()
