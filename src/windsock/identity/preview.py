"""Try a policy: how many people it would join or part; nothing is written."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from windsock.governance import mask
from windsock.identity import queries
from windsock.identity.arrays import distinct, within
from windsock.identity.graph import whole_graph
from windsock.identity.model import as_policy
from windsock.identity.rebuild import people_of
from windsock.identity.shown import IDS_SHOWN, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from windsock.governance import Actor
    from windsock.warehouse import Transaction, Warehouse
    from windsock.workspace import Workspace

    Ints = NDArray[np.int64]

LARGEST, SAMPLES, PIDS_SHOWN = 10, 10, 10
_IDS = "SELECT did, namespace, id FROM identity"


class _Enough(Exception):
    """Ends a transaction without keeping anything."""


def preview_policy(workspace: Workspace, actor: Actor, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a policy would change, as JSON: worked out by the very steps that switching it on takes, and thrown away.

    Writers wait meanwhile, as they do while people are made again.

    Raises:
        InvalidInput: the policy can't be.
    """
    policy = as_policy(body)
    ids = 0
    dids = before = after = np.empty(0, np.int64)
    with suppress(_Enough), workspace.warehouse.transaction() as tx:
        ids = int(tx.query(queries.COUNT_IDS).column("ids")[0].as_py())
        graph = whole_graph(tx, policy)
        dids, before, after = graph.dids, current_people(tx, graph.dids), people_of(tx, graph, policy)
        raise _Enough
    return {
        "persons_before": ids - int((before != dids).sum()),
        "persons_after": ids - int((after != dids).sum()),
        **_changes(workspace.warehouse, dids, before, after, unmasked=actor.may("people.unmask")),
    }


def current_people(tx: Transaction, dids: Ints) -> Ints:
    """Return the person of each id as it is held now."""
    tx.stage("stage_dids", pa.table({"slot": np.arange(len(dids)), "did": dids}))
    found = tx.query(queries.ALIASES_OF)
    people = dids.copy()
    people[found.column("slot").to_numpy()] = found.column("pid").to_numpy()
    return people


def _changes(warehouse: Warehouse, dids: Ints, before: Ints, after: Ints, *, unmasked: bool) -> dict[str, Any]:
    """Count today's persons that would be joined with another, and those that would come apart; show the largest and some samples."""
    order = np.lexsort((after, before))
    pairs = np.stack([before[order], after[order]], axis=1)
    pairs = pairs[np.concatenate([[True], (pairs[1:] != pairs[:-1]).any(axis=1)])] if len(pairs) else pairs
    whole, whole_times = np.unique(pairs[:, 1], return_counts=True)
    torn, torn_times = np.unique(pairs[:, 0], return_counts=True)
    joined, parted = whole[whole_times > 1], torn[torn_times > 1]
    sizes, counts = np.unique(after, return_counts=True)
    largest = sizes[np.argsort(-counts, kind="stable")][:LARGEST]
    telling = _Telling(warehouse, dids, unmasked=unmasked)
    samples: list[dict[str, Any]] = []
    for what, people, side, other in (("join", joined, after, before), ("split", parted, before, after)):
        for pid in people[:SAMPLES].tolist():
            mine = np.flatnonzero(side == pid)
            pids: list[int] = distinct(other[mine])[:PIDS_SHOWN].tolist()
            samples.append({"pids": pids, "what": what, "ids": telling.shown(mine)})
    size_of = dict(zip(sizes.tolist(), counts.tolist(), strict=True))
    was_of = dict(zip(whole.tolist(), whole_times.tolist(), strict=True))
    return {
        "join": int(within(pairs[:, 1], joined).sum()),
        "split": len(parted),
        "largest": [
            {"pid": pid, "ids": size_of[pid], "before": was_of[pid], "shown": telling.shown(np.flatnonzero(after == pid))}
            for pid in largest.tolist()
            if size_of[pid] > 1
        ],
        "samples": samples,
    }


class _Telling:
    """Names ids as they may be shown."""

    def __init__(self, warehouse: Warehouse, dids: Ints, *, unmasked: bool) -> None:
        self.warehouse, self.dids, self.unmasked = warehouse, dids, unmasked

    def shown(self, places: Ints) -> list[str]:
        """Return up to six ids of a person."""
        numbers: Sequence[int] = self.dids[places][:IDS_SHOWN].tolist()
        rows = sorted(rows_of(self.warehouse, _IDS, "did", numbers), key=lambda row: row["did"])
        return [f"{row['namespace']} {row['id'] if self.unmasked else mask(row['namespace'], row['id'])}" for row in rows]
