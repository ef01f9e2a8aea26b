"""The roll-ups as facts: the same fields as events have, as far as they are kept, read from clean hours and from the events of all others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from windsock.metrics.dimensions import TIME_DIMENSIONS
from windsock.metrics.facts_events import EVENT, MAY_BE_COUNTED
from windsock.metrics.facts_shape import CHANNEL_FIELDS, ClockColumn, Fact, channel, person
from windsock.metrics.model.definition import Measure

HOUR_MS = 3_600_000
KEPT = ("event", "source", "channel", "device", "country", "provider", "outcome")
"""Columns of events by which ``event_hour`` tells them apart, beside robots and internal traffic."""
CUT = ("source", "channel", "device", "country")
"""Columns of events by which ``visit_hour`` tells visits apart."""
VISIT = "event IN ('page_view', 'screen_view', 'app_start') AND NOT bot AND NOT internal"
"""What makes a visit: the condition of ``uv``, as the library writes it."""
IS_VISIT = f"""e.event IN ('page_view', 'screen_view', 'app_start') AND NOT COALESCE(e.bot, FALSE) AND NOT COALESCE(e.internal, FALSE)
    AND {MAY_BE_COUNTED} AND NOT e.did IS NULL"""
HOUR_OF = f"e.ts_ms // {HOUR_MS} * {HOUR_MS}"


def unclean(where: str = "TRUE") -> str:
    """Return the SELECT of hours (dt, hour_ms, marks) that were marked after they were rolled up, or never were."""
    marked = f"SELECT dt, hour_ms, SUM(events) AS marks FROM dirty_hour WHERE {where} GROUP BY dt, hour_ms"  # noqa: S608 - constants of the programme
    return f"""SELECT m.dt, m.hour_ms, m.marks FROM ({marked}) AS m LEFT JOIN rolled_hour AS r ON r.hour_ms = m.hour_ms AND r.dt = m.dt
        WHERE r.marks IS NULL OR r.marks <> m.marks"""  # noqa: S608 - as above


_DAYS = "dt BETWEEN $prune_from AND $prune_to"
LATE = "late_hour"
"""What a statement calls the hours that are not clean: they are looked for once, however many of its parts leave them out."""
LATE_OF = unclean(_DAYS)


def _union(rolled: str, columns: str, rows: str) -> str:
    return f"""(SELECT h.hour_ms AS ts_ms, {columns} FROM {rolled} AS h ANTI JOIN {LATE} AS u ON u.hour_ms = h.hour_ms AND u.dt = h.dt
        WHERE h.{_DAYS}
        UNION ALL SELECT e.ts_ms, {rows} FROM event AS e SEMI JOIN {LATE} AS u ON u.dt = e.dt AND u.hour_ms = {HOUR_OF}
        WHERE e.{_DAYS}{{condition}}) AS e"""  # noqa: S608 - constants of the programme


_COUNTED = _union(
    "event_hour",
    f"{', '.join(f'h.{name}' for name in KEPT)}, h.bot, h.internal, h.events",
    f"{', '.join(f'e.{name}' for name in KEPT)}, COALESCE(e.bot, FALSE), COALESCE(e.internal, FALSE), 1",
).format(condition="")
_VISITED = _union("visit_hour", f"h.did, {', '.join(f'h.{name}' for name in CUT)}", f"e.did, {', '.join(f'e.{name}' for name in CUT)}").format(
    condition=f" AND {IS_VISIT}"
)
COUNTED = Fact(
    name="event_hour",
    source="events",
    relation=_COUNTED,
    where="TRUE",
    clocks={"event": ClockColumn("e.ts_ms", "ms")},
    fields={"sales_channel": "e.channel", **CHANNEL_FIELDS, "bot": "e.bot", "internal": "e.internal", **{name: f"e.{name}" for name in KEPT}},
    dimensions=("sales_channel", "channel_group", "tracked", "event", "source", "device", "country", "provider", "outcome", "bot"),
    joins=(channel("e.channel"),),
    weight="e.events",
)
VISITED = Fact(
    name="visit_hour",
    source="events",
    relation=_VISITED,
    where="TRUE",
    clocks={"event": ClockColumn("e.ts_ms", "ms")},
    fields={
        "person": "COALESCE(al.pid, e.did)", "did": "e.did", "sales_channel": "e.channel", **CHANNEL_FIELDS,
        **{name: f"e.{name}" for name in CUT},
    },
    dimensions=("sales_channel", "channel_group", "tracked", "source", "device", "country"),
    joins=(channel("e.channel"), person("e.did")),
)  # fmt: skip

ROLLUPS = (COUNTED, VISITED)


@dataclass(frozen=True)
class Rolled:
    """Where a measure of events is read instead: the roll-up, and the measure over it."""

    fact: Fact
    measure: Measure


def rolled_fact(fact: Fact, measure: Measure, dimensions: Iterable[str], fields: Iterable[str]) -> Rolled | None:
    """Return the roll-up that gives a measure's figure exactly, or None.

    Args:
        fact: what it measures.
        measure: the aggregate.
        dimensions: what the question is cut and filtered by.
        fields: the fields that the measure's condition reads.
    """
    if fact is not EVENT:
        return None
    wanted = {name for name in dimensions if name not in TIME_DIMENSIONS}
    if measure.aggregate == "count" and wanted <= set(COUNTED.dimensions) and set(fields) <= set(COUNTED.fields):
        return Rolled(COUNTED, measure)
    visits = measure.aggregate == "count_distinct" and measure.value in ("person", "did") and measure.where == VISIT
    if visits and wanted <= set(VISITED.dimensions):
        return Rolled(VISITED, Measure(VISITED.name, "count_distinct", measure.clocks, measure.value))
    return None
