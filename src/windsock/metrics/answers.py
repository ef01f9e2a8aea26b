"""Answers of other rooms, kept on the shelf of readings while nothing that they read was written.

What an answer hangs on is seen while it is made: the warehouse it is given notes of each statement the tables, and of events the UTC days that the
statement is cut to. A commit that touches none of them leaves the answer as it is; what ``reads`` says of readings holds of it too. Whatever reads
in another way than by statements is never kept.

Invariants: a kept answer is the one that the same question would have got at the moment it was asked at; nobody gets one that a commit made void.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.kernel.period import Period
from windsock.metrics.facts_events import EVENT
from windsock.metrics.kept import shelf_of
from windsock.metrics.reads import DERIVED_OF, Reads, is_void, void_everywhere, void_hours
from windsock.metrics.shelf import Block, Found, Want
from windsock.warehouse import Statement, schema

if TYPE_CHECKING:
    import pyarrow as pa

    from windsock.warehouse import Cancel, Changes, Run, Snapshot, Transaction, Value, Warehouse

AGE_MOST_MS = 600_000
"""So long after it was asked an answer is given again: what depends on the time of day, such as how much is still open, is at most so old."""
_ONE = Period(dt.date(2000, 1, 1), dt.date(2000, 1, 1))
"""The only block of a course of answers."""
_EPOCH = dt.date(1970, 1, 1)
_DAY_MS, _FARTHEST_MS = 86_400_000, 4_102_444_800_000


@dataclass(frozen=True)
class Made:
    """An answer as text, and whether it may be kept."""

    text: str
    lasting: bool = True


def kept_answer(warehouse: Warehouse, key: tuple[object, ...], now_ms: int, make: Callable[[Warehouse], Made]) -> str:
    """Return an answer that is kept and holds, else a fresh one.

    Args:
        warehouse: where to ask.
        key: all that the answer depends on beside the facts: what is asked, in which circumstances, by whom where that matters; hashable.
        now_ms: the moment of asking, which is no part of the key.
        make: makes the answer from the warehouse it is given, and from nothing else that changes.

    Raises:
        QueryTimeout, Busy, Cancelled, TooLarge: from the warehouse, and whatever ``make`` raises; nothing is kept then.
    """
    shelf = shelf_of(warehouse)
    want = Want(("answer", *key), frozenset(), (_ONE,))

    def answered() -> str:
        found = shelf.look(want)
        block = None if found is None else found.blocks[_ONE]
        changes = warehouse.changes(-1 if block is None else block.version)
        if found is not None and block is not None:
            young = 0 <= now_ms - int(block.records[0]["at_ms"]) <= AGE_MOST_MS
            good = shelf.renew(found, found.blocks if young and _holds(warehouse, found.reads, block.version, changes) else {}, changes.version)
            if good:
                return good[_ONE].records[0]["text"]
        watched = Watched(warehouse)
        made = make(watched)
        reads = watched.reads()
        if made.lasting and reads is not None:
            kept = Block(changes.version, [{"text": made.text, "at_ms": now_ms}], len(made.text.encode()))
            shelf.keep(Found(want.key, (), reads, {}, {_ONE: kept}), [_ONE])
        return made.text

    return shelf.once((want.key, _ONE), answered)


def _holds(warehouse: Warehouse, reads: Reads, version: int, changes: Changes) -> bool:
    """Say whether nothing that an answer hangs on was changed since its version."""
    if changes.everything or void_everywhere(reads, changes) > version:
        return False
    if reads.days is None:
        return True
    hours = void_hours(warehouse, reads, changes, reads.days)
    return not hours or not is_void(reads.days, "UTC", version, hours)


def unwatched(warehouse: Warehouse) -> Warehouse:
    """Return the warehouse itself, for a statement that no kept answer hangs on."""
    return warehouse.inner if isinstance(warehouse, Watched) else warehouse


@dataclass
class Watched:
    """A warehouse that notes what its statements read."""

    inner: Warehouse
    _known: bool = True
    _tables: set[str] = field(default_factory=set[str])
    _days: list[Period] = field(default_factory=list[Period])
    _ids: bool = False

    def query(
        self,
        statement: exp.Expr | Statement,
        params: Mapping[str, Value] | None = None,
        *,
        timeout_s: float | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """Note what a SELECT reads, and run it; see ``Warehouse.query``."""
        self._note(statement.tree if isinstance(statement, Statement) else statement, params or {})
        return self.inner.query(statement, params, timeout_s=timeout_s, cancel=cancel)

    @property
    def follows(self) -> bool:
        """Whether chains of steps are followed beside the engine; see ``Warehouse.follows``."""
        return self.inner.follows

    def follow(
        self,
        run: Run,
        statement: exp.Expr | Statement,
        params: Mapping[str, Value] | None = None,
        *,
        timeout_s: float | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """Note what a run and its SELECT read, and follow it; see ``Warehouse.follow``."""
        first, last = (_EPOCH + dt.timedelta(days=min(ms, _FARTHEST_MS) // _DAY_MS) for ms in (run.low_ms, max(run.high_ms, run.until_ms)))
        self._days.append(Period(first, max(first, last)))
        for text in (run.merged, run.among):
            if text is not None:
                self._note(Statement(text.sql).tree, run.values, follows=text is run.merged)
        self._note(statement.tree if isinstance(statement, Statement) else statement, params or {}, cuts=frozenset(run.cuts))
        return self.inner.follow(run, statement, params, timeout_s=timeout_s, cancel=cancel)

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Write: not to be kept."""
        self._known = False
        return self.inner.transaction()

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Read in a way that is not seen: not to be kept."""
        self._known = False
        return self.inner.snapshot()

    def tidy(self) -> bool:
        """Do some housekeeping."""
        return self.inner.tidy()

    def version(self) -> int:
        """Say at which version the facts are; what hangs on that is not to be kept."""
        self._known = False
        return self.inner.version()

    def changes(self, since: int) -> Changes:
        """Say what was changed; whoever keeps something by it may read it unseen."""
        self._known = False
        return self.inner.changes(since)

    def close(self) -> None:
        """Nothing: the warehouse belongs to somebody else."""

    def reads(self) -> Reads | None:
        """Return what was read; None where that is not known."""
        if not self._known:
            return None
        tables = set(self._tables)
        if self._ids and ("event" in tables or not self._days):
            tables.add("alias")
        if "event" in tables or not self._days:
            return Reads(frozenset(tables))
        days = Period(min(one.start for one in self._days), max(one.end for one in self._days))
        ids = EVENT.name if self._ids and "alias" not in tables else ""
        return Reads(frozenset(tables), hours=True, ids=ids, days=days)

    def _note(self, tree: exp.Expr, values: Mapping[str, Value], *, cuts: frozenset[str] = frozenset(), follows: bool = False) -> None:
        """Note what a statement reads; ``cuts``: names of a run's rows; ``follows``: it says who was merged of the ids of a run's events."""
        parts = {cte.alias for cte in tree.find_all(exp.CTE)} | cuts
        for table in tree.find_all(exp.Table):
            if table.name not in schema.BY_NAME or table.name in DERIVED_OF:
                self._known &= table.name in parts
            elif table.name == "event":
                self._event(table, values)
            elif table.name == "alias" and (follows or _is_of_events(table)):
                self._ids = True
            else:
                self._tables.add(table.name)

    def _event(self, table: exp.Table, values: Mapping[str, Value]) -> None:
        days = _days_of(table, values)
        if days is None:
            self._tables.add("event")
        else:
            self._days.append(days)


def _is_of_events(alias: exp.Table) -> bool:
    """Say whether persons are looked up for the ids of events alone."""
    select = alias.parent_select
    source = None if select is None else select.args.get("from_")
    return source is not None and isinstance(source.this, exp.Table) and source.this.name == "event"


def _days_of(table: exp.Table, values: Mapping[str, Value]) -> Period | None:
    """Return the UTC days that a SELECT's events are cut to by conditions that all of them meet; None where an end is open."""
    select = table.parent_select
    where = None if select is None else select.args.get("where")
    if where is None:
        return None
    ends: dict[type[exp.Expr], list[dt.date]] = {exp.GTE: [], exp.LTE: []}
    for test in _all_of(where.this):
        if type(test) in ends and _is_day(test.this, table.alias_or_name) and isinstance(test.expression, exp.Placeholder):
            value = values.get(test.expression.name)
            if isinstance(value, dt.date):
                ends[type(test)].append(value)
    if not ends[exp.GTE] or not ends[exp.LTE]:
        return None
    first, last = max(ends[exp.GTE]), min(ends[exp.LTE])
    return Period(first, max(first, last))


def _all_of(test: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the conditions that all have to be met for one to be."""
    if isinstance(test, exp.And):
        yield from _all_of(test.this)
        yield from _all_of(test.expression)
    elif isinstance(test, exp.Paren):
        yield from _all_of(test.this)
    else:
        yield test


def _is_day(column: exp.Expr, alias: str) -> bool:
    return isinstance(column, exp.Column) and column.name == "dt" and column.table == alias
