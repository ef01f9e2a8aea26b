"""Every source at a glance: those that collect and those that are imported, with keys, what is on its way and the last hour of intake."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.tracking.inbox import open_inbox
from windsock.tracking.keys import IntakeView, count_keys, list_intake
from windsock.tracking.sources import SOURCES_MOST, Source, read_sources
from windsock.warehouse import statement
from windsock.workspace import INBOX_FILE

if TYPE_CHECKING:
    from windsock.workspace import Workspace

MINUTE_MS = 60_000
STRIP_MINUTES = 60

_STRIPS = statement(
    """
    SELECT b.source, b.minute_ms, b.received, b.quarantined
    FROM intake_balance AS b JOIN (SELECT source, MAX(minute_ms) AS last_ms FROM intake_balance GROUP BY 1) AS l ON l.source = b.source
    WHERE b.minute_ms > l.last_ms - $span ORDER BY b.source, b.minute_ms LIMIT $most
    """
)
_OFFSET = statement("SELECT seq FROM inbox_offset WHERE inbox = $inbox")


@dataclass(frozen=True)
class Minute:
    """A minute received: how many events, and how many of them were kept apart."""

    at_ms: int
    received: int
    bad: int


@dataclass(frozen=True)
class SourceView:
    """A source with what is asked about it at a glance; ``intake`` is None where nothing is collected over HTTP."""

    source: Source
    intake: IntakeView | None
    keys: int
    in_flight: int
    strip: tuple[Minute, ...]

    @property
    def last_ms(self) -> int | None:
        """The last minute in which it received anything."""
        return self.strip[-1].at_ms if self.strip else None


def read_overview(workspace: Workspace) -> list[SourceView]:
    """Return every source by code; 1,000 at most."""
    intake = {one.source: one for one in list_intake(workspace)}
    known = {one.source: one for one in read_sources(workspace.warehouse, workspace.clock.now_ms())}
    keys, strips, flying = count_keys(workspace), _strips(workspace), read_in_flight(workspace)
    return [
        SourceView(
            known.get(code) or Source(code, intake[code].kind, intake[code].name, None, None, None, None, "silent", None),
            intake.get(code),
            keys.get(code, 0),
            flying.get(code, 0),
            strips.get(code, ()),
        )
        for code in sorted(intake.keys() | known.keys())[:SOURCES_MOST]
    ]


def read_in_flight(workspace: Workspace) -> dict[str, int]:
    """Count the events that were acknowledged and are not in the warehouse yet, by source."""
    if not (workspace.home / INBOX_FILE).exists():
        return {}
    with contextlib.closing(open_inbox(workspace, write=False)) as inbox:
        found = workspace.warehouse.query(_OFFSET, {"inbox": inbox.name}).column("seq").to_pylist()
        counts: dict[str, int] = defaultdict(int)
        for source, _, events in inbox.in_flight(found[0] if found else 0):
            counts[source] += events
        return dict(counts)


def _strips(workspace: Workspace) -> dict[str, tuple[Minute, ...]]:
    span = STRIP_MINUTES * MINUTE_MS
    rows = workspace.warehouse.query(_STRIPS, {"span": span, "most": SOURCES_MOST * STRIP_MINUTES}).to_pylist()
    found: dict[str, dict[int, Minute]] = defaultdict(dict)
    for row in rows:
        found[row["source"]][row["minute_ms"]] = Minute(row["minute_ms"], row["received"], row["quarantined"])
    return {source: _filled(minutes) for source, minutes in found.items()}


def _filled(minutes: dict[int, Minute]) -> tuple[Minute, ...]:
    last = max(minutes)
    return tuple(minutes.get(at, Minute(at, 0, 0)) for at in range(last - (STRIP_MINUTES - 1) * MINUTE_MS, last + 1, MINUTE_MS))
