"""One statement in the making: named parts, bound values, and the circumstances under which people are judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from windsock.conditions.model.nodes import Named
from windsock.kernel.clock import local_date
from windsock.kernel.period import Period
from windsock.warehouse import Cut, Params, Run

if TYPE_CHECKING:
    import pyarrow as pa

    from windsock.warehouse import Cancel, Warehouse

_MS_2000 = 946_684_800_000


@dataclass(frozen=True)
class Frame:
    """Circumstances of a question.

    Attributes:
        now_ms: what "last" and "past" are counted from.
        zone: IANA zone of civil days.
        week_start: first day of the week, 0 is Monday.
        as_of_ms: events, orders and people as they were known then; None: as they are known now.
        bots, internal: whether events of robots and of internal traffic count; by default neither does.
        person: this person alone, or None for everybody.
        people: a table of numbers of ids (column ``did``): only rows of these are read, for the persons whose every id, now or earlier, is
            among them; whom else it gives is to be left out by the caller. None: no such restriction.
        check: refuses a name that nobody defined, wherever a condition of this frame is compiled; None: names are not checked.
    """

    now_ms: int
    zone: str
    week_start: int = 0
    as_of_ms: int | None = None
    bots: bool = False
    internal: bool = False
    person: int | None = None
    people: str | None = None
    check: Callable[[Named, str], None] | None = field(default=None, compare=False, repr=False)

    def days(self, low_ms: int | None, high_ms: int | None) -> Period:
        """Return the civil days of a span, for reading instants as days; an open span begins with the year 2000 and ends in two days."""
        low = _MS_2000 if low_ms is None else low_ms
        high = self.now_ms + 2 * 86_400_000 if high_ms is None else high_ms
        first = local_date(low, self.zone)
        return Period(first, max(first, local_date(high, self.zone)))


@dataclass
class Plan:
    """A statement's parts by name, in the order of their making, and its values.

    Where it has a ``run``, some of what the parts read are its ``cuts``: they are made before the statement is run.
    """

    frame: Frame
    params: Params = field(default_factory=Params)
    parts: dict[str, exp.Expr] = field(default_factory=dict[str, exp.Expr])
    run: Run | None = None
    cuts: dict[str, Cut] = field(default_factory=dict[str, Cut])

    def add(self, name: str, tree: exp.Expr) -> str:
        """Keep a part and return its name."""
        self.parts[name] = tree
        return name

    def fresh(self, stem: str) -> str:
        """Return a name that no part has."""
        return f"{stem}{len(self.parts) + len(self.cuts)}"

    def ask(self, warehouse: Warehouse, statement: exp.Select, cancel: Cancel | None = None) -> pa.Table:
        """Run a statement of ``statement``, after the run where there is one; errors as ``Warehouse.query``."""
        if self.run is None:
            return warehouse.query(statement, self.params.values, cancel=cancel)
        return warehouse.follow(replace(self.run, cuts=self.cuts), statement, self.params.values, cancel=cancel)

    def statement(self, select: exp.Select, *, whole: exp.Select | exp.Union | None = None) -> exp.Select:
        """Return a SELECT with all parts before it; ``whole`` is what it reads as ``r``. Trees are used, not copied.

        What is read several times is made once and kept. What is read once is not: it streams on, and the engine leaves out the columns that
        nobody reads. A SELECT of an ``r`` that is yet to come may read any part, so that all are kept.
        """
        if whole is not None:
            select.args["from_"].set("this", whole.subquery("r", copy=False))
        read = Counter(table.name for tree in (*self.parts.values(), select) for table in tree.find_all(exp.Table))
        to_come = whole is None and read["r"] > 0 and "r" not in self.parts
        for name, tree in self.parts.items():
            select = select.with_(name, as_=tree, materialized=True if to_come or read[name] > 1 else None, copy=False)
        return select


@lru_cache(maxsize=4096)
def _tree(text: str) -> exp.Expr:
    return parse_one(text, read="duckdb")


def ours(text: str) -> exp.Select:
    """Return the tree of a SELECT that is made of names and numbers of the programme alone."""
    found = _tree(text).copy()
    assert isinstance(found, exp.Select)  # noqa: S101 - callers write SELECT
    return found


def ours_any(text: str) -> exp.Expr:
    """Return the tree of any text that is made of names and numbers of the programme alone."""
    return _tree(text).copy()


def known(alias: str, frame: Frame, params: Params) -> exp.Expr:
    """Return the condition that a row with ``known_from_ms`` and ``known_to_ms`` is held true at the asked time."""
    until = exp.Is(this=exp.column("known_to_ms", alias), expression=exp.Null())
    if frame.as_of_ms is None:
        return until
    later = exp.GT(this=exp.column("known_to_ms", alias), expression=params.bind(frame.as_of_ms))
    return exp.and_(since(alias, frame, params), exp.paren(exp.or_(until, later)))


def since(alias: str, frame: Frame, params: Params) -> exp.Expr:
    """Return the condition that a row that is never restated was known at the asked time."""
    if frame.as_of_ms is None:
        return exp.true()
    return exp.LTE(this=exp.column("known_from_ms", alias), expression=params.bind(frame.as_of_ms))


def with_person(select: exp.Select, column: exp.Column, frame: Frame, params: Params) -> exp.Select:
    """Join the person that an id was merged into, as ``al``; only the asked person's rows where there is one."""
    on = exp.and_(exp.EQ(this=exp.column("did", "al"), expression=column.copy()), known("al", frame, params))
    select = select.join(exp.to_table("alias").as_("al"), on=on, join_type="left", copy=False)
    if frame.people is not None:
        select = select.where(among_people(column, frame.people), copy=False)
    if frame.person is None:
        return select
    return select.where(exp.EQ(this=person_sql(column), expression=params.bind(frame.person)), copy=False)


def among_people(column: exp.Column, people: str) -> exp.In:
    """Return the condition that an id is one of a table's, tested before any join, so that the engine leaves most rows unread."""
    return exp.In(this=column.copy(), query=exp.Subquery(this=ours(f"SELECT d.did FROM {people} AS d")))  # noqa: S608 - a name of ours


def person_sql(column: exp.Column) -> exp.Expr:
    """Return the person of an id, where ``with_person`` has joined it."""
    return exp.Coalesce(this=exp.column("pid", "al"), expressions=[column.copy()])


def either(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """Return the condition that at least one holds."""
    return exp.or_(*conditions) if len(conditions) > 1 else conditions[0]
