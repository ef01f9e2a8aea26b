"""The part of the ledger that decides about some ids, as arrays: found by walking from them, not by reading everything.

The walk goes along evidence that may count, and stops at ids that join nobody: what lies behind a kiosk or an agency's mailbox has no
bearing on who is before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from windsock.identity import queries
from windsock.identity.arrays import both, distinct, within
from windsock.identity.model import ACCEPTED, DECISIONS, NAMESPACES, REJECTED, UNBOUND, Edge, Policy, counting_from, decided

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from windsock.warehouse import Transaction

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

CODES = {namespace: code for code, namespace in enumerate(NAMESPACES)}
_EDGE_COLUMNS = ("edge_id", "did_a", "did_b")


@dataclass(frozen=True)
class Graph:
    """Ids and the evidence among them that may count.

    Attributes:
        dids: sorted, each once.
        namespace: code of each id's namespace (``CODES``).
        a: place in ``dids`` of each edge's smaller id.
        b: place of its other id.
        edge_ids: the edges; none between two ids that somebody keeps apart or that a server unbound since.
        accepted: which edges a person accepted.
        aloof: which ids are shared or blocked, so that only a person's decision joins them.
    """

    dids: Ints
    namespace: Ints
    a: Ints
    b: Ints
    edge_ids: Ints
    accepted: Flags
    aloof: Flags


@dataclass(frozen=True)
class _Edges:
    ids: Ints
    a: Ints
    b: Ints
    accepted: Flags


@dataclass(frozen=True)
class _Spoken:
    """Edges that were taken back, and the pairs that people keep apart: as a set and as rows."""

    dead: Ints
    apart: frozenset[tuple[int, int]]
    ends: Ints


def whole_graph(tx: Transaction, policy: Policy) -> Graph:
    """Return everything: all evidence that may count, and all ids that ever had a person."""
    edges = _live(_edges(tx.query(queries.EVERY_EDGE), policy, once=True), _spoken(tx))
    known = tx.query(queries.EVER_JOINED).column("did").to_numpy()
    dids = distinct(np.concatenate([edges.a, edges.b, known]))
    namespace = namespaces_of(tx, dids)
    place = np.zeros(int(dids[-1]) + 1 if len(dids) else 0, np.int64)
    place[dids] = np.arange(len(dids))
    a, b = place[edges.a], place[edges.b]
    aloof = _shared(len(dids), a, b, namespace, policy) | _blocked(tx, dids, policy)
    return Graph(dids, namespace, a, b, edges.ids, edges.accepted, aloof)


def graph_around(tx: Transaction, touched: Ints, policy: Policy) -> Graph:
    """Return what decides about ids whose evidence changed."""
    touched = distinct(touched.astype(np.int64))
    spoken = _spoken(tx)
    none = np.empty(0, np.int64)
    found = _Edges(none, none, none, np.empty(0, np.bool_))
    reached, aloof, frontier = touched, np.empty(0, np.int64), touched
    while len(frontier):
        tx.stage("stage_dids", pa.table({"slot": np.arange(len(frontier)), "did": frontier}))
        near = _live(_edges(tx.query(queries.EDGES_AT), policy, once=False), spoken)
        stop = _aloof_among(tx, frontier, near, policy)
        aloof = both(aloof, stop)
        barred = stop[~within(stop, _joined(tx, stop[within(stop, touched)]))]
        passable = near.accepted | ~(within(near.a, barred) | within(near.b, barred))
        # An edge at a barred id still stands between it and the id from which it was reached; it can't count and may be left out.
        found = _merged(found, _take(near, passable))
        ends = both(near.a[passable], near.b[passable])
        frontier = ends[~within(ends, reached)]
        reached = both(reached, frontier)
    namespace = namespaces_of(tx, reached)
    a, b = np.searchsorted(reached, found.a), np.searchsorted(reached, found.b)
    return Graph(reached, namespace, a, b, found.ids, found.accepted, within(reached, aloof))


def namespaces_of(tx: Transaction, dids: Ints) -> Ints:
    """Return the code of each id's namespace, -1 where there is no such id."""
    tx.stage("stage_dids", pa.table({"slot": np.arange(len(dids)), "did": dids}))
    found = tx.query(queries.NAMESPACES_OF)
    encoded = found.column("namespace").combine_chunks().dictionary_encode()
    codes = np.array([CODES.get(name, -1) for name in encoded.dictionary.to_pylist()], np.int64)
    namespace = np.full(len(dids), -1, np.int64)
    if found.num_rows:
        namespace[found.column("slot").to_numpy()] = codes[encoded.indices.to_numpy()]
    return namespace


def as_edges(rows: Iterable[dict[str, object]]) -> list[Edge]:
    """Return rows of the ledger as edges."""
    wanted = ("edge_id", "did_a", "did_b", "kind", "evidence_ms", "source", "accepted_by", "tie", "last_ms")
    return [Edge(**{name: row[name] for name in wanted if name in row}) for row in rows]  # type: ignore[arg-type] - the table's types


def _edges(rows: pa.Table, policy: Policy, *, once: bool) -> _Edges:
    """Return the evidence that may count under a policy, each edge once (``once``: it comes so)."""
    ids, a, b = (rows.column(name).to_numpy() for name in _EDGE_COLUMNS)
    kind = rows.column("kind").combine_chunks().dictionary_encode()
    names: list[str] = kind.dictionary.to_pylist()
    codes = kind.indices.to_numpy()
    joins, accepted = (
        np.array(flags, np.bool_)[codes] for flags in ([policy.kinds[name].joins for name in names], [name == ACCEPTED for name in names])
    )
    edges = _take(_Edges(ids, a, b, accepted), joins)
    return edges if once else _take(edges, np.unique(edges.ids, return_index=True)[1])


def _take(edges: _Edges, wanted: Flags | Ints) -> _Edges:
    return _Edges(edges.ids[wanted], edges.a[wanted], edges.b[wanted], edges.accepted[wanted])


def _merged(one: _Edges, other: _Edges) -> _Edges:
    ids = np.concatenate([one.ids, other.ids])
    whole = _Edges(ids, np.concatenate([one.a, other.a]), np.concatenate([one.b, other.b]), np.concatenate([one.accepted, other.accepted]))
    return _take(whole, np.unique(ids, return_index=True)[1])


def _spoken(tx: Transaction) -> _Spoken:
    """Return what people decided and servers took back."""
    said = as_edges(tx.query(queries.DECISIONS_TAKEN).to_pylist())
    dead = [edge_id for edge_id, from_ms in counting_from(said).items() if from_ms is None]
    apart = [pair for pair, decision in decided(said).items() if decision == REJECTED]
    return _Spoken(distinct(np.array(dead, np.int64)), frozenset(apart), np.array(apart, np.int64).reshape(-1, 2))


def _live(edges: _Edges, spoken: _Spoken) -> _Edges:
    """Leave out evidence between ids that somebody keeps apart or that a server unbound since."""
    gone = within(edges.ids, spoken.dead)
    if spoken.apart:
        near = np.flatnonzero(within(edges.a, distinct(spoken.ends[:, 0])) & within(edges.b, distinct(spoken.ends[:, 1])))
        ends = zip(edges.a[near].tolist(), edges.b[near].tolist(), strict=True)
        gone[near] |= np.fromiter((pair in spoken.apart for pair in ends), np.bool_, len(near))
    return _take(edges, ~gone)


def _aloof_among(tx: Transaction, frontier: Ints, near: _Edges, policy: Policy) -> Ints:
    """Return the ids of the frontier that are shared or blocked; all their evidence is at hand."""
    here, there = np.concatenate([near.a, near.b]), np.concatenate([near.b, near.a])
    ids, counts = np.unique(here, return_counts=True)
    many = ids[counts > policy.shared_after]
    many = many[within(many, frontier)]
    shared = np.empty(0, np.int64)
    if len(many):
        # Only an id with many neighbours can be shared, so that the others' namespaces need not be looked up here.
        at = within(here, many)
        dids = both(here[at], there[at])
        a, b = np.searchsorted(dids, here[at]), np.searchsorted(dids, there[at])
        flags = _shared(len(dids), a, b, namespaces_of(tx, dids), policy, ways=1)
        shared = dids[flags & within(dids, many)]
    return both(shared, frontier[_blocked(tx, frontier, policy)])


def _shared(count: int, a: Ints, b: Ints, namespace: Ints, policy: Policy, *, ways: int = 2) -> Flags:
    """Say which ids are tied to too many ids of one naming namespace; edges count in both directions, or from a to b only."""
    here, there = (np.concatenate([a, b]), np.concatenate([b, a])) if ways == 2 else (a, b)
    naming = np.isin(namespace[there], [CODES[name] for name in policy.naming])
    pairs = distinct(here[naming] * count + there[naming])
    tied, count_of = np.unique(pairs // count * len(CODES) + namespace[pairs % count], return_counts=True)
    shared = np.zeros(count, np.bool_)
    shared[tied[count_of > policy.shared_after] // len(CODES)] = True
    return shared


def _blocked(tx: Transaction, dids: Ints, policy: Policy) -> Flags:
    """Say which ids the policy blocks."""
    flags = np.zeros(len(dids), np.bool_)
    if not policy.blocks or not len(dids):
        return flags
    rows = [(namespace, text) for namespace, text in policy.blocked]
    rows += [("mailbox", text) for text in policy.mailboxes] + [("domain", text) for text in policy.domains]
    tx.stage("stage_dids", pa.table({"slot": np.arange(len(dids)), "did": dids}))
    tx.stage("stage_blocked", pa.table({"namespace": [row[0] for row in rows], "id": [row[1] for row in rows]}))
    flags[tx.query(queries.BLOCKED_AMONG).column("slot").to_numpy()] = True
    return flags


def _joined(tx: Transaction, dids: Ints) -> Ints:
    """Return those of some ids that are joined with others now."""
    if not len(dids):
        return dids
    tx.stage("stage_dids", pa.table({"slot": np.arange(len(dids)), "did": dids}))
    return distinct(tx.query(queries.JOINED_AMONG).column("did").to_numpy())


assert frozenset({ACCEPTED, REJECTED}) == DECISIONS and UNBOUND == "unbound"  # noqa: S101, PT018 - the statements name them
