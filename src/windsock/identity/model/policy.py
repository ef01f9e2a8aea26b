"""What may be joined: kinds of evidence with their weight, and the policy with its limits, as people write it.

A policy is written as JSON: ``limits`` (at most so many ids of a namespace), ``ids_max``, ``shared_after``, ``naming``, ``kinds`` (what differs
from the built-in ones), ``blocked`` (values by namespace), ``blocked_mailboxes`` and ``blocked_domains``; what is left out stays as built in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from windsock.identity.model.ids import NAMESPACES, check_namespace, normalise
from windsock.kernel.errors import InvalidInput, TooLarge


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
DECISIONS = frozenset({ACCEPTED, REJECTED})
FIXED = DECISIONS | {UNBOUND}
"""Kinds that no policy can change."""
LOW_TRUST = frozenset({"claim", "probable"})
NAMING = frozenset({"login", "email", "phone", "customer", "member", "document"})
PRIORITY_MOST = 99
IDS_MOST, SHARED_MOST, BLOCKED_MOST = 1_000, 1_000, 5_000


@dataclass(frozen=True)
class Policy:
    """What may be joined.

    Attributes:
        limits: a person has at most so many ids of a namespace; identified never merges into identified.
        ids_max: a person has at most so many ids at all.
        shared_after: an id that is tied to more than so many ids of one naming namespace is shared (a kiosk, an agency's
            mailbox) and joins nobody.
        naming: namespaces that name somebody; an id tied to many of one of them is shared.
        kinds: evidence by name.
        blocked: ids (namespace, text) that name nobody here, such as an agency's phone number.
        mailboxes: local parts of e-mail addresses that name nobody, such as ``booking``.
        domains: domains of e-mail addresses that name nobody, such as an agency's.
    """

    limits: Mapping[str, int] = field(default_factory=lambda: {"login": 1, "member": 1})
    ids_max: int = 50
    shared_after: int = 5
    naming: frozenset[str] = NAMING
    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)
    blocked: frozenset[tuple[str, str]] = frozenset()
    mailboxes: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    @property
    def blocks(self) -> bool:
        """Whether any id is blocked at all."""
        return bool(self.blocked or self.mailboxes or self.domains)


DEFAULT_POLICY = Policy()


def check_kind(kind: str) -> Kind:
    """Return a kind of evidence by name.

    Raises:
        InvalidInput: there is no such kind.
    """
    if kind not in KINDS:
        raise InvalidInput(f"There is no kind of evidence '{kind[:40]}'.", where="kind", fix=f"Use one of: {', '.join(KINDS)}.")
    return KINDS[kind]


def as_body(policy: Policy) -> dict[str, Any]:
    """Return a policy as JSON, in full."""
    blocked: dict[str, list[str]] = {}
    for namespace, text in sorted(policy.blocked):
        blocked.setdefault(namespace, []).append(text)
    return {
        "limits": dict(sorted(policy.limits.items())),
        "ids_max": policy.ids_max,
        "shared_after": policy.shared_after,
        "naming": sorted(policy.naming),
        "kinds": {name: {"priority": kind.priority, "joins": kind.joins} for name, kind in policy.kinds.items() if name not in FIXED},
        "blocked": blocked,
        "blocked_mailboxes": sorted(policy.mailboxes),
        "blocked_domains": sorted(policy.domains),
    }


def as_policy(body: Mapping[str, Any]) -> Policy:
    """Read a policy as people write it.

    Raises:
        InvalidInput: a word, number or list can't be; says which.
        TooLarge: more than 5,000 blocked values.
    """
    unknown = set(body) - set(as_body(DEFAULT_POLICY))
    if unknown:
        raise InvalidInput(
            f"A policy says nothing of '{min(unknown)[:40]}'.", where=min(unknown)[:40], fix=f"Say: {', '.join(as_body(DEFAULT_POLICY))}."
        )
    limits = {check_namespace(name): _number(most, 1, IDS_MOST, f"limits.{name}") for name, most in _mapping(body, "limits", DEFAULT_POLICY.limits)}
    naming = frozenset(check_namespace(name) for name in _texts(body.get("naming", sorted(NAMING)), "naming"))
    blocked = frozenset(
        (check_namespace(name), normalise(check_namespace(name), text) or text)
        for name, texts in _mapping(body, "blocked", {})
        for text in _texts(texts, f"blocked.{name}")
    )
    mailboxes = frozenset(text.lower() for text in _texts(body.get("blocked_mailboxes", []), "blocked_mailboxes"))
    domains = frozenset(text.lower().lstrip("@") for text in _texts(body.get("blocked_domains", []), "blocked_domains"))
    if len(blocked) + len(mailboxes) + len(domains) > BLOCKED_MOST:
        raise TooLarge(f"A policy blocks at most {BLOCKED_MOST} values.", where="blocked", fix="Block a domain instead of its addresses.")
    return Policy(
        limits=limits,
        ids_max=_number(body.get("ids_max", DEFAULT_POLICY.ids_max), 2, IDS_MOST, "ids_max"),
        shared_after=_number(body.get("shared_after", DEFAULT_POLICY.shared_after), 1, SHARED_MOST, "shared_after"),
        naming=naming,
        kinds=_kinds(body),
        blocked=blocked,
        mailboxes=mailboxes,
        domains=domains,
    )


def _kinds(body: Mapping[str, Any]) -> dict[str, Kind]:
    kinds = dict(KINDS)
    for name, said in _mapping(body, "kinds", {}):
        where = f"kinds.{name[:40]}"
        if name not in KINDS or name in FIXED:
            raise InvalidInput(
                f"'{name[:40]}' is no kind of evidence that a policy can change.", where=where, fix=f"Use: {', '.join(set(KINDS) - FIXED)}."
            )
        if not isinstance(said, Mapping) or set(cast("Mapping[str, Any]", said)) - {"priority", "joins"}:
            raise InvalidInput("A kind has a priority and says whether it joins.", where=where, fix='Write {"priority": 40, "joins": true}.')
        values = cast("Mapping[str, Any]", said)
        joins = values.get("joins", kinds[name].joins)
        if not isinstance(joins, bool):
            raise InvalidInput("Whether a kind joins is true or false.", where=f"{where}.joins")
        if joins and name in LOW_TRUST:
            raise InvalidInput(
                f"A {name} is confirmed by nobody and can't join people.", where=f"{where}.joins", fix="Confirm it with a server's evidence."
            )
        kinds[name] = Kind(_number(values.get("priority", kinds[name].priority), 1, PRIORITY_MOST, f"{where}.priority"), joins)
    return kinds


def _mapping(body: Mapping[str, Any], name: str, otherwise: Mapping[str, Any]) -> list[tuple[str, Any]]:
    value = body.get(name, otherwise)
    if not isinstance(value, Mapping):
        raise InvalidInput(f"'{name}' is no object.", where=name, fix="Write names with their values.")
    return sorted(cast("Mapping[str, Any]", value).items())


def _texts(value: Any, where: str) -> list[str]:  # noqa: ANN401 - JSON
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in cast("list[Any]", value)):
        raise InvalidInput(f"'{where}' is no list of texts.", where=where)
    return cast("list[str]", value)


def _number(value: Any, least: int, most: int, where: str) -> int:  # noqa: ANN401 - JSON
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InvalidInput(f"'{where}' is no number from {least} to {most}.", where=where)
    return value


assert set(NAMESPACES) >= NAMING  # noqa: S101 - names of ours
