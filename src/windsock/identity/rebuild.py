"""Work out who is who again for the ids that new evidence touches.

Everything is done over arrays; only components in which all evidence together would break a limit go edge by edge through
``model.judge``. Where it breaks none, taking all edges is what the greedy rule does anyway: groups only grow, so a limit that
holds at the end held at every step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from windsock.identity import queries
from windsock.identity.in_force import policy_in_force
from windsock.identity.model import ACCEPTED, NAMESPACES, REJECTED, Edge, Policy, decided, judge
from windsock.warehouse import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from windsock.warehouse import Transaction

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_CODES = {namespace: code for code, namespace in enumerate(NAMESPACES)}


def _silent(_done: int, _note: str) -> None:
    pass


def rebuild_aliases(
    tx: Transaction,
    touched: pa.Array | pa.ChunkedArray | None,
    now_ms: int,
    *,
    policy: Policy | None = None,
    step: Callable[[int, str], None] = _silent,
) -> int:
    """Bring ``alias`` up to date.

    Args:
        tx: the transaction to read and write in.
        touched: ids whose evidence changed (what ``add_edges`` returned), or None for all.
        now_ms: the moment from which the new persons hold; what held before is closed at it.
        policy: the limits; those in force when None.
        step: called between the steps with how many of four are done; may raise to stop.

    Returns:
        The number of ids whose person changed.
    """
    policy = policy_in_force(tx).policy if policy is None else policy
    step(0, "reading evidence")
    edges = tx.query(queries.EVERY_EDGE)
    if edges.num_rows == 0:
        return 0
    ends = np.concatenate([edges.column("did_a").to_numpy(), edges.column("did_b").to_numpy()])
    dids, places = np.unique(ends, return_inverse=True)
    a, b = places[: edges.num_rows], places[edges.num_rows :]
    chosen = np.arange(edges.num_rows)
    if touched is not None:
        label = components(len(dids), a, b)
        wanted = np.zeros(len(dids), np.bool_)
        wanted[label[np.isin(dids, np.asarray(touched))]] = True
        chosen = np.flatnonzero(wanted[label[a]])
        if not len(chosen):
            return 0
        inside = np.flatnonzero(wanted[label])
        renumber = np.zeros(len(dids), np.int64)
        renumber[inside] = np.arange(len(inside))
        dids, a, b = dids[inside], renumber[a[chosen]], renumber[b[chosen]]
    part = edges.select(["edge_id", "kind"]).take(pa.array(chosen))
    pid = _people(tx, dids, a, b, part, policy)
    return _write(tx, dids, pid, now_ms)


def components(count: int, a: Ints, b: Ints) -> Ints:
    """Return for each of ``count`` nodes the smallest node that edges (a[i], b[i]) connect it with: pointer jumping."""
    label = np.arange(count)
    while True:
        la, lb = label[a], label[b]
        apart = la != lb
        if not apart.any():
            return label
        a, b, la, lb = a[apart], b[apart], la[apart], lb[apart]
        low = np.minimum(la, lb)
        np.minimum.at(label, np.maximum(la, lb), low)
        while True:
            jumped = label[label]
            if np.array_equal(jumped, label):
                break
            label = jumped


def _people(tx: Transaction, dids: Ints, a: Ints, b: Ints, edges: pa.Table, policy: Policy) -> Ints:
    """Return each did's person (smallest did) under the policy."""
    namespace = _namespaces(tx, dids)
    kind = edges.column("kind").combine_chunks().dictionary_encode()
    names, code = kind.dictionary.to_pylist(), kind.indices.to_numpy()
    joins = np.array([policy.kinds[name].joins for name in names], np.bool_)[code]
    accepted = np.array([name == ACCEPTED for name in names], np.bool_)[code]
    joins &= ~_rejected(tx, dids, a, b)
    shared = _shared(len(dids), a[joins], b[joins], namespace, policy)
    live = joins & (accepted | ~(shared[a] | shared[b]))
    label = components(len(dids), a[live], b[live])
    size = np.bincount(label, minlength=len(dids))
    broken = size > policy.ids_max
    for name, most in policy.limits.items():
        broken |= np.bincount(label, weights=namespace == _CODES[name], minlength=len(dids)) > most
    pid = dids[label]
    slow = live & broken[label[a]]
    if slow.any():
        pid[broken[label]] = dids[broken[label]]
        greedy = _greedily(tx, edges.column("edge_id").to_numpy()[slow], dids, namespace, policy)
        if greedy:
            pid[np.searchsorted(dids, np.fromiter(greedy, np.int64, len(greedy)))] = np.fromiter(greedy.values(), np.int64, len(greedy))
    return pid


def _namespaces(tx: Transaction, dids: Ints) -> Ints:
    tx.stage("stage_dids", pa.table({"slot": np.arange(len(dids)), "did": dids}))
    found = tx.query(queries.NAMESPACES_OF)
    encoded = found.column("namespace").combine_chunks().dictionary_encode()
    codes = np.array([_CODES[name] for name in encoded.dictionary.to_pylist()], np.int64)
    namespace = np.full(len(dids), -1, np.int64)
    namespace[found.column("slot").to_numpy()] = codes[encoded.indices.to_numpy()]
    return namespace


def _rejected(tx: Transaction, dids: Ints, a: Ints, b: Ints) -> Flags:
    """Say which edges lie between two ids that a person keeps apart."""
    rows = tx.query(queries.DECISIONS_TAKEN).to_pylist()
    apart = [pair for pair, decision in decided(as_edges(rows)).items() if decision == REJECTED]
    if not apart:
        return np.zeros(len(a), np.bool_)
    pairs = np.array(apart, np.int64)
    known = np.isin(pairs, dids).all(axis=1)
    packed = np.searchsorted(dids, pairs[known]) @ np.array([len(dids), 1])
    return np.isin(a * len(dids) + b, packed)


def _shared(count: int, a: Ints, b: Ints, namespace: Ints, policy: Policy) -> Flags:
    """Say which ids are tied to too many ids of one naming namespace."""
    here, there = np.concatenate([a, b]), np.concatenate([b, a])
    naming = np.isin(namespace[there], [_CODES[name] for name in policy.naming])
    pairs = np.unique(here[naming] * count + there[naming])
    tied, count_of = np.unique(pairs // count * len(_CODES) + namespace[pairs % count], return_counts=True)
    shared = np.zeros(count, np.bool_)
    shared[tied[count_of > policy.shared_after] // len(_CODES)] = True
    return shared


def _greedily(tx: Transaction, edge_ids: Ints, dids: Ints, namespace: Ints, policy: Policy) -> dict[int, int]:
    """Decide edge by edge; shared ids and rejected pairs are out already."""
    tx.stage("stage_edge_ids", pa.table({"edge_id": edge_ids}))
    edges = as_edges(tx.query(queries.TIES_OF).to_pylist())
    ends = np.unique(np.array([edge.pair for edge in edges], np.int64))
    names = list(NAMESPACES)
    codes: list[int] = namespace[np.searchsorted(dids, ends)].tolist()
    numbers: list[int] = ends.tolist()
    of = {did: names[code] for did, code in zip(numbers, codes, strict=True)}
    return judge(edges, of, policy, frozenset())[1]


def as_edges(rows: Iterable[dict[str, object]]) -> list[Edge]:
    """Return rows of the ledger as edges."""
    wanted = ("edge_id", "did_a", "did_b", "kind", "evidence_ms", "source", "accepted_by", "tie", "last_ms")
    return [Edge(**{name: row[name] for name in wanted if name in row}) for row in rows]  # type: ignore[arg-type] - the table's types


def _write(tx: Transaction, dids: Ints, pid: Ints, now_ms: int) -> int:
    """Close the aliases that no longer hold and open the new ones."""
    tx.stage("stage_dids", pa.table({"slot": np.arange(len(dids)), "did": dids}))
    current = tx.query(queries.ALIASES_OF)
    before = dids.copy()
    before[current.column("slot").to_numpy()] = current.column("pid").to_numpy()
    changed = before != pid
    closed, opened = changed & (before != dids), changed & (pid != dids)
    if closed.any():
        tx.stage("stage_closed", pa.table({"did": dids[closed]}))
        tx.execute(queries.CLOSE_ALIASES, {"now": now_ms})
    if opened.any():
        count = int(opened.sum())
        rows = {
            "did": pa.array(dids[opened]),
            "pid": pa.array(pid[opened]),
            "known_from_ms": pa.repeat(pa.scalar(now_ms, pa.int64()), count),
            "known_to_ms": pa.nulls(count, pa.int64()),
        }
        tx.append("alias", pa.table(rows, schema=schema.BY_NAME["alias"].arrow()))
    return int(changed.sum())
