"""Show a person: which ids they have, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from windsock.governance import mask
from windsock.identity import queries
from windsock.identity.graph import as_edges
from windsock.identity.model import DEFAULT_POLICY, Policy, Verdict, check_namespace, judge, normalise
from windsock.kernel.errors import NotFound, TooLarge

if TYPE_CHECKING:
    from windsock.warehouse import Warehouse

IDS_MOST = 1_000
EDGES_MOST = 20_000
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
    source: str
    decided_by: str | None
    applied: bool
    why: str


@dataclass(frozen=True)
class Person:
    """A person: the smallest did, their ids, and the evidence for and against."""

    pid: int
    ids: tuple[KnownId, ...]
    reasons: tuple[Reason, ...]


@cache
def words() -> dict[str, dict[str, dict[str, str]]]:
    """Return titles by part (namespaces, kinds, why), word and language."""
    return yaml.safe_load(files("windsock.identity").joinpath("words.yaml").read_text("utf-8"))


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


def explain_person(warehouse: Warehouse, did: int, *, unmask: bool = False, policy: Policy = DEFAULT_POLICY) -> Person:
    """Return the person of an id with all evidence around, and why each piece counts or doesn't.

    The verdicts come from the very rule that makes people (``model.judge``), not from a second telling of it.

    Raises:
        NotFound: there is no such id.
        TooLarge: more than 20,000 pieces of evidence hang together with the id.
    """
    pid = person_of(warehouse, did)
    ids = ids_of(warehouse, pid, unmask=unmask)
    if not ids:
        raise NotFound(f"There is no id {did}.", where="did", fix="Search for the person again.")
    rows = warehouse.query(queries.EDGES_AROUND, {"did": did, "most": EDGES_MOST + 1}).to_pylist()
    if len(rows) > EDGES_MOST:
        raise TooLarge("Too much evidence hangs together with this id to be explained piece by piece.", where="did", fix="Look for a shared id.")
    mine = {known.did for known in ids}
    return Person(pid, ids, tuple(reason for reason in _reasons(rows, unmask=unmask, policy=policy) if reason.did_a in mine or reason.did_b in mine))


def _reasons(rows: list[dict[str, Any]], *, unmask: bool, policy: Policy) -> list[Reason]:
    ends = {row[f"did_{side}"]: (row[f"namespace_{side}"], row[f"id_{side}"]) for row in rows for side in "ab"}
    for row in rows:
        texts = sorted(f"{namespace}:{text}" for namespace, text in (ends[row["did_a"]], ends[row["did_b"]]))
        row["tie"] = f"{texts[0]} {texts[1]} {row['source']}"
    verdicts, _ = judge(as_edges(rows), {did: namespace for did, (namespace, _) in ends.items()}, policy)
    shown = {did: _shown(namespace, text, unmask=unmask) for did, (namespace, text) in ends.items()}
    return [_reason(verdict, shown) for verdict in verdicts]


def _reason(verdict: Verdict, shown: Mapping[int, str]) -> Reason:
    edge = verdict.edge
    return Reason(
        edge_id=edge.edge_id,
        did_a=edge.did_a,
        did_b=edge.did_b,
        shown_a=shown[edge.did_a],
        shown_b=shown[edge.did_b],
        kind=edge.kind,
        evidence_ms=edge.evidence_ms,
        source=edge.source,
        decided_by=edge.accepted_by,
        applied=verdict.applied,
        why=verdict.why,
    )


def _shown(namespace: str, text: str, *, unmask: bool) -> str:
    return text if unmask else mask(namespace, text)
