"""Read the last minutes of intake, and remember the duplicates among them."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import pyarrow as pa

from windsock.governance import mask
from windsock.identity import display_names
from windsock.kernel.errors import InvalidInput
from windsock.warehouse import statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windsock.tracking.model import LoadReport
    from windsock.tracking.poison import Group
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

SPAN_MS = 15 * 60_000
LIMIT_MOST = 200
_DUPLICATES_KEPT = 500
_LOOKED_AT = 200
_TEXT_MOST = 4_000

State = Literal["stored", "duplicate", "quarantined"]
_TYPES = {"identify": "identify", "page_view": "page", "screen_view": "screen", "group": "group", "alias": "alias", "goods_update": "item"}

_FIELDS = (
    "channel", "device", "platform", "route", "property", "item_id", "price", "currency", "order_ref", "provider", "outcome", "country",
    "app_version",
)  # fmt: skip
"""What an event carries in columns of its own; shown among its properties, as whoever sent it meant it."""

_STORED = f"""
    SELECT e.received_ms, LPAD(CAST(e.key_hi AS VARCHAR), 20, '0') || LPAD(CAST(e.key_lo AS VARCHAR), 20, '0') AS id, e.source,
        e.event, e.ts_ms AS at_ms, e.did, NULL AS who, 'stored' AS state, NULL AS reason, e.flags, e.properties, NULL AS raw,
        {", ".join(f"CAST(e.{name} AS VARCHAR) AS {name}" for name in _FIELDS)}
    FROM event AS e WHERE e.received_ms >= $since AND ($source IS NULL OR e.source = $source)
"""  # noqa: S608 - names of this file
_APART = f"""
    SELECT q.received_ms, 'q' || COALESCE(CAST(q.qid AS VARCHAR), '') || md5(q.raw) AS id, q.source, q.raw->>'event' AS event, NULL AS at_ms,
        NULL AS did, COALESCE(q.raw->>'user_id', q.raw->>'anonymous_id', q.raw->>'device_id') AS who, 'quarantined' AS state, q.reason, NULL AS flags,
        q.raw->>'properties' AS properties, q.raw AS raw,
        {", ".join(f"q.raw->>'{name}' AS {name}" for name in _FIELDS)}
    FROM quarantine AS q WHERE q.received_ms >= $since AND ($source IS NULL OR q.source = $source)
"""  # noqa: S608 - names of this file
_LATEST = statement(
    f"""
    SELECT * FROM (
        SELECT * FROM ({_STORED} UNION ALL {_APART}) AS both
        WHERE received_ms > $after_ms OR (received_ms = $after_ms AND id > $after_id)
        ORDER BY CASE WHEN $ahead THEN received_ms ELSE -received_ms END, CASE WHEN $ahead THEN id END, id DESC LIMIT $most
    ) AS some ORDER BY received_ms, id
    """,  # noqa: S608 - pieces of this file
)
_KNOWN = statement(
    """
    SELECT message_id, COUNT(*) AS times FROM (
        SELECT e.message_id FROM event AS e WHERE e.batch_id = $batch AND e.source = $source
        UNION ALL SELECT q.raw->>'message_id' FROM quarantine AS q WHERE q.batch_id = $batch AND q.source = $source
    ) AS known WHERE message_id IN (SELECT message_id FROM stage_looked) GROUP BY 1
    """
)


@dataclass(frozen=True)
class Arrival:
    """One event that arrived.

    Attributes:
        id: unique among the arrivals of its millisecond.
        received_ms: when it reached us.
        at_ms: when it happened, as it was stored; None where it was not.
        source: code of its source.
        event: its name, or None where it has none.
        kind: track, identify, page, screen, group, alias or item.
        who: by whom, masked; "" when nobody is named.
        state: what became of it.
        reason: why it is kept apart, or None.
        flags: doubts about a stored event.
        properties: what it carries, shortened.
    """

    id: str
    received_ms: int
    at_ms: int | None
    source: str
    event: str | None
    kind: str
    who: str
    state: State
    reason: str | None
    flags: tuple[str, ...]
    properties: dict[str, Any]


_remembered: dict[str, deque[Arrival]] = {}
_lock = threading.Lock()


def duplicates_of(tx: Transaction, group: Group, report: LoadReport, batch_id: str) -> list[Arrival]:
    """Return the duplicates among the last 200 events of a group that was just loaded."""
    if not report.duplicate:
        return []
    looked = group.events.slice(max(group.events.num_rows - _LOOKED_AT, 0))
    looked = looked.append_column("rn", pa.array(range(looked.num_rows), pa.int64()))
    tx.stage("stage_looked", looked.select(["rn", "message_id"]))
    left = {row["message_id"]: row["times"] for row in tx.query(_KNOWN, {"batch": batch_id, "source": group.source}).to_pylist()}
    found: list[Arrival] = []
    for row in looked.to_pylist():
        left[row["message_id"]] = left.get(row["message_id"], 0) - 1
        if left[row["message_id"]] < 0 and row["event"] is not None:
            found.append(_duplicate(group.source, row))
    return found


def _duplicate(source: str, row: dict[str, Any]) -> Arrival:
    spoken = next(((name, row[name]) for name in ("user_id", "anonymous_id", "device_id") if row[name]), None)
    return Arrival(
        f"d{row['message_id']}-{row['rn']}", row["received_ms"], row["client_ms"], source, row["event"], _TYPES.get(row["event"], "track"),
        mask("login", spoken[1]) if spoken else "", "duplicate", None, (), _carried(row),
    )  # fmt: skip


def remember(workspace: Workspace, duplicates: Sequence[Arrival]) -> None:
    """Keep the last 500 duplicates of a workspace in memory."""
    if duplicates:
        with _lock:
            _remembered.setdefault(str(workspace.home), deque(maxlen=_DUPLICATES_KEPT)).extend(duplicates)


def latest(workspace: Workspace, source: str | None, after: str | None, limit: int) -> list[Arrival]:
    """Return what arrived, oldest first.

    Args:
        workspace: the open workspace.
        source: one source only.
        after: where to go on (``cursor_of`` the last one shown): then the first ones after it; without it the last ones.
        limit: how many at most, up to 200.

    Raises:
        InvalidInput: the cursor is none of ours.
    """
    since = workspace.clock.now_ms() - SPAN_MS
    after_ms, after_id = parse_cursor(after) if after else (since, "")
    rows = workspace.warehouse.query(
        _LATEST,
        {"since": since, "source": source, "after_ms": after_ms, "after_id": after_id, "ahead": after is not None, "most": min(limit, LIMIT_MOST)},
    ).to_pylist()
    names = display_names(workspace.warehouse, sorted({row["did"] for row in rows if row["did"] is not None}), unmasked=False)
    found = [_arrival(row, names) for row in rows]
    with _lock:
        repeats = list(_remembered.get(str(workspace.home), ()))
    found += [
        one for one in repeats if one.received_ms >= since and (one.received_ms, one.id) > (after_ms, after_id) and source in (None, one.source)
    ]
    found.sort(key=lambda one: (one.received_ms, one.id))
    return found[:limit] if after else found[-limit:]


def cursor_of(arrival: Arrival) -> str:
    """Return where to go on after an arrival."""
    return f"{arrival.received_ms}-{arrival.id}"


def parse_cursor(text: str) -> tuple[int, str]:
    """Return what ``cursor_of`` put into a cursor.

    Raises:
        InvalidInput: it is none.
    """
    head, dash, tail = text.partition("-")
    if not dash or not head.isdecimal() or len(head) > 15:
        raise InvalidInput(f"'{text[:60]}' is no place to go on after.", where="after", fix="Use `next` of the answer before.")
    return int(head), tail


def _arrival(row: dict[str, Any], names: dict[int, str]) -> Arrival:
    who = names.get(row["did"], "") if row["did"] is not None else mask("login", row["who"] or "")
    flags = tuple(row["flags"].split(",")) if row["flags"] else ()
    return Arrival(
        row["id"], row["received_ms"], row["at_ms"], row["source"], row["event"], _TYPES.get(row["event"] or "", "track"), who,
        cast("State", row["state"]), row["reason"], flags, _carried(row),
    )  # fmt: skip


def _carried(row: dict[str, Any]) -> dict[str, Any]:
    """Return what an event carries, whether it is kept in a column or among the properties."""
    columns = {name: str(row[name]) for name in _FIELDS if row.get(name) not in (None, "")}
    if "." in columns.get("price", ""):
        columns["price"] = columns["price"].rstrip("0").rstrip(".")
    return columns | _shown(row["properties"])


def _shown(text: str | None) -> dict[str, Any]:
    """Return properties as an object that is not too long for a list."""
    if not text:
        return {}
    try:
        found = json.loads(text) if len(text) <= _TEXT_MOST else None
    except ValueError:
        found = None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {"text": text[:_TEXT_MOST]}
