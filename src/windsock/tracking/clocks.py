"""Put the clocks of devices right, over all their batches of a week, so that no event of a device overtakes another.

The rule is ``model.intake.corrected``; this carries it over columns, with what earlier batches taught in ``device_clock``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.tracking.model import FUTURE_MS, SANE_MS, SKEW_LEAST_MS, YEARS_OFF_MS
from windsock.tracking.model.intake import DAY_MS
from windsock.tracking.queries import load as queries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from windsock.tracking.model import Trust
    from windsock.warehouse import Transaction

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_NONE = np.iinfo(np.int64).max
_DEVICES = ("device_id", "anonymous_id", "user_id")


@dataclass(frozen=True)
class Times:
    """The time of each event, and whether it had to be pulled back from the future."""

    ts_ms: Ints
    future: Flags


@dataclass
class _Devices:
    """The devices of a chunk: whose each event is (-1: nobody's), and by how much each is moved now and was moved before."""

    codes: Ints
    names: pa.Array
    skew: Ints
    earlier: list[tuple[Ints, Ints]]


def tell_time(tx: Transaction, source: str, rows: pa.Table, received: Ints, trust: Trust) -> Times:
    """Return when each event happened, and note what the batch teaches of its devices' clocks.

    Args:
        tx: the transaction to read and write in.
        source: devices are known by source and id.
        rows: columns of events.
        received: when each was received.
        trust: only what a browser or an app sends is moved by what its device taught before; a server's clock is its own.
    """
    said = pc.is_valid(rows.column("client_ms")).to_numpy()
    client = numbers(rows.column("client_ms"))
    sane = np.clip(client, *SANE_MS)
    spoke = pc.is_valid(rows.column("sent_ms")).to_numpy()
    moved = sane
    devices = None
    if spoke.any() or (trust == "public" and said.any()):
        devices = _learn(tx, source, rows, received, spoke)
        padded = np.append(devices.skew, 0)
        moved = sane + padded[devices.codes]
        for by, until in devices.earlier:
            at = devices.codes
            moved = np.maximum(moved, np.minimum(sane + np.append(by, 0)[at], np.append(until, -_NONE)[at]))
    plausible = said & (np.abs(moved - received) <= YEARS_OFF_MS)
    latest = received + FUTURE_MS
    future = plausible & (moved > latest)
    ts = np.where(plausible, np.minimum(moved, latest), received)
    if future.any():
        codes = devices.codes if devices is not None else _devices(rows)[0]
        _keep_order(ts, codes, client, plausible & np.isin(codes, np.unique(codes[future & (codes >= 0)])))
    return Times(ts, future)


def numbers(column: pa.ChunkedArray) -> Ints:
    """Return whole numbers with 0 where there is none."""
    return column.fill_null(0).combine_chunks().to_numpy(zero_copy_only=False) if column.null_count else column.to_numpy()


def _devices(rows: pa.Table) -> tuple[Ints, pa.Array]:
    present = [rows.column(name) for name in _DEVICES if rows.column(name).null_count < rows.num_rows]
    if not present:
        return np.full(rows.num_rows, -1), pa.array([], pa.string())
    encoded = pc.coalesce(*present).combine_chunks().dictionary_encode()
    return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64), encoded.dictionary


def _keep_order(ts: Ints, codes: Ints, client: Ints, among: Flags) -> None:
    """An event that was pulled back may not fall behind earlier ones of its device: they are pulled back with it."""
    places = np.flatnonzero(among)
    places = places[np.lexsort((places, client[places], codes[places]))]
    ends = np.flatnonzero(np.diff(codes[places])) + 1
    for part in np.split(places, ends):
        ts[part] = np.minimum.accumulate(ts[part][::-1])[::-1]


def _learn(tx: Transaction, source: str, rows: pa.Table, received: Ints, spoke: Flags) -> _Devices:
    """Hold the delays of the batch against those of the week, keep what is new, and say by how much each device is moved."""
    codes, names = _devices(rows)
    count = len(names)
    offset, first, last = np.full(count, _NONE), np.full(count, _NONE), np.zeros(count, np.int64)
    at = np.flatnonzero(codes >= 0)
    np.minimum.at(first, codes[at], received[at])
    np.maximum.at(last, codes[at], received[at])
    at = np.flatnonzero(spoke & (codes >= 0))
    np.minimum.at(offset, codes[at], received[at] - np.clip(numbers(rows.column("sent_ms"))[at], *SANE_MS))
    if not count:
        return _Devices(codes, names, np.zeros(0, np.int64), [])
    day = last // DAY_MS
    dates = pa.array(day.astype(np.int32)).cast(pa.date32())
    tx.stage("stage_clocks", pa.table({"slot": np.arange(count), "device": names, "day": dates}))
    known = tx.query(queries.CLOCKS, {"source": source, "first": pc.min(dates).as_py()})
    slot, known_day = known.column("slot").to_numpy(), known.column("day").cast(pa.int32()).to_numpy().astype(np.int64)
    by, until = known.column("offset_ms").to_numpy(), known.column("until_ms")
    closed = pc.is_valid(until).to_numpy()
    week = np.full(count, _NONE)
    np.minimum.at(week, slot[~closed], by[~closed])
    before, now = _skew(week), _skew(np.minimum(week, offset))
    changed = (week < _NONE) & (now != before)
    # ``intake.moved_until``, for all devices at once.
    ended = np.where(changed, first + np.maximum(before - week, 0), first)
    segments = [(slot[closed], by[closed], numbers(until)[closed])]
    segments.append((np.flatnonzero(changed), before[changed], ended[changed]))
    today = np.full(count, _NONE)
    is_today = ~closed & (known_day == day[slot])
    today[slot[is_today]] = by[is_today]
    _keep(tx, source, names, dates, {"offset": offset, "today": today, "changed": changed, "before": before, "until": ended})
    return _Devices(codes, names, now, _levels(count, *(np.concatenate(parts) for parts in zip(*segments, strict=True))))


def _skew(offset: Ints) -> Ints:
    return np.where((offset < _NONE) & (np.abs(offset) > SKEW_LEAST_MS), offset, 0)


def _levels(count: int, slot: Ints, by: Ints, until: Ints) -> list[tuple[Ints, Ints]]:
    """Lay the earlier moves of all devices into columns by device: as many as the device with the most has."""
    levels: list[tuple[Ints, Ints]] = []
    while len(slot):
        _, here = np.unique(slot, return_index=True)
        moved, ended = np.zeros(count, np.int64), np.full(count, -_NONE)
        moved[slot[here]], ended[slot[here]] = by[here], until[here]
        levels.append((moved, ended))
        slot, by, until = (np.delete(values, here) for values in (slot, by, until))
    return levels


def _keep(tx: Transaction, source: str, names: pa.Array, dates: pa.Array, found: dict[str, NDArray[np.int64]]) -> None:
    """Write down the day's least delay of each device, and the end of what a device was moved by until now."""
    offset, today, changed = found["offset"], found["today"], found["changed"].astype(np.bool_)
    new = (offset < _NONE) & (today == _NONE)
    if new.any():
        youngest = pc.max(dates).as_py()
        last = tx.query(queries.LAST_CLOCK).column("day")[0].as_py()
        if last is not None and youngest > last:
            tx.execute(queries.FORGET_CLOCKS, {"day": youngest})
    within = (np.abs(offset) <= SKEW_LEAST_MS) & (np.abs(today) <= SKEW_LEAST_MS)
    lower = (offset < today) & (today < _NONE) & ~within
    if lower.any():
        at = pa.array(np.flatnonzero(lower))
        tx.stage("stage_lower", pa.table({"device": names.take(at), "day": dates.take(at), "offset_ms": offset[lower]}))
        tx.execute(queries.CLOCK_IS_LOWER, {"source": source})
    for chosen, by, until in ((new, offset, None), (changed, found["before"], found["until"])):
        if not chosen.any():
            continue
        at = pa.array(np.flatnonzero(chosen))
        ended = pa.nulls(len(at), pa.int64()) if until is None else pa.array(until[chosen])
        rows = {"source": pa.repeat(source, len(at)), "device": names.take(at), "day": dates.take(at), "offset_ms": by[chosen], "until_ms": ended}
        tx.append("device_clock", pa.table(rows))
