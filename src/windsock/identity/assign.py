"""Give every id of a namespace its dense number (did)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.identity.model import ERASED, check_namespace, normalise
from windsock.identity.model.ids import BLOCKED, ID_LONGEST
from windsock.identity.queries import TEXTS_OF
from windsock.kernel.errors import Broken
from windsock.warehouse import schema, statement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from windsock.warehouse import Transaction

_KNOWN = statement("SELECT s.slot, i.did, i.first_ms FROM stage_ids AS s JOIN identity AS i ON i.id = s.id WHERE i.namespace = $namespace")
_LAST = statement("SELECT COALESCE(MAX(did), 0) AS last FROM identity")
_EARLIER = statement("UPDATE identity SET first_ms = s.first_ms FROM stage_earlier AS s WHERE identity.did = s.did")
_PLAIN = frozenset({"anon", "login", "device", "customer", "cookie", "openid", "unionid"})
"""Namespaces whose ids are kept as they are written; ``_AS_IT_SHOULD_BE`` and ``_BLOCKED`` say of which of them that is all there is to do."""
_AS_IT_SHOULD_BE = "^[!-~]{1,255}$"
_BLOCKED = pa.array(sorted(BLOCKED), pa.string())
_BEGINS = np.isin(np.arange(256), [ord(sign) for text in BLOCKED if text for sign in (text[0].lower(), text[0].upper())])
_LENGTHS = np.isin(np.arange(ID_LONGEST + 1), [len(text) for text in BLOCKED])
_EMPTY = np.isin(np.arange(256), [ord(sign) for sign in ("0", "-", ERASED[0])])
"""Bytes with which an id begins that is blocked, how many such an id has, and those with which one that is erased or all noughts begins."""
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
    np.minimum.at(first, *((slots, times) if used.all() else (slots[used], times[used])))
    dids = _known_or_new(tx, namespace, names, first, now_ms)
    padded = np.append(dids, 0)
    return pa.array(padded[slots], pa.int64(), mask=~used)


def _times(first_ms: pa.ChunkedArray, now_ms: int) -> NDArray[np.int64]:
    return first_ms.cast(pa.int64()).fill_null(now_ms).to_numpy()


def _slots(namespace: str, ids: pa.Array | pa.ChunkedArray) -> tuple[NDArray[np.int64], pa.Array]:
    """Return each row's place among the distinct cleaned ids (-1: none), and those in order of appearance."""
    whole = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    encoded = whole.cast(pa.string()).dictionary_encode()
    indices = encoded.indices.fill_null(len(encoded.dictionary)) if encoded.indices.null_count else encoded.indices
    codes = indices.to_numpy(zero_copy_only=False)
    names = _cleaned(namespace, encoded.dictionary)
    if names is encoded.dictionary:
        slot_of_code = np.append(np.arange(len(names)), -1)
    else:
        again = names.dictionary_encode()
        names, slots = again.dictionary, again.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        slot_of_code = np.append(slots.astype(np.int64), -1)
    return slot_of_code[codes], names


def _cleaned(namespace: str, ids: pa.Array) -> pa.Array:
    """Return ids as ``model.normalise`` writes them; those that are plainly as they should be are not looked at one by one."""
    odd = _odd(ids) if namespace in _PLAIN else np.ones(len(ids), np.bool_)
    if not odd.any():
        return ids
    places = pa.array(np.flatnonzero(odd))
    mended = pa.array([normalise(namespace, text) for text in ids.take(places).to_pylist()], pa.string())
    return pc.replace_with_mask(ids, pa.array(odd), mended)


def _odd(ids: pa.Array) -> NDArray[np.bool_]:
    """Say which ids of a plain namespace are to be looked at one by one: by their bytes, as nearly all are as they should be."""
    if not len(ids) or ids.null_count:
        return np.ones(len(ids), np.bool_)
    ends = np.frombuffer(ids.buffers()[1], np.int32)[ids.offset : ids.offset + len(ids) + 1]
    length = np.diff(ends)
    signs = np.frombuffer(ids.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]
    odd = (length < 1) | (length > ID_LONGEST)
    if len(signs) and (signs.min() < ord("!") or signs.max() > ord("~")):
        odd |= pc.invert(pc.match_substring_regex(ids, _AS_IT_SHOULD_BE)).to_numpy(zero_copy_only=False)
    near = np.flatnonzero(~odd)
    first = signs[ends[near] - ends[0]]
    near = near[_EMPTY[first] | (_BEGINS[first] & _LENGTHS[length[near]])]
    if len(near):
        few = ids.take(pa.array(near))
        suspect = pc.or_(pc.is_in(pc.ascii_lower(few), _BLOCKED), pc.or_(pc.starts_with(few, ERASED), pc.match_substring_regex(few, "^[0-]*$")))
        odd[near] = suspect.to_numpy(zero_copy_only=False)
    return odd


def _known_or_new(tx: Transaction, namespace: str, names: pa.Array, first: NDArray[np.int64], now_ms: int) -> NDArray[np.int64]:
    """Look the ids up, append those that are new, and move ``first_ms`` back where an earlier sighting came late."""
    tx.stage("stage_ids", pa.table({"slot": pa.array(np.arange(len(names))), "id": names}))
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
            "id": names if len(new) == len(names) else names.take(pa.array(new)),
            "first_ms": pa.array(first[new]),
            "known_from_ms": pa.repeat(pa.scalar(now_ms, pa.int64()), len(new)),
        }
        tx.append("identity", pa.table(rows).cast(schema.BY_NAME["identity"].arrow()))
    return dids


def texts_of(tx: Transaction, dids: pa.Array) -> list[str]:
    """Return the ids behind some dids in full: for erasure, which must find them where they were kept as text."""
    tx.stage("stage_dids", pa.table({"did": dids}))
    return tx.query(TEXTS_OF).column("id").to_pylist()
