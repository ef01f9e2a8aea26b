"""Give events their people: ids their numbers, and what events say of two ids or of one person its place in the ledger.

What a public key says is a claim; it joins nobody unless a server says the same or the id is signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.identity import add_edges, add_traits, assign_dids, assign_together, laid_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from windsock.identity import Ids
    from windsock.tracking.chunk import Step
    from windsock.tracking.told import Told

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_MAIN = (("anon", "anonymous_id"), ("login", "user_id"))
CLAIM, UNBOUND = "claim", "unbound"
_KINDS = {"anon": "login", "customer": "member"}
"""Kind of evidence of a namespace where it isn't the namespace's own name."""


@dataclass(frozen=True)
class _Edges:
    """Evidence under way."""

    a: list[Ints]
    b: list[Ints]
    ms: list[Ints]
    kind: list[pa.Array]

    def add(self, a: Ints, b: Ints, ms: Ints, kind: tuple[NDArray[np.int8], list[str]], among: Flags) -> None:
        """Add what some of the events say of two ids; ``kind`` is a place among words, by event."""
        chosen = np.flatnonzero(among & (a > 0) & (b > 0) & (a != b))
        if len(chosen):
            self.a.append(a[chosen])
            self.b.append(b[chosen])
            self.ms.append(ms[chosen])
            self.kind.append(pa.array(kind[1], pa.string()).take(pa.array(kind[0][chosen])))


def recognise(step: Step, stored: pa.Table, ts_ms: Ints, bot: Flags, told: Told, laid: Mapping[str, Ids]) -> tuple[pa.Array, pa.Array]:
    """Return the did of each event (visitor first, then member, device, any other id), and the ids that new evidence touches.

    Args:
        step: the load.
        stored: the new events.
        ts_ms: when each happened.
        bot: which of them robots did: their ids are known, but what they say counts for nothing.
        told: other ids and traits of the new events.
        laid: what ``lay_out`` gave for these events; nothing, or not all, where it was not asked.
    """
    visitor, member = _main_dids(step, stored, ts_ms, laid)
    did = np.where(visitor > 0, visitor, member)
    if stored.column("device_id").null_count < stored.num_rows and not did.all():
        lost = pc.if_else(pa.array(did == 0), stored.column("device_id").combine_chunks(), pa.scalar(None, pa.string()))
        did = np.where(did > 0, did, _dids(step, "device", lost, ts_ms))
    others = _others(step, told, ts_ms)
    for place, other in zip(told.rows, others.tolist(), strict=True):
        if did[place] == 0:
            did[place] = other
    edges = _edges(step, stored, (visitor, member, did), ts_ms, bot, (told, others))
    touched = pa.array([], pa.int64())
    if edges is not None:
        touched = add_edges(step.tx, edges, step.now_ms)
    if told.trait_rows:
        whose = np.where(member > 0, member, did)
        _traits(step, told, whose, ts_ms, bot)
    return pa.array(did) if did.all() else pa.array(did, mask=did == 0), touched


def lay_out(rows: pa.Table) -> dict[str, Ids]:
    """Return the main ids of events as identity needs them; may be done beside the load."""
    return {name: laid_out(space, rows.column(name)) for space, name in _MAIN if rows.column(name).null_count < rows.num_rows}


def _main_dids(step: Step, stored: pa.Table, ts_ms: Ints, laid: Mapping[str, Ids]) -> list[Ints]:
    """Return the dids of the visitors and of the members; 0 where there is none."""
    times = pa.array(ts_ms)
    found = [np.zeros(len(ts_ms), np.int64), np.zeros(len(ts_ms), np.int64)]
    asked = [(space, laid.get(name, stored.column(name)), times) for space, name in _MAIN]
    there = [place for place, (_, name) in enumerate(_MAIN) if stored.column(name).null_count < stored.num_rows]
    for place, dids in zip(there, assign_together(step.tx, [asked[place] for place in there], step.now_ms), strict=True):
        found[place] = dids.fill_null(0).to_numpy(zero_copy_only=False)
    return found


def _dids(step: Step, namespace: str, ids: pa.ChunkedArray | pa.Array, ts_ms: Ints) -> Ints:
    if ids.null_count == len(ids):
        return np.zeros(len(ids), np.int64)
    return assign_dids(step.tx, namespace, ids, pa.array(ts_ms), step.now_ms).fill_null(0).to_numpy(zero_copy_only=False)


def _others(step: Step, told: Told, ts_ms: Ints) -> Ints:
    """Return the dids of the other ids, in the order in which they were told; 0 where one is not usable."""
    found = np.zeros(len(told.rows), np.int64)
    rows, spaces = np.array(told.rows, np.int64), np.array(told.namespaces)
    for namespace in dict.fromkeys(told.namespaces):
        at = np.flatnonzero(spaces == namespace)
        ids = pa.array([told.ids[place] for place in at.tolist()], pa.string())
        found[at] = _dids(step, namespace, ids, ts_ms[rows[at]])
    return found


def _edges(step: Step, stored: pa.Table, dids: tuple[Ints, Ints, Ints], ts_ms: Ints, bot: Flags, told: tuple[Told, Ints]) -> pa.Table | None:
    """Return what the events say of two ids being one person's, or None when they say nothing."""
    visitor, member, did = dids
    person, public = ~bot, step.trust == "public"
    signed, unbind = (_true(stored.column(name)) for name in ("signed", "unbind"))
    if public:
        # A browser's word can't take evidence back.
        person &= ~unbind
        unbind = np.zeros(len(unbind), np.bool_)
    found = _Edges([], [], [], [])
    sure = np.where(signed, 0, 1) if public else np.zeros(len(signed), np.int64)
    kinds = np.where(unbind, 2, sure).astype(np.int8), ["login", CLAIM, UNBOUND]
    found.add(visitor, member, ts_ms, kinds, person)
    if stored.column("previous_id").null_count < stored.num_rows:
        former = _dids(step, "anon", stored.column("previous_id"), ts_ms)
        found.add(former, np.where(member > 0, member, did), ts_ms, kinds, person)
    said, others = told
    if said.rows:
        rows = np.array(said.rows, np.int64)
        words = list(dict.fromkeys(CLAIM if public else _KINDS.get(namespace, namespace) for namespace in said.namespaces))
        own = np.array([words.index(CLAIM if public else _KINDS.get(namespace, namespace)) for namespace in said.namespaces])
        kinds = np.where(unbind[rows], len(words), own).astype(np.int8), [*words, UNBOUND]
        found.add(np.where(member > 0, member, did)[rows], others, ts_ms[rows], kinds, person[rows])
    if not found.a:
        return None
    columns = {"did_a": np.concatenate(found.a), "did_b": np.concatenate(found.b), "evidence_ms": np.concatenate(found.ms)}
    count = len(columns["did_a"])
    return pa.table({**columns, "kind": pa.chunked_array(found.kind), "source": pa.repeat(step.source, count)})


def _true(column: pa.ChunkedArray) -> Flags:
    if column.null_count == len(column):
        return np.zeros(len(column), np.bool_)
    return pc.fill_null(column, fill_value=False).to_numpy()


def _traits(step: Step, told: Told, whose: Ints, ts_ms: Ints, bot: Flags) -> None:
    rows = np.array(told.trait_rows, np.int64)
    by_people = np.flatnonzero(~bot[rows] & (whose[rows] > 0))
    columns = {
        "did": pa.array(whose[rows]), "name": pa.array(told.names, pa.string()), "value": pa.array(told.values, pa.string()),
        "source": pa.repeat(step.source, len(rows)), "trust": pa.repeat(step.trust, len(rows)), "at_ms": pa.array(ts_ms[rows]),
        "op": pa.array(told.ops, pa.string()),
    }  # fmt: skip
    add_traits(step.tx, pa.table(columns).take(pa.array(by_people)), step.now_ms)
