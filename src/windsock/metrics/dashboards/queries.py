"""What data there is at all: which facts have rows, which kinds of goods, how many values a dimension has. Kept until something is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlglot import exp, parse_one

from windsock.metrics.facts import FACTS
from windsock.warehouse import Warehouse

if TYPE_CHECKING:
    from windsock.metrics.catalogue import Catalogue

DIMENSIONS = ("sales_channel", "property", "route", "country", "room_type", "market_segment", "cabin", "device")
SAMPLE = 100_000
_KINDS = "SELECT DISTINCT l.kind AS kind FROM order_line AS l WHERE l.known_to_ms IS NULL LIMIT 50"


@dataclass(frozen=True)
class There:
    """What is there: facts with rows, kinds of goods that were sold, and the number of values of each dimension of orders."""

    facts: frozenset[str]
    kinds: frozenset[str]
    values: dict[str, int]

    def metric(self, library: Catalogue, name: str) -> bool:
        """Say whether a metric can have a value: each of its base metrics has a fact with rows."""
        if name not in library.metrics:
            return False
        return all(any(measure.fact in self.facts for measure in base.measures) for base in library.bases([name]))


_kept: WeakKeyDictionary[Warehouse, tuple[int, There]] = WeakKeyDictionary()


def there(warehouse: Warehouse) -> There:
    """Look what is there; again only after something was written."""
    version = warehouse.version()
    seen = _kept.get(warehouse)
    if seen is None or seen[0] != version:
        seen = _kept[warehouse] = (version, _look(warehouse))
    return seen[1]


def _look(warehouse: Warehouse) -> There:
    tables = {name: _table(fact.relation) for name, fact in FACTS.items()}
    full = {table for table in set(tables.values()) if _any(warehouse, table)}
    kinds = frozenset(str(row["kind"]) for row in warehouse.query(parse_one(_KINDS, read="duckdb")).to_pylist() if row["kind"] is not None)
    return There(frozenset(name for name, table in tables.items() if table in full), kinds, _values(warehouse) if "order_line" in full else {})


def _table(relation: str) -> str:
    """Return the table that a fact's rows come from: the first that its relation names."""
    found = parse_one(f"SELECT 1 FROM {relation}", read="duckdb").find(exp.Table)  # noqa: S608 - a constant of the programme
    return "" if found is None else found.name


def _any(warehouse: Warehouse, table: str) -> bool:
    return warehouse.query(exp.select(exp.alias_(exp.Literal.number(1), "one")).from_(exp.to_table(table)).limit(1)).num_rows > 0


def _values(warehouse: Warehouse) -> dict[str, int]:
    """Count the values of each dimension in a part of the lines, which is enough to know whether a cut says anything."""
    part = exp.select(*[exp.column(name) for name in DIMENSIONS]).from_("order_line").limit(SAMPLE)
    counts = [exp.alias_(exp.Count(this=exp.Distinct(expressions=[exp.column(name)])), name) for name in DIMENSIONS]
    row = warehouse.query(exp.select(*counts).from_(exp.Subquery(this=part, alias=exp.to_identifier("part")))).to_pylist()[0]
    return {name: int(row[name]) for name in DIMENSIONS}
