"""When people are counted by sets of bits: a set is as long as the largest id whomever it holds, so all sets of a statement must stay small.

Over two months of visits this takes half the time of a hash table of every person of every day and cut; the figures are the same either way.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from windsock.metrics.dimensions import TIME_DIMENSIONS
from windsock.metrics.facts_rollup import CUT
from windsock.metrics.facts_shape import CHANNEL_FIELDS
from windsock.warehouse import statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windsock.metrics.compile import Scan, Scope
    from windsock.warehouse import Warehouse

DAYS_LEAST = 7
"""A shorter period is counted as fast without."""
BYTES_MOST = 128_000_000
"""What the sets of a statement may take together, in each thread of the engine."""
_DAY = dt.timedelta(days=1)
# Hours that are counted stand for those that were visited: every visit is an event, and both are told apart by the same columns.
_SIZES = {
    cuts: statement(
        f"""SELECT (SELECT MAX(did) FROM visit_hour) AS most, COUNT(*) AS groups
        FROM (SELECT DISTINCT {", ".join(("dt", *cuts))} FROM event_hour WHERE dt BETWEEN $first AND $last)"""  # noqa: S608 - names of the programme
    )
    for cuts in [tuple(name for bit, name in enumerate(CUT) if number >> bit & 1) for number in range(1 << len(CUT))]
}


def ids_below(warehouse: Warehouse, scans: Iterable[Scan], scope: Scope) -> int | None:
    """Return below which number ids may be counted by bits in a statement, a power of two; None: not at all.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse, which is asked how many groups there are and which id is the largest.
    """
    counts = any(measure.aggregate == "count_distinct" for scan in scans for _, measure in scan.measures)
    hourly = scope.grain == "hour" or "hour" in scope.by
    if not counts or not scope.rolled or hourly or scope.only or scope.period.days < DAYS_LEAST or scope.top is not None:
        return None
    cuts = {("channel" if name in ("sales_channel", *CHANNEL_FIELDS) else name) for name in scope.by if name not in TIME_DIMENSIONS}
    if not cuts <= set(CUT):
        return None
    sizes = _SIZES[tuple(name for name in CUT if name in cuts)]
    row = warehouse.query(sizes, {"first": scope.period.start - _DAY, "last": scope.period.end + _DAY}).to_pylist()[0]
    return set_length(int(row["most"] or 0), int(row["groups"]))


def set_length(largest: int, groups: int) -> int | None:
    """Return how many bits a set of ids has, a power of two of which the last one is free; None: so many sets would take too much room."""
    below = 1 << (largest + 1).bit_length()
    return below if groups * below // 8 <= BYTES_MOST else None
