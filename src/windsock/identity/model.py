"""Rules of who is who: how an id is cleaned, what evidence counts for, and which edges a person is made of.

Everything here is a pure rule over small values; ``assign.py`` and ``rebuild.py`` carry them over tables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from windsock.kernel.errors import InvalidInput

NAMESPACES = (
    "anon", "login", "email", "phone", "device", "customer", "cookie", "openid", "unionid", "member", "document", "pnr_name",
)  # fmt: skip
ALSO_CALLED = {"mobile": "phone"}
"""Names under which a namespace comes from elsewhere."""
ID_LONGEST = 255
ERASED = "erased:"
"""What stands before the number of an id whose text was erased; nobody may bring such an id."""
BLOCKED = frozenset(
    {
        "", "-", "0", "-1", "null", "none", "nil", "nan", "n/a", "na", "undefined", "unknown", "anonymous", "guest", "test", "[object object]",
        "false", "true", "00000000-0000-0000-0000-000000000000", "+8613800138000", "+8613800000000",
    }
)  # fmt: skip
BLOCKED_MAILBOXES = frozenset({"guest", "noreply", "no-reply", "donotreply", "none", "null", "unknown", "anonymous", "nobody"})
SEALED = "hmac:"
"""What stands before a document number that was replaced by its keyed hash at the door."""
_PNR_NAME = re.compile(r"\s*([A-Za-z0-9]{5,8})\s*[/|:;,\s]\s*(.+)", re.DOTALL | re.ASCII)
_LETTERS = re.compile(r"[^\W\d_]+")
_TITLES = frozenset({"MR", "MRS", "MS", "MISS", "MSTR", "DR", "CHD", "INF"})
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u00ad"))
_PHONE_SHORTEST, _PHONE_LONGEST = 7, 15
_MOBILE_DIGITS = 11


def normalise(namespace: str, text: str | None, *, country: str = "86") -> str | None:
    """Return the one way to write an id, or None when it is not usable: then nobody is meant by it.

    Args:
        namespace: one of ``NAMESPACES``.
        text: the id as it came.
        country: country code of phone numbers written without one.

    >>> normalise("email", " Li.Wei@Example.COM "), normalise("phone", "138 1234-5678"), normalise("anon", "null")
    ('li.wei@example.com', '+8613812345678', None)
    """
    if text is None:
        return None
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    text = text.strip()
    if len(text) > ID_LONGEST:
        return None
    if namespace == "phone":
        return _phone(text, country)
    if namespace == "email":
        return _email(text)
    if namespace in _FOLDED:
        text = _FOLDED[namespace](text)
    if text.lower() in BLOCKED or not text.strip("0-") or text.startswith(ERASED):
        return None
    return text


def _email(text: str) -> str | None:
    text = text.lower()
    return text if _EMAIL.fullmatch(text) and text.partition("@")[0] not in BLOCKED_MAILBOXES else None


def _number(text: str) -> str:
    """Card and document numbers are the same with and without blanks and dashes, in large and small letters."""
    return text if text.startswith(SEALED) else "".join(sign for sign in text if sign.isalnum()).upper()


def _pnr_name(text: str) -> str:
    """Return ``PNR/NAME``: letters only, no titles, as ``ABC123 / Zhang San Mr`` and ``abc123:ZHANG/SAN`` are one traveller."""
    found = _PNR_NAME.fullmatch(text)
    if found is None:
        return ""
    words = _LETTERS.findall(found[2].upper())
    while words and words[-1] in _TITLES:
        words.pop()
    name = "".join(words)
    return f"{found[1].upper()}/{name}" if name and name not in _TITLES else ""


_FOLDED = {"member": _number, "document": _number, "pnr_name": _pnr_name}


def _phone(text: str, country: str) -> str | None:
    digits = "".join(sign for sign in text if sign.isdigit())
    if text.startswith("+"):
        pass
    elif digits.startswith("00"):
        digits = digits[2:]
    elif not (len(digits) > _MOBILE_DIGITS and digits.startswith(country)):
        digits = country + digits.removeprefix("0")
    national = digits.removeprefix(country)
    if len(national) < _PHONE_SHORTEST or len(digits) > _PHONE_LONGEST or len(set(national)) == 1:
        return None
    return None if f"+{digits}" in BLOCKED else f"+{digits}"


@dataclass(frozen=True)
class Kind:
    """A kind of evidence: its place in the order of trust (lower is stronger) and whether it may join people by itself."""

    priority: int
    joins: bool


ACCEPTED, REJECTED, UNBOUND = "accepted", "rejected", "unbound"
KINDS: dict[str, Kind] = {
    ACCEPTED: Kind(0, joins=True),  # by a person
    REJECTED: Kind(0, joins=False),  # by a person
    UNBOUND: Kind(0, joins=False),  # from data: evidence between the two ids up to its time counts no more
    "login": Kind(10, joins=True),  # signed in, seen by a server or an import
    "member": Kind(15, joins=True),  # a loyalty card number
    "order": Kind(20, joins=True),
    "unionid": Kind(25, joins=True),
    "openid": Kind(30, joins=True),
    "email": Kind(30, joins=True),
    "phone": Kind(30, joins=True),
    "document": Kind(35, joins=True),
    "device": Kind(40, joins=True),
    "cookie": Kind(45, joins=True),
    "pnr_name": Kind(60, joins=False),  # booked together; joins only where the policy says so
    "claim": Kind(90, joins=False),  # said by a browser or an app, confirmed by nobody
    "probable": Kind(95, joins=False),  # suggested by a model, reviewed by nobody
}
TRAIT_OPS = ("set", "set_once", "increment", "append", "unset", "delete")
DECISIONS = frozenset({ACCEPTED, REJECTED})


@dataclass(frozen=True)
class Policy:
    """What may be joined.

    Attributes:
        logins_max: a person has at most so many ids of the namespace ``login``; identified never merges into identified.
        ids_max: a person has at most so many ids at all.
        shared_after: an id that is tied to more than so many ids of one naming namespace is shared (a kiosk, an agency's
            mailbox) and joins nobody.
        naming: namespaces that name somebody; an id tied to many of one of them is shared.
        kinds: evidence by name.
    """

    logins_max: int = 1
    ids_max: int = 50
    shared_after: int = 5
    naming: frozenset[str] = frozenset({"login", "email", "phone", "customer"})
    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)


DEFAULT_POLICY = Policy()


@dataclass(frozen=True)
class Edge:
    """Evidence that two ids are one person, with ``did_a < did_b``.

    ``tie`` orders evidence of one priority and moment by what it says, so that the order of arrival decides nothing; the edge's
    own id comes last.
    """

    edge_id: int
    did_a: int
    did_b: int
    kind: str
    evidence_ms: int
    source: str = ""
    accepted_by: str | None = None
    tie: str = ""

    @property
    def pair(self) -> tuple[int, int]:
        """The two ids."""
        return self.did_a, self.did_b

    def rank(self, policy: Policy) -> tuple[bool, int, int, str, int]:
        """Return the place in the order in which edges are taken: smallest first."""
        return self.kind != ACCEPTED, policy.kinds[self.kind].priority, self.evidence_ms, self.tie, self.edge_id


@dataclass(frozen=True)
class Verdict:
    """What became of an edge: applied, or why not."""

    edge: Edge
    applied: bool
    why: str


def check_kind(kind: str) -> Kind:
    """Return a kind of evidence by name.

    Raises:
        InvalidInput: there is no such kind.
    """
    if kind not in KINDS:
        raise InvalidInput(f"There is no kind of evidence '{kind[:40]}'.", where="kind", fix=f"Use one of: {', '.join(KINDS)}.")
    return KINDS[kind]


def check_namespace(namespace: str) -> str:
    """Return the namespace's own name.

    Raises:
        InvalidInput: there is no such namespace.
    """
    namespace = ALSO_CALLED.get(namespace, namespace)
    if namespace not in NAMESPACES:
        raise InvalidInput(f"There is no namespace '{namespace[:40]}'.", where="namespace", fix=f"Use one of: {', '.join(NAMESPACES)}.")
    return namespace


def decided(edges: Iterable[Edge]) -> dict[tuple[int, int], str]:
    """Return the last decision of a person about each pair of ids: ``accepted`` or ``rejected``."""
    latest: dict[tuple[int, int], tuple[int, int, str]] = {}
    for edge in edges:
        if edge.kind in DECISIONS:
            pair, claim = edge.pair, (edge.evidence_ms, edge.edge_id, edge.kind)
            latest[pair] = max(latest.get(pair, claim), claim)
    return {pair: claim[2] for pair, claim in latest.items()}


def shared_ids(edges: Iterable[Edge], namespace_of: Mapping[int, str], policy: Policy) -> frozenset[int]:
    """Return the ids that are tied to too many ids of one naming namespace to belong to one person."""
    tied: dict[tuple[int, str], set[int]] = {}
    for edge in edges:
        for here, there in ((edge.did_a, edge.did_b), (edge.did_b, edge.did_a)):
            if namespace_of[there] in policy.naming:
                tied.setdefault((here, namespace_of[there]), set()).add(there)
    return frozenset(did for (did, _), others in tied.items() if len(others) > policy.shared_after)


def judge(
    edges: Sequence[Edge], namespace_of: Mapping[int, str], policy: Policy = DEFAULT_POLICY, shared: frozenset[int] | None = None
) -> tuple[list[Verdict], dict[int, int]]:
    """Decide greedily which edges make people.

    Edges are taken by (accepted first, priority, evidence time, tie, edge id); one is applied unless it breaks a limit: a pair that
    a person rejected, a shared id, two identified people, too many ids. An accepted edge breaks no limit.

    Args:
        edges: all evidence among a set of ids.
        namespace_of: the namespace of each id that an edge names.
        policy: the limits.
        shared: the shared ids, where they are known from more edges than those given.

    Returns:
        A verdict per edge that is no decision against (in the order they were taken), and each id's person: the smallest did
        of those joined.
    """
    decisions = decided(edges)
    if shared is None:
        shared = shared_ids([edge for edge in edges if policy.kinds[edge.kind].joins and decisions.get(edge.pair) != REJECTED], namespace_of, policy)
    people = _People(namespace_of)
    verdicts: list[Verdict] = []
    for edge in sorted((edge for edge in edges if edge.kind != REJECTED), key=lambda edge: edge.rank(policy)):
        why = _refusal(edge, decisions, shared, people, policy)
        if not why:
            people.join(edge.did_a, edge.did_b)
        verdicts.append(Verdict(edge, applied=not why, why=why or "applied"))
    return verdicts, {did: people.find(did) for did in people.parent}


def _refusal(edge: Edge, decisions: Mapping[tuple[int, int], str], shared: frozenset[int], people: _People, policy: Policy) -> str:
    """Return why an edge is not applied, or "" when it is."""
    if decisions.get(edge.pair) == REJECTED:
        return "rejected"
    if edge.kind == ACCEPTED:
        return ""
    if not policy.kinds[edge.kind].joins:
        return "low_trust"
    if edge.did_a in shared or edge.did_b in shared:
        return "shared_id"
    return people.limit_broken(edge.did_a, edge.did_b, policy)


class _People:
    """Groups of ids while they are being joined: the smallest did names the group."""

    def __init__(self, namespace_of: Mapping[int, str]) -> None:
        self.parent = {did: did for did in namespace_of}
        self.size = dict.fromkeys(namespace_of, 1)
        self.logins = {did: int(namespace == "login") for did, namespace in namespace_of.items()}

    def find(self, did: int) -> int:
        while self.parent[did] != did:
            self.parent[did] = self.parent[self.parent[did]]
            did = self.parent[did]
        return did

    def limit_broken(self, did_a: int, did_b: int, policy: Policy) -> str:
        """Return the limit that joining two ids would break, or ""."""
        a, b = self.find(did_a), self.find(did_b)
        if a == b:
            return ""
        if self.logins[a] and self.logins[b] and self.logins[a] + self.logins[b] > policy.logins_max:
            return "two_logins"
        return "too_many_ids" if self.size[a] + self.size[b] > policy.ids_max else ""

    def join(self, a: int, b: int) -> None:
        a, b = sorted((self.find(a), self.find(b)))
        if a != b:
            self.parent[b] = a
            self.size[a] += self.size[b]
            self.logins[a] += self.logins[b]
