"""Targets, their standing and assessments as they travel: exact text, dates, titles in both languages."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.kernel.clock import iso
from windsock.kernel.money import CENT, STORED, half_up, text
from windsock.metrics.catalogue import Catalogue
from windsock.metrics.targets.assess import Assessment, OwnerReport, Standing
from windsock.metrics.targets.model.target import Target, period_name, period_of
from windsock.metrics.targets.sheet import Sheet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from windsock.metrics.targets.model.target import Grain

LINES_SHOWN = 200
_RATIO, _TENTH, _MANY = Decimal("0.000001"), Decimal("0.1"), Decimal(100)


def figure(value: Decimal | None, unit: str) -> str | None:
    """Return a figure as text: money with two to four decimals, counts whole where they are, ratios to six."""
    if value is None:
        return None
    if unit in ("money", "money_ratio"):
        return text(half_up(value, STORED))
    if value == value.to_integral_value():
        return f"{value.to_integral_value():f}"
    return f"{half_up(value, _RATIO).normalize():f}"


def _short(value: Decimal | None, unit: str) -> Decimal | None:
    """Round what is due or to come: counts to whole ones, or to a tenth below a hundred; money to the cent."""
    if value is None or unit in ("ratio", "money_ratio"):
        return value
    return half_up(value, CENT if unit == "money" else Decimal(1) if abs(value) >= _MANY else _TENTH)


def target_json(target: Target, library: Catalogue, zone: str) -> dict[str, Any]:
    """Return a target."""
    place, aim = target.place, target.aim
    metric = library.metrics.get(place.metric)
    unit = "count" if metric is None else metric.unit
    return {
        "id": target.id,
        "metric": place.metric,
        "title": {"en": place.metric, "zh": place.metric} if metric is None else metric.title.json(),
        "unit": unit,
        "dimension": place.dimension,
        "member": place.member,
        "grain": place.grain,
        "period": place.name,
        "start": place.period.start.isoformat(),
        "end": place.period.end.isoformat(),
        "value": figure(aim.value, unit),
        "owner": aim.owner,
        "weight": aim.weight,
        "note": aim.note,
        "revision": target.revision,
        "changed_at": iso(target.changed_ms, zone),
        "changed_by": target.changed_by,
    }


def standing_json(one: Standing, library: Catalogue, zone: str) -> dict[str, Any]:
    """Return a target with how it stands."""
    unit, pace = one.about.unit, one.pace
    return {
        **target_json(one.target, library, zone),
        "unit": unit,
        "stage": one.stage,
        "direction": one.direction,
        "currency": one.about.currency,
        "counts": one.counts,
        "actual": figure(one.actual, unit),
        "attainment": figure(one.scored.attainment, "ratio"),
        "score": None if one.scored.score is None else f"{one.scored.score:f}",
        "state": one.scored.state,
        "pace": {
            "share": figure(pace.share, "ratio"),
            "expected": figure(_short(pace.expected, unit), unit),
            "ratio": figure(pace.ratio, "ratio"),
            "projected": figure(_short(pace.projected, unit), unit),
            "needed": figure(_short(pace.needed, unit), unit),
            "basis": pace.basis,
        },
        "until": None if one.until is None else one.until.isoformat(),
        "complete": one.complete,
        "closed_as_of": None if one.as_of_ms is None else iso(one.as_of_ms, zone),
        "now": figure(one.now, unit),
        "few": one.few,
        "problem": one.problem,
        "explanation": one.explanation.json(),
    }


def owner_json(one: OwnerReport, library: Catalogue, zone: str) -> dict[str, Any]:
    """Return an owner's part of an assessment."""
    found = one.found
    return {
        "owner": one.owner,
        "score": None if found.score is None else f"{found.score:f}",
        "counted": found.counted,
        "met": found.met,
        "near": found.near,
        "missed": found.missed,
        "unknown": found.unknown,
        "aside": found.aside,
        "explanation": one.explanation.json(),
        "targets": [standing_json(each, library, zone) for each in one.standings],
    }


def assessment_json(found: Assessment, periods: Sequence[tuple[Grain, dt.date, int]], library: Catalogue, zone: str) -> dict[str, Any]:
    """Return an assessment with the periods that have one."""
    return {
        **_period(found.grain, found.start),
        "closed": found.closed,
        "open": found.open,
        "final": found.closed > 0 and found.open == 0,
        "cut": found.cut,
        "owners": [owner_json(one, library, zone) for one in found.owners],
        "periods": [{**_period(grain, start), "targets": number} for grain, start, number in periods],
    }


def _period(grain: Grain, start: dt.date) -> dict[str, str]:
    period = period_of(grain, start)
    return {"grain": grain, "period": period_name(grain, start), "start": period.start.isoformat(), "end": period.end.isoformat()}


def sheet_json(found: Sheet) -> dict[str, Any]:
    """Return what a file does."""
    return {
        "kept": found.kept,
        "added": found.count("added"),
        "changed": found.count("changed"),
        "same": found.count("same"),
        "faults_in_all": found.faults_in_all,
        "faults": [vars(fault) for fault in found.faults],
        "lines": [
            {
                "line": line.line,
                "what": line.planned.what,
                "metric": line.planned.place.metric,
                "period": line.planned.place.name,
                "dimension": line.planned.place.dimension,
                "member": line.planned.place.member,
                "value": f"{line.planned.aim.value:f}",
                "old": None if line.planned.old is None else f"{line.planned.old.aim.value:f}",
                "owner": line.planned.aim.owner,
            }
            for line in found.lines[:LINES_SHOWN]
        ],
    }
