"""Answer a funnel: counts, times, cuts, and the people behind each of them, from one set of attempts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from windsock.analyses.attempts import add_attempts, begin
from windsock.analyses.model import Funnel
from windsock.analyses.model.funnel import starts_of
from windsock.analyses.named import never_stored
from windsock.conditions import Frame, Plan, ours, ours_any
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000
_QUARTERS = (25, 50, 75)


@dataclass(frozen=True)
class Times:
    """How long attempts took, in ms: quartiles (each a time that was taken), the least, the most, the mean; None where there is none."""

    count: int
    least_ms: int | None
    quartiles_ms: tuple[int | None, int | None, int | None]
    most_ms: int | None
    mean_ms: int | None

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        named = dict(zip(("p25_ms", "median_ms", "p75_ms"), self.quartiles_ms, strict=True))
        return {"count": self.count, "least_ms": self.least_ms, **named, "most_ms": self.most_ms, "mean_ms": self.mean_ms}


@dataclass(frozen=True)
class Cell:
    """One funnel: how many reached each step, how long it took them, and how many starts can still become conversions.

    Attributes:
        kind: total, value (of the breakdown), none (no value, or the step was not reached), other (all values beyond the top), or bucket.
        value: the value; of several fields the text of a JSON list.
        bucket: the first date of the bucket.
        counts: for each step.
        to_convert: from the first step to the last.
        hops: for each step, from the step that came before it; nothing for the first, nor where order doesn't matter.
        still_open: attempts that have not converted and whose window is not over.
        dropped: for each step, who reached it and not the next one that can't be left out; None for the last of those.
    """

    kind: str
    value: str | None
    bucket: dt.date | None
    counts: tuple[int, ...]
    to_convert: Times
    hops: tuple[Times, ...]
    still_open: int
    dropped: tuple[int | None, ...] = ()

    def rates(self, required: Sequence[int]) -> tuple[tuple[Decimal | None, Decimal | None], ...]:
        """Return for each step its share of the first step and of the last step before it that can't be left out; to six digits."""
        found: list[tuple[Decimal | None, Decimal | None]] = []
        for step, count in enumerate(self.counts):
            before = max((other for other in required if other < step), default=step)
            found.append((_share(count, self.counts[0]), _share(count, self.counts[before])))
        return tuple(found)


@dataclass(frozen=True)
class FunnelAnswer:
    """A funnel's answer: its total and its cuts, each person (or entry) in one cell of a breakdown, and what it was asked with."""

    funnel: Funnel
    days: Period
    total: Cell
    breakdown: tuple[Cell, ...]
    trend: tuple[Cell, ...]
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        return {
            "name": self.funnel.name,
            "count": self.funnel.count,
            "order": self.funnel.order,
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "steps": [step.name for step in self.funnel.chain.steps],
            "fields": [] if self.funnel.breakdown is None else list(self.funnel.breakdown.fields),
            "total": self._cell(self.total),
            "breakdown": [self._cell(cell) for cell in self.breakdown],
            "trend": [self._cell(cell) for cell in self.trend],
        }

    def values_of(self, cell: Cell) -> tuple[str | None, ...]:
        """Return the values of a cell, one for each field of the breakdown."""
        several = self.funnel.breakdown is not None and len(self.funnel.breakdown.fields) > 1
        return tuple(json.loads(cell.value)) if several and cell.value is not None else (cell.value,)

    def _cell(self, cell: Cell) -> dict[str, Any]:
        rates = cell.rates(self.funnel.required)
        steps = [
            {
                "count": count,
                "of_first": _text(first),
                "of_before": _text(before),
                "dropped": dropped,
                **({"hop": cell.hops[step].json()} if cell.hops and step else {}),
            }
            for step, (count, (first, before), dropped) in enumerate(zip(cell.counts, rates, cell.dropped, strict=True))
        ]
        named: dict[str, Any] = {"kind": cell.kind}
        named |= {"value": cell.value, "values": list(self.values_of(cell))} if cell.kind == "value" else {}
        named |= {"bucket": cell.bucket.isoformat()} if cell.bucket is not None else {}
        return named | {"steps": steps, "to_convert": cell.to_convert.json(), "still_open": cell.still_open}


@dataclass(frozen=True)
class Behind:
    """People behind a step: rows of person, held value, instants of the steps, value; their number; where the next page begins."""

    total: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


def ask_funnel(warehouse: Warehouse, funnel: Funnel, frame: Frame, *, cancel: Cancel | None = None) -> FunnelAnswer:
    """Answer a funnel.

    Args:
        warehouse: where to ask.
        funnel: read by ``read_funnel``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    plan, attempts, days = planned(funnel, frame, follow=warehouse.follows)
    cut = "0 AS part, 0 AS place, CAST(NULL AS TEXT) AS value, CAST(NULL AS DATE) AS bucket"
    parts = [ours(f"SELECT {cut}, {_figures(funnel)} FROM {attempts} AS a")]  # noqa: S608 - names of ours
    if funnel.breakdown is not None:
        parts.append(ours(_broken_down(plan, funnel, attempts)))
    if funnel.trend is not None:
        buckets = add_attempts(plan, funnel, days)
        parts.append(ours(f"SELECT 2, 0, NULL, a.bucket, {_figures(funnel)} FROM {buckets} AS a GROUP BY a.bucket"))  # noqa: S608 - names of ours
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.union(part, distinct=False, copy=False)
    # Not in order: before it sorts, the engine packs sums by what it believes of their size, and refuses those of filtered rows.
    statement = plan.statement(ours("SELECT r.* FROM r"))
    statement.args["from_"].set("this", whole.subquery("r", copy=False))
    rows = plan.ask(warehouse, statement, cancel).to_pylist()
    rows.sort(key=lambda row: (row["part"], row["place"], row["bucket"] or dt.date.min, row["value"] or ""))
    cells = [_cell(funnel, row) for row in rows]
    broken = tuple(cell for cell in cells if cell.kind in ("value", "none", "other"))
    trend = tuple(cell for cell in cells if cell.kind == "bucket")
    return FunnelAnswer(funnel, days, cells[0], broken, trend, statement.sql(dialect="duckdb", pretty=True))


@dataclass(frozen=True)
class Wanted:
    """Whom a list is to show.

    Attributes:
        step: those who reached this step, from 0.
        dropped: of those, the ones who did not reach the next step that can't be left out.
        cell: of those, the ones of a cell of the breakdown (value or none) or of the trend; None: all.
    """

    step: int = 0
    dropped: bool = False
    cell: Cell | None = None


def people_behind(
    warehouse: Warehouse, funnel: Funnel, frame: Frame, wanted: Wanted, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> Behind:
    """Return the people (or entries) that a count stands for.

    Args:
        warehouse: where to ask.
        funnel: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        wanted: which count.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, the last step has no next one, or the cell is "other", which is no list of its own.
    """
    plan, attempts, days = planned(funnel, frame, follow=warehouse.follows)
    cell, kind = wanted.cell, "total" if wanted.cell is None else wanted.cell.kind
    if kind == "bucket":
        attempts = add_attempts(plan, funnel, days)
    tests = [f"{_reached(wanted.step)}", *([_not_on(funnel, wanted.step)] if wanted.dropped else [])]
    select = ours(f"SELECT a.* FROM {attempts} AS a WHERE {' AND '.join(tests)}")  # noqa: S608 - names and numbers of ours
    if kind == "other":
        raise InvalidInput("All other values have no list of their own.", where="value", fix="Ask for a larger top.")
    if kind == "none":
        select = select.where(ours_any("a.v IS NULL"))
    elif cell is not None and kind != "total":
        bound = plan.params.bind(cell.value if kind == "value" else cell.bucket)
        select = select.where(ours_any("a.v" if kind == "value" else "a.bucket").eq(bound))
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    listed = plan.add(plan.fresh("listed"), select)
    found = plan.statement(
        ours(f"SELECT a.*, (SELECT COUNT(*) FROM {listed}) AS total FROM {listed} AS a ORDER BY a.person, a.t0, a.h LIMIT {want} OFFSET {skip}")  # noqa: S608 - as above
    )
    rows = plan.ask(warehouse, found, cancel).to_pylist()
    total = int(rows[0]["total"]) if rows else 0
    shown = [{"person": int(row["person"]), "held": row["h"], "times": _instants(funnel, row), "value": row["v"]} for row in rows]
    return Behind(total, shown, skip + want if skip + want < total else None)


def _instants(funnel: Funnel, row: dict[str, Any]) -> list[int | None]:
    if funnel.order == "unordered":
        return [int(row["t0"]), int(row["end"])]
    return [int(row["t0"]), *(None if row[f"t{step}"] is None else int(row[f"t{step}"]) for step in range(1, len(funnel.chain.steps)))]


def planned(funnel: Funnel, frame: Frame, *, follow: bool = False) -> tuple[Plan, str, Period]:
    """Return the plan with the attempts of the whole period, their part, and the civil days of the starts.

    Args:
        funnel: what is asked.
        frame: the moment of asking and its circumstances.
        follow: whether the warehouse can make them by a run; then the statement is asked with ``plan.ask``.

    Raises:
        InvalidInput: the definition can't be asked.
    """
    frame = Frame(frame.now_ms, frame.zone, frame.week_start, frame.as_of_ms, frame.bots, funnel.internal or frame.internal, frame.person)
    plan = begin(funnel, frame, follow=follow)
    _low, _high, days = starts_of(funnel, frame.now_ms, frame.zone, frame.week_start)
    return plan, add_attempts(plan, funnel, None), days


def _reached(step: int) -> str:
    return f"(a.mask >> {step}) & 1 = 1"


def next_step(funnel: Funnel, step: int) -> int | None:
    """Return the step that those who go on reach, or None after the last."""
    after = step + 1 if funnel.order == "unordered" else funnel.after(step)
    return None if after is None or after >= len(funnel.chain.steps) else after


def _not_on(funnel: Funnel, step: int) -> str:
    after = next_step(funnel, step)
    if after is None:
        raise InvalidInput("Nobody drops out after the last step.", where="step", fix="Name an earlier step.")
    return f"(a.mask >> {after}) & 1 = 0"


def _figures(funnel: Funnel) -> str:
    """Return the aggregates of attempts ``a``: a count for each step, the times, and the attempts still open."""
    last = len(funnel.chain.steps) - 1
    columns = [f"COUNT(*) FILTER (WHERE {_reached(step)}) AS n{step}" for step in range(last + 1)]
    columns += [f"COUNT(*) FILTER (WHERE {_reached(step)} AND {_not_on(funnel, step)}) AS d{step}" for step in range(last) if next_step(funnel, step)]
    columns += _times('a."end" - a.t0', f"a.deep = {last}", "c")
    if funnel.order != "unordered":
        for step in range(1, last + 1):
            before = ", ".join(f"a.t{other}" for other in range(step - 1, -1, -1))
            columns += _times(f"a.t{step} - COALESCE({before})", f"NOT a.t{step} IS NULL", f"h{step}")
    columns.append(f"COUNT(*) FILTER (WHERE a.deep < {last} AND a.open) AS still_open")
    return ", ".join(columns)


def _times(figure: str, test: str, name: str) -> list[str]:
    taken = f"CASE WHEN {test} THEN {figure} END"
    aggregates = {"count": f"COUNT({taken})", "least": f"MIN({taken})", "most": f"MAX({taken})", "sum": f"SUM({taken})"}
    aggregates |= {f"p{part}": f"QUANTILE_DISC({taken}, {part / 100})" for part in _QUARTERS}
    return [f"{written} AS {name}_{word}" for word, written in aggregates.items()]


def _broken_down(plan: Plan, funnel: Funnel, attempts: str) -> str:
    """Return the SELECT of the breakdown: the largest values by starts have a row each, all others one."""
    assert funnel.breakdown is not None  # noqa: S101 - the caller looked
    ranked = f"SELECT a.v, ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, a.v) AS place FROM {attempts} AS a WHERE NOT a.v IS NULL GROUP BY a.v"  # noqa: S608 - names of ours
    ranks = plan.add(plan.fresh("ranks"), ours(ranked))
    beyond = f"{funnel.breakdown.top} + 1"
    place = f"CASE WHEN a.v IS NULL THEN {beyond} + 1 ELSE LEAST(k.place, {beyond}) END"
    value = f"CASE WHEN k.place <= {funnel.breakdown.top} THEN a.v END"
    joined = plan.add(
        plan.fresh("placed"),
        ours(f"SELECT a.*, {place} AS place, {value} AS value FROM {attempts} AS a LEFT JOIN {ranks} AS k ON k.v = a.v"),  # noqa: S608 - names of ours
    )
    return f"SELECT 1, a.place, a.value, NULL, {_figures(funnel)} FROM {joined} AS a GROUP BY a.place, a.value"  # noqa: S608 - names of ours


def _cell(funnel: Funnel, row: dict[str, Any]) -> Cell:
    steps = len(funnel.chain.steps)
    kind = _PARTS[int(row["part"])]
    if kind == "value" and funnel.breakdown is not None and row["value"] is None:
        kind = "other" if row["place"] == funnel.breakdown.top + 1 else "none"
    hops = [] if funnel.order == "unordered" else [_read_times(row, f"h{step}") for step in range(1, steps)]
    counts = tuple(int(row[f"n{step}"]) for step in range(steps))
    dropped = tuple(int(row[f"d{step}"]) if f"d{step}" in row else None for step in range(steps))
    none = Times(0, None, (None, None, None), None, None)
    return Cell(kind, row["value"], row["bucket"], counts, _read_times(row, "c"), (none, *hops) if hops else (), int(row["still_open"]), dropped)


def _read_times(row: dict[str, Any], name: str) -> Times:
    count = int(row[f"{name}_count"])
    least, most, total, *quartiles = (None if row[f"{name}_{word}"] is None else int(row[f"{name}_{word}"]) for word in _WORDS)
    mean = None if total is None else int((Decimal(total) / count).to_integral_value(ROUND_HALF_UP))
    return Times(count, least, (quartiles[0], quartiles[1], quartiles[2]), most, mean)


_PARTS = ("total", "value", "bucket")
_WORDS = ("least", "most", "sum", *(f"p{part}" for part in _QUARTERS))


def _share(count: int, whole: int) -> Decimal | None:
    return None if whole == 0 else (Decimal(count) / whole).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _text(share: Decimal | None) -> str | None:
    return None if share is None else str(share)


def unseen_events(warehouse: Warehouse, funnel: Funnel) -> tuple[str, ...]:
    """Return the names of events that the funnel asks for and that were never stored, most likely mistyped."""
    return never_stored(warehouse, [*funnel.chain.kinds, *(one.rows for one in funnel.chain.exclusions)], funnel.who)
