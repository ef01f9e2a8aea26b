"""Events: what people did, through the one load of events, with trust ``import``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from windsock import identity, tracking
from windsock.imports import queries
from windsock.imports.kind import Load, Loaded, Undone
from windsock.kernel.counted import counted
from windsock.sources import CURRENCY, Form, Target, columns_of
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.warehouse import Transaction

_TEXTS = (
    *("message_id", "anonymous_id", "user_id", "device_id", "channel", "device", "platform", "route", "property", "item_id", "order_ref"),
    *("provider", "outcome", "country", "app_version", "user_agent", "library", "previous_id", "type", "name", "traits", "other_ids", "consent"),
)
TARGETS: dict[str, Target] = {
    "event": Target("text", required=True),
    "at": Target("instant", required=True),
    "received_at": Target("instant"),
    "price": Target("money"),
    "currency": CURRENCY,
    "session_id": Target("long", least=-(2**62), most=2**62),
    "bot": Target("boolean"),
    "internal": Target("boolean"),
    **{name: Target("text", longest=32_000 if name in ("traits", "other_ids") else 500) for name in _TEXTS},
}

FORM = Form("events", "An event", TARGETS)


class Events:
    """What people did; a row without a message id is known by its content and its occurrence in the file."""

    @property
    def form(self) -> Form:
        """The fields."""
        return FORM

    @property
    def columns(self) -> pa.Schema:
        """The columns of mapped rows."""
        return columns_of(FORM)

    def load(self, load: Load) -> Loaded:
        """Load events; those that are stored already are duplicates."""
        again = queries.occurrences(load.tx, load.rows.pieces())
        report = tracking.load_pieces(
            load.tx,
            load.source,
            load.batch_id,
            (_events(piece, again) for piece in load.rows.pieces()),
            load.now_ms,
            plan=tracking.read_plan(load.workspace),
            cleaning=tracking.read_cleaning(load.workspace),
            seal=load.workspace.seal,
        )
        apart = report.quarantined
        counts = {"quarantined": apart, "persons_changed": report.persons_changed}
        notes = (
            (f"{counted(apart, 'event was', 'events were')} kept in quarantine with the reason, to be mended and replayed there.",) if apart else ()
        )
        return Loaded(
            added=report.stored,
            known=report.duplicate,
            counts={name: count for name, count in counts.items() if count},
            flags=dict(report.reasons),
            notes=notes,
        )

    def take_back(self, tx: Transaction, batch: Mapping[str, Any], now_ms: int) -> Undone:
        """Remove the events, their keys, what they put into quarantine and their share of the balance, and the evidence that came with them.

        What stays is how many there were in each quarter of an hour, so that the days that the batch had can still be told.
        """
        params: dict[str, Any] = {"batch": batch["batch_id"], "now": now_ms}
        queries.run(tx, queries.EVENTS_BY_MINUTE, params)
        count = tx.query(statement(queries.COUNT_EVENTS)).to_pylist()[0]
        for step in (queries.BALANCE_BACK, queries.HOURS_DIRTY, queries.QUARTERS_TAKEN, queries.KEYS_OUT, queries.ONCE_OUT):
            queries.run(tx, step, params)
        for step in (queries.EVENTS_OUT, queries.QUARANTINE_OUT):
            queries.run(tx, step, params)
        take_evidence_back(tx, batch, now_ms)
        return Undone(int(count["stored"]) + int(count["quarantined"]))


def take_evidence_back(tx: Transaction, batch: Mapping[str, Any], now_ms: int) -> int:
    """Remove the evidence and the statements about ids that came with a batch, and work out again whom they had joined."""
    params: dict[str, Any] = {"source": batch["source"], "loaded": batch["started_ms"]}
    touched = tx.query(statement(queries.TOUCHED), params).column("did").combine_chunks()
    queries.run(tx, queries.EDGES_OUT, params)
    gone = queries.run(tx, queries.TRAITS_OUT, params)
    if len(touched):
        identity.rebuild_aliases(tx, touched, now_ms)
    return gone


def _events(piece: pa.Table, again: Mapping[int, int]) -> pa.Table:
    """Return rows under the names of the load; where no id came, the row's content and occurrence are one."""
    lines = piece.column("source_line").to_pylist()
    occurrence = pa.array([str(again.get(line, 1)) for line in lines], pa.string())
    named = pc.binary_join_element_wise("row", piece.column("row_id").combine_chunks(), occurrence, ":")
    columns: dict[str, pa.ChunkedArray | pa.Array] = {
        name: piece.column(name) for name in ("event", "price", "currency", "session_id", "bot", "internal", *_TEXTS)
    }
    columns["message_id"] = pc.coalesce(piece.column("message_id").combine_chunks(), named)
    columns["client_ms"] = piece.column("at_ms")
    # The file's own time of receipt; where it has none, an event counts as received when it happened, not when its file came.
    columns["received_ms"] = pc.coalesce(piece.column("received_ms").combine_chunks(), piece.column("at_ms").combine_chunks())
    columns["properties"] = piece.column("attributes")
    return pa.table(columns)


MEMBER = Events()
