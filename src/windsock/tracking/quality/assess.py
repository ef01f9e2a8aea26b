"""Judge each source: volume, lag, completeness, uniqueness, validity, lateness, robots and drift; and say it in a sentence."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from windsock.kernel.clock import iso
from windsock.kernel.written import read_yaml
from windsock.tracking.model.plan import RULES
from windsock.tracking.model.quality import (
    ORDER,
    ROWS_LEAST,
    WEEKS,
    Cell,
    Drift,
    Expected,
    State,
    drifts,
    expect,
    judge_share,
    judge_volume,
    worst,
)
from windsock.tracking.plan.read import read_plan
from windsock.tracking.quality import queries
from windsock.tracking.sources import Source, read_sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from windsock.tracking.model.plan import Plan
    from windsock.workspace import Workspace

DAY_HOURS, WEEK_HOURS = 24, 168
USUAL = 0.95
"""A property that so large a share of the earlier events had is expected of the later ones."""
DRIFTS_MOST = 50
_BROKEN = f"(^|,)({'|'.join(RULES)})(,|$)"


@dataclass(frozen=True)
class Point:
    """An hour of the last day: when it began, what came, and what the same hour of earlier weeks lets expect."""

    at_ms: int
    actual: int
    expected: Expected | None


@dataclass(frozen=True)
class SourceQuality:
    """How good the data of one source is; shares are None where nothing can be said."""

    source: Source
    state: State
    sentence_en: str
    sentence_zh: str
    actual: int = 0
    expected: Expected | None = None
    shares: Mapping[str, float | None] = field(default_factory=dict[str, "float | None"])
    series: tuple[Point, ...] = ()
    drift: tuple[Drift, ...] = ()
    flags: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class _Day:
    """The last day of a source, with the same hours of four weeks before."""

    last_ms: int
    hours: Mapping[int, int]
    counts: Mapping[str, int]

    def weeks(self, hour: int | None = None) -> list[int]:
        """Return what came in the same day (or one hour of it) of each earlier week that the source was there for."""
        oldest = max(self.hours)
        span = range(DAY_HOURS) if hour is None else range(hour, hour + 1)
        return [
            sum(self.hours.get(week * WEEK_HOURS + one, 0) for one in span)
            for week in range(1, WEEKS + 1)
            if oldest >= week * WEEK_HOURS + DAY_HOURS - 1 or (hour is None and oldest >= week * WEEK_HOURS + DAY_HOURS * 3 // 4)
        ]


@cache
def words() -> dict[str, dict[str, dict[str, str]]]:
    """Return the sentences: part -> name -> language -> words."""
    return read_yaml(files("windsock.tracking.quality").joinpath("words.yaml").read_text("utf-8"))


def assess(workspace: Workspace, source: str = "") -> list[SourceQuality]:
    """Return the quality of each source of events, the worst first."""
    now, plan = workspace.clock.now_ms(), read_plan(workspace)
    asked = {"source": source}
    days = _days(workspace.warehouse.query(queries.HOURS, asked).to_pylist())
    totals = {row["source"]: row for row in workspace.warehouse.query(queries.TOTALS, {**asked, "broken": _BROKEN}).to_pylist()}
    flags: dict[str, dict[str, int]] = defaultdict(dict)
    for row in workspace.warehouse.query(queries.FLAGS, asked).to_pylist():
        if row["flag"]:
            flags[row["source"]][row["flag"]] = row["events"]
    cells = _by_source(workspace.warehouse.query(queries.CELLS, asked).to_pylist())
    known = [one for one in read_sources(workspace.warehouse, now) if source in ("", one.source) and (one.kind == "events" or one.source in days)]
    found = [
        _judge(one, _Asked(days[one.source], totals.get(one.source, {}), flags[one.source], cells.get(one.source, [])), plan, workspace.zone)
        if one.source in days
        else SourceQuality(one, "no_data", words()["states"]["no_data"]["en"], words()["states"]["no_data"]["zh"])
        for one in known
    ]
    return sorted(found, key=lambda one: (ORDER.index(one.state), one.source.source))


def _days(rows: Sequence[Mapping[str, Any]]) -> dict[str, _Day]:
    grouped: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["source"]].append(row)
    days: dict[str, _Day] = {}
    for source, its in grouped.items():
        names = ("received", "stored", "duplicate", "quarantined")
        counts = {name: sum(int(row[name]) for row in its if row["hours_ago"] < DAY_HOURS) for name in names}
        days[source] = _Day(its[0]["last_ms"], {row["hours_ago"]: row["received"] for row in its}, counts)
    return days


_Property = tuple[str, str, tuple[int, int], list[Cell]]


def _by_source(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[_Property]]:
    """Return per source (event, property, rows before and lately, cells)."""
    found: dict[str, dict[tuple[str, str], _Property]] = defaultdict(dict)
    for row in rows:
        key = row["event"], row["name"]
        empty: _Property = (*key, (row["rows_before"], row["rows_after"]), [])
        found[row["source"]].setdefault(key, empty)[3].append(Cell(row["kind"], row["value"], row["before"], row["after"]))
    return {source: list(its.values()) for source, its in found.items()}


@dataclass(frozen=True)
class _Asked:
    """What was asked about one source, each from a query of its own."""

    day: _Day
    totals: Mapping[str, Any]
    flags: Mapping[str, int]
    cells: list[_Property]


def _judge(source: Source, asked: _Asked, plan: Plan, zone: str) -> SourceQuality:
    expected, actual = expect(asked.day.weeks()), asked.day.counts["received"]
    shares = _shares(asked, plan)
    drift = [change for event, name, rows, its in asked.cells for change in drifts(event, name, its, rows)][:DRIFTS_MOST]
    states: dict[str, State] = {name: judge_share(name, share) for name, share in shares.items()}
    states["volume"] = judge_volume(actual, expected)
    states["drift"] = "warn" if drift else "ok"
    states["time"] = "late" if source.state == "late" else "silent" if source.state == "silent" else "ok"
    found = SourceQuality(
        source, worst(states.values()), "", "", actual, expected, shares, tuple(_series(asked.day)), tuple(drift), asked.flags
    )  # fmt: skip
    return replace(found, sentence_en=_sentence("en", found, states, zone), sentence_zh=_sentence("zh", found, states, zone))


def _series(day: _Day) -> Iterator[Point]:
    for hour in reversed(range(DAY_HOURS)):
        yield Point(day.last_ms - (hour + 1) * queries.HOUR_MS, day.hours.get(hour, 0), expect(day.weeks(hour)))


def _shares(asked: _Asked, plan: Plan) -> dict[str, float | None]:
    counts, events = asked.day.counts, int(asked.totals.get("events", 0))
    received = counts["received"]
    return {
        "validity": 1 - (counts["quarantined"] + int(asked.totals.get("broken", 0))) / received if received else None,
        "uniqueness": 1 - counts["duplicate"] / received if received else None,
        "completeness": _completeness(asked.cells, plan),
        "late_share": asked.flags.get("late", 0) / events if events else None,
        "bot_share": int(asked.totals.get("bots", 0)) / events if events else None,
    }


def _completeness(cells: list[_Property], plan: Plan) -> float | None:
    """Return in what share the required properties, and those that nearly every earlier event had, are filled lately."""
    filled, wanted = 0, 0
    for event, name, (before, after), its in cells:
        rule = plan.events[event].properties.get(name) if event in plan.events else None
        usual = before >= ROWS_LEAST and sum(cell.before for cell in its) >= USUAL * before
        if (usual or (rule is not None and rule.required)) and after:
            filled, wanted = filled + min(sum(cell.after for cell in its), after), wanted + after
    return filled / wanted if wanted else None


def _sentence(language: str, found: SourceQuality, states: Mapping[str, State], zone: str) -> str:
    """Say what is wrong, the most important first; one sentence where nothing is."""
    told: list[str] = []
    source, reasons = found.source, words()["reasons"]
    if states["time"] != "ok" and source.complete_until_ms is not None:
        hours = (source.lag_ms or 0) / queries.HOUR_MS
        unit, length = ("hours", hours) if hours < 48 else ("days", hours / DAY_HOURS)
        lag = words()["lengths"][unit][language].format(n=f"{length:.1f}")
        told.append(words()["states"][states["time"]][language].format(lag=lag, until=iso(source.complete_until_ms, zone)[:16].replace("T", " ")))
    if states["volume"] != "ok" and found.expected is not None:
        low, high = found.expected.low, found.expected.high
        which = "volume_low" if found.actual < low else "volume_high"
        told.append(reasons[which][language].format(actual=f"{found.actual:,}", low=f"{low:,}", high=f"{high:,}"))
    for name, share in found.shares.items():
        if states[name] != "ok" and share is not None:
            told.append(reasons[name][language].format(share=f"{share:.1%}"))
    if found.drift:
        example = f"{found.drift[0].event}.{found.drift[0].property}"
        told.append(reasons["drift"][language].format(count=len({(one.event, one.property) for one in found.drift}), example=example))
    if not told:
        told.append(words()["states"]["ok"][language].format(actual=f"{found.actual:,}"))
    return ("" if language == "zh" else " ").join(told)
