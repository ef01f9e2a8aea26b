"""One person from all sides: ids, traits, roles, what they did where, and why all this is one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.identity import Member, evidence_around, members_of, name_of, persons_of, rows_of, shown_trait, traits_of, words
from windsock.kernel import money
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.tracking.people import asked

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.identity import Around, Trait
    from windsock.workspace import Workspace

IDS_MOST = 1_000
CHANNELS_MOST = 50
_MERGED = "SELECT did, known_from_ms FROM alias WHERE known_from_ms <= $at AND (known_to_ms IS NULL OR known_to_ms > $at)"
_NUMBERED = ("login", "member")


def parse_moment(text: str | None, where: str = "as_of") -> int:
    """Return an instant written as ISO 8601 with its offset, in ms; without one, the moment as of which everything is known.

    Raises:
        InvalidInput: it is no such instant.
    """
    if text is None:
        return asked.ALWAYS
    try:
        # A blank stands for the plus sign of an address that was not encoded.
        moment = dt.datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInput(f"'{text[:40]}' is no moment.", where=where, fix="Write it as 2026-01-05T08:00:00+08:00.")
    return round(moment.timestamp() * 1000)


def person_members(workspace: Workspace, did: int, at_ms: int, *, most: int | None = IDS_MOST) -> tuple[int, list[Member]]:
    """Return the person of an id and their ids: the first ``most`` of them to look at, all of them with None.

    Raises:
        NotFound: there is no such id.
    """
    pid = persons_of(workspace.warehouse, [did], at_ms=at_ms)[did]
    members = members_of(workspace.warehouse, [pid], at_ms=at_ms)[pid]
    if not members:
        raise NotFound(f"There is no id {did}.", where="did", fix="Search for the person again.")
    return pid, members[:most]


def read_profile(workspace: Workspace, actor: Actor, did: int, as_of: str | None) -> dict[str, Any]:
    """Return a person as JSON: masked without ``people.unmask``, as it is or was known.

    Raises:
        NotFound: there is no such id.
        InvalidInput: ``as_of`` is no moment.
    """
    at_ms = parse_moment(as_of)
    warehouse, zone, unmasked = workspace.warehouse, workspace.zone, actor.may("people.unmask")
    pid, members = person_members(workspace, did, at_ms)
    around = evidence_around(warehouse, members, at_ms=at_ms)
    traits = traits_of(warehouse, members, _joined(around), at_ms=at_ms)
    dids = [member.did for member in members]
    return {
        "did": did,
        "pid": pid,
        "name": name_of(traits, unmasked=unmasked),
        "as_of": None if as_of is None else iso(at_ms, zone),
        "ids": [shown_id(member, unmasked=unmasked) for member in members],
        "traits": [_trait(trait, zone, unmasked=unmasked) for trait in traits],
        "roles": _roles(workspace, members, at_ms),
        "summary": _summary(workspace, dids, at_ms),
        "merged_from": _merged_from(workspace, pid, members, around, at_ms, unmasked=unmasked),
        "graph": _graph(around, {*dids}, zone, unmasked=unmasked),
    }


def shown_id(member: Member, *, unmasked: bool) -> dict[str, Any]:
    """Return an id as it may be shown."""
    title = words()["namespaces"].get(member.namespace, {"zh": member.namespace, "en": member.namespace})
    shown = member.shown(unmasked=unmasked)
    return {"did": member.did, "namespace": member.namespace, "namespace_zh": title["zh"], "namespace_en": title["en"], "shown": shown}


def _joined(around: Around) -> dict[int, int]:
    """Return when each id was first seen together with another one of the person."""
    joined: dict[int, int] = {}
    for verdict in around.reasons:
        if verdict.applied:
            for did in verdict.edge.pair:
                joined[did] = min(joined.get(did, verdict.edge.evidence_ms), verdict.edge.evidence_ms)
    return joined


def _trait(trait: Trait, zone: str, *, unmasked: bool) -> dict[str, Any]:
    others = [
        {"value": shown_trait(one.name, one.value, unmasked=unmasked), "source": one.source, "at": iso(one.at_ms, zone)} for one in trait.others
    ]
    value = shown_trait(trait.name, trait.value, unmasked=unmasked)
    return {"name": trait.name, "value": value, "source": trait.source, "at": iso(trait.at_ms, zone), "trust": trait.trust, "others": others}


def _roles(workspace: Workspace, members: Sequence[Member], at_ms: int) -> list[dict[str, Any]]:
    dids = [member.did for member in members]
    booked, travels = asked.orders_of(workspace.warehouse, dids, at_ms)
    numbers = [member.id for member in members if member.namespace in _NUMBERED]
    counts = {
        "booker": len(booked),
        "traveller": len(travels),
        "payer": asked.paid_by(workspace.warehouse, dids, at_ms),
        "member": asked.orders_as_member(workspace.warehouse, numbers, at_ms),
    }
    return [{"role": role, "orders": count} for role, count in counts.items() if count]


def _summary(workspace: Workspace, dids: Sequence[int], at_ms: int) -> dict[str, Any]:
    warehouse, zone = workspace.warehouse, workspace.zone
    channels = asked.channels_of(warehouse, dids, at_ms)
    worth = asked.worth_of(warehouse, dids, at_ms).values()
    first = min((one["first_ms"] for one in channels.values()), default=None)
    last = max((one["last_ms"] for one in channels.values()), default=None)
    latest = sorted(channels.items(), key=lambda item: (-item[1]["last_ms"], item[0]))[:CHANNELS_MOST]
    return {
        "first_seen": None if first is None else iso(first, zone),
        "last_seen": None if last is None else iso(last, zone),
        "events": sum(one["events"] for one in channels.values()),
        "sessions": asked.sessions_of(warehouse, dids, at_ms),
        "orders": len({key for keys, _ in worth for key in keys}),
        "amount": money.text(money.half_up(sum((total for _, total in worth), Decimal(0)))),
        "currency": workspace.settings.workspace.currency,
        "channels": [
            {"channel": name, "events": one["events"], "orders": one["orders"], "last_seen": iso(one["last_ms"], zone)} for name, one in latest
        ],
    }


def _merged_from(workspace: Workspace, pid: int, members: Sequence[Member], around: Around, at_ms: int, *, unmasked: bool) -> list[dict[str, Any]]:
    """Return the ids that were joined to the person's first one: since when it is known, and by what."""
    since = {row["did"]: row["known_from_ms"] for row in rows_of(workspace.warehouse, _MERGED, "pid", [pid], at_ms)}
    by: dict[int, str] = {}
    for verdict in around.reasons:
        if verdict.applied:
            for did in verdict.edge.pair:
                by.setdefault(did, verdict.edge.accepted_by or f"{verdict.edge.kind} · {verdict.edge.source}".rstrip(" ·"))
    return [
        {"did": member.did, "shown": member.shown(unmasked=unmasked), "since": iso(since[member.did], workspace.zone), "by": by.get(member.did, "")}
        for member in members
        if member.did in since
    ]


def _graph(around: Around, mine: set[int], zone: str, *, unmasked: bool) -> dict[str, Any]:
    kinds, whys = words()["kinds"], words()["why"]
    nodes = [
        {"did": did, "namespace": member.namespace, "shown": member.shown(unmasked=unmasked), "pid": member.pid, "mine": did in mine}
        for did, member in sorted(around.near.items())
    ]
    edges: list[dict[str, Any]] = []
    for verdict in around.reasons:
        edge = verdict.edge
        kind, why = kinds[edge.kind], whys[verdict.why]
        edges.append(
            {
                "edge_id": edge.edge_id,
                "a": edge.did_a,
                "b": edge.did_b,
                "kind": edge.kind,
                "kind_zh": kind["zh"],
                "kind_en": kind["en"],
                "evidence": iso(edge.evidence_ms, zone),
                "last": iso(edge.seen_ms, zone),
                "source": edge.source,
                "applied": verdict.applied,
                "why": verdict.why,
                "why_zh": why["zh"],
                "why_en": why["en"],
                "decided_by": edge.accepted_by,
            }
        )
    return {"nodes": nodes, "edges": edges, "complete": around.complete}
