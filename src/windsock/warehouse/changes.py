"""What commits changed, so that a reader who keeps an answer knows whether it still holds.

The process that owns the file writes down every change at the one place where all of them pass: a transaction's ``append`` and ``execute``. Of
events it notes the hours (UTC) in which rows were added or marked as changed, of aliases the ids; of every other table, and of every other
change of these two, that it was written at all. What it cannot read is taken for a change of everything. A commit is written down before it is
seen, so that no version which a reader knows lacks its changes. It is kept in memory: a process that starts knows nothing of versions before.

Not a change are the roll-ups (``DERIVED``), which hold nothing that events and marks do not say, and the moving of parts into the engine's file.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

HOUR_MS = 3_600_000
KEYS_MOST = 100_000
"""So many hours, and so many ids, are remembered one by one; older changes are then those of the whole table."""
EVENTS, ALIASES = "event", "alias"
MARKS = "dirty_hour"
DERIVED = frozenset({"event_hour", "visit_hour", "rolled_hour"})
_KEYED = {MARKS: "hour_ms", ALIASES: "did"}
_WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?([A-Za-z_0-9]+)"?(?=[\s(]|$)')
_SETS = re.compile(r"\bSET\b(.*?)(?:\bFROM\b|\bWHERE\b|$)", re.DOTALL)
_STAGED = re.compile(r'^\s*(?:CREATE (?:OR REPLACE )?TEMPORARY TABLE|DROP TABLE(?: IF EXISTS)?)\s+"?stage_')


@dataclass(frozen=True)
class Changes:
    """What was changed after a version, each with the version of its last change.

    Attributes:
        version: until when: a statement that is run from now on sees this version or a later one.
        everything: nothing is known of what was changed.
        tables: tables of which any row may have changed.
        hours: numbers of hours UTC (``ts_ms // 3_600_000``) of which events, or marks of events, were added.
        ids: ids (``did``) whose person changed.
    """

    version: int
    everything: bool = False
    tables: Mapping[str, int] = field(default_factory=dict[str, int])
    hours: Mapping[int, int] = field(default_factory=dict[int, int])
    ids: Mapping[int, int] = field(default_factory=dict[int, int])

    def json(self) -> dict[str, Any]:
        """Return it as it travels between processes."""
        keyed = {name: list(map(list, found.items())) for name, found in (("hours", self.hours), ("ids", self.ids))}
        return {"version": self.version, "everything": self.everything, "tables": dict(self.tables), **keyed}

    @staticmethod
    def of(told: Mapping[str, Any]) -> Changes:
        """Read what ``json`` wrote."""
        hours, ids = ({int(key): int(version) for key, version in told[name]} for name in ("hours", "ids"))
        return Changes(int(told["version"]), bool(told["everything"]), dict(told["tables"]), hours, ids)


class Numbered:
    """Versions of one owner after another, as one row of numbers: a restored file may count anew from less, or from more."""

    def __init__(self) -> None:
        """Begin with the first owner that is met, whose numbers stay as they are."""
        self._owner, self._moved, self._first, self._seen = "", 0, 0, 0
        self._lock = threading.Lock()

    def at_owner(self, since: int) -> int:
        """Return a version as the owner that was met last counts it."""
        return since - self._moved

    def read(self, owner: str, told: Changes, since: int) -> Changes:
        """Return what an owner told, in our numbers; of what was known from another it tells nothing."""
        with self._lock:
            if owner != self._owner:
                if self._owner:
                    self._first = self._seen + 1
                    self._moved = self._first - told.version
                self._owner = owner
            version = told.version + self._moved
            self._seen = max(self._seen, version)
            if told.everything or since < self._first:
                return Changes(version, everything=True)
            by = self._moved
            hours, ids = ({key: at + by for key, at in found.items()} for found in (told.hours, told.ids))
            return Changes(version, tables={name: at + by for name, at in told.tables.items()}, hours=hours, ids=ids)


class Touched:
    """What one transaction has changed so far."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.everything = False
        self.tables: set[str] = set()
        self.hours: set[int] = set()
        self.ids: set[int] = set()

    def rows(self, table: str, rows: pa.Table) -> None:
        """Note rows that are added to a table."""
        if not rows.num_rows or table in DERIVED:
            return
        if table in (EVENTS, MARKS):
            name = "ts_ms" if table == EVENTS else "hour_ms"
            self._keys(EVENTS, rows.column(name) if name in rows.column_names else None)
        elif table == ALIASES:
            self._keys(ALIASES, rows.column("did") if "did" in rows.column_names else None)
        else:
            self.tables.add(table)

    def returning(self, sql: str) -> str:
        """Return a statement as one that tells the keys of what it changes, where the table has such."""
        key = _key_of(sql)
        return sql if key is None else f"{sql} RETURNING {_table_of(sql)}.{key}"

    def ran(self, sql: str, rows: list[tuple[Any, ...]]) -> int:
        """Note what a statement of ``returning`` changed, by what the engine told; returns the number of rows."""
        table = _table_of(sql)
        if table is not None and _key_of(sql) is not None:
            if rows:
                self._keys(EVENTS if table == MARKS else table, pa.chunked_array([pa.array([row[0] for row in rows], pa.int64())]))
            return len(rows)
        count = rows[0][0] if rows and rows[0] and isinstance(rows[0][0], int) else None
        if table is None:
            self.everything |= _STAGED.match(sql) is None
        elif count != 0 and table not in DERIVED and not table.startswith("stage_"):
            self.tables.add(EVENTS if table == MARKS else table)
        return count or 0

    def _keys(self, table: str, column: pa.ChunkedArray | None) -> None:
        if column is None or column.null_count:
            self.tables.add(table)
        elif table == ALIASES:
            self.ids.update(pc.unique(column).to_pylist())
        else:
            self.hours.update(_hours_of(column))
        if max(len(self.hours), len(self.ids)) > KEYS_MOST:
            self.tables |= {name for name, found in ((EVENTS, self.hours), (ALIASES, self.ids)) if len(found) > KEYS_MOST}


def _hours_of(column: pa.ChunkedArray) -> Iterable[int]:
    """Return the hours of instants; a load has them mostly in one, which its ends tell."""
    ends = pc.min_max(column).as_py()
    first, last = ends["min"] // HOUR_MS, ends["max"] // HOUR_MS
    if last - first <= 1:
        return (first, last)
    if last - first < KEYS_MOST:
        seen = np.zeros(last - first + 1, np.bool_)
        seen[column.to_numpy() // HOUR_MS - first] = True
        return (np.flatnonzero(seen) + first).tolist()
    return np.unique(column.to_numpy() // HOUR_MS).tolist()


def _table_of(sql: str) -> str | None:
    found = _WRITES.match(sql)
    return None if found is None else found[1].lower()


def _key_of(sql: str) -> str | None:
    """Return the column by which rows that a statement changes can be told; None where it may give them another key."""
    key = _KEYED.get(_table_of(sql) or "")
    if key is None or "RETURNING" in sql:
        return None
    sets = _SETS.search(sql)
    return None if sets is not None and re.search(rf"\b{key}\b", sets[1]) else key


class Ledger:
    """The changes of all commits since the process has the file open; safe to use from many threads."""

    def __init__(self, since: int) -> None:
        """Know nothing of what came before a version."""
        self.owner = secrets.token_hex(8)
        self._all = since
        self._tables: dict[str, int] = {}
        self._hours, self._ids = OrderedDict[int, int](), OrderedDict[int, int]()
        self._lock = threading.Lock()

    def note(self, version: int, touched: Touched) -> None:
        """Write down what the commit that makes a version changes, before it is seen."""
        with self._lock:
            if touched.everything:
                self._all = version
            self._tables |= dict.fromkeys(touched.tables, version)
            for table, keys, known in ((EVENTS, touched.hours, self._hours), (ALIASES, touched.ids, self._ids)):
                if self._tables.get(table) == version:
                    continue
                for key in keys:
                    known[key] = version
                    known.move_to_end(key)
                while len(known) > KEYS_MOST:
                    self._tables[table] = max(self._tables.get(table, 0), known.popitem(last=False)[1])

    def after(self, since: int, version: int) -> Changes:
        """Return what was changed after a version; ``version`` is one that was seen before this was asked."""
        with self._lock:
            if since < self._all or since > version:
                return Changes(version, everything=True)
            tables = {name: at for name, at in self._tables.items() if at > since}
            return Changes(version, tables=tables, hours=_later(self._hours, since), ids=_later(self._ids, since))


def _later(known: OrderedDict[int, int], since: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for key, version in reversed(known.items()):
        if version <= since:
            break
        found[key] = version
    return found
