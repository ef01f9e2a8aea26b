"""Read the bodies of Segment's and RudderStack's libraries."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from windsock.tracking.wire.arrays import coded, first_of, jsons, promoted, table_of
from windsock.tracking.wire.calls import Calls
from windsock.tracking.wire.columns import agent_of, digest, money, network_of, number_of_session, object_of, rename, text_of
from windsock.tracking.wire.context import SAID, Context, Contexts, read_context, shown
from windsock.tracking.wire.names import SEGMENT_EVENTS
from windsock.tracking.wire.times import instant_ms, instants_ms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windsock.tracking.body import Body
    from windsock.tracking.wire.arrays import Part
    from windsock.tracking.wire.calls import Raw
    from windsock.tracking.wire.reading import Reading
    from windsock.tracking.wire.rows import Rows

_BATCHES = frozenset({"batch", "import", "beacon"})
_TYPES = {
    "track": "track", "identify": "identify", "page": "page", "screen": "screen", "group": "group", "alias": "alias",
    "t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias",
}  # fmt: skip
_EVENT_OF = {"identify": "identify", "page": "page_view", "screen": "screen_view", "group": "group", "alias": "alias"}
_CONTEXTS_MOST = _NAMES_MOST = 4_096
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_MESSAGE_ID_LONGEST = 255
_MADE_OF = ("route", "item_id", "price", "order_ref")


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


@dataclass(frozen=True, slots=True)
class _Came:
    """What the events of a body have in common."""

    body: Body
    sent_ms: int | None
    said_ms: int | None
    context: dict[str, Any]
    known: dict[bytes, int]
    channel: str | None


class SegmentReader:
    """Collects the events of bodies and turns them into columns; keeps the contexts that it has read."""

    def __init__(self, reading: Reading, odd: Rows) -> None:
        """Begin with none; what is no event goes to ``odd``."""
        self._reading, self._odd = reading, odd
        self._calls = Calls(_EVENT, [], [], [], [], [])
        self._came: list[_Came] = []
        self._reader = Contexts()
        self._contexts: list[Context] = []
        self._known: dict[str | None, dict[bytes, int]] = {}
        self._whats: list[tuple[str | None, str | None, str | None]] = []
        self._what: dict[tuple[str | None, str | None], int] = {}
        self._tracks: dict[str, tuple[int, Mapping[str, str]]] = {}

    def read(self, body: Body, first: int) -> int:
        """Take the events of a body, whose rows begin at a place; returns how many rows there are, one per event, whatever it is."""
        batch = self._batch(body)
        raws: list[Raw] = [body.data] if batch is None else [*batch.batch]
        sent, said = (None, None) if batch is None else (instant_ms(batch.sentAt), instant_ms(batch.timestamp))
        common = object_of(batch.context) if batch is not None else {}
        # What is merged with the context of its batch is not that of another batch with the same bytes.
        known: dict[bytes, int] = {} if common else self._known.setdefault(agent_of(body), {})
        came = _Came(body, sent, said, common, known, self._reading.channel(body.source))
        self._came.append(came)
        return self._calls.take(raws, body, len(self._came) - 1, first, self._odd)

    def _batch(self, body: Body) -> _Batch | None:
        if body.kind not in _BATCHES:
            return None
        try:
            return _BATCH.decode(body.data)
        except (msgspec.DecodeError, RecursionError):
            return None

    def parts(self) -> list[Part]:
        """Return the events as columns with their places among all rows."""
        return self._calls.parts(self._table, [came.body for came in self._came], self._odd)

    def _table(self, calls: Calls[_Event]) -> pa.Table:
        """Turn events into columns of the load."""
        events, count = calls.said, len(calls.said)
        contexts = self._contexts_of(calls)
        numbers, bodies = pa.array(contexts, pa.int32()), pa.array(calls.bodies, pa.int32())
        columns: dict[str, Any] = {
            name: coded(name, [context.columns[place] for context in self._contexts], numbers) for place, name in enumerate(SAID)
        }
        columns |= self._clocks(calls, numbers, bodies)
        columns |= {
            "anonymous_id": _texts([event.anonymousId for event in events]), "user_id": _texts([event.userId for event in events]),
            "previous_id": _texts([event.previousId for event in events]),
            "received_ms": pa.array([came.body.received_ms for came in self._came], pa.int64()).take(bodies),
            "size": [len(raw) for raw in calls.raws],
        }  # fmt: skip
        columns |= self._proofs(calls, contexts, columns)
        content = self._content(calls, contexts)
        found, prices = promoted(content.inside)
        columns |= {name: first_of(values, columns[name]) if name in columns else values for name, values in found.items()}
        channels = pa.array([came.channel for came in self._came], pa.string())
        if channels.null_count < len(channels):
            columns["channel"] = first_of(columns.get("channel", pa.nulls(count, pa.string())), channels.take(bodies))
        columns |= content.columns(count, self._whats) | self._networks(calls, contexts)
        columns["message_id"] = self._message_ids(calls, columns, content.whats, prices)
        return table_of(count, columns)

    def _contexts_of(self, calls: Calls[_Event]) -> list[int]:
        """Return the number of each event's context."""
        contexts, known = self._contexts, [came.known for came in self._came]
        numbers: list[int] = []
        for event, body in zip(calls.said, calls.bodies, strict=True):
            text = bytes(event.context)
            number = known[body].get(text)
            if number is None:
                number, came = len(contexts), self._came[body]
                sender = agent_of(came.body)
                if came.context:
                    contexts.append(read_context({**came.context, **object_of(_ANY.decode(text))}, sender))
                else:
                    contexts.append(self._reader.read(text, sender))
                if len(came.known) < _CONTEXTS_MOST:
                    came.known[text] = number
            numbers.append(number)
        return numbers

    def _clocks(self, calls: Calls[_Event], numbers: pa.Array, bodies: pa.Array) -> dict[str, pa.Array]:
        """Return when each event happened by its own clock, and when that clock says it was sent."""
        events = calls.said
        server: Any = pa.array([context.server for context in self._contexts], pa.bool_()).take(numbers)
        imported = pa.array([came.body.kind == "import" for came in self._came], pa.bool_()).take(bodies)
        server = pc.or_(pc.or_(server, imported), pa.array([event.channel == "server" for event in events], pa.bool_()))
        stamp, original, sent = (
            pa.array(instants_ms(values), pa.int64())
            for values in ([event.timestamp for event in events], [event.originalTimestamp for event in events], [event.sentAt for event in events])
        )
        # On a server `timestamp` is what the sender says of the event, RudderStack's `originalTimestamp` when it was put into the queue.
        said, sent_with = (
            pa.array(values, pa.int64()).take(bodies) for values in zip(*((one.said_ms, one.sent_ms) for one in self._came), strict=True)
        )
        client = pc.coalesce(pc.if_else(server, stamp, original), pc.if_else(server, original, stamp), said)
        return {"client_ms": client, "sent_ms": pc.if_else(server, pa.scalar(None, pa.int64()), pc.coalesce(sent, sent_with))}

    def _content(self, calls: Calls[_Event], contexts: Sequence[int]) -> _Content:
        """Return what happened: name, properties, traits."""
        tracks, campaigns = self._tracks, [context.campaign for context in self._contexts]
        content = _Content([], [], [], [], {})
        whats, insides = content.whats, content.inside
        for place, (event, number) in enumerate(zip(calls.said, contexts, strict=True)):
            given = event.properties
            inside: dict[str, Any] = given if given.__class__ is dict else {}
            if given is not None and given.__class__ is not dict:
                content.odd[place] = given
            if event.type == "track" and type(event.event) is str and (known := tracks.get(event.event)) is not None:
                what, renames = known
                if renames:
                    rename(inside, renames)
            else:
                what = self._call(place, event, self._came[calls.bodies[place]].body.kind, self._contexts[number], inside, content)
            whats.append(what)
            insides.append(inside)
            if campaigns[number]:
                for name, value in campaigns[number].items():
                    inside.setdefault(name, value)
        return content

    def _call(self, place: int, event: _Event, body_kind: str, context: Context, inside: dict[str, Any], content: _Content) -> int:
        """Bring what a call says beside its properties into them; returns the number of what it is."""
        kind = _TYPES.get(event.type if isinstance(event.type, str) else body_kind if event.type is None else "")
        if kind == "track":
            name = text_of(event.event)
            ours, renames = SEGMENT_EVENTS.get(name or "", (name, _NO_NAMES))
            what = self._number(kind, name, ours)
            if name is not None and len(self._tracks) < _NAMES_MOST:
                self._tracks[name] = what, renames
            rename(inside, renames)
            return what
        if kind is None:
            return self._number(None, text_of(event.type), None)
        _special(inside, event, kind, context)
        if kind == "identify" and (traits := {**context.traits, **object_of(event.traits)}):
            content.trait_places.append(place)
            content.traits.append(traits)
        return self._number(kind, text_of(event.name), _EVENT_OF[kind])

    def _number(self, kind: str | None, name: str | None, event: str | None) -> int:
        number = self._what.get((kind, name))
        if number is None:
            number = self._what[kind, name] = len(self._whats)
            self._whats.append((kind, name, event))
        return number

    def _proofs(self, calls: Calls[_Event], contexts: Sequence[int], columns: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Return whether users' ids are proven, and the sessions, where contexts say anything of it."""
        signed, sessions = (any(getattr(context, name) is not None for context in self._contexts) for name in ("signature", "session"))
        found: dict[str, list[Any]] = {}
        if not signed and not sessions:
            return found
        said = [(self._contexts[number], self._came[body].body.source) for number, body in zip(contexts, calls.bodies, strict=True)]
        visitors, users = columns["anonymous_id"], columns["user_id"]
        if signed:
            found["signed"] = [
                None if context.signature is None else self._reading.proves(source, who, context.signature)
                for (context, source), who in zip(said, users, strict=True)
            ]
        if sessions:
            found["session_id"] = [
                None if context.session is None else number_of_session(source, visitor or who, context.session)
                for (context, source), visitor, who in zip(said, visitors, users, strict=True)
            ]
        return found

    def _networks(self, calls: Calls[_Event], contexts: Sequence[int]) -> dict[str, list[str | None]]:
        """Return by whose network events are internal: by the sender's, as the door found it, a server's by the address that its event gives."""
        asked = self._reading.network
        told = asked is not None and any(context.address is not None for context in self._contexts)
        if not told and not any(came.body.network for came in self._came):
            return {}
        said = [(self._contexts[number].address, self._came[body].body) for number, body in zip(contexts, calls.bodies, strict=True)]
        return {"network": [network_of(body, address, asked) for address, body in said]}

    def _message_ids(self, calls: Calls[_Event], columns: Mapping[str, Any], whats: Sequence[int], prices: Sequence[Any]) -> list[str]:
        """Return the sender's ids of the events, or ones made of what they say.

        What carries neither an id nor a time can't be told from its like, so each arrival counts as its own event.
        """
        ids = [text.strip()[:_MESSAGE_ID_LONGEST] if type(text := event.messageId) is str else "" for event in calls.said]
        for place in [place for place, text in enumerate(ids) if not text]:
            given = text_of(calls.said[place].messageId)
            if given is not None and (given := given.strip()):
                ids[place] = given[:_MESSAGE_ID_LONGEST]
                continue
            body, (kind, _, event) = self._came[calls.bodies[place]].body, self._whats[whats[place]]
            said = {name: columns[name][place].as_py() if name in columns else None for name in ("client_ms", "properties", "traits", *_MADE_OF)}
            said["price"] = money(prices[place])[0] if prices else None
            parts: list[object] = [body.source, kind, *(columns[name][place] for name in ("anonymous_id", "user_id", "previous_id")), event]
            parts += [said["client_ms"], said["properties"], said["traits"], *(str(said[name]) for name in _MADE_OF)]
            if said["client_ms"] is None:
                parts += [body.received_ms, calls.within[place]]
            ids[place] = f"made-{digest(parts)}"
        return ids


@dataclass(frozen=True, slots=True)
class _Content:
    """What happened, of all events: the number of what each is, its properties, what stands in their place and is no object; traits."""

    whats: list[int]
    inside: list[dict[str, Any]]
    trait_places: list[int]
    traits: list[dict[str, Any]]
    odd: dict[int, Any]

    def columns(self, count: int, whats: Sequence[tuple[str | None, str | None, str | None]]) -> dict[str, pa.Array]:
        """Return the columns, once what has a column of its own was taken out of the properties."""
        chosen = pa.array(self.whats, pa.int32())
        columns = {name: coded(name, [what[place] for what in whats], chosen) for place, name in enumerate(("type", "name", "event"))}
        values: list[Any] = [*self.inside]
        for place, value in self.odd.items():
            values[place] = value
        places = [place for place, value in enumerate(values) if value or place in self.odd]
        columns["properties"] = jsons(places, values if len(places) == count else [values[place] for place in places], count)
        columns["traits"] = jsons(self.trait_places, self.traits, count)
        columns["trait_op"] = pc.if_else(pc.is_valid(columns["traits"]), pa.scalar("set"), pa.scalar(None, pa.string()))
        return columns


def _texts(values: list[Any]) -> list[str | None]:
    """Return values as texts; most are, or are missing."""
    return [value if type(value) is str and value else None if value is None else text_of(value) for value in values]


def _special(properties: dict[str, Any], event: _Event, kind: str, context: Context) -> None:
    """Bring what page, screen and group calls say beside their properties into them."""
    if kind in ("page", "screen"):
        for name, value in (("name", event.name), ("category", event.category)):
            if value is not None:
                properties.setdefault(name, value)
        if kind == "page":
            for name, value in shown(context.page).items():
                properties.setdefault(name, value)
        path = properties.get("path") if kind == "page" else None
        page = path or properties.get("name")
        if page is not None:
            properties.setdefault("page", page)
    elif kind == "group":
        properties.update({name: value for name, value in (("group_id", event.groupId), ("traits", event.traits)) if value is not None})
