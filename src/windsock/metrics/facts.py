"""What can be measured: each fact is a relation with clocks and fields; metrics name the fields, the compiler reads the relation."""

from __future__ import annotations

from windsock.metrics.dimensions import DIMENSIONS, HIERARCHIES, TIME_DIMENSIONS
from windsock.metrics.facts_catalog import CATALOG_FACTS
from windsock.metrics.facts_events import EVENT_FACTS
from windsock.metrics.facts_orders import ORDER_FACTS
from windsock.metrics.facts_rollup import ROLLUPS
from windsock.metrics.facts_shape import ClockColumn, Fact

FACTS: dict[str, Fact] = {fact.name: fact for fact in (*ORDER_FACTS, *EVENT_FACTS, *CATALOG_FACTS)}
READ: dict[str, Fact] = {**FACTS, **{fact.name: fact for fact in ROLLUPS}}
"""Facts with the roll-ups that may be read in their place; metrics name facts only."""

__all__ = ["DIMENSIONS", "FACTS", "HIERARCHIES", "READ", "TIME_DIMENSIONS", "ClockColumn", "Fact"]
