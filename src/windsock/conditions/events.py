"""The events that conditions and analyses read: those of somebody, counted once, and their person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from windsock.conditions.fields import event_field, test_sql
from windsock.conditions.model.rows import Rows, Test
from windsock.conditions.plan import Frame, Plan, either, person_sql, since, with_person
from windsock.warehouse import Params

_DID = exp.column("did", "e")
_DAY_MS = 86_400_000
_FARTHEST_MS = 32_503_680_000_000


@dataclass(frozen=True)
class Reach:
    """Which events are read: from an instant until before another (None: open), those that pass all tests, those of some rows.

    ``place`` is where the tests stand, for errors; without ``people`` nobody asks whose they are, which a question about one person always does.
    """

    low_ms: int | None = None
    high_ms: int | None = None
    where: tuple[Test, ...] = ()
    rows: tuple[Rows, ...] = ()
    place: str = "where"
    people: bool = True


def events(plan: Plan, columns: Sequence[exp.Expr], reach: Reach) -> exp.Select:
    """Return a SELECT of ``person`` (where asked), ``t`` (ms) and some columns over the events of a reach.

    An event counts when it is somebody's, its sender did not refuse analytics, and it is neither a robot's nor internal; merges as they are
    known at the asked time. Of rows only the names are used here: what else they ask is a column of the caller's.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    params, frame = plan.params, plan.frame
    asked = reach.people or frame.person is not None or frame.people is not None
    whose = [exp.alias_(person_sql(_DID), "person")] if asked else []
    select = exp.select(*whose, exp.alias_(exp.column("ts_ms", "e"), "t"), *columns)
    select = select.from_(exp.to_table("event").as_("e"), copy=False).where(*counted(frame, params), *_within(reach, params), copy=False)
    select = with_person(select, _DID, frame, params) if asked else select
    names = sorted({name for rows in reach.rows for name in rows.events})
    if reach.rows and all(rows.events for rows in reach.rows):
        among = exp.In(this=exp.column("event", "e"), expressions=[params.bind(name) for name in names])
        select = select.where(among, copy=False)
    tests = [tested(test, reach.place, params) for test in reach.where]
    return select.where(*tests, copy=False) if tests else select


def counted(frame: Frame, params: Params) -> list[exp.Expr]:
    """Return what an event must pass to count at all: see ``events``."""
    found: list[exp.Expr] = [
        exp.Not(this=exp.Is(this=_DID.copy(), expression=exp.Null())),
        exp.Not(this=exp.Is(this=exp.column("analytics_ok", "e"), expression=exp.false())),
    ]
    for name, included in (("bot", frame.bots), ("internal", frame.internal)):
        if not included:
            found.append(exp.Not(this=exp.Coalesce(this=exp.column(name, "e"), expressions=[exp.false()])))
    return [*found, since("e", frame, params)] if frame.as_of_ms is not None else found


def _within(reach: Reach, params: Params) -> list[exp.Expr]:
    """Return the bounds in time, and those of the UTC day by which the engine leaves whole days out."""
    found: list[exp.Expr] = []
    if reach.low_ms is not None:
        low = max(0, min(reach.low_ms, _FARTHEST_MS))
        found.append(exp.GTE(this=exp.column("ts_ms", "e"), expression=params.bind(reach.low_ms)))
        found.append(exp.GTE(this=exp.column("dt", "e"), expression=params.bind(_utc_day(low))))
    if reach.high_ms is not None:
        high = max(0, min(reach.high_ms - 1, _FARTHEST_MS))
        found.append(exp.LT(this=exp.column("ts_ms", "e"), expression=params.bind(reach.high_ms)))
        found.append(exp.LTE(this=exp.column("dt", "e"), expression=params.bind(_utc_day(high))))
    return found


def _utc_day(ms: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=ms // _DAY_MS)


def tested(test: Test, place: str, params: Params) -> exp.Expr:
    """Return the condition that an event passes a test.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    return test_sql(event_field(test.field, place), test, place, params)


def is_among(rows: Rows, place: str, params: Params, *, named: bool = False) -> exp.Expr:
    """Return the condition, true or false and never NULL, that an event is among some rows; ``named``: it is known to have one of their names.

    Raises:
        InvalidInput: as ``tested``.
    """
    tests = [tested(test, place, params) for test in rows.where]
    passed = exp.Coalesce(this=exp.paren(exp.and_(*tests)), expressions=[exp.false()]) if tests else exp.true()
    if named or not rows.events:
        return passed
    names = [exp.EQ(this=exp.column("event", "e"), expression=params.bind(name)) for name in rows.events]
    # A case, as the engine then tests only those of the name: properties are read from text, which costs more than all else.
    return exp.Case().when(exp.paren(either(names)), passed).else_(exp.false())
