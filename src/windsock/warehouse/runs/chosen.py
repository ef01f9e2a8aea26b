"""Of all entries those that are counted, as rows that a statement can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from windsock.warehouse.runs.model import DAY_MS, Count, Cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windsock.warehouse.runs.keys import Ints
    from windsock.warehouse.runs.plainly import Entries

_LATE = np.iinfo(np.int64).max


def local_days(t_ms: Ints, offsets: Sequence[tuple[int, int]]) -> Ints:
    """Return the civil days of instants, as days since 1970; see ``metrics.local_day_sql``."""
    if len(offsets) == 1:
        return (t_ms + offsets[0][1]) // DAY_MS
    place = np.searchsorted(np.array([at for at, _ in offsets[1:]]), t_ms, side="right")
    return (t_ms + np.array([offset for _, offset in offsets])[place]) // DAY_MS


def choose(found: Entries, count: Count, bucket: Ints | None, bits: int) -> Ints:
    """Return the places of the entries that are counted.

    Of a person's entries in a bucket the deepest counts, of those the one that ends first, of those the one that starts last; or the first one.

    Args:
        found: entries in the order of people and starts.
        count: what is counted.
        bucket: the bucket of each start; None: all are in one.
        bits: how many bits of an instant the ms take.
    """
    starts = found.times[0]
    every = np.arange(len(starts))
    if count == "entries" or not len(starts):
        return every
    person = starts >> bits
    new = np.concatenate(([True], person[1:] != person[:-1]))
    if bucket is not None:
        new[1:] |= bucket[1:] != bucket[:-1]
    first = np.flatnonzero(new)
    if count == "first":
        return first
    sizes = np.diff(np.append(first, len(starts)))
    best = found.deep == np.repeat(np.maximum.reduceat(found.deep, first), sizes)
    end = np.where(best, found.times[found.deep, every], _LATE)
    best &= end == np.repeat(np.minimum.reduceat(end, first), sizes)
    return np.maximum.reduceat(np.where(best, every, -1), first)


def buckets_of(starts_ms: Ints, cut: Cut, offsets: Sequence[tuple[int, int]]) -> Ints | None:
    """Return the first civil day of each start's bucket, or None where there are no buckets."""
    if cut.buckets is None:
        return None
    return np.array(cut.buckets, np.int64)[local_days(starts_ms, offsets) - cut.first]


def rows(found: Entries, bucket: Ints | None, place: tuple[int, int, int]) -> pa.Table:
    """Return entries as rows: ``person``, ``bucket``, ``mask``, ``deep``, ``t0``, ``end``, ``h``, ``t1`` ... and ``v``.

    Args:
        found: the entries.
        bucket: their buckets.
        place: how many bits of an instant the ms take, what they are counted from, and what people are counted from.
    """
    bits, low_ms, person = place
    size = len(found.deep)
    times = [_times(found.times[step], bits, low_ms, found.deep < step) for step in range(len(found.times))]
    nothing = pa.nulls(size, pa.string())
    named = {
        "person": pa.array((found.times[0] >> bits) + person), "bucket": pa.nulls(size, pa.date32()) if bucket is None else _dates(bucket),
        "mask": pa.array((np.int64(2) << found.deep) - 1), "deep": pa.array(found.deep), "t0": times[0],
        "end": _times(found.times[found.deep, np.arange(size)], bits, low_ms, None), "h": nothing,
    }  # fmt: skip
    return pa.table({**named, **{f"t{step}": column for step, column in enumerate(times) if step}, "v": nothing})


def _times(instants: Ints, bits: int, low_ms: int, missing: object) -> pa.Array:
    return pa.array((instants & (1 << bits) - 1) + low_ms, mask=missing)


def _dates(days: Ints) -> pa.Array:
    return pa.array(days.astype(np.int32)).cast(pa.date32())
