"""Somebody decides about two ids: they are one person, or they are not; and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from windsock.identity import queries
from windsock.identity.link import add_edges
from windsock.identity.model import ACCEPTED, REJECTED, Policy
from windsock.identity.rebuild import rebuild_aliases
from windsock.kernel.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from windsock.warehouse import Transaction


def accept_edge(  # noqa: PLR0913 - each is a word of the decision
    tx: Transaction, did_a: int, did_b: int, actor: str, now_ms: int, *, source: str = "decision", policy: Policy | None = None
) -> int:
    """Say that two ids are one person, whatever the limits.

    Args:
        tx: the transaction to write in.
        did_a: one id.
        did_b: the other.
        actor: id of who decides.
        now_ms: the moment.
        source: what the decision rests on, such as ``match:0.987`` for an accepted suggestion.
        policy: the limits; those in force when None.

    Returns:
        The number of ids whose person changed.

    Raises:
        InvalidInput: the two ids are one.
    """
    return _decide(tx, (did_a, did_b), ACCEPTED, (actor, source), now_ms, policy)


def reject_pair(  # noqa: PLR0913 - each is a word of the decision
    tx: Transaction, did_a: int, did_b: int, actor: str, now_ms: int, *, source: str = "decision", policy: Policy | None = None
) -> int:
    """Say that two ids are two people, whether or not there is evidence between them; returns the number of ids whose person changed.

    Raises:
        InvalidInput: the two ids are one.
    """
    return _decide(tx, (did_a, did_b), REJECTED, (actor, source), now_ms, policy)


def reject_edge(tx: Transaction, edge_id: int, actor: str, now_ms: int, *, policy: Policy | None = None) -> int:
    """Say that the two ids of an edge are two people: no evidence between just these two counts any more, whatever comes.

    Nothing is deleted: the decision is an edge of its own, and ``accept_edge`` takes it back. Only the people that the edge's
    ids hang together with are worked out again; history follows at once, as events keep their ids.

    Args:
        tx: the transaction to write in.
        edge_id: the edge.
        actor: id of who decides.
        now_ms: the moment.
        policy: the limits; those in force when None.

    Returns:
        The number of ids whose person changed.

    Raises:
        NotFound: there is no such edge.
    """
    found = tx.query(queries.EDGE, {"edge": edge_id}).to_pylist()
    if not found:
        raise NotFound(f"There is no edge {edge_id}.", where="edge_id", fix="Take the id from the person's page.")
    return _decide(tx, (found[0]["did_a"], found[0]["did_b"]), REJECTED, (actor, "decision"), now_ms, policy)


def _decide(tx: Transaction, pair: tuple[int, int], kind: str, who: tuple[str, str], now_ms: int, policy: Policy | None) -> int:
    if pair[0] == pair[1]:
        raise InvalidInput("An id is one person with itself already.", where="did", fix="Give two ids.")
    edge = {"did_a": [pair[0]], "did_b": [pair[1]], "kind": [kind], "evidence_ms": [now_ms], "source": [who[1]], "accepted_by": [who[0]]}
    touched = add_edges(tx, pa.table(edge), now_ms)
    return rebuild_aliases(tx, touched, now_ms, policy=policy)
