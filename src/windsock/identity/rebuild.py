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
from windsock.identity.arrays import distinct
from windsock.identity.graph import CODES, Graph, as_edges, graph_around, whole_graph
from windsock.identity.in_force import policy_in_force
from windsock.identity.model import NAMESPACES, Policy, judge
from windsock.kernel.counted import counted
from windsock.warehouse import schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from windsock.warehouse import Transaction

    Ints = NDArray[np.int64]


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
    graph = whole_graph(tx, policy) if touched is None else graph_around(tx, np.asarray(touched), policy)
    if not len(graph.dids):
        return 0
    step(1, f"{counted(len(graph.edge_ids), 'piece')} of evidence among {counted(len(graph.dids), 'id')}")
    pid = people_of(tx, graph, policy)
    step(2, "people are known")
    changed = _write(tx, graph.dids, pid, now_ms)
    step(3, f"{counted(changed, 'id changes its', 'ids change their')} person")
    return changed


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


def people_of(tx: Transaction, graph: Graph, policy: Policy) -> Ints:
    """Return each did's person (smallest did) under a policy."""
    dids = graph.dids
    live = graph.accepted | ~(graph.aloof[graph.a] | graph.aloof[graph.b])
    a, b = graph.a[live], graph.b[live]
    label = components(len(dids), a, b)
    broken = np.bincount(label, minlength=len(dids)) > policy.ids_max
    for name, most in policy.limits.items():
        broken |= np.bincount(label, weights=graph.namespace == CODES[name], minlength=len(dids)) > most
    pid = dids[label]
    slow = broken[label[a]]
    if slow.any():
        pid[broken[label]] = dids[broken[label]]
        greedy = _greedily(tx, graph.edge_ids[live][slow], graph, policy)
        if greedy:
            pid[np.searchsorted(dids, np.fromiter(greedy, np.int64, len(greedy)))] = np.fromiter(greedy.values(), np.int64, len(greedy))
    return pid


def _greedily(tx: Transaction, edge_ids: Ints, graph: Graph, policy: Policy) -> dict[int, int]:
    """Decide edge by edge; shared ids and rejected pairs are out already."""
    tx.stage("stage_edge_ids", pa.table({"edge_id": edge_ids}))
    edges = as_edges(tx.query(queries.TIES_OF).to_pylist())
    ends = distinct(np.array([edge.pair for edge in edges], np.int64).ravel())
    names = list(NAMESPACES)
    codes: list[int] = graph.namespace[np.searchsorted(graph.dids, ends)].tolist()
    numbers: list[int] = ends.tolist()
    of = {did: names[code] for did, code in zip(numbers, codes, strict=True)}
    return judge(edges, of, policy, frozenset())[1]


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
