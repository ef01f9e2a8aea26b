"""The evidence around a person, and why each piece counts or doesn't: read from what is near, however large the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.identity.graph import as_edges
from windsock.identity.in_force import policy_in_force
from windsock.identity.model import ACCEPTED, DECISIONS, REJECTED, Edge, Group, Policy, Verdict, counting_from, decided, why_of
from windsock.identity.shown import ALWAYS, Member, among, members_of, parsed, persons_of, rows_of

if TYPE_CHECKING:
    from windsock.warehouse import Warehouse

EDGES_MOST = 500
_EDGES = "SELECT edge_id, did_a, did_b, kind, evidence_ms, source, accepted_by, last_ms FROM identity_edge"
_IDS = "SELECT did, namespace, id, first_ms FROM identity"


@dataclass(frozen=True)
class Around:
    """The evidence at a person's ids; ``near`` holds every id that it names; ``complete`` is False when there is more."""

    reasons: tuple[Verdict, ...]
    near: dict[int, Member]
    complete: bool


def evidence_around(warehouse: Warehouse, members: Sequence[Member], *, at_ms: int = ALWAYS) -> Around:
    """Return the evidence at a person's ids, the strongest first, 500 pieces at most.

    Args:
        warehouse: where to ask.
        members: the person's ids.
        at_ms: as it was known then.
    """
    policy = policy_in_force(warehouse, at_ms=at_ms).policy
    rows, complete = _edges_at(warehouse, [member.did for member in members], at_ms)
    edges = as_edges(rows)
    dids = sorted({did for edge in edges for did in edge.pair} | {member.did for member in members})
    pid_of = persons_of(warehouse, dids, at_ms=at_ms)
    near = {
        row["did"]: Member(row["did"], pid_of[row["did"]], row["namespace"], row["id"], row["first_ms"])
        for row in rows_of(warehouse, _IDS, "did", dids)
    }
    groups = _groups(warehouse, sorted(set(pid_of.values())), policy, at_ms)
    decisions, counting = decided(edges), counting_from(edges)
    aloof = _aloof(warehouse, near, edges, policy, at_ms)
    reasons: list[Verdict] = []
    for edge in edges:
        if edge.kind == "unbound":
            reasons.append(Verdict(edge, applied=False, why="unbound"))
            continue
        both = (groups[pid_of[edge.did_a]], groups[pid_of[edge.did_b]])
        dead = counting.get(edge.edge_id, 0) is None
        word = "rejected" if edge.kind == REJECTED else why_of(edge, decisions.get(edge.pair), both, policy, dead=dead, aloof=aloof)
        reasons.append(Verdict(edge, applied=word == "applied", why=word))
    reasons.sort(
        key=lambda one: (not one.applied, one.edge.kind != ACCEPTED, policy.kinds[one.edge.kind].priority, one.edge.evidence_ms, one.edge.edge_id)
    )
    return Around(tuple(reasons), near, complete)


def _edges_at(warehouse: Warehouse, dids: Sequence[int], at_ms: int) -> tuple[list[dict[str, Any]], bool]:
    """Return the edges at some ids; decisions and applied ones are never cut before others are."""
    here, params = among("did_a", dids)
    there, _ = among("did_b", dids)
    order = "kind NOT IN ('accepted', 'rejected', 'unbound'), priority, evidence_ms, edge_id"
    statement = parsed(f"{_EDGES} WHERE known_from_ms <= $at ORDER BY {order} LIMIT $most")
    rows = warehouse.query(statement.where(exp.or_(here, there)), {**params, "at": at_ms, "most": EDGES_MOST + 1}).to_pylist()
    return rows[:EDGES_MOST], len(rows) <= EDGES_MOST


def _groups(warehouse: Warehouse, pids: Sequence[int], policy: Policy, at_ms: int) -> dict[int, Group]:
    members = members_of(warehouse, pids, at_ms=at_ms)
    return {
        pid: Group(pid, len(ones), Counter(member.namespace for member in ones if member.namespace in policy.limits)) for pid, ones in members.items()
    }


def _aloof(warehouse: Warehouse, near: Mapping[int, Member], edges: Sequence[Edge], policy: Policy, at_ms: int) -> dict[int, str]:
    """Say which ids near the person are blocked or shared."""
    aloof = dict.fromkeys(_shared(warehouse, sorted(near), policy, at_ms), "shared_id") if edges else {}
    for did, member in near.items():
        mailbox, _, domain = member.id.partition("@") if member.namespace == "email" else ("", "", "")
        if (member.namespace, member.id) in policy.blocked or mailbox in policy.mailboxes or domain in policy.domains:
            aloof[did] = "blocked_id"
    return aloof


def _shared(warehouse: Warehouse, dids: Sequence[int], policy: Policy, at_ms: int) -> list[int]:
    """Return those of some ids that are tied to too many ids of one naming namespace, by evidence that counts."""
    kinds = sorted({name for name, kind in policy.kinds.items() if kind.joins} | {ACCEPTED})
    counting = exp.In(this=exp.column("kind"), expressions=[exp.Literal.string(kind) for kind in kinds])
    found: list[int] = []
    for start in range(0, len(dids), 1_000):
        condition, params = among("here", dids[start : start + 1_000])
        statement = parsed(_TIED)
        naming = exp.In(this=exp.column("namespace", "i"), expressions=[exp.Literal.string(name) for name in sorted(policy.naming)])
        statement = statement.where(condition).where(counting).where(naming)
        rows = warehouse.query(statement, {**params, "at": at_ms, "most": policy.shared_after})
        found.extend(rows.column("here").to_pylist())
    return sorted(set(found))


_TIED = """
    WITH apart AS (
        SELECT did_a AS x, did_b AS y FROM identity_edge WHERE kind IN ('accepted', 'rejected') AND known_from_ms <= $at
        GROUP BY did_a, did_b HAVING ARG_MAX(kind, (evidence_ms, edge_id)) = 'rejected'
    ), cut AS (
        SELECT did_a AS x, did_b AS y, MAX(COALESCE(last_ms, evidence_ms)) AS until FROM identity_edge
        WHERE kind = 'unbound' AND known_from_ms <= $at GROUP BY did_a, did_b
    ), live AS (
        SELECT e.did_a, e.did_b, e.kind FROM identity_edge AS e LEFT JOIN cut AS c ON c.x = e.did_a AND c.y = e.did_b
        ANTI JOIN apart AS p ON p.x = e.did_a AND p.y = e.did_b
        WHERE e.known_from_ms <= $at AND (c.until IS NULL OR e.kind = 'accepted' OR COALESCE(e.last_ms, e.evidence_ms) > c.until)
    ), both_ways AS (
        SELECT did_a AS here, did_b AS there, kind FROM live UNION ALL SELECT did_b, did_a, kind FROM live
    )
    SELECT here FROM both_ways JOIN identity AS i ON i.did = there GROUP BY here, i.namespace HAVING COUNT(DISTINCT there) > $most
"""
assert frozenset({"accepted", "rejected"}) == DECISIONS  # noqa: S101 - the statement above names them
