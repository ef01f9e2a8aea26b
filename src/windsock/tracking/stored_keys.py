"""Which keys and message ids the warehouse holds already.

A day may hold tens of millions of keys, and every load asks for some thousands. So the engine compares one column of numbers with those of the
load and gives the few places where they are met; the rest of a key is read from those places alone. Both halves of a key and its day have to be
the same, as before: one half may be met by chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.warehouse import statement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from windsock.warehouse import Statement, Transaction

    Ints = NDArray[np.int64]

_WITH_KEY = statement(
    "SELECT s.rn, k.rowid AS place FROM stage_keys AS s JOIN event_key AS k ON k.key_lo = s.key_lo WHERE k.dt BETWEEN $first AND $last"
)
_WITH_MESSAGE = statement(
    "SELECT k.rowid AS place FROM event_key AS k SEMI JOIN stage_keys AS s ON k.message = s.message WHERE k.dt BETWEEN $first AND $last"
)
_AT = "FROM event_key WHERE rowid IN (SELECT place FROM stage_places)"
_KEYS_AT = statement(f"SELECT rowid AS place, dt, key_hi {_AT}")
_MESSAGES_AT = statement(
    f"""SELECT dt, message, MIN(key_hi) AS least_hi, MAX(key_hi) AS most_hi, MIN(key_lo) AS least_lo, MAX(key_lo) AS most_lo
    {_AT} GROUP BY dt, message"""
)


def keys_stored(tx: Transaction, days: Ints, key_hi: Ints, key_lo: Ints) -> Ints:
    """Return the places of events whose key is stored.

    Args:
        tx: the load's transaction.
        days: of each event's clock, since 1970; a key is known within its day.
        key_hi: the upper half of each key.
        key_lo: its lower half.
    """
    if not len(days):
        return np.array([], np.int64)
    met = _met(tx, _WITH_KEY, {"rn": np.arange(len(days)), "key_lo": key_lo}, days)
    if not met.num_rows:
        return np.array([], np.int64)
    rn, place = met.column("rn").to_numpy(), met.column("place").to_numpy()
    tx.stage("stage_places", pa.table({"place": place}))
    there = tx.query(_KEYS_AT)
    order = np.argsort(there.column("place").to_numpy())
    at = order[np.searchsorted(there.column("place").to_numpy(), place, sorter=order)]
    same = (_days(there)[at] == days[rn]) & (there.column("key_hi").to_numpy()[at] == key_hi[rn])
    return np.unique(rn[same])


def said_otherwise(tx: Transaction, days: Ints, key_hi: Ints, key_lo: Ints, message: Ints) -> Ints:
    """Return the places of events whose message id is stored with another key, on the same day of their clock.

    Args:
        tx: the load's transaction.
        days: of each event's clock, since 1970.
        key_hi: the upper half of each key.
        key_lo: its lower half.
        message: the hash of each message id.
    """
    met = _met(tx, _WITH_MESSAGE, {"message": np.unique(message)}, days)
    if not met.num_rows:
        return np.array([], np.int64)
    tx.stage("stage_places", met)
    there = tx.query(_MESSAGES_AT)
    stored = {(int(day), said): place for place, (day, said) in enumerate(zip(_days(there), there.column("message").to_pylist(), strict=True))}
    least_hi, most_hi, least_lo, most_lo = (there.column(name).to_numpy() for name in ("least_hi", "most_hi", "least_lo", "most_lo"))
    at = np.flatnonzero(np.isin(message, there.column("message").to_numpy()))
    which = np.array([stored.get((day, said), -1) for day, said in zip(days[at].tolist(), message[at].tolist(), strict=True)], np.int64)
    at, which = at[which >= 0], which[which >= 0]
    hi, lo = key_hi[at], key_lo[at]
    other = (least_hi[which] != hi) | (most_hi[which] != hi) | (least_lo[which] != lo) | (most_lo[which] != lo)
    return at[other]


def _met(tx: Transaction, asked: Statement, staged: dict[str, Ints], days: Ints) -> pa.Table:
    tx.stage("stage_keys", pa.table(staged))
    first, last = (pa.scalar(int(day), pa.int32()).cast(pa.date32()).as_py() for day in (days.min(), days.max()))
    return tx.query(asked, {"first": first, "last": last})


def _days(there: pa.Table) -> Ints:
    return pc.cast(there.column("dt"), pa.int32()).to_numpy().astype(np.int64)
