"""Segment's and RudderStack's events, read one at a time: the slow oracle of the reading by columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.tracking.exact_rows import Rows, instant_ms, network_of, promote
from windsock.tracking.body import Body
from windsock.tracking.wire.columns import agent_of, digest, json_text, number_of_session, object_of, rename, text_of, undecodable
from windsock.tracking.wire.context import _consent, _device, _others
from windsock.tracking.wire.names import ADDRESSES, SEGMENT_EVENTS, SERVER_WORDS
from windsock.tracking.wire.reading import Reading

_BATCHES = frozenset({"batch", "import", "beacon"})
_TYPES = {
    "track": "track", "identify": "identify", "page": "page", "screen": "screen", "group": "group", "alias": "alias",
    "t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias",
}  # fmt: skip
_EVENT_OF = {"identify": "identify", "page": "page_view", "screen": "screen_view", "group": "group", "alias": "alias"}
_CAMPAIGN = {"name": "campaign", "source": "utm_source", "medium": "utm_medium", "term": "utm_term", "content": "utm_content"}
_APART = frozenset({"traits", "userAgent", "user_agent", "userIdSignature", "consent", "consentManagement", "externalIds", "library"}) | ADDRESSES
_CONTEXTS_MOST = 4_096
_WORD = re.compile(r"[a-z]+")


class _Batch(msgspec.Struct, gc=False):
    batch: list[msgspec.Raw]
    sentAt: Any = None  # noqa: N815 - the protocol's name
    timestamp: Any = None
    context: Any = None


class _Event(msgspec.Struct, gc=False):
    type: Any = None
    messageId: Any = None  # noqa: N815 - the protocol's names, here and below
    userId: Any = None  # noqa: N815
    anonymousId: Any = None  # noqa: N815
    previousId: Any = None  # noqa: N815
    groupId: Any = None  # noqa: N815
    event: Any = None
    name: Any = None
    category: Any = None
    properties: Any = None
    traits: Any = None
    context: msgspec.Raw = msgspec.Raw(b"{}")
    timestamp: Any = None
    originalTimestamp: Any = None  # noqa: N815
    sentAt: Any = None  # noqa: N815
    channel: Any = None


_BATCH = msgspec.json.Decoder(_Batch)
_EVENT = msgspec.json.Decoder(_Event)
_ANY = msgspec.json.Decoder()


@dataclass(frozen=True)
class _Context:
    """What an event's context says, read once for all events that carry the same bytes."""

    columns: dict[str, Any]
    server: bool = False
    campaign: dict[str, Any] = field(default_factory=dict[str, Any])
    page: dict[str, Any] = field(default_factory=dict[str, Any])
    traits: dict[str, Any] = field(default_factory=dict[str, Any])
    signature: Any = None
    session: str | None = None


class SegmentReader:
    """Turns bodies into rows; keeps the contexts that it has read."""

    def __init__(self, reading: Reading, rows: Rows) -> None:
        """Read into some rows."""
        self._reading, self._rows = reading, rows
        self._contexts: dict[tuple[bytes, str | None], _Context] = {}

    def read(self, body: Body) -> None:
        """Add the rows of a body: one per event, whatever it is."""
        batch = self._batch(body)
        if batch is None:
            self._add(body, body.data, None, 0)
            return
        batch.sentAt, batch.timestamp = instant_ms(batch.sentAt), instant_ms(batch.timestamp)
        for place, raw in enumerate(batch.batch):
            self._add(body, bytes(raw), batch, place)

    def _batch(self, body: Body) -> _Batch | None:
        if body.kind not in _BATCHES:
            return None
        try:
            return _BATCH.decode(body.data)
        except (msgspec.DecodeError, RecursionError):
            return None

    def _add(self, body: Body, raw: bytes, batch: _Batch | None, place: int) -> None:
        try:
            event = _EVENT.decode(raw)
            row = self._row(body, event, batch, place)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            row = undecodable(raw, f"{type(error).__name__}: {error}", body)
        row["size"] = len(raw)
        self._rows.add(row)

    def _row(self, body: Body, event: _Event, batch: _Batch | None, place: int) -> dict[str, Any]:
        context = self._context(event.context, batch, body)
        kind = _TYPES.get(event.type if isinstance(event.type, str) else body.kind if event.type is None else "")
        user_id = text_of(event.userId)
        row = dict(context.columns)
        row["type"], row["received_ms"] = kind, body.received_ms
        row["anonymous_id"], row["user_id"], row["previous_id"] = text_of(event.anonymousId), user_id, text_of(event.previousId)
        if context.signature is not None:
            row["signed"] = self._reading.proves(body.source, user_id, context.signature)
        if context.session is not None:
            row["session_id"] = number_of_session(body.source, row["anonymous_id"] or user_id, context.session)
        self._clocks(row, event, batch, server=context.server or event.channel == "server" or body.kind == "import")
        self._content(row, event, kind, context)
        if row.get("channel") is None:
            row["channel"] = self._reading.channel(body.source)
        common = object_of(batch.context) if batch is not None else {}
        row["network"] = network_of(body, {**common, **object_of(_ANY.decode(event.context))}.get("ip"))
        row["message_id"] = self._message_id(event, row, body, place)
        return row

    @staticmethod
    def _clocks(row: dict[str, Any], event: _Event, batch: _Batch | None, *, server: bool) -> None:
        # On a server `timestamp` is what the sender says of the event, and RudderStack's `originalTimestamp` when it was put into the queue.
        said = (event.timestamp, event.originalTimestamp) if server else (event.originalTimestamp, event.timestamp)
        client = instant_ms(said[0])
        client = instant_ms(said[1]) if client is None else client
        if client is None and batch is not None:
            client = batch.timestamp
        row["client_ms"] = client
        if not server:
            sent = instant_ms(event.sentAt)
            row["sent_ms"] = batch.sentAt if sent is None and batch is not None else sent

    def _content(self, row: dict[str, Any], event: _Event, kind: str | None, context: _Context) -> None:
        """Fill in what happened: name, properties with their columns, traits."""
        given = event.properties
        properties = object_of(given)
        if kind == "track":
            row["name"] = text_of(event.event)
            ours = SEGMENT_EVENTS.get(row["name"] or "")
            row["event"] = ours[0] if ours else row["name"]
            if ours:
                rename(properties, ours[1])
        elif kind is None:
            row["name"] = text_of(event.type)
        else:
            row["event"] = _EVENT_OF[kind]
            row["name"] = text_of(event.name)
            self._special(properties, event, kind, context)
        if kind == "identify":
            traits = {**context.traits, **object_of(event.traits)}
            row["traits"], row["trait_op"] = (json_text(traits), "set") if traits else (None, None)
        for name, value in context.campaign.items():
            properties.setdefault(name, value)
        row.update(promote(properties))
        if given is not None and not isinstance(given, dict):
            row["properties"] = json_text(given)
        elif properties:
            row["properties"] = json_text(properties)

    @staticmethod
    def _special(properties: dict[str, Any], event: _Event, kind: str, context: _Context) -> None:
        """Bring what page, screen and group calls say beside their properties into them."""
        if kind in ("page", "screen"):
            for name, value in (("name", event.name), ("category", event.category)):
                if value is not None:
                    properties.setdefault(name, value)
            if kind == "page":
                for name, value in context.page.items():
                    properties.setdefault(name, value)
            shown = properties.get("path") if kind == "page" else None
            page = shown or properties.get("name")
            if page is not None:
                properties.setdefault("page", page)
        elif kind == "group":
            properties.update({name: value for name, value in (("group_id", event.groupId), ("traits", event.traits)) if value is not None})

    @staticmethod
    def _message_id(event: _Event, row: dict[str, Any], body: Body, place: int) -> str:
        """Return the sender's id of the event, or one made of what it says.

        What carries neither an id nor a time can't be told from its like, so each arrival counts as its own event.
        """
        given = text_of(event.messageId)
        if given is not None and (given := given.strip()):
            return given[:255]
        parts: list[object] = [body.source, row["type"], row["anonymous_id"], row["user_id"], row["previous_id"], row.get("event"), row["client_ms"]]
        parts += [row.get("properties"), row.get("traits"), *(str(row.get(name)) for name in ("route", "item_id", "price", "order_ref"))]
        if row["client_ms"] is None:
            parts += [body.received_ms, place]
        return f"made-{digest(parts)}"

    def _context(self, raw: msgspec.Raw, batch: _Batch | None, body: Body) -> _Context:
        common = object_of(batch.context) if batch is not None else {}
        if common:
            return _read_context({**common, **object_of(_ANY.decode(raw))}, agent_of(body))
        key = bytes(raw), agent_of(body)
        known = self._contexts.get(key)
        if known is None:
            known = _read_context(object_of(_ANY.decode(raw)), agent_of(body))
            if len(self._contexts) < _CONTEXTS_MOST:
                self._contexts[key] = known
        return known


def _read_context(said: dict[str, Any], sender: str | None) -> _Context:
    device, app, system, library = (object_of(said.get(name)) for name in ("device", "app", "os", "library"))
    agent = text_of(said.get("userAgent")) or text_of(said.get("user_agent"))
    name = text_of(library.get("name")) or ""
    campaign, page, place = (object_of(said.get(name)) for name in ("campaign", "page", "location"))
    kind, platform = _device(system, device, agent or "")
    version = text_of(library.get("version"))
    columns = {
        "device_id": text_of(device.get("id")) or text_of(device.get("advertisingId")),
        "device": kind,
        "platform": platform,
        "app_version": text_of(app.get("version")) if platform != "web" else None,
        "country": text_of(place.get("country")),
        "user_agent": agent or sender,
        "library": f"{name} {version}".strip() if name or version else None,
        "consent": _consent(said),
        "other_ids": _others(said.get("externalIds")),
        "context": json_text(rest) if (rest := {key: value for key, value in said.items() if key not in _APART}) else None,
    }
    session = text_of(said.get("sessionId"))
    return _Context(
        columns={key: value for key, value in columns.items() if value is not None},
        server=not SERVER_WORDS.isdisjoint(_WORD.findall(name.lower())),
        campaign={_CAMPAIGN.get(key, f"utm_{key}"): value for key, value in campaign.items() if value is not None},
        page={key: page[key] for key in ("path", "url", "referrer", "title", "search") if page.get(key)},
        traits=object_of(said.get("traits")),
        signature=said.get("userIdSignature"),
        session=session,
    )
