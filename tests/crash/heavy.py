"""Very many events that the engine makes by itself, the heaviest questions that may be asked of them, and what a process takes of the machine."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from windsock.warehouse import statement
from windsock.workspace import Workspace

FIRST_MS = 1_767_225_600_000
DAYS, PEOPLE = 59, 20_000
PERIOD = {"from": "2026-01-02", "to": "2026-02-27"}

# Of another source than what senders send meanwhile; 48 in a row are eight sessions of six events. Random by the engine's hash, the same everywhere.
_EVENTS = statement(
    """
    INSERT INTO event BY NAME
    WITH drawn AS (
        SELECT i, (i // 48) * 8 + i % 8 AS session, CAST(hash(i) % 100 AS BIGINT) AS one, CAST(hash(-1 - i) % 65537 AS BIGINT) AS two,
            $first + i * $step AS at
        FROM range($many) AS r(i)
    )
    SELECT CAST(1 + hash(session) % $people AS BIGINT) AS did, CAST(at AS BIGINT) AS ts_ms,
        CAST(make_timestamp(CAST(at AS BIGINT) * 1000) AS DATE) AS dt,
        CASE WHEN one < 40 THEN 'page_view' WHEN one < 65 THEN 'search' WHEN one < 80 THEN 'list_view' WHEN one < 90 THEN 'detail_view'
            WHEN one < 96 THEN 'order_placed' ELSE 'payment_succeeded' END AS event,
        'past' AS source, ['web', 'app', 'mini_program', 'ota'][1 + CAST(two % 4 AS BIGINT)] AS channel,
        ['android', 'ios', 'desktop'][1 + CAST(two % 3 AS BIGINT)] AS device,
        ['PEK-SHA', 'CAN-CTU', 'SZX-XIY', 'SHA-HKG', NULL][1 + CAST(two % 5 AS BIGINT)] AS route,
        FALSE AS bot, FALSE AS internal, CAST(at AS BIGINT) AS client_ms, CAST(at AS BIGINT) AS received_ms, i AS key_hi, i AS key_lo,
        '{"n":"' || i || '","goods_id":"g' || (two % 3000) || '","deal":"d' || (two % 50) || '"}' AS properties, 0 AS known_from_ms
    FROM drawn
    """
)
# The highest number that is taken: who is new gets one of their own.
_PERSON = statement(
    "INSERT INTO identity BY NAME SELECT $people AS did, 'anon' AS namespace, 'the last' AS id, $first AS first_ms, 0 AS known_from_ms"
)

_STEPS: list[Any] = ["search", "list_view", "detail_view", "order_placed", "payment_succeeded"]
_SKIPPED: list[Any] = ["search", *({"event": name, "optional": True} for name in _STEPS[1:4]), "payment_succeeded"]
_FEATURES = [{"measure": measure, "event": "*", "as": measure} for measure in ("times", "days")]
_FEATURES += [{"measure": "times", "event": name, "as": name} for name in _STEPS]
BAD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("paths", {"events": "*", "steps": 20, "top": 30, "session_gap": "24 hours", "repeats": "each"}),
    ("paths", {"events": "*", "steps": 20, "top": 30, "session_gap": "24 hours", "by": "properties.n"}),
    ("funnel", {"steps": _STEPS, "window": "30 days", "same": "route", "count": "entries"}),
    ("funnel", {"steps": _SKIPPED, "window": "30 days", "breakdown": "route"}),
    ("funnel", {"steps": [*_STEPS, *_STEPS], "window": "50 days", "same": "properties.deal", "order": "unordered"}),
    ("funnel", {"steps": _STEPS[:2] * 5, "window": "50 days", "count": "entries", "same": "device"}),
    ("attribution", {"conversion": "payment_succeeded", "touches": ["page_view", "search"], "by": "properties.deal", "look_back": "90 days"}),
    ("attribution", {"conversion": "search", "touches": ["page_view", "list_view"], "by": "sales_channel", "look_back": "90 days"}),
    ("retention", {"start": "*", "return": "*", "grain": "day", "cells": 50, "breakdown": "properties.deal"}),
    ("basket", {"items": "properties.goods_id", "in": "person", "event": "*", "least": 1, "top": 1_000}),
    ("clusters", {"features": _FEATURES, "k": "auto"}),
    ("trend", {"series": [{"event": "*", "measure": "people"}], "breakdown": "properties.n", "grain": "day", "cumulative": True}),
    ("trend", {"series": [{"event": "*", "measure": "people"}], "breakdown": "properties.n", "grain": "day", "moving": 28}),
    ("interval", {"from": "search", "to": "payment_succeeded", "window": "30 days", "same": "route", "breakdown": "properties.n"}),
    ("distribution", {"event": "*", "of": "times", "trend": "day"}),
    ("sessions", {"events": "*", "breakdown": "properties.n"}),
    ("lifecycle", {"event": "*", "by": "day"}),
)
SMALL: dict[str, Any] = {"series": ["payment_succeeded"], "grain": "day", "period": {"from": "2026-01-03", "to": "2026-01-03"}}


def fill(workspace: Workspace, many: int) -> None:
    """Put so many events over the days, all at once."""
    with workspace.warehouse.transaction() as tx:
        tx.execute(_EVENTS, {"people": PEOPLE, "first": FIRST_MS, "many": many, "step": DAYS * 86_400_000 // many})
        tx.execute(_PERSON, {"people": PEOPLE, "first": FIRST_MS})


@dataclass(frozen=True)
class Told:
    """An answer: its status, what is in it, and how long it took in seconds."""

    status: int
    body: dict[str, Any]
    took_s: float

    @property
    def code(self) -> str:
        """What an error is called, or ``answered``."""
        return "answered" if self.status == 200 else str(self.body["error"]["code"])


def ask(port: int, token: str, kind: str, definition: dict[str, Any], *, wait_s: float = 120.0) -> Told:
    """Ask an analysis, over the days of the events where it says no others."""
    return post(port, token, f"/api/analyses/{kind}", {"definition": {"period": PERIOD, **definition}}, wait_s=wait_s)


def post(port: int, token: str, path: str, body: dict[str, Any], *, wait_s: float = 120.0) -> Told:
    """Post something."""
    headers, begun = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, time.monotonic()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=wait_s)) as line:
        line.request("POST", path, body=json.dumps(body), headers=headers)
        answer = line.getresponse()
        return Told(answer.status, json.loads(answer.read()), time.monotonic() - begun)


def hang_up(port: int, token: str, kind: str, definition: dict[str, Any], after_s: float) -> bool:
    """Ask, and go away after a while; returns whether that was before there was an answer."""
    try:
        ask(port, token, kind, definition, wait_s=after_s)
    except TimeoutError:
        return True
    return False


def resident(pid: int, name: str = "VmRSS") -> int:
    """Return the bytes of memory that a process has (``VmRSS``), or had at most (``VmHWM``)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) * 1024


def forget_peak(pid: int) -> None:
    """Have the peak of a process's memory counted from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def busy_s(pid: int) -> float:
    """Return the processor time that a process has used, in seconds."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[11:13]
    return (int(user) + int(system)) / 100
