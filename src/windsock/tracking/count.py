"""Count what became of a chunk: the balance of its minutes, and the hours that it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from windsock.kernel.errors import Broken
from windsock.tracking.coded import places
from windsock.tracking.model import REASONS, LoadReport
from windsock.tracking.model.intake import DAY_MS, HOUR_MS
from windsock.tracking.queries import load as queries
from windsock.warehouse import schema

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from windsock.tracking.chunk import Chunk, Step
    from windsock.tracking.judge import Verdict

_MINUTE_MS = 60_000


def count(step: Step, chunk: Chunk, verdict: Verdict, stored: int, apart: int) -> LoadReport:
    """Add the chunk to the balance of its minutes and prove that it holds.

    Events that come back from quarantine were counted when they were received: they only move, within their minute.

    Raises:
        Broken: received <> stored + duplicate + quarantined.
    """
    refused = verdict.reason != 0
    fates = {"stored": verdict.fresh, "quarantined": refused, "duplicate": ~verdict.fresh & ~refused}
    numbers, place = places(chunk.received // _MINUTE_MS)
    minutes = numbers * _MINUTE_MS
    sums = {name: np.bincount(place if which.all() else place[which], minlength=len(minutes)) for name, which in fates.items()}
    whole = sum(sums.values())
    balance = {**sums, "received": whole}
    if step.replay:
        balance |= {"received": np.zeros(len(minutes), np.int64), "quarantined": -(sums["stored"] + sums["duplicate"])}
    step.tx.stage("stage_minutes", pa.table({"minute_ms": minutes, **balance}))
    step.tx.execute(queries.ADD_TO_MINUTES, {"source": step.source})
    step.tx.execute(queries.NEW_MINUTES, {"source": step.source})
    totals = {name: int(counts.sum()) for name, counts in sums.items()}
    off = step.tx.query(queries.MINUTES_OUT_OF_BALANCE, {"source": step.source})
    if off.num_rows or (totals["stored"], totals["quarantined"]) != (stored, apart):
        raise Broken("The balance of received events does not hold.", where=f"{step.source}: {totals}, stored {stored}, kept apart {apart}")
    times = verdict.times.ts_ms if verdict.fresh.all() else verdict.times.ts_ms[verdict.fresh]
    by_reason = np.bincount(verdict.reason, minlength=len(REASONS) + 1)
    return LoadReport(
        chunk.count, totals["stored"], totals["duplicate"], totals["quarantined"],
        {reason: int(by_reason[code]) for code, reason in enumerate(REASONS, 1) if by_reason[code]},
        int(times.min()) if len(times) else None, int(times.max()) if len(times) else None,
    )  # fmt: skip


def mark_hours(step: Step, ts_ms: NDArray[np.int64], late: NDArray[np.bool_] | None) -> None:
    """Note the hours of events that the load changed, with how many events came and how many of them late."""
    numbers, place = places(ts_ms // HOUR_MS)
    hours = numbers * HOUR_MS
    events = np.bincount(place, minlength=len(hours))
    lates = np.zeros(len(hours), np.int64) if late is None else np.bincount(place[late], minlength=len(hours))
    rows = {
        "dt": pa.array((hours // DAY_MS).astype(np.int32)).cast(pa.date32()), "hour_ms": pa.array(hours),
        "source": pa.repeat(step.source, len(hours)), "events": pa.array(events), "late": pa.array(lates),
        "known_from_ms": pa.repeat(pa.scalar(step.now_ms, pa.int64()), len(hours)),
    }  # fmt: skip
    step.tx.append("dirty_hour", pa.table(rows).select(schema.BY_NAME["dirty_hour"].names))
