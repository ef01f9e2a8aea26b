"""Recognise ids that were erased, without keeping them: as keyed hashes.

Whoever bears one of them is not taken in again, whether by a replay, by an import or by a device that goes on sending.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from windsock.identity import normalise
from windsock.tracking import queries
from windsock.tracking.coded import codes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from windsock.kernel.seal import Seal
    from windsock.tracking.told import Told
    from windsock.warehouse import Transaction

PURPOSE = "suppress"
_COLUMNS = (("anonymous_id", ("anon",)), ("user_id", ("login",)), ("device_id", ("device",)), ("previous_id", ("anon", "login")))


def read_hashes(tx: Transaction) -> frozenset[str]:
    """Return the hashes of all erased ids."""
    return frozenset(tx.query(queries.HASHES_KNOWN).column("hash").to_pylist())


def suppress(tx: Transaction, seal: Seal, ids: Iterable[tuple[str, str]], now_ms: int) -> int:
    """Note ids (namespace, cleaned text) that must not come back; returns how many were not noted yet."""
    known = read_hashes(tx)
    new = sorted({_hash(seal.key(PURPOSE), namespace, text) for namespace, text in ids} - known)
    if new:
        tx.append("suppressed", pa.table({"hash": new, "known_from_ms": pa.repeat(pa.scalar(now_ms, pa.int64()), len(new))}))
    return len(new)


def who_is_suppressed(seal: Seal, hashes: frozenset[str], rows: pa.Table, told: Told) -> NDArray[np.bool_]:
    """Say of each event whether it bears an erased id, in a column, among its other ids or its traits."""
    key = seal.key(PURPOSE)
    found = np.zeros(rows.num_rows, np.bool_)
    for name, namespaces in _COLUMNS:
        column = rows.column(name)
        if column.null_count == rows.num_rows:
            continue
        codes, values = codes_of(column)
        erased = np.array([any(_is_in(hashes, key, space, text) for space in namespaces) for text in values.to_pylist()] + [False])
        found |= erased[codes]
    for row, namespace, text in zip(told.rows, told.namespaces, told.ids, strict=True):
        if _is_in(hashes, key, namespace, text):
            found[row] = True
    return found


def _is_in(hashes: frozenset[str], key: bytes, namespace: str, text: str) -> bool:
    clean = normalise(namespace, text)
    return clean is not None and _hash(key, namespace, clean) in hashes


def _hash(key: bytes, namespace: str, text: str) -> str:
    """Return what ``Seal.hash`` gives for the purpose, with the key drawn once."""
    return hmac.digest(key, f"{namespace}:{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hex()
