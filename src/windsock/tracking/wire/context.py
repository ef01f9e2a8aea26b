"""Read the context of Segment's and RudderStack's events: once for all that carry the same bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from windsock.tracking.wire.columns import json_text, list_of, object_of, text_of
from windsock.tracking.wire.names import ADDRESSES, EXTERNAL_IDS, SERVER_WORDS

_CAMPAIGN = {"name": "campaign", "source": "utm_source", "medium": "utm_medium", "term": "utm_term", "content": "utm_content"}
_APART = frozenset({"traits", "userAgent", "user_agent", "userIdSignature", "consent", "consentManagement", "externalIds", "library"}) | ADDRESSES
_WORD = re.compile(r"[a-z]+")

SAID = ("device_id", "device", "platform", "app_version", "country", "user_agent", "library", "consent", "other_ids", "context")
"""Columns of events that a context fills."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an event's context says.

    Attributes:
        columns: values of ``SAID``, in its order.
        server: the library runs on a server, whose clock is believed.
        campaign, page, traits: what goes into the properties and traits where they don't say it themselves.
        signature: what proves the user's id, if anything.
        session: id of the session within its device.
    """

    columns: tuple[str | None, ...]
    server: bool = False
    campaign: dict[str, Any] = field(default_factory=dict[str, Any])
    page: dict[str, Any] = field(default_factory=dict[str, Any])
    traits: dict[str, Any] = field(default_factory=dict[str, Any])
    signature: Any = None
    session: str | None = None


def read_context(said: dict[str, Any], sender: str | None) -> Context:
    """Return what a context says; ``sender`` is the user agent of the request, which stands in where the context names none."""
    device, app, system, library = (object_of(said.get(name)) for name in ("device", "app", "os", "library"))
    agent = text_of(said.get("userAgent")) or text_of(said.get("user_agent"))
    name = text_of(library.get("name")) or ""
    campaign, page, place = (object_of(said.get(name)) for name in ("campaign", "page", "location"))
    kind, platform = _device(system, device, agent or "")
    version = text_of(library.get("version"))
    rest = {key: value for key, value in said.items() if key not in _APART}
    return Context(
        (
            text_of(device.get("id")) or text_of(device.get("advertisingId")),
            kind,
            platform,
            text_of(app.get("version")) if platform != "web" else None,
            text_of(place.get("country")),
            agent or sender,
            f"{name} {version}".strip() if name or version else None,
            _consent(said),
            _others(said.get("externalIds")),
            json_text(rest) if rest else None,
        ),
        server=bool(name) and not SERVER_WORDS.isdisjoint(_WORD.findall(name.lower())),
        campaign={_CAMPAIGN.get(key, f"utm_{key}"): value for key, value in campaign.items() if value is not None},
        page={key: page[key] for key in ("path", "url", "referrer", "title", "search") if page.get(key)},
        traits=object_of(said.get("traits")),
        signature=said.get("userIdSignature"),
        session=text_of(said.get("sessionId")),
    )


def _device(system: dict[str, Any], device: dict[str, Any], agent: str) -> tuple[str | None, str | None]:
    """Return the sort of device and the platform, as far as they are told."""
    word = f"{system.get('name') or ''} {device.get('type') or ''}".lower()
    if "android" in word or "ios" in word.split() or "iphone" in word:
        kind = "android" if "android" in word else "ios"
        return kind, "web" if "mozilla" in agent.lower() else kind
    if "Mozilla" not in agent:
        return None, None
    return ("android" if "Android" in agent else "ios" if "iPhone" in agent or "iPad" in agent else "desktop"), "web"


def _consent(said: dict[str, Any]) -> str | None:
    """Return the categories that were granted, or None when nothing was said: Segment's preferences, Rudder's lists of ids."""
    consent, management = object_of(said.get("consent")), object_of(said.get("consentManagement"))
    if "categoryPreferences" in consent:
        return ",".join(sorted(name for name, granted in object_of(consent["categoryPreferences"]).items() if granted is True))
    allowed = management.get("allowedConsentIds")
    granted = sorted({*object_of(allowed), *map(str, list_of(allowed))})
    return ",".join(granted) if granted or management.get("deniedConsentIds") else None


def _others(given: object) -> str | None:
    said = [(entry.get("type"), text_of(entry.get("id"))) for entry in map(object_of, list_of(given))]
    pairs = sorted([EXTERNAL_IDS.get(str(kind), "customer"), name] for kind, name in said if name is not None)
    return json_text(pairs) if pairs else None
