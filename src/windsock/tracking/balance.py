"""The balance of intake: per source and bucket of time received, received = stored + duplicate + quarantined, and what is still in flight."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from windsock.kernel.clock import start_of_day_ms
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.tracking.inbox import FILE, open_inbox
from windsock.warehouse import Statement, statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from windsock.warehouse import Warehouse
    from windsock.workspace import Workspace

Bucket = Literal["minute", "hour", "day"]
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
ROWS_MOST = 10_000
DAYS_MOST = 1_100
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class BalanceRow:
    """One source and bucket; ``in_flight`` was answered with 200 and waits in the inbox."""

    source: str
    at_ms: int
    received: int = 0
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    in_flight: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing was lost and nothing counted twice."""
        return self.received == self.stored + self.duplicate + self.quarantined

    def plus(self, other: BalanceRow) -> BalanceRow:
        """Return the sums of both."""
        names = ("received", "stored", "duplicate", "quarantined", "in_flight")
        return replace(self, **{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True)
class Balance:
    """The rows, the newest first, and their sums."""

    rows: tuple[BalanceRow, ...]
    totals: BalanceRow

    @property
    def holds(self) -> bool:
        """Whether every row holds."""
        return all(row.holds for row in self.rows)


@dataclass(frozen=True)
class Reckoning:
    """A source's counts beside the rows that are there: what the balance says must lie in the tables."""

    source: str
    stored: int
    events: int
    quarantined: int
    apart: int

    @property
    def holds(self) -> bool:
        """Whether every stored event is there; refused events may be fewer where a person was erased."""
        return self.stored == self.events and self.apart <= self.quarantined


def parse_span(workspace: Workspace, start: str | None, end: str | None) -> tuple[int, int]:
    """Read two dates or instants as [start, end) in ms; an end that is a date is included; the last 24 hours where nothing is said.

    Raises:
        InvalidInput: one is no date, or they are the wrong way round or too far apart.
    """
    now = workspace.clock.now_ms()
    until = _moment(end, workspace.zone, "end", last=True) if end else now + 1
    since = _moment(start, workspace.zone, "start", last=False) if start else until - DAY_MS
    if not since < until <= since + DAYS_MOST * DAY_MS:
        raise InvalidInput("The span ends before it starts, or is too long.", where="start", fix=f"Ask for at most {DAYS_MOST} days.")
    return since, until


def _moment(text: str, zone: str, where: str, *, last: bool) -> int:
    try:
        if len(text) == 10:
            return start_of_day_ms(dt.date.fromisoformat(text) + dt.timedelta(days=int(last)), zone)
        moment = dt.datetime.fromisoformat(text)
        return round((moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"'{text[:40]}' is no date.", where=where, fix="Write 2026-01-05 or 2026-01-05T08:00:00+08:00.") from error


def read_balance(workspace: Workspace, since_ms: int, until_ms: int, bucket: Bucket, source: str = "") -> Balance:
    """Return the balance of the minutes received in [since, until).

    Counts and the inbox's offset are read as of one moment, so that no event is missed or counted twice while it moves.

    Args:
        workspace: where.
        since_ms: begin.
        until_ms: end, exclusive.
        bucket: minute, hour or civil day of the workspace's zone.
        source: only this one; all when empty.

    Raises:
        TooLarge: more than 10,000 rows.
    """
    steps = _offsets(since_ms, until_ms, workspace.zone)
    inbox, flying = _in_flight(workspace)
    params = {"since": since_ms, "until": until_ms, "source": source, "inbox": inbox, "most": ROWS_MOST + 1}
    rows = workspace.warehouse.query(_statement(bucket, steps), params).to_pylist()
    found: dict[tuple[str, int], BalanceRow] = {}
    offset = 0
    for row in rows:
        offset = int(row["offset"] or 0)
        if row["source"] is not None:
            at = _start(int(row["place"]), bucket, workspace.zone)
            counts = (int(row[name]) for name in ("received", "stored", "duplicate", "quarantined"))
            found[row["source"], at] = BalanceRow(row["source"], at, *counts)
    for code, minute, events in flying(offset):
        if since_ms <= minute < until_ms and source in ("", code):
            at = _start(_place(minute, bucket, steps), bucket, workspace.zone)
            row = found.get((code, at), BalanceRow(code, at))
            found[code, at] = replace(row, in_flight=row.in_flight + events)
    if len(found) > ROWS_MOST:
        raise TooLarge(f"The balance has more than {ROWS_MOST:,} rows.", where="bucket", fix="Ask for hours or days, one source, or a shorter span.")
    ordered = sorted(found.values(), key=lambda row: (-row.at_ms, row.source))
    totals = BalanceRow("", since_ms)
    for row in ordered:
        totals = totals.plus(row)
    return Balance(tuple(ordered), totals)


def _in_flight(workspace: Workspace) -> tuple[str, Callable[[int], list[tuple[str, int, int]]]]:
    """Return the inbox's name, and what counts its events after a block; nothing where no inbox was made yet."""
    if not (workspace.home / FILE).exists():
        return "", lambda _: []
    with contextlib.closing(open_inbox(workspace, write=False)) as inbox:
        name = inbox.name

    def after(offset: int) -> list[tuple[str, int, int]]:
        with contextlib.closing(open_inbox(workspace, write=False)) as inbox:
            return inbox.in_flight(offset)

    return name, after


def _statement(bucket: Bucket, steps: list[tuple[int, int]]) -> Statement:
    place = _place_sql(bucket, steps)
    return statement(
        f"""
        WITH found AS (
            SELECT source, {place} AS place, CAST(SUM(received) AS BIGINT) AS received, CAST(SUM(stored) AS BIGINT) AS stored,
                CAST(SUM(duplicate) AS BIGINT) AS duplicate, CAST(SUM(quarantined) AS BIGINT) AS quarantined
            FROM intake_balance WHERE minute_ms >= $since AND minute_ms < $until AND ($source = '' OR source = $source) GROUP BY 1, 2
        )
        SELECT o.seq AS offset, f.* FROM (SELECT MAX(seq) AS seq FROM inbox_offset WHERE inbox = $inbox) AS o LEFT JOIN found AS f ON TRUE
        ORDER BY f.place DESC, f.source LIMIT $most
        """,  # noqa: S608 - numbers of ours
    )


def _place_sql(bucket: Bucket, steps: list[tuple[int, int]]) -> str:
    if bucket == "minute":
        return f"minute_ms // {MINUTE_MS}"
    if bucket == "hour":
        return f"(minute_ms + {steps[0][1] % HOUR_MS}) // {HOUR_MS}"
    cases = "".join(f"WHEN minute_ms < {until} THEN {offset} " for (_, offset), (until, _) in itertools.pairwise(steps))
    offset = f"CASE {cases}ELSE {steps[-1][1]} END" if cases else str(steps[0][1])
    return f"(minute_ms + ({offset})) // {DAY_MS}"


def _place(minute_ms: int, bucket: Bucket, steps: list[tuple[int, int]]) -> int:
    if bucket == "minute":
        return minute_ms // MINUTE_MS
    if bucket == "hour":
        return (minute_ms + steps[0][1] % HOUR_MS) // HOUR_MS
    offset = next(value for since, value in reversed(steps) if since <= minute_ms or since == steps[0][0])
    return (minute_ms + offset) // DAY_MS


def _start(place: int, bucket: Bucket, zone: str) -> int:
    if bucket == "minute":
        return place * MINUTE_MS
    if bucket == "day":
        return start_of_day_ms(_EPOCH + dt.timedelta(days=place), zone)
    part = _offset_ms(place * HOUR_MS, zone) % HOUR_MS
    return place * HOUR_MS - part


def _offsets(since_ms: int, until_ms: int, zone: str) -> list[tuple[int, int]]:
    """Return (from this instant, offset of the zone) over a span, the oldest first; found day by day, then by half hours."""
    found = [(since_ms, _offset_ms(since_ms, zone))]
    for day in range(since_ms, until_ms + DAY_MS, DAY_MS):
        if _offset_ms(day, zone) != found[-1][1]:
            at = (day - DAY_MS) // (HOUR_MS // 2) * (HOUR_MS // 2)
            while _offset_ms(at, zone) == found[-1][1]:
                at += HOUR_MS // 2
            found.append((at, _offset_ms(at, zone)))
    return found


def _offset_ms(ms: int, zone: str) -> int:
    offset = dt.datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).utcoffset()
    return round(offset.total_seconds() * 1000) if offset is not None else 0


_RECKON = statement(
    """
    WITH told AS (SELECT source, SUM(stored) AS stored, SUM(quarantined) AS quarantined FROM intake_balance GROUP BY 1),
    held AS (SELECT source, COUNT(*) AS events FROM event GROUP BY 1),
    kept AS (SELECT source, COUNT(*) AS apart FROM quarantine WHERE COALESCE(state, 'open') <> 'replayed' GROUP BY 1)
    SELECT COALESCE(t.source, h.source, k.source) AS source, CAST(COALESCE(t.stored, 0) AS BIGINT) AS stored, COALESCE(h.events, 0) AS events,
        CAST(COALESCE(t.quarantined, 0) AS BIGINT) AS quarantined, COALESCE(k.apart, 0) AS apart
    FROM told AS t FULL JOIN held AS h ON h.source = t.source FULL JOIN kept AS k ON k.source = COALESCE(t.source, h.source) ORDER BY 1 LIMIT 1000
    """
)


def reckon(warehouse: Warehouse) -> list[Reckoning]:
    """Count the rows that lie in the tables against what the balance says, over all time; reads every event's source once."""
    return [Reckoning(**row) for row in warehouse.query(_RECKON).to_pylist()]
