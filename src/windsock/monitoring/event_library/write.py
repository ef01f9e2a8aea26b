"""An entry as it is kept and travels; ``read_event`` reads the same back."""

from __future__ import annotations

from typing import Any

from windsock.monitoring.event_library.model import Finding, KnownEvent, Match, Signature
from windsock.monitoring.event_library.told import LANGUAGES, sentence


def event_json(event: KnownEvent) -> dict[str, Any]:
    """Return an entry as JSON."""
    return {
        "known_event": event.name,
        "title": event.title.json(),
        "about": event.about.json(),
        "owner": event.owner,
        "signature": signature_json(event.signature),
        "sources": [*event.sources],
        "checks": [
            {"title": check.title.json(), **({} if check.metric is None else {"metric": check.metric}), **({"by": [*check.by]} if check.by else {})}
            for check in event.checks
        ],
        "causes": [cause.json() for cause in event.causes],
        "playbook": [
            {"action": step.action, "mode": step.mode, "title": step.title.json(), **({"with": dict(step.given)} if step.given else {})}
            for step in event.playbook
        ],
        "tests": [{"name": one.name, "finding": finding_json(one.finding), "expect": one.expect} for one in event.tests],
    }


def signature_json(signature: Signature) -> dict[str, Any]:
    """Return how an event looks as JSON; what is left open is left out."""
    told: dict[str, Any] = {
        "moves": [{"metric": one.metric, "direction": one.direction, **({"lead": True} if one.lead else {})} for one in signature.moves],
        "steady": [*signature.steady],
        "named": [*signature.named],
        "values": {key: [*values] for key, values in signature.values.items()},
        "beside": [*signature.beside],
        "hours": None if signature.hours is None else [*signature.hours],
        "course": signature.course,
        "lasts_min": None if signature.lasts_min is None else [*signature.lasts_min],
    }
    return {key: value for key, value in told.items() if value}


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON; what can't be told yet is left out, and an empty cause (it is everywhere) is not."""
    told: dict[str, Any] = {
        "moved": dict(finding.moved),
        "quiet": sorted(finding.quiet) or None,
        "where": None if finding.where is None else [dict(element) for element in finding.where],
        "beside": None if finding.beside is None else sorted(finding.beside),
        "hour": finding.hour,
        "course": finding.course,
        "minutes": finding.minutes,
    }
    return {key: value for key, value in told.items() if value is not None}


def match_json(match: Match, event: KnownEvent) -> dict[str, Any]:
    """Return how like an event a finding is, with the reasons."""
    reasons = [
        {
            "part": one.part,
            "what": one.what,
            "weight": one.weight,
            "fit": one.fit,
            "sentence": {language: sentence(one, language) for language in LANGUAGES},
        }
        for one in match.reasons
    ]
    return {"known_event": match.event, "title": event.title.json(), "likeness": round(match.likeness, 4), "reasons": reasons}
