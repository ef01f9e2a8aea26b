"""Give every id of a namespace its dense number (did)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import parse_one

from windsock.identity.model import check_namespace, normalise
from windsock.identity.queries import TEXTS_OF
from windsock.kernel.errors import Broken
from windsock.warehouse import schema

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from windsock.warehouse import Transaction

_KNOWN = parse_one(
    "SELECT s.slot, i.did, i.first_ms FROM stage_ids AS s JOIN identity AS i ON i.id = s.id WHERE i.namespace = $namespace",
    read="duckdb",
)
_LAST = parse_one("SELECT COALESCE(MAX(did), 0) AS last FROM identity", read="duckdb")
_EARLIER = parse_one("UPDATE identity SET first_ms = s.first_ms FROM stage_earlier AS s WHERE identity.did = s.did", read="duckdb")
_NEVER = np.iinfo(np.int64).max


def assign_dids(tx: Transaction, namespace: str, ids: pa.Array | pa.ChunkedArray, first_ms: pa.Array | pa.ChunkedArray, now_ms: int) -> pa.Array:
    """Return the did of each id, and make new ones for ids never seen.

    Args:
        tx: the transaction to read and write in.
        namespace: one of ``model.NAMESPACES``.
        ids: ids as they came (text); they are cleaned by ``model.normalise``.
        first_ms: when each id was seen (ms UTC, NULL: now); an id keeps the earliest.
        now_ms: the moment at which Windsock learns of new ids.

    Returns:
        BIGINT in the order given; NULL where the id is missing or unusable.

    Raises:
        InvalidInput: there is no such namespace.
        Broken: the two arrays differ in length.
    """
    namespace = check_namespace(namespace)
    if len(ids) != len(first_ms):
        raise Broken(f"{len(ids)} ids came with {len(first_ms)} times.", where="assign_dids")
    if len(ids) == 0:
        return pa.array([], pa.int64())
    slots, names = _slots(namespace, ids)
    times = first_ms.cast(pa.int64()).fill_null(now_ms).to_numpy(zero_copy_only=False) if isinstance(first_ms, pa.Array) else _times(first_ms, now_ms)
    first = np.full(len(names), _NEVER, np.int64)
    used = slots >= 0
    np.minimum.at(first, slots[used], times[used])
    dids = _known_or_new(tx, namespace, names, first, now_ms)
    padded = np.append(dids, 0)
    return pa.array(padded[slots], pa.int64(), mask=~used)


def _times(first_ms: pa.ChunkedArray, now_ms: int) -> NDArray[np.int64]:
    return first_ms.cast(pa.int64()).fill_null(now_ms).to_numpy()


def _slots(namespace: str, ids: pa.Array | pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """Return each row's place in the list of distinct cleaned ids (-1: none), and that list in order of appearance."""
    whole = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    encoded = whole.cast(pa.string()).dictionary_encode()
    places: dict[str, int] = {}
    slot_of_code = np.full(len(encoded.dictionary) + 1, -1, np.int64)
    for code, raw in enumerate(encoded.dictionary.to_pylist()):
        name = normalise(namespace, raw)
        if name is not None:
            slot_of_code[code] = places.setdefault(name, len(places))
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return slot_of_code[codes], list(places)


def _known_or_new(tx: Transaction, namespace: str, names: list[str], first: NDArray[np.int64], now_ms: int) -> NDArray[np.int64]:
    """Look the ids up, append those that are new, and move ``first_ms`` back where an earlier sighting came late."""
    tx.stage("stage_ids", pa.table({"slot": pa.array(np.arange(len(names))), "id": pa.array(names, pa.string())}))
    found = tx.query(_KNOWN, {"namespace": namespace})
    dids = np.zeros(len(names), np.int64)
    slot, did, known_first = (found.column(name).to_numpy() for name in ("slot", "did", "first_ms"))
    dids[slot] = did
    earlier = first[slot] < known_first
    if earlier.any():
        tx.stage("stage_earlier", pa.table({"did": did[earlier], "first_ms": first[slot][earlier]}))
        tx.execute(_EARLIER)
    new = np.flatnonzero(dids == 0)
    if len(new):
        last = int(tx.query(_LAST).column("last")[0].as_py())
        dids[new] = last + 1 + np.arange(len(new))
        rows = {
            "did": pa.array(dids[new]),
            "namespace": pa.repeat(namespace, len(new)),
            "id": pa.array([names[index] for index in new], pa.string()),
            "first_ms": pa.array(first[new]),
            "known_from_ms": pa.repeat(pa.scalar(now_ms, pa.int64()), len(new)),
        }
        tx.append("identity", pa.table(rows).cast(schema.BY_NAME["identity"].arrow()))
    return dids


def texts_of(tx: Transaction, dids: pa.Array) -> list[str]:
    """Return the ids behind some dids in full: for erasure, which must find them where they were kept as text."""
    tx.stage("stage_dids", pa.table({"did": dids}))
    return tx.query(TEXTS_OF).column("id").to_pylist()
