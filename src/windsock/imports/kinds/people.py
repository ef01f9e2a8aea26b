"""People: their ids, the evidence that these are one person, and what is said of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from windsock import identity
from windsock.imports import queries
from windsock.imports.kind import Load, Loaded, Undone
from windsock.imports.kinds.events import take_evidence_back
from windsock.sources import Form, Rejection, Target, columns_of

if TYPE_CHECKING:
    from windsock.warehouse import Transaction

NAMESPACES = {
    "user_id": "login",
    "member_no": "member",
    "customer": "customer",
    "document": "document",
    "email": "email",
    "phone": "phone",
    "unionid": "unionid",
    "openid": "openid",
    "device_id": "device",
    "anonymous_id": "anon",
}
"""Fields that are ids, the surest first: the first that a row has stands for it, and the others are tied to it."""
_KINDS = {"anon": "login", "customer": "order"}
_TRAITS = ("name", "first_name", "last_name", "gender", "city", "country", "language", "tier", "company")
TARGETS: dict[str, Target] = {
    **{name: Target("text") for name in NAMESPACES},
    **{name: Target("text") for name in _TRAITS},
    "birth_date": Target("date"),
    "registered_at": Target("instant"),
    "at": Target("instant"),
}
REJECTED_MOST = 1_000

FORM = Form("people", "A person", TARGETS)


class People:
    """Who they are; further attributes of a mapping are said of the person too."""

    @property
    def form(self) -> Form:
        """The fields."""
        return FORM

    @property
    def columns(self) -> pa.Schema:
        """The columns of mapped rows."""
        return columns_of(FORM)

    def load(self, load: Load) -> Loaded:
        """Load ids, evidence and what is said; what is known already is not written again."""
        rejected = edges = said = 0
        rejections: list[Rejection] = []
        touched: list[pa.Array] = []
        everyone: list[pa.Array] = []
        for piece in load.rows.pieces():
            dids, ties = _ids(load, piece)
            evidence = identity.add_edges(load.tx, ties, load.now_ms) if ties.num_rows else pa.array([], pa.int64())
            said += identity.add_traits(load.tx, queries.not_said_yet(load.tx, _traits(load, piece, dids), load.source, load.now_ms), load.now_ms)
            lines = piece.column("source_line").filter(pc.is_null(dids)).to_pylist()
            rejections += [Rejection(line, "", "no id in this row can be used", "", "") for line in lines[: REJECTED_MOST - len(rejections)]]
            rejected, edges = rejected + len(lines), edges + len(evidence)
            touched.append(evidence)
            everyone.append(dids)
        ids = pa.chunked_array(touched, pa.int64())
        changed = identity.rebuild_aliases(load.tx, pc.unique(ids), load.now_ms) if len(ids) else 0
        found = queries.people_of(load.tx, pa.chunked_array(everyone, pa.int64()), load.source, load.now_ms)
        counts = {"ids_tied": edges, "statements": said, "persons_changed": changed}
        return Loaded(
            added=found["added"],
            changed=found["changed"],
            known=found["people"] - found["added"] - found["changed"],
            repeated=found["rows"] - found["people"],
            rejections=tuple(rejections),
            rejected=rejected,
            counts={name: count for name, count in counts.items() if count},
        )

    def take_back(self, tx: Transaction, batch: Mapping[str, Any], now_ms: int) -> Undone:
        """Remove the evidence and what was said; the ids themselves stay known."""
        return Undone(take_evidence_back(tx, batch, now_ms))


def _ids(load: Load, piece: pa.Table) -> tuple[pa.Array, pa.Table]:
    """Return (the id that stands for each row, evidence that a row's other ids are the same person)."""
    seen = pc.coalesce(piece.column("at_ms").combine_chunks(), piece.column("registered_ms").combine_chunks(), pa.scalar(load.now_ms, pa.int64()))
    found: dict[str, pa.Array] = {}
    for name, namespace in NAMESPACES.items():
        column = piece.column(name)
        if column.null_count < piece.num_rows:
            found[namespace] = identity.assign_dids(load.tx, namespace, column, seen, load.now_ms)
    if not found:
        return pa.nulls(piece.num_rows, pa.int64()), pa.table({})
    main = pc.coalesce(*found.values())
    parts: list[pa.Table] = []
    for namespace, dids in found.items():
        pairs = pa.table({"did_a": main, "did_b": dids, "evidence_ms": seen})
        pairs = pairs.filter(pc.fill_null(pc.not_equal(main, dids), fill_value=False))
        kind = pa.repeat(_KINDS.get(namespace, namespace), pairs.num_rows)
        parts.append(pairs.append_column("kind", kind).append_column("source", pa.repeat(load.source, pairs.num_rows)))
    return main, pa.concat_tables(parts)


def _traits(load: Load, piece: pa.Table, dids: pa.Array) -> pa.Table:
    """Return one row for each thing that is said of each row's person; ``at_ms`` is NULL where the row says no time."""
    at = piece.column("at_ms").combine_chunks()
    said: list[pa.Table] = []
    for name in (*_TRAITS, "birth_date", "email", "phone"):
        column = piece.column(name)
        if column.null_count < piece.num_rows:
            said.append(_said(name, column.cast(pa.string()), dids, at))
    registered = piece.column("registered_ms")
    if registered.null_count < piece.num_rows:
        said.append(_said("registered_at", pc.cast(pc.cast(registered, pa.timestamp("ms", "UTC")), pa.string()), dids, at))
    attributes = piece.column("attributes")
    if attributes.null_count < piece.num_rows:
        said += _attributes(attributes.to_pylist(), dids, at)
    words = [("name", pa.string()), ("value", pa.string()), ("did", pa.int64()), ("at_ms", pa.int64())]
    whole = pa.concat_tables(said) if said else pa.schema(words).empty_table()
    return whole.append_column("source", pa.repeat(load.source, whole.num_rows)).append_column("trust", pa.repeat("import", whole.num_rows))


def _said(name: str, values: pa.ChunkedArray, dids: pa.Array, at: pa.Array) -> pa.Table:
    table = pa.table({"name": pa.repeat(name, len(dids)), "value": values.combine_chunks(), "did": dids, "at_ms": at})
    return table.filter(pc.and_(pc.is_valid(table.column("value")), pc.is_valid(table.column("did"))))


def _attributes(texts: list[str | None], dids: pa.Array, at: pa.Array) -> list[pa.Table]:
    columns: dict[str, list[str | None]] = {}
    for place, text in enumerate(texts):
        body: dict[str, Any] = json.loads(text) if text else {}
        for name, value in body.items():
            if value is not None:
                column = columns.setdefault(name, [None] * len(texts))
                column[place] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return [_said(name, pa.chunked_array([pa.array(values, pa.string())]), dids, at) for name, values in columns.items()]


MEMBER = People()
