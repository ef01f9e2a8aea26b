"""Features and labels of people from the warehouse: what was there, and known, at an instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from windsock.audiences.models.backtest import Rows
from windsock.audiences.models.features.catalogue import DAY_MS, OF_KIND, PERSON, Feature, checked
from windsock.audiences.models.lifetime.buying import LEAST, Histories, fit_buying
from windsock.audiences.models.measure import Flags, Floats, Ints
from windsock.conditions import Plan, frame_of, known, ours, ours_any
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.audiences.models.model import Task
    from windsock.warehouse import Cancel
    from windsock.workspace import Workspace

CUTS, FIT_MOST, VISITS_MS, WEEK = 12, 20_000, 30 * DAY_MS, 7.0
HISTORY = "Orders that were brought in as history count from their own instants on: when they would have been known is not known."


@dataclass(frozen=True)
class Known:
    """People at a cut: their numbers, names of the features, which are levels, and the features, (people, features)."""

    person: Ints
    names: tuple[str, ...]
    kinds: tuple[bool, ...]
    features: Floats
    history: bool


def known_at(workspace: Workspace, cut_ms: int, days: int, kind: str | None = None, *, cancel: Cancel | None = None) -> Known:
    """Return what was known at an instant of all who had bought by then.

    Args:
        workspace: whose warehouse.
        cut_ms: the decision: nothing later is read, neither by its own clock nor by that of arrival.
        days: how far BG/NBD looks ahead.
        kind: of goods, where buying those is predicted.
        cancel: a switch that stops the query.
    """
    history = not _arrived(workspace, cut_ms)
    features = checked((*PERSON, *(OF_KIND if kind is not None else ())))
    read = [one for one in features if one.view != "model"]
    plan = Plan(replace(frame_of(workspace), as_of_ms=None if history else cut_ms))
    statement = _statement(workspace, plan, cut_ms, kind, read)
    rows = workspace.warehouse.query(statement, plan.params.values, cancel=cancel)
    columns = {one.name: _column(rows, one) for one in read}
    columns |= _worked_out(columns, days)
    kept = [one for one in features if one.view != "v" or not np.isnan(columns[one.name]).all()]
    person = np.asarray(rows.column("person").to_numpy(), np.int64)
    stacked = np.column_stack([columns[one.name] for one in kept]) if len(person) else np.zeros((0, len(kept)))
    return Known(person, tuple(one.name for one in kept), tuple(one.level for one in kept), stacked, history)


def rows_of(workspace: Workspace, task: Task, days: int, kind: str | None, *, cancel: Cancel | None = None) -> Rows:
    """Return people at up to twelve cuts, each ``days`` (or 30, where that is longer) after the one before, with what came within ``days``.

    Raises:
        InvalidInput: there is too little history.
    """
    first, last = _span(workspace)
    gap = min(days, 30) * DAY_MS
    newest = min(last, workspace.clock.now_ms()) - days * DAY_MS
    times = [at for at in (newest - number * gap for number in range(CUTS - 1, -1, -1)) if at - 60 * DAY_MS > first]
    if len(times) < 2:
        raise InvalidInput("There are too few days of orders.", where=task.name, fix=f"Two cuts need some {days + 120} days; look fewer days ahead.")
    known_then = [known_at(workspace, at, days, kind, cancel=cancel) for at in times]
    names = tuple(name for name in known_then[0].names if all(name in one.names for one in known_then))
    parts = [one.features[:, [one.names.index(name) for name in names]] for one in known_then]
    hits = [_bought(workspace, one.person, at, days, kind) for one, at in zip(known_then, times, strict=True)]
    number = [len(one.person) for one in known_then]
    kinds = tuple(known_then[0].kinds[known_then[0].names.index(name)] for name in names)
    when = np.repeat(np.asarray(times, np.int64), number)
    notes = (HISTORY,) if any(one.history for one in known_then) else ()
    hit = np.concatenate(hits)
    person = np.concatenate([one.person for one in known_then])
    return Rows(names, kinds, person, when, when + days * DAY_MS, hit, np.vstack(parts), notes, _coverage(workspace, number[-1]))


def _statement(workspace: Workspace, plan: Plan, cut_ms: int, kind: str | None, read: list[Feature]) -> Any:  # noqa: ANN401 - a tree
    """Return people with their features; every number in the texts is one of the programme."""
    as_of = plan.frame.as_of_ms
    plan.params.values["home"] = workspace.settings.workspace.currency
    arrived = "" if as_of is None else f" AND e.known_from_ms <= {as_of}"
    plan.add("al", ours("SELECT did, pid FROM alias AS a").where(known("a", plan.frame, plan.params)))
    of_kind = "FALSE"
    if kind is not None:
        chosen = ours("SELECT DISTINCT l.order_key FROM order_line AS l").where(known("l", plan.frame, plan.params))
        plan.add("k", chosen.where(_is_kind(plan, kind)))
        of_kind = "r.order_key IN (SELECT order_key FROM k)"
    orders = ours(
        f"SELECT COALESCE(al.pid, r.did) AS person, r.booked_ms, r.booked_date AS day, r.sales_channel AS channel, r.member,"  # noqa: S608 - as above
        f" CASE WHEN r.currency = $home THEN CAST(r.booked_amount AS DOUBLE) END AS amount, {of_kind} AS of_kind,"
        f" COALESCE(r.cancelled_ms <= {cut_ms}, FALSE) AS gone FROM orders AS r LEFT JOIN al ON al.did = r.did"
        f" WHERE r.did IS NOT NULL AND r.split_from IS NULL AND r.booked_ms <= {cut_ms}"
    )
    plan.add("o", orders.where(known("r", plan.frame, plan.params)))
    plan.add("v", ours(
        f"SELECT COALESCE(al.pid, e.did) AS person, e.dt AS day, e.ts_ms FROM event AS e LEFT JOIN al ON al.did = e.did"  # noqa: S608 - as above
        f" WHERE e.did IS NOT NULL AND NOT COALESCE(e.bot, FALSE) AND NOT COALESCE(e.internal, FALSE) AND COALESCE(e.analytics_ok, TRUE)"
        f" AND e.ts_ms <= {cut_ms} AND e.ts_ms > {cut_ms - VISITS_MS}{arrived}"
    ))  # fmt: skip
    for view in ("o", "v"):
        figures = ", ".join(f"{one.text.format(cut=cut_ms)} AS {one.name}" for one in read if one.view == view)
        plan.add(f"of_{view}", ours(f"SELECT person, {figures} FROM {view} GROUP BY person"))  # noqa: S608 - as above
    names = ", ".join(f"of_{one.view}.{one.name}" for one in read)
    return plan.statement(ours(f"SELECT of_o.person, {names} FROM of_o LEFT JOIN of_v ON of_v.person = of_o.person ORDER BY of_o.person"))  # noqa: S608 - as above


def _is_kind(plan: Plan, kind: str) -> Any:  # noqa: ANN401 - a tree
    plan.params.values["goods_kind"] = kind
    return ours_any("l.kind = $goods_kind")


def _column(rows: pa.Table, feature: Feature) -> Floats:
    column = rows.column(feature.name).combine_chunks()
    if not feature.level:
        return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    # A level is the number of its text's bytes, so that it is the same in every cut and every run.
    coded = column.dictionary_encode()
    numbers = [float(int.from_bytes(str(one).encode()[:5].ljust(5, b"\0"), "big") % 1_000_003) for one in coded.dictionary.to_pylist()]
    places = coded.indices.fill_null(len(numbers)).to_numpy(zero_copy_only=False)
    return np.asarray([*numbers, np.nan])[places]


def _worked_out(columns: dict[str, Floats], days: int) -> dict[str, Floats]:
    recency, age, bought = columns["recency"], columns["age"], columns["days_bought"]
    repeats = np.maximum(bought - 1, 0)
    pace = np.divide(age - recency, repeats, out=np.full(len(age), np.nan), where=repeats > 0)
    seen = Histories(repeats.astype(np.int64), np.maximum(age - recency, 0) / WEEK, age / WEEK)
    alive = expected = np.full(len(age), np.nan)
    if len(age) >= LEAST and repeats.any():
        some = slice(None, None, max(1, len(age) // FIT_MOST))
        try:
            fitted = fit_buying(Histories(seen.repeats[some], seen.last[some], seen.age[some]))
            with np.errstate(all="ignore"):  # parameters that ran far away overflow
                alive, expected = (np.where(np.isfinite(one), one, np.nan) for one in (fitted.alive(seen), fitted.expected(seen, days / WEEK)))
        except InvalidInput:
            pass  # These people don't buy as the model supposes; then it says nothing.
    return {"fresh": -recency, "pace": pace, "overdue": recency / np.maximum(pace, 1.0), "alive": alive, "expected": expected}


def _bought(workspace: Workspace, person: Ints, cut_ms: int, days: int, kind: str | None) -> Flags:
    """Say who bought after a cut; who was merged since counts with the person that they are now."""
    plan = Plan(frame_of(workspace))
    plan.add("al", ours("SELECT did, pid FROM alias AS a").where(known("a", plan.frame, plan.params)))
    lines = ours(
        f"SELECT DISTINCT COALESCE(al.pid, l.did) AS person FROM order_line AS l LEFT JOIN al ON al.did = l.did"  # noqa: S608 - numbers of ours
        f" WHERE l.did IS NOT NULL AND l.booked_ms > {cut_ms} AND l.booked_ms <= {cut_ms + days * DAY_MS}"
    ).where(known("l", plan.frame, plan.params))
    if kind is not None:
        lines = lines.where(_is_kind(plan, kind))
    came = workspace.warehouse.query(plan.statement(lines), plan.params.values).column("person").to_numpy()
    merged = Plan(frame_of(workspace))
    pairs = workspace.warehouse.query(ours("SELECT did, pid FROM alias AS a").where(known("a", merged.frame, merged.params)), merged.params.values)
    dids, pids = (np.asarray(pairs.column(name).to_numpy(), np.int64) for name in ("did", "pid"))
    now = person.copy()
    if len(dids):
        order = np.argsort(dids)
        place = np.clip(np.searchsorted(dids[order], person), 0, len(dids) - 1)
        now = np.where(dids[order][place] == person, pids[order][place], person)
    return np.isin(now, came)


def _arrived(workspace: Workspace, cut_ms: int) -> bool:
    """Say whether the orders until a cut had mostly arrived by then; else they were brought in as history."""
    found = workspace.warehouse.query(ours(
        f"SELECT COUNT(*) AS orders, COUNT(*) FILTER (WHERE first_ms <= {cut_ms}) AS there FROM (SELECT MIN(known_from_ms) AS first_ms"  # noqa: S608 - as above
        f" FROM orders WHERE booked_ms <= {cut_ms} GROUP BY order_key) AS x"
    )).to_pylist()[0]  # fmt: skip
    return int(found["there"]) * 2 > int(found["orders"])


def _span(workspace: Workspace) -> tuple[int, int]:
    found = workspace.warehouse.query(ours("SELECT MIN(booked_ms) AS first, MAX(booked_ms) AS last FROM orders WHERE known_to_ms IS NULL"))
    one = found.to_pylist()[0]
    return int(one["first"] or 0), int(one["last"] or 0)


def _coverage(workspace: Workspace, buyers: int) -> float:
    """Return which share of all people has bought, so that something can be said of them."""
    found = workspace.warehouse.query(ours("SELECT COUNT(DISTINCT COALESCE(a.pid, i.did)) AS n FROM identity AS i"
        " LEFT JOIN (SELECT did, pid FROM alias WHERE known_to_ms IS NULL) AS a ON a.did = i.did")).to_pylist()[0]  # fmt: skip
    return min(1.0, buyers / max(1, int(found["n"])))
