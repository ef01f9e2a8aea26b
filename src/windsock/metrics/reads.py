"""What the records of a statement depend on, and which changes make them void: the rules behind ``kept``.

A pass over events depends on the events of its own hours, on the persons of the ids that these hours hold, and on every row of the other tables
that it names. A pass over anything else depends on every row of its tables. The roll-ups are no tables of their own here: they say what events
and marks say. See decision 22 for all ways in which rows change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.metrics.facts_events import EVENT
from windsock.metrics.facts_rollup import HOUR_MS, HOUR_OF, LATE, LATE_OF, VISITED
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.metrics.compile import Compiled, Scan
    from windsock.warehouse import Changes, Warehouse

IDS_MOST = 1_000
"""Ids whose persons changed are looked up one by one; of more than so many it is taken that they were there in every hour."""
_SAME = {"dirty_hour": "event", LATE: "event"}
_DERIVED = frozenset({"event_hour", "visit_hour", "rolled_hour"})
DERIVED_OF = _DERIVED | _SAME.keys()
"""Tables that say what events and marks say, or are written with them."""
_DAY = dt.timedelta(days=1)
_IDS = "(SELECT UNNEST(CAST($ids AS BIGINT[])) AS did)"
_DAYS = "dt BETWEEN $prune_from AND $prune_to"
_EVENTS_OF = statement(
    f"SELECT DISTINCT e.did, e.ts_ms // {HOUR_MS} AS hour FROM event AS e SEMI JOIN {_IDS} AS i ON i.did = e.did WHERE e.{_DAYS}"  # noqa: S608 - constants of the programme
)
# An hour that is not clean may have lost a visit since it was rolled up: one that is named in vain is only asked once more.
_VISITS_OF = statement(
    f"""WITH {LATE} AS MATERIALIZED ({LATE_OF})
    SELECT DISTINCT v.did, v.hour_ms // {HOUR_MS} AS hour FROM visit_hour AS v SEMI JOIN {_IDS} AS i ON i.did = v.did WHERE v.{_DAYS}
    UNION SELECT e.did, e.ts_ms // {HOUR_MS} FROM event AS e SEMI JOIN {_IDS} AS i ON i.did = e.did
    SEMI JOIN {LATE} AS u ON u.dt = e.dt AND u.hour_ms = {HOUR_OF} WHERE e.{_DAYS}"""  # noqa: S608 - as above
)


@dataclass(frozen=True)
class Reads:
    """What records depend on.

    Attributes:
        tables: any row of these.
        hours: the events of their own hours.
        ids: the persons of ids that have events in their own hours: "" not at all, or where those ids are found.
        days: of an answer that is kept as a whole, the UTC days whose hours are its own.
    """

    tables: frozenset[str]
    hours: bool = False
    ids: str = ""
    days: Period | None = None


def by_day(scans: tuple[Scan, ...]) -> bool:
    """Say whether a day's records are the same whatever period they are asked with: no relation is cut to the period before it is counted."""
    return all("$prune_" not in scan.fact.relation for scan in scans)


def reads_of(compiled: Compiled) -> Reads:
    """Return what the records of a statement depend on."""
    whole: set[str] = set()
    hours, ids = False, ""
    for scan, select in compiled.passes:
        named = {table.name for table in select.find_all(exp.Table)}
        tables = {_SAME.get(name, name) for name in named if name not in _DERIVED}
        if scan.fact is EVENT and "identity" not in tables:  # since when a person is known hangs on all its ids, wherever they were
            hours = hours or "event" in tables
            if "alias" in tables and ids != EVENT.name:
                ids = VISITED.name if "visit_hour" in named else EVENT.name
            tables -= {"event", "alias"}
        whole |= tables
    return Reads(frozenset(whole), hours, ids)


def void_everywhere(reads: Reads, changes: Changes) -> int:
    """Return the last version at which something changed that all records hang on, wherever they stand; 0 where nothing did."""
    found = [changes.tables[name] for name in reads.tables if name in changes.tables]
    for name, keyed, narrow in (("event", changes.hours, reads.hours), ("alias", changes.ids, reads.ids != "")):
        if name in reads.tables and keyed:
            found.append(max(keyed.values()))
        elif narrow and name in changes.tables:
            found.append(changes.tables[name])
    if reads.ids and len(changes.ids) > IDS_MOST:
        found.append(max(changes.ids.values()))
    return max(found, default=0)


def void_hours(warehouse: Warehouse, reads: Reads, changes: Changes, period: Period) -> Mapping[int, int]:
    """Return the hours of a period whose records are void, each with the version at which they became so.

    Raises:
        QueryTimeout, Busy, Cancelled, TooLarge: from the warehouse, which is asked where the ids were whose persons changed.
    """
    found: dict[int, int] = dict(changes.hours) if reads.hours else {}
    if not reads.ids or not 0 < len(changes.ids) <= IDS_MOST:
        return found
    days = {"prune_from": period.start - _DAY, "prune_to": period.end + _DAY, "ids": str(sorted(changes.ids))}
    for row in warehouse.query(_VISITS_OF if reads.ids == VISITED.name else _EVENTS_OF, days).to_pylist():
        found[row["hour"]] = max(found.get(row["hour"], 0), changes.ids[row["did"]])
    return found


def is_void(period: Period, zone: str, version: int, hours: Mapping[int, int]) -> bool:
    """Say whether an hour of a period became void after a version."""
    low, high = period.bounds_ms(zone)
    first, last = low // HOUR_MS, (high - 1) // HOUR_MS
    if len(hours) < last - first:
        return any(at > version and first <= hour <= last for hour, at in hours.items())
    return any(hours.get(hour, 0) > version for hour in range(first, last + 1))
