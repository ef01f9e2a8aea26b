"""Show a person: which ids they have, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from windsock.governance import mask
from windsock.identity import queries
from windsock.identity.explain import evidence_around
from windsock.identity.model import Verdict, check_namespace, normalise
from windsock.identity.shown import members_of
from windsock.kernel.errors import NotFound
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Warehouse

IDS_MOST = 1_000
_NOW = 2**62


@dataclass(frozen=True)
class KnownId:
    """An id of a person, as it may be shown."""

    did: int
    namespace: str
    shown: str
    first_ms: int


@dataclass(frozen=True)
class Reason:
    """A piece of evidence near a person and what became of it; ``why`` is a word of ``words.yaml``."""

    edge_id: int
    did_a: int
    did_b: int
    shown_a: str
    shown_b: str
    kind: str
    evidence_ms: int
    last_ms: int
    source: str
    decided_by: str | None
    applied: bool
    why: str


@dataclass(frozen=True)
class Person:
    """A person: the smallest did, their ids, and the evidence for and against; ``complete`` is False when there is more of it."""

    pid: int
    ids: tuple[KnownId, ...]
    reasons: tuple[Reason, ...]
    complete: bool


@cache
def words() -> dict[str, dict[str, dict[str, str]]]:
    """Return titles by part (namespaces, kinds, why), word and language."""
    return read_yaml(files("windsock.identity").joinpath("words.yaml").read_text("utf-8"))


def find_id(warehouse: Warehouse, namespace: str, text: str) -> int | None:
    """Return the did of an id as somebody types it, or None.

    Raises:
        InvalidInput: there is no such namespace.
    """
    namespace = check_namespace(namespace)
    name = normalise(namespace, text)
    if name is None:
        return None
    found = warehouse.query(queries.FIND_ID, {"namespace": namespace, "id": name})
    return int(found.column("did")[0].as_py()) if found.num_rows else None


def person_of(warehouse: Warehouse, did: int, *, as_of_ms: int | None = None) -> int:
    """Return the person that an id belongs to, now or as it was known at a moment."""
    found = warehouse.query(queries.PERSON_OF, {"did": did, "at": as_of_ms if as_of_ms is not None else _NOW})
    return int(found.column("pid")[0].as_py()) if found.num_rows else did


def ids_of(warehouse: Warehouse, pid: int, *, unmask: bool = False, as_of_ms: int | None = None) -> tuple[KnownId, ...]:
    """Return the ids of a person, oldest first, 1,000 at most.

    Args:
        warehouse: where to ask.
        pid: the person.
        unmask: show ids in full; only for who holds ``people.unmask``.
        as_of_ms: as it was known at a moment.
    """
    at = as_of_ms if as_of_ms is not None else _NOW
    rows = warehouse.query(queries.IDS_OF_PERSON, {"pid": pid, "at": at, "most": IDS_MOST}).to_pylist()
    return tuple(KnownId(row["did"], row["namespace"], _shown(row["namespace"], row["id"], unmask=unmask), row["first_ms"]) for row in rows)


def explain_person(warehouse: Warehouse, did: int, *, unmask: bool = False, as_of_ms: int | None = None) -> Person:
    """Return the person of an id with the evidence at their ids, and why each piece counts or doesn't.

    Raises:
        NotFound: there is no such id.
    """
    at = as_of_ms if as_of_ms is not None else _NOW
    pid = person_of(warehouse, did, as_of_ms=as_of_ms)
    ids = ids_of(warehouse, pid, unmask=unmask, as_of_ms=as_of_ms)
    if not ids:
        raise NotFound(f"There is no id {did}.", where="did", fix="Search for the person again.")
    around = evidence_around(warehouse, members_of(warehouse, [pid], at_ms=at)[pid][:IDS_MOST], at_ms=at)
    shown = {other: member.shown(unmasked=unmask) for other, member in around.near.items()}
    return Person(pid, ids, tuple(_reason(verdict, shown) for verdict in around.reasons), around.complete)


def _reason(verdict: Verdict, shown: Mapping[int, str]) -> Reason:
    edge = verdict.edge
    return Reason(
        edge_id=edge.edge_id,
        did_a=edge.did_a,
        did_b=edge.did_b,
        shown_a=shown.get(edge.did_a, ""),
        shown_b=shown.get(edge.did_b, ""),
        kind=edge.kind,
        evidence_ms=edge.evidence_ms,
        last_ms=edge.seen_ms,
        source=edge.source,
        decided_by=edge.accepted_by,
        applied=verdict.applied,
        why=verdict.why,
    )


def _shown(namespace: str, text: str, *, unmask: bool) -> str:
    return text if unmask else mask(namespace, text)
