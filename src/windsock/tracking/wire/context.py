"""Read the context of Segment's and RudderStack's events: once for all that carry the same bytes."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import msgspec

from windsock.tracking.wire.columns import json_text, list_of, object_of, text_of
from windsock.tracking.wire.names import ADDRESSES, EXTERNAL_IDS, SERVER_WORDS

_CAMPAIGN = {"name": "campaign", "source": "utm_source", "medium": "utm_medium", "term": "utm_term", "content": "utm_content"}
_APART = frozenset({"traits", "userAgent", "user_agent", "userIdSignature", "consent", "consentManagement", "externalIds", "library"}) | ADDRESSES
_WORD = re.compile(r"[a-z]+")
_VARYING = ("page", "sessionId")
_FRAMES_MOST = 4_096
_PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANY = msgspec.json.Decoder()
_ENCODER = msgspec.json.Encoder(order="sorted")

SAID = ("device_id", "device", "platform", "app_version", "country", "user_agent", "library", "consent", "other_ids", "context")
"""Columns of events that a context fills."""


class Context(NamedTuple):
    """What an event's context says.

    Attributes:
        columns: values of ``SAID``, in its order.
        server: the library runs on a server, whose clock is believed.
        campaign, traits: what goes into the properties and traits where they don't say it themselves.
        page: as it was said; see ``shown``.
        signature: what proves the user's id, if anything.
        session: id of the session within its device.
        address: of whom a server tells, which is compared with the networks of rules and goes nowhere.
    """

    columns: tuple[str | None, ...]
    server: bool
    campaign: dict[str, Any]
    page: dict[str, Any]
    traits: dict[str, Any]
    signature: Any
    session: str | None
    address: Any = None


class Contexts:
    """Reads contexts. Most differ in the page alone: what else they say is read once for all that say the same."""

    def __init__(self) -> None:
        """Know none yet."""
        self._frames: dict[tuple[str | None, tuple[str, ...], tuple[bytes, ...]], tuple[Context, dict[str, bytes]]] = {}

    def read(self, text: bytes, sender: str | None) -> Context:
        """Return what ``read_context`` says of the JSON of a context; of what is no object, nothing.

        Raises:
            msgspec.DecodeError: it can't be read.
        """
        try:
            parts = _PARTS.decode(text)
        except msgspec.ValidationError:
            return read_context(object_of(_ANY.decode(text)), sender)
        varying = {name: _ANY.decode(parts.pop(name)) for name in _VARYING if name in parts}
        frame, pieces = self._frame(parts, sender)
        if not varying:
            return frame
        pieces = pieces | {name: _ENCODER.encode({name: value})[1:-1] for name, value in varying.items()}
        whole = b",".join([pieces[name] for name in sorted(pieces)]).decode()
        page = object_of(varying.get("page"))
        return Context(
            (*frame.columns[:-1], f"{{{whole}}}"),
            frame.server,
            frame.campaign,
            page,
            frame.traits,
            frame.signature,
            text_of(varying.get("sessionId")),
            frame.address,
        )

    def _frame(self, parts: dict[str, msgspec.Raw], sender: str | None) -> tuple[Context, dict[str, bytes]]:
        """Return what all parts say but those that vary, and the text of each that is kept, by name."""
        key = sender, tuple(parts), tuple([bytes(part) for part in parts.values()])
        known = self._frames.get(key)
        if known is None:
            said = {name: _ANY.decode(part) for name, part in parts.items()}
            pieces = {name: _ENCODER.encode({name: value})[1:-1] for name, value in said.items() if name not in _APART}
            known = read_context(said, sender), pieces
            if len(self._frames) < _FRAMES_MOST:
                self._frames[key] = known
        return known


def read_context(said: dict[str, Any], sender: str | None) -> Context:
    """Return what a context says; ``sender`` is the user agent of the request, which stands in where the context names none."""
    device, app, system, library = (object_of(said.get(name)) for name in ("device", "app", "os", "library"))
    agent = text_of(said.get("userAgent")) or text_of(said.get("user_agent"))
    name = text_of(library.get("name")) or ""
    campaign, place = (object_of(said.get(name)) for name in ("campaign", "location"))
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
        page=object_of(said.get("page")),
        traits=object_of(said.get("traits")),
        signature=said.get("userIdSignature"),
        session=text_of(said.get("sessionId")),
        address=said.get("ip"),
    )


def shown(page: dict[str, Any]) -> dict[str, Any]:
    """Return what a page call tells of its page."""
    return {key: page[key] for key in ("path", "url", "referrer", "title", "search") if page.get(key)}


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
