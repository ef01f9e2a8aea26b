"""What statements brought back, kept in memory until something is written: the same numbers are asked for by many panels and many people.

A reading is known by its base metrics (their measures, not their names alone), its cuts, filters, grain, clock, time of knowledge and period, and
by the warehouse's version: a commit makes all of them void. The hour of asking is no part of it, as no statement reads the clock, and neither is
who asks: everybody who may read metrics sees the same rows. Whoever narrows rows by person must do it by a filter, which is part of the key.

Invariants: a reading that is cut out of a larger one equals that of its own statement, row by row; readings are never changed, only copied from.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from windsock.metrics.compile import Scope, compile_query
from windsock.warehouse import Warehouse, printed

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.metrics.model.definition import Metric
    from windsock.warehouse import Statement, Value

READINGS_MAX = 1_000
TEXTS_MAX = 1_000
BYTES_MAX = 64_000_000
ONE_MAX = BYTES_MAX // 4
WAIT_S = 60.0
"""How long a question waits for the same one that is under way before it asks for itself."""
_RECORD_BYTES, _CELL_BYTES = 300, 100

Column = tuple[object, ...]
Place = tuple[object, ...]
Key = tuple[Place, "Period", frozenset[Column]]


@dataclass(frozen=True)
class Reading:
    """Records of a statement: cuts, ``period`` (a date, but for the grain total), base metrics, and ``rows_<i>``, the rows that scan i saw.

    Attributes:
        records: one for each cut and bucket, in no order; not to be changed.
        scans: the scans that each base metric stands on.
    """

    records: list[dict[str, Any]]
    scans: Mapping[Column, tuple[int, ...]]

    @property
    def size(self) -> int:
        """About how many bytes it takes: an upper estimate by its cells."""
        cells = len(self.records[0]) if self.records else 0
        return _RECORD_BYTES + len(self.records) * (_RECORD_BYTES + _CELL_BYTES * cells)

    def saw(self, metric: Metric) -> bool:
        """Say whether any row at all was behind a metric: without one its cells are missing, with one an empty cell is a true zero."""
        scans = self.scans[column_of(metric)]
        return any(record[f"rows_{index}"] for record in self.records for index in scans)

    def part(self, columns: frozenset[Column], period: Period | None, *, one_row: bool) -> Reading:
        """Return what a statement for fewer metrics, or fewer days, would have brought back.

        Args:
            columns: the base metrics that are wanted.
            period: the days that are wanted, or None for all; only of a reading by day.
            one_row: the statement has no groups, and so has its one row even where nothing was seen.
        """
        wanted = {index for column in columns for index in self.scans[column]}
        names = [f"rows_{index}" for index in sorted(wanted)]
        records = [
            record
            for record in self.records
            if (one_row or any(record[name] for name in names)) and (period is None or period.start <= _date(record["period"]) <= period.end)
        ]
        return Reading(records, {column: self.scans[column] for column in columns})


def _date(value: object) -> dt.date:
    assert isinstance(value, dt.date)  # noqa: S101 - a bucket is a date, and the period's own condition leaves no row without one
    return value


def column_of(metric: Metric) -> Column:
    """Return what a base metric's column depends on: a draft of the same name is another column."""
    return (metric.name, metric.measures, metric.clock)


def read(warehouse: Warehouse, bases: tuple[Metric, ...], clock: str | None, scope: Scope) -> Reading:
    """Return the records of a question about base metrics: kept ones, those of the same question under way, or fresh ones.

    Raises:
        InvalidInput: from ``compile_query``.
        QueryTimeout, Busy, Cancelled, TooLarge: from the warehouse; nothing is kept then.
    """

    def ask() -> Reading:
        put = _put(key, bases, clock, scope)
        return Reading(warehouse.query(put.statement, put.values).to_pylist(), put.scans)

    with _making:
        shelf = _shelves.setdefault(warehouse, Shelf())
    key = (place_of(clock, scope), scope.period, frozenset(column_of(base) for base in bases))
    return shelf.get(warehouse.version(), key, Shape.of(scope), ask)


@dataclass(frozen=True)
class _Put:
    """A question ready to be put: as it does not depend on what was written, it outlives versions, which a busy site has many of a minute."""

    statement: Statement
    values: dict[str, Value]
    scans: Mapping[Column, tuple[int, ...]]


def _put(key: Key, bases: tuple[Metric, ...], clock: str | None, scope: Scope) -> _Put:
    with _making:
        known = _texts.get(key)
        if known is not None:
            _texts.move_to_end(key)
            return known
    compiled = compile_query(bases, clock, scope)
    stands = {
        base: [index for index, scan in enumerate(compiled.scans) if any(name == base for name, _ in scan.measures)] for base in compiled.metrics
    }
    made = _Put(printed(compiled.statement), compiled.params.values, {column_of(base): tuple(stands[base.name]) for base in bases})
    with _making:
        _texts[key] = made
        while len(_texts) > TEXTS_MAX:
            _texts.popitem(last=False)
    return made


def place_of(clock: str | None, scope: Scope) -> Place:
    """Return all that a reading depends on beside its metrics and its period; values as written, as 1 is not the same filter as true."""
    time = (scope.grain, scope.zone, scope.week_start, scope.fiscal_start, scope.as_of_ms, scope.rolled, clock)
    return (scope.by, repr(scope.where), repr(scope.top), time)


@dataclass(frozen=True)
class Shape:
    """How a reading may be cut out of another: by days only where each record stands in one day and nothing else depends on the period."""

    one_row: bool
    by_day: bool

    @staticmethod
    def of(scope: Scope) -> Shape:
        """Return the shape of a statement's readings."""
        ungrouped = not scope.by and scope.top is None
        return Shape(ungrouped and scope.grain == "total", ungrouped and scope.grain == "day")


@dataclass
class Shelf:
    """Readings of one warehouse at its latest version, the least used going first; safe to use from many threads."""

    version: int = -1
    bytes: int = 0
    _found: OrderedDict[Key, Reading] = field(default_factory=OrderedDict[Key, Reading])
    _places: dict[Place, list[Key]] = field(default_factory=dict[Place, list[Key]])
    _flying: dict[tuple[int, Key], threading.Event] = field(default_factory=dict[tuple[int, Key], threading.Event])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        """How many readings there are."""
        return len(self._found)

    def get(self, version: int, key: Key, shape: Shape, ask: Callable[[], Reading]) -> Reading:
        """Return a reading, asking for it once however many want it at the same time."""
        with self._lock:
            found = self._look(version, key, shape)
            if found is not None:
                return found
            flight = self._flying.get((version, key))
            mine = flight is None
            if flight is None:
                flight = self._flying[version, key] = threading.Event()
        if not mine:
            flight.wait(WAIT_S)
            with self._lock:
                found = self._look(version, key, shape)
            return ask() if found is None else found  # it failed, or is too large to keep
        try:
            found = ask()
            with self._lock:
                self._keep(version, key, found)
        finally:
            with self._lock:
                del self._flying[version, key]
            flight.set()
        return found

    def _look(self, version: int, key: Key, shape: Shape) -> Reading | None:
        if version != self.version:
            return None
        exact = self._found.get(key)
        if exact is not None:
            self._found.move_to_end(key)
            return exact
        place, period, columns = key
        for other in self._places.get(place, ()):
            covers = other[1] == period or (shape.by_day and other[1].start <= period.start and period.end <= other[1].end)
            if covers and columns <= other[2]:
                self._found.move_to_end(other)
                return self._found[other].part(columns, None if other[1] == period else period, one_row=shape.one_row)
        return None

    def _keep(self, version: int, key: Key, found: Reading) -> None:
        """Keep a reading of the latest version; one that began before a commit which is known by now is late, and not kept."""
        if version < self.version or found.size > ONE_MAX:
            return
        if version > self.version:
            self.version, self.bytes = version, 0
            self._found.clear()
            self._places.clear()
        if key in self._found:
            return
        self._found[key] = found
        self._places.setdefault(key[0], []).append(key)
        self.bytes += found.size
        while self.bytes > BYTES_MAX or len(self._found) > READINGS_MAX:
            old, gone = self._found.popitem(last=False)
            self.bytes -= gone.size
            self._places[old[0]].remove(old)
            if not self._places[old[0]]:
                del self._places[old[0]]


_shelves: WeakKeyDictionary[Warehouse, Shelf] = WeakKeyDictionary()
_texts: OrderedDict[Key, _Put] = OrderedDict()
_making = threading.Lock()
