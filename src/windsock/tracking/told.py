"""Read what events tell of people beside their main ids: other ids, and traits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np
import pyarrow.compute as pc

from windsock.identity import ALSO_CALLED, NAMESPACES, normalise

if TYPE_CHECKING:
    import pyarrow as pa

TRAIT_IDS = {
    "email": "email", "phone": "phone", "mobile": "phone", "openid": "openid", "open_id": "openid", "unionid": "unionid", "union_id": "unionid",
    "member_no": "member", "member_number": "member",
}  # fmt: skip
"""Traits that are ids of a person; what they say counts as evidence."""
_NAMING_OPS = frozenset({None, "set", "set_once"})
_KNOWN = frozenset(NAMESPACES)
_DECODER, _ENCODER = msgspec.json.Decoder(), msgspec.json.Encoder(order="sorted")


@dataclass
class Told:
    """Other ids and traits in the order of events: ``rows`` says whose, by place."""

    rows: list[int] = field(default_factory=list[int])
    namespaces: list[str] = field(default_factory=list[str])
    ids: list[str] = field(default_factory=list[str])
    trait_rows: list[int] = field(default_factory=list[int])
    names: list[str] = field(default_factory=list[str])
    values: list[str | None] = field(default_factory=list[str | None])
    ops: list[str] = field(default_factory=list[str])


def read_told(rows: pa.Table) -> Told:
    """Return what the events tell; text that is no JSON tells nothing (it is kept apart elsewhere)."""
    told = Told()
    others, traits = rows.column("other_ids"), rows.column("traits")
    if others.null_count < rows.num_rows:
        places = np.flatnonzero(pc.is_valid(others).to_numpy())
        for row, text in zip(places.tolist(), others.drop_null().to_pylist(), strict=True):
            _other_ids(told, row, text)
    if traits.null_count < rows.num_rows:
        valid = pc.is_valid(traits)
        places = np.flatnonzero(valid.to_numpy())
        ops = rows.column("trait_op").filter(valid).to_pylist()
        for row, text, op in zip(places.tolist(), traits.drop_null().to_pylist(), ops, strict=True):
            _traits(told, row, text, op)
    if rows.column("trait_op").null_count < rows.num_rows:
        gone = pc.fill_null(pc.and_(pc.equal(rows.column("trait_op"), "delete"), pc.is_null(traits)), fill_value=False)
        for row in np.flatnonzero(gone.to_numpy()).tolist():
            _say(told, row, "*", None, "delete")
    return told


def _other_ids(told: Told, row: int, text: str) -> None:
    for pair in cast("list[Any]", _read(text, list)):
        if not isinstance(pair, list) or len(cast("list[Any]", pair)) != 2:
            continue
        said, value = cast("list[Any]", pair)
        namespace = ALSO_CALLED.get(str(said), str(said))
        if namespace in _KNOWN and value is not None:
            _bear(told, row, namespace, str(value))


def _traits(told: Told, row: int, text: str, op: str | None) -> None:
    if op == "delete":
        _say(told, row, "*", None, op)
        return
    for name, value in cast("dict[str, Any]", _read(text, dict)).items():
        if value is None and op in _NAMING_OPS:
            _say(told, row, name, None, "unset")
            continue
        written = value if isinstance(value, str) else _ENCODER.encode(value).decode()
        namespace = TRAIT_IDS.get(name.lower()) if op in _NAMING_OPS and not isinstance(value, dict | list | bool) else None
        if namespace is not None:
            _bear(told, row, namespace, written)
            written = normalise(namespace, written) or written
        _say(told, row, name, None if op == "unset" else written, op or "set")


def _read(text: str, kind: type) -> object:
    try:
        found: object = _DECODER.decode(text)
    except msgspec.DecodeError:
        return kind()
    return found if isinstance(found, kind) else kind()


def _bear(told: Told, row: int, namespace: str, text: str) -> None:
    told.rows.append(row)
    told.namespaces.append(namespace)
    told.ids.append(text)


def _say(told: Told, row: int, name: str, value: str | None, op: str) -> None:
    told.trait_rows.append(row)
    told.names.append(name)
    told.values.append(value)
    told.ops.append(op)
