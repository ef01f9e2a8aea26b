"""Give every id of a namespace its dense number (did)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.identity.model import ERASED, check_namespace, normalise
from windsock.identity.model.ids import BLOCKED, ID_LONGEST
from windsock.identity.queries import TEXTS_OF
from windsock.kernel.errors import Broken
from windsock.warehouse import statement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from windsock.warehouse import Transaction

_KNOWN = statement("SELECT s.slot, i.did, i.first_ms FROM stage_ids AS s JOIN identity AS i ON i.id = s.id AND i.namespace = s.namespace")
_KNOWN_OF_ONE = statement("SELECT s.slot, i.did, i.first_ms FROM stage_ids AS s JOIN identity AS i ON i.id = s.id WHERE i.namespace = $namespace")
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
Column = pa.Array | pa.ChunkedArray
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
    return assign_together(tx, [(namespace, ids, first_ms)], now_ms)[0]


@dataclass(frozen=True)
class Ids:
    """Ids of a namespace: each row's place among the distinct cleaned ones (-1: none), and those in order of appearance."""

    slots: NDArray[np.int64]
    names: pa.Array

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.slots)


def assign_together(tx: Transaction, asked: Sequence[tuple[str, Column | Ids, Column]], now_ms: int) -> list[pa.Array]:
    """Return the dids of the ids of several namespaces, each once, as ``assign_dids`` does for one after the other; the ledger is read once."""
    parts = [_Asked.of(check_namespace(namespace), ids, first_ms, now_ms) for namespace, ids, first_ms in asked if len(ids)]
    if len({part.namespace for part in parts}) < len(parts):
        raise Broken("A namespace is asked for twice.", where="assign_together")
    known = iter(_known_or_new(tx, parts, now_ms) if parts else [])
    return [part.spread(next(known)) for part in parts] if len(parts) == len(asked) else _with_empty(asked, parts, known)


def _with_empty(asked: Sequence[tuple[str, Column | Ids, Column]], parts: list[_Asked], known: Iterator[NDArray[np.int64]]) -> list[pa.Array]:
    rest = iter(parts)
    return [next(rest).spread(next(known)) if len(ids) else pa.array([], pa.int64()) for _, ids, _ in asked]


@dataclass(frozen=True)
class _Asked:
    """Ids of a namespace, and when each was seen first."""

    namespace: str
    slots: NDArray[np.int64]
    names: pa.Array
    first: NDArray[np.int64]

    @classmethod
    def of(cls, namespace: str, ids: Column | Ids, first_ms: Column, now_ms: int) -> _Asked:
        """Read a column of ids.

        Raises:
            Broken: there is another number of times.
        """
        if len(ids) != len(first_ms):
            raise Broken(f"{len(ids)} ids came with {len(first_ms)} times.", where="assign_dids")
        ids = ids if isinstance(ids, Ids) else laid_out(namespace, ids)
        slots, names = ids.slots, ids.names
        times = first_ms.cast(pa.int64())
        times = (times.fill_null(now_ms) if times.null_count else times).to_numpy(zero_copy_only=False)
        first = np.full(len(names), _NEVER, np.int64)
        used = slots >= 0
        np.minimum.at(first, *((slots, times) if used.all() else (slots[used], times[used])))
        return cls(namespace, slots, names, first)

    def spread(self, dids: NDArray[np.int64]) -> pa.Array:
        """Return the did of each row."""
        return pa.array(np.append(dids, 0)[self.slots], pa.int64(), mask=self.slots < 0)


def laid_out(namespace: str, ids: Column) -> Ids:
    """Return a column of ids as ``assign_together`` needs it; needs no transaction, so that it can be done beside one.

    Raises:
        InvalidInput: there is no such namespace.
    """
    check_namespace(namespace)
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
    return Ids(slot_of_code[codes], names)


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


def _known_or_new(tx: Transaction, parts: Sequence[_Asked], now_ms: int) -> list[NDArray[np.int64]]:
    """Look the ids up, append those that are new, and move ``first_ms`` back where an earlier sighting came late."""
    sizes = [len(part.names) for part in parts]
    names, first = pa.concat_arrays([part.names for part in parts]), np.concatenate([part.first for part in parts])
    spaces = pa.DictionaryArray.from_arrays(pa.array(np.repeat(np.arange(len(parts), dtype=np.int32), sizes)), [part.namespace for part in parts])
    tx.stage("stage_ids", pa.table({"slot": pa.array(np.arange(len(names))), "namespace": spaces, "id": names}))
    found = tx.query(_KNOWN) if len(parts) > 1 else tx.query(_KNOWN_OF_ONE, {"namespace": parts[0].namespace})
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
        at = pa.array(new)
        rows = {
            "did": pa.array(dids[new]),
            "namespace": spaces.take(at),
            "id": names if len(new) == len(names) else names.take(at),
            "first_ms": pa.array(first[new]),
        }
        tx.append("identity", pa.table(rows), {"known_from_ms": now_ms})
    return np.split(dids, np.cumsum(sizes)[:-1])


def texts_of(tx: Transaction, dids: pa.Array) -> list[str]:
    """Return the ids behind some dids in full: for erasure, which must find them where they were kept as text."""
    tx.stage("stage_dids", pa.table({"did": dids}))
    return tx.query(TEXTS_OF).column("id").to_pylist()
