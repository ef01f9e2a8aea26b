"""Make the roll-ups of hours anew that were marked since, the latest first, a piece at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakSet

from windsock.metrics.facts_rollup import CUT, HOUR_MS, HOUR_OF, IS_VISIT, KEPT, unclean
from windsock.warehouse import Warehouse, statement

if TYPE_CHECKING:
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

HOURS_AT_ONCE = 24
"""So many hours are made in a transaction: loads wait for it."""
_ANY = statement("SELECT COUNT(*) AS hours FROM (SELECT 1 FROM rolled_hour LIMIT 1)")
# Events of an earlier release, and those that were put in without a mark, get one before the first hour is rolled up.
_MARK_ALL = statement(
    f"""INSERT INTO dirty_hour BY NAME
    SELECT e.dt, {HOUR_OF} AS hour_ms, e.source, COUNT(*) AS events, 0 AS late, CAST($now AS BIGINT) AS known_from_ms FROM event AS e
    ANTI JOIN dirty_hour AS d ON d.dt = e.dt AND d.hour_ms = {HOUR_OF} GROUP BY 1, 2, 3"""  # noqa: S608 - constants of the programme
)
_PICK = statement(
    f"""CREATE OR REPLACE TEMPORARY TABLE stage_hours AS
    SELECT u.dt, u.hour_ms, u.marks FROM ({unclean("hour_ms < $until")}) AS u ORDER BY u.hour_ms DESC, u.dt DESC LIMIT $most"""  # noqa: S608 - as above
)
_PICKED = statement("SELECT COUNT(*) AS hours FROM stage_hours")
_OUT = tuple(
    statement(f"DELETE FROM {table} WHERE (dt, hour_ms) IN (SELECT dt, hour_ms FROM stage_hours)")  # noqa: S608 - as above
    for table in ("event_hour", "visit_hour", "rolled_hour")
)
_OF_HOURS = f"""FROM event AS e JOIN stage_hours AS h ON h.dt = e.dt AND h.hour_ms = {HOUR_OF}
    WHERE e.dt IN (SELECT dt FROM stage_hours)"""  # noqa: S608 - as above
_IN = (
    statement(
        f"""INSERT INTO event_hour BY NAME
        SELECT h.dt, h.hour_ms, {", ".join(f"e.{name}" for name in KEPT)}, COALESCE(e.bot, FALSE) AS bot, COALESCE(e.internal, FALSE) AS internal,
        COUNT(*) AS events {_OF_HOURS} GROUP BY ALL ORDER BY ALL"""
    ),
    statement(
        f"""INSERT INTO visit_hour BY NAME
        SELECT DISTINCT h.dt, h.hour_ms, e.did, {", ".join(f"e.{name}" for name in CUT)} {_OF_HOURS} AND {IS_VISIT} ORDER BY ALL"""
    ),
    statement("INSERT INTO rolled_hour BY NAME SELECT dt, hour_ms, marks FROM stage_hours"),
)
_FORGET = statement("DELETE FROM rolled_hour")
_known_ready: WeakSet[Warehouse] = WeakSet()
_known_empty: WeakKeyDictionary[Warehouse, int] = WeakKeyDictionary()
"""The version at which a warehouse was last found without any: it is asked again when something was written."""


def ready(warehouse: Warehouse) -> bool:
    """Say whether there are roll-ups at all: from then on every hour with events has a mark, and hours that are not clean are known."""
    if warehouse in _known_ready:
        return True
    version = warehouse.version()
    if _known_empty.get(warehouse) == version:
        return False
    if not warehouse.query(_ANY)["hours"][0].as_py():
        _known_empty[warehouse] = version
        return False
    _known_ready.add(warehouse)
    return True


def roll(workspace: Workspace) -> int:
    """Make the next hours anew that are over and not clean; returns how many, 0 when all are clean.

    The hour that still runs is left to the events: it changes with every load.
    """
    now = workspace.clock.now_ms()
    with workspace.warehouse.transaction() as tx:
        if not tx.query(_ANY)["hours"][0].as_py():
            tx.execute(_MARK_ALL, {"now": now})
        return _make(tx, now // HOUR_MS * HOUR_MS)


def forget(workspace: Workspace) -> None:
    """Take all hours for not clean, so that ``roll`` makes them anew."""
    with workspace.warehouse.transaction() as tx:
        tx.execute(_FORGET)
    _known_ready.discard(workspace.warehouse)


def _make(tx: Transaction, until: int) -> int:
    tx.execute(_PICK, {"until": until, "most": HOURS_AT_ONCE})
    hours = int(tx.query(_PICKED)["hours"][0].as_py())
    if hours:
        for one in (*_OUT, *_IN):
            tx.execute(one)
    return hours
