"""The one entrance of events: imports, the demo and the inbox's drainer all load through it.

A batch is judged, deduplicated, given its people and appended inside the caller's transaction, so that rows, keys, identities,
quarantine, balance and (for the drainer) the inbox offset commit together or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.catalog import touch_source
from windsock.identity import add_edges, assign_dids, rebuild_aliases
from windsock.kernel.errors import Broken, InvalidInput
from windsock.tracking import queries
from windsock.tracking.model import SANE_MS, LoadReport, Trust, allowed, catalogue, edge_kind
from windsock.warehouse import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from windsock.kernel.seal import Seal
    from windsock.tracking.model.cleaning import Cleaning
    from windsock.tracking.model.plan import Plan
    from windsock.warehouse import Transaction

CHUNK = 250_000
COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("message_id", "anonymous_id", "user_id", "device_id", "event")),
        *((name, pa.int64()) for name in ("client_ms", "sent_ms", "received_ms")),
        *((name, pa.string()) for name in ("channel", "device", "platform", "route", "property", "item_id")),
        ("price", schema.MONEY), ("currency", pa.string()), ("session_id", pa.int64()),
        *((name, pa.string()) for name in ("order_ref", "provider", "outcome", "country", "app_version")),
        ("bot", pa.bool_()), ("internal", pa.bool_()), ("properties", pa.string()),
        *((name, pa.string()) for name in ("type", "name", "previous_id", "traits", "trait_op", "other_ids")),
        ("unbind", pa.bool_()), ("signed", pa.bool_()),
        *((name, pa.string()) for name in ("user_agent", "consent", "library", "context")), ("size", pa.int64()),
    ]
)  # fmt: skip
"""What an event may say; all but ``event`` may be absent or NULL."""

_FIELDS = {
    "missing_event": "event", "bad_event_name": "event", "unknown_event": "event", "untrusted_event": "event", "missing_time": "client_ms",
    "missing_property": "order_ref", "negative_price": "price", "bad_currency": "currency", "bad_properties": "properties", "too_large": "properties",
}  # fmt: skip
_AS_GIVEN = (
    "event", "channel", "device", "platform", "route", "property", "item_id", "price", "currency", "session_id", "order_ref", "provider", "outcome",
    "country", "app_version", "bot", "internal", "client_ms", "properties", "consent", "message_id",
)  # fmt: skip
_WIDE = pa.decimal128(38, 4)


def load_events(  # noqa: PLR0913 - the batch and how far to believe it
    tx: Transaction, source: str, batch_id: str, events: pa.Table, now_ms: int, *,
    trust: Trust = "import", complete_until_ms: int | None = None, resolve: bool = True, plan: Plan | None = None, seal: Seal | None = None,
    replay_minutes: bool = False, cleaning: Cleaning | None = None,
) -> LoadReport:  # fmt: skip
    """Store what is new of a batch.

    Args:
        tx: the transaction of the whole step.
        source: code of the source; part of the dedupe key.
        batch_id: what the rows can be found by again.
        events: columns of ``COLUMNS``; taken in chunks of 250,000 rows.
        now_ms: the moment of the load; stands for ``received_ms`` where that is missing.
        trust: the kind of key the batch came with; ``public`` may not create orders, payments or sure identities.
        complete_until_ms: until when the source is whole; the latest ``received_ms`` when not given.
        resolve: rebuild the persons that new evidence touches; a bulk load may do so once at its end instead.
        plan: the tracking plan in force; without one only the catalogue is known, and nothing is held against it.
        seal: the workspace's; with it card and document numbers are replaced by keyed hashes, and erased ids are recognised.
        replay_minutes: the events come from quarantine: they were counted as received before, and move from quarantined to what
            they become in the minute of their ``received_ms``.
        cleaning: rules that bring values into one form; what they were is kept beside the event.

    Returns:
        The counts, which balance.

    Raises:
        InvalidInput: the table's columns are not those of events.
        Broken: the balance does not hold; the caller's transaction must not commit.
    """
    del plan, seal, replay_minutes, cleaning
    whole = _shaped(events)
    report = LoadReport(0, 0, 0, 0)
    touched: list[pa.Array] = []
    for start in range(0, whole.num_rows, CHUNK):
        part, ids = _load_chunk(tx, source, batch_id, whole.slice(start, CHUNK), now_ms, trust)
        report = report.plus(part)
        touched.append(ids)
    changed = 0
    ids = pa.chunked_array(touched, pa.int64())
    if resolve and len(ids):
        changed = rebuild_aliases(tx, pc.unique(ids), now_ms)
    latest = pc.max(whole.column("received_ms")).as_py()
    until = complete_until_ms if complete_until_ms is not None else min(latest if latest is not None else now_ms, now_ms)
    touch_source(tx, source, "events", "", until if report.received else None, payment_known=None, now_ms=now_ms)
    return report.plus(LoadReport(0, 0, 0, 0, persons_changed=changed))


def _shaped(events: pa.Table) -> pa.Table:
    """Return the batch with every column of an event, in its type."""
    unknown = [name for name in events.column_names if name not in COLUMNS.names]
    if unknown or "event" not in events.column_names:
        wrong = unknown[0] if unknown else "event"
        what = f"'{wrong}' is no column of events." if unknown else "The batch has no column 'event'."
        raise InvalidInput(what, where=wrong, fix=f"Columns: {', '.join(COLUMNS.names)}.")
    columns: list[pa.ChunkedArray | pa.Array] = []
    for field in COLUMNS:
        given = events.column(field.name) if field.name in events.column_names else pa.nulls(events.num_rows, field.type)
        try:
            exact = given.cast(_WIDE) if field.name == "price" and pa.types.is_integer(given.type) else given
            columns.append(exact.cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
            raise InvalidInput(f"Column '{field.name}' can't be read as {field.type}.", where=field.name, fix=str(error)[:200]) from error
    return pa.table(columns, schema=COLUMNS)


def _load_chunk(tx: Transaction, source: str, batch_id: str, given: pa.Table, now_ms: int, trust: Trust) -> tuple[LoadReport, pa.Array]:
    """Judge, store and count one chunk; returns its report and the ids that new evidence touches."""
    rows = _staged(given, now_ms)
    verdict = _judge(tx, source, rows, trust)
    fresh = verdict.column("fresh").to_numpy()
    stored = rows.take(pa.array(np.flatnonzero(fresh)))
    kept = verdict.filter(verdict.column("fresh"))
    touched = pa.array([], pa.int64())
    if stored.num_rows:
        dids, edges = _people(tx, source, stored, kept.column("ts_ms"), now_ms, trust)
        tx.append("event", _event_rows(stored, kept, dids, {"source": source, "batch_id": batch_id, "trust": trust}, now_ms))
        tx.append("event_key", kept.select(["key_day", "key_hi", "key_lo"]).rename_columns(["dt", "key_hi", "key_lo"]))
        touched = add_edges(tx, edges, now_ms) if edges.num_rows else touched
    apart = 0
    if verdict.column("reason").null_count < verdict.num_rows:
        apart = tx.execute(queries.KEEP_APART, {"source": source, "batch": batch_id})
    report = _count(tx, source, verdict, stored.num_rows, apart)
    return report, touched


def _staged(given: pa.Table, now_ms: int) -> pa.Table:
    """Add the row number, whether no clock spoke, and the collector's time where it is missing or absurd."""
    received = given.column("received_ms")
    silent = pc.and_(pc.is_null(received), pc.is_null(given.column("client_ms")))
    at = given.column_names.index("received_ms")
    first, last = (pa.scalar(bound, pa.int64()) for bound in SANE_MS)
    sane = pc.fill_null(pc.and_(pc.greater_equal(received, first), pc.less_equal(received, last)), fill_value=False)
    rows = given.set_column(at, "received_ms", pc.if_else(sane, received, pa.scalar(now_ms, pa.int64())))
    return rows.append_column("rn", pa.array(np.arange(rows.num_rows))).append_column("no_time", silent)


def _judge(tx: Transaction, source: str, rows: pa.Table, trust: Trust) -> pa.Table:
    """Return one row per event, in order: key, reason, time, whether it is new."""
    kinds = list(catalogue().values())
    tx.stage(
        "stage_kinds",
        pa.table(
            {
                "event": [kind.name for kind in kinds],
                "believed": [allowed(trust, kind.name) for kind in kinds],
                "needs_order": ["order_ref" in kind.needs for kind in kinds],
            }
        ),
    )
    tx.stage("stage_fields", pa.table({"reason": list(_FIELDS), "field": list(_FIELDS.values())}))
    tx.stage("stage_events", rows)
    tx.stage("stage_skew", tx.query(queries.WHICH_CLOCKS_ARE_OFF))
    verdict = tx.query(queries.WHAT_BECOMES_OF_EACH, {**queries.BOUNDS, "source": source})
    tx.stage("stage_verdict", verdict)
    return verdict


def _people(tx: Transaction, source: str, stored: pa.Table, ts_ms: pa.ChunkedArray, now_ms: int, trust: Trust) -> tuple[pa.Array, pa.Table]:
    """Return the did of each event (visitor first, then member, then device) and the evidence that a visitor is a member."""
    visitor = assign_dids(tx, "anon", stored.column("anonymous_id"), ts_ms, now_ms)
    member = assign_dids(tx, "login", stored.column("user_id"), ts_ms, now_ms)
    dids = pc.coalesce(visitor, member)
    if dids.null_count and stored.column("device_id").null_count < stored.num_rows:
        lost = pc.is_null(dids)
        device = pc.if_else(lost, stored.column("device_id").combine_chunks(), pa.scalar(None, pa.string()))
        dids = pc.coalesce(dids, assign_dids(tx, "device", device, ts_ms, now_ms))
    robot = pc.fill_null(stored.column("bot").combine_chunks(), fill_value=False)
    sure = pc.and_(pc.and_(pc.is_valid(visitor), pc.is_valid(member)), pc.invert(robot))
    pairs = pa.table({"did_a": visitor, "did_b": member, "evidence_ms": ts_ms}).filter(sure)
    pairs = pairs.group_by(["did_a", "did_b"]).aggregate([("evidence_ms", "min")]).rename_columns(["did_a", "did_b", "evidence_ms"])
    words = {"kind": pa.repeat(edge_kind(trust), pairs.num_rows), "source": pa.repeat(source, pairs.num_rows)}
    for name, column in words.items():
        pairs = pairs.append_column(name, column)
    return dids, pairs


def _event_rows(stored: pa.Table, kept: pa.Table, dids: pa.Array, words: Mapping[str, str], now_ms: int) -> pa.Table:
    count = stored.num_rows
    columns = {name: stored.column(name) for name in _AS_GIVEN}
    for mark in ("bot", "internal"):
        columns[mark] = pc.fill_null(columns[mark], fill_value=False)
    columns |= {name: kept.column(name) for name in ("ts_ms", "dt", "received_ms", "key_hi", "key_lo")}
    columns |= {"did": dids, **{name: pa.repeat(word, count) for name, word in words.items()}}
    columns |= {name: pa.nulls(count, kind) for name, kind in (("flags", pa.string()), ("uncleaned", pa.string()), ("analytics_ok", pa.bool_()))}
    columns["known_from_ms"] = pa.repeat(pa.scalar(now_ms, pa.int64()), count)
    wanted = schema.BY_NAME["event"].arrow()
    return pa.table({name: columns[name] for name in wanted.names}).cast(wanted)


def _count(tx: Transaction, source: str, verdict: pa.Table, stored: int, apart: int) -> LoadReport:
    """Add the chunk to the balance of its minutes and prove that it holds.

    Raises:
        Broken: received <> stored + duplicate + quarantined.
    """
    minutes = tx.query(queries.COUNT_MINUTES)
    tx.stage("stage_minutes", minutes)
    tx.execute(queries.ADD_TO_MINUTES, {"source": source})
    tx.execute(queries.NEW_MINUTES, {"source": source})
    sums = {name: int(pc.sum(minutes.column(name)).as_py() or 0) for name in ("received", "stored", "duplicate", "quarantined")}
    off = tx.query(queries.MINUTES_OUT_OF_BALANCE, {"source": source})
    if off.num_rows or (sums["received"], sums["stored"], sums["quarantined"]) != (verdict.num_rows, stored, apart):
        raise Broken("The balance of received events does not hold.", where=f"{source}: {sums}, stored {stored}, kept apart {apart}")
    counted = verdict.column("reason").drop_null().value_counts().to_pylist()
    times: NDArray[np.int64] = verdict.filter(verdict.column("fresh")).column("ts_ms").to_numpy()
    return LoadReport(
        **sums,
        reasons={str(entry["values"]): int(entry["counts"]) for entry in counted},
        first_ms=int(times.min()) if len(times) else None,
        last_ms=int(times.max()) if len(times) else None,
    )
