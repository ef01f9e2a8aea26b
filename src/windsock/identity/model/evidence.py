"""Which pieces of evidence a person is made of: the greedy rule, edge by edge.

Everything here is a pure rule over small values; ``rebuild.py`` carries it over tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from windsock.identity.model.policy import ACCEPTED, DECISIONS, DEFAULT_POLICY, LOW_TRUST, REJECTED, UNBOUND, Policy

WHY = (
    "applied",
    "rejected",
    "unbound",
    "low_trust",
    "not_joining",
    "blocked_id",
    "shared_id",
    "two_logins",
    "namespace_limit",
    "too_many_ids",
    "pending",
)
"""What can become of a piece of evidence."""


@dataclass(frozen=True)
class Edge:
    """Evidence that two ids are one person, with ``did_a < did_b``.

    ``tie`` orders evidence of one priority and moment by what it says, so that the order of arrival decides nothing; the edge's
    own id comes last. ``last_ms`` is when the pair was last seen so (None: at ``evidence_ms``).
    """

    edge_id: int
    did_a: int
    did_b: int
    kind: str
    evidence_ms: int
    source: str = ""
    accepted_by: str | None = None
    tie: str = ""
    last_ms: int | None = None

    @property
    def pair(self) -> tuple[int, int]:
        """The two ids."""
        return self.did_a, self.did_b

    @property
    def seen_ms(self) -> int:
        """When the pair was last seen so."""
        return self.evidence_ms if self.last_ms is None else self.last_ms

    def rank(self, policy: Policy, evidence_ms: int) -> tuple[bool, int, int, str, int]:
        """Return the place in the order in which edges are taken: smallest first."""
        return self.kind != ACCEPTED, policy.kinds[self.kind].priority, evidence_ms, self.tie, self.edge_id


_NONE: Mapping[str, int] = {}


@dataclass(frozen=True)
class Group:
    """Ids that are one person: the smallest did, how many, and how many of each limited namespace."""

    pid: int
    size: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Verdict:
    """What became of an edge: applied, or why not (a word of ``WHY``)."""

    edge: Edge
    applied: bool
    why: str


def decided(edges: Iterable[Edge]) -> dict[tuple[int, int], str]:
    """Return the last decision of a person about each pair of ids: ``accepted`` or ``rejected``."""
    latest: dict[tuple[int, int], tuple[int, int, str]] = {}
    for edge in edges:
        if edge.kind in DECISIONS:
            pair, claim = edge.pair, (edge.evidence_ms, edge.edge_id, edge.kind)
            latest[pair] = max(latest.get(pair, claim), claim)
    return {pair: claim[2] for pair, claim in latest.items()}


def counting_from(edges: Iterable[Edge]) -> dict[int, int | None]:
    """Return from when each edge counts, where its two ids were unbound once; None: no more. Other edges count from their evidence on.

    Evidence up to the last unbinding of its pair is as if it had not been. What was seen again afterwards counts from the unbinding on,
    whenever it came first: so nothing depends on which sightings the ledger happens to hold. A person's decision stands.
    """
    known = list(edges)
    cut: dict[tuple[int, int], int] = {}
    for edge in known:
        if edge.kind == UNBOUND:
            cut[edge.pair] = max(cut.get(edge.pair, edge.seen_ms), edge.seen_ms)
    if not cut:
        return {}
    touched = [edge for edge in known if edge.pair in cut and edge.kind != UNBOUND and edge.kind not in DECISIONS]
    first: dict[tuple[int, int, str, str], int] = {}
    last: dict[tuple[int, int, str, str], int] = {}
    for edge in touched:
        says = (*edge.pair, edge.kind, edge.source)
        first[says] = min(first.get(says, edge.evidence_ms), edge.evidence_ms)
        last[says] = max(last.get(says, edge.seen_ms), edge.seen_ms)
    result: dict[int, int | None] = {}
    for edge in touched:
        says, until = (*edge.pair, edge.kind, edge.source), cut[edge.pair]
        result[edge.edge_id] = first[says] if first[says] > until else until + 1 if last[says] > until else None
    return result


def shared_ids(edges: Iterable[Edge], namespace_of: Mapping[int, str], policy: Policy) -> frozenset[int]:
    """Return the ids that are tied to too many ids of one naming namespace to belong to one person."""
    tied: dict[tuple[int, str], set[int]] = {}
    for edge in edges:
        for here, there in ((edge.did_a, edge.did_b), (edge.did_b, edge.did_a)):
            if namespace_of[there] in policy.naming:
                tied.setdefault((here, namespace_of[there]), set()).add(there)
    return frozenset(did for (did, _), others in tied.items() if len(others) > policy.shared_after)


def judge(
    edges: Sequence[Edge],
    namespace_of: Mapping[int, str],
    policy: Policy = DEFAULT_POLICY,
    shared: frozenset[int] | None = None,
    blocked: frozenset[int] = frozenset(),
) -> tuple[list[Verdict], dict[int, int]]:
    """Decide greedily which edges make people.

    Edges are taken by (accepted first, priority, evidence time, tie, edge id); one is applied unless it breaks a limit: a pair that
    a person rejected or a server unbound, a blocked or shared id, two identified people, too many ids. An accepted edge breaks no limit.

    Args:
        edges: all evidence among a set of ids.
        namespace_of: the namespace of each id that an edge names.
        policy: the limits.
        shared: the shared ids, where they are known from more edges than those given.
        blocked: the ids that the policy blocks.

    Returns:
        A verdict per edge that is no decision against (in the order they were taken), and each id's person: the smallest did
        of those joined.
    """
    decisions, counting = decided(edges), counting_from(edges)
    if shared is None:
        joining = [edge for edge in edges if policy.kinds[edge.kind].joins and decisions.get(edge.pair) != REJECTED]
        shared = shared_ids([edge for edge in joining if counting.get(edge.edge_id, 0) is not None], namespace_of, policy)
    people = _People(namespace_of, policy)
    verdicts: list[Verdict] = []
    spoken = [edge for edge in edges if edge.kind not in (REJECTED, UNBOUND)]
    for edge in sorted(spoken, key=lambda edge: edge.rank(policy, counting.get(edge.edge_id) or edge.evidence_ms)):
        why = _refusal(edge, decisions.get(edge.pair), policy)
        if not why and edge.kind != ACCEPTED:
            why = "unbound" if counting.get(edge.edge_id, 0) is None else ""
            why = why or ("blocked_id" if blocked & {*edge.pair} else "shared_id" if shared & {*edge.pair} else people.limit_broken(*edge.pair))
        if not why:
            people.join(edge.did_a, edge.did_b)
        verdicts.append(Verdict(edge, applied=not why, why=why or "applied"))
    return verdicts, {did: people.find(did) for did in people.parent}


def why_of(
    edge: Edge, decision: str | None, groups: tuple[Group, Group], policy: Policy, *, dead: bool = False, aloof: Mapping[int, str] | None = None
) -> str:
    """Return what became of an edge (a word of ``WHY``), from the persons that were made.

    It says what ``judge`` says without going through all evidence again: groups only grow, so a limit that refused an edge on the way
    is broken by the persons at the end too, and two ids in one person at the end were never refused.

    Args:
        edge: the edge.
        decision: what a person decided last about its pair, or None.
        groups: the persons of its two ids.
        policy: the limits that they were made by.
        dead: the pair was unbound after it was last seen so.
        aloof: ids that join nobody: ``blocked_id`` or ``shared_id``.
    """
    word = _refusal(edge, decision, policy)
    if word or edge.kind == ACCEPTED:
        return word or "applied"
    if dead:
        return "unbound"
    apart = {(aloof or {}).get(did) for did in edge.pair}
    for word in ("blocked_id", "shared_id"):
        if word in apart:
            return word
    one, other = groups
    return "applied" if one.pid == other.pid else limit_word(one, other, policy) or "pending"


def limit_word(one: Group, other: Group, policy: Policy) -> str:
    """Return the limit that joining two persons would break, or ""."""
    if one.counts and other.counts:
        for name, most in policy.limits.items():
            here, there = one.counts.get(name, 0), other.counts.get(name, 0)
            if here and there and here + there > most:
                return "two_logins" if name == "login" else "namespace_limit"
    return "too_many_ids" if one.size + other.size > policy.ids_max else ""


def _refusal(edge: Edge, decision: str | None, policy: Policy) -> str:
    """Return why an edge can't join anybody whatever the limits, or ""."""
    if decision == REJECTED:
        return "rejected"
    if edge.kind == ACCEPTED or policy.kinds[edge.kind].joins:
        return ""
    return "low_trust" if edge.kind in LOW_TRUST else "not_joining"


class _People:
    """Groups of ids while they are being joined: the smallest did names the group."""

    def __init__(self, namespace_of: Mapping[int, str], policy: Policy) -> None:
        self.policy = policy
        self.parent = {did: did for did in namespace_of}
        self.size = dict.fromkeys(namespace_of, 1)
        self.counts: dict[int, dict[str, int]] = {did: {name: 1} for did, name in namespace_of.items() if name in policy.limits}

    def find(self, did: int) -> int:
        while self.parent[did] != did:
            self.parent[did] = self.parent[self.parent[did]]
            did = self.parent[did]
        return did

    def limit_broken(self, did_a: int, did_b: int) -> str:
        """Return the limit that joining two ids would break, or ""."""
        a, b = self.find(did_a), self.find(did_b)
        return "" if a == b else limit_word(self.group(a), self.group(b), self.policy)

    def group(self, root: int) -> Group:
        return Group(root, self.size[root], self.counts.get(root, _NONE))

    def join(self, a: int, b: int) -> None:
        a, b = sorted((self.find(a), self.find(b)))
        if a == b:
            return
        self.parent[b] = a
        self.size[a] += self.size[b]
        moved = self.counts.pop(b, None)
        if moved:
            kept = self.counts.setdefault(a, {})
            for name, count in moved.items():
                kept[name] = kept.get(name, 0) + count
