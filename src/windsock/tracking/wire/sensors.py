"""Read the bodies of Sensors Data's libraries."""

from __future__ import annotations

from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pyarrow as pa

from windsock.tracking.wire.arrays import first_of, json_texts, jsons, promoted, table_of
from windsock.tracking.wire.calls import Calls
from windsock.tracking.wire.columns import agent_of, json_text, list_of, network_of, number_of_session, object_of, rename, text_of
from windsock.tracking.wire.names import ADDRESSES, CLIENT_LIBRARIES, SENSORS_CONTEXT, SENSORS_EVENTS, SENSORS_IDENTITIES, SENSORS_PROPERTIES
from windsock.tracking.wire.times import instant_ms, looks_local, with_offset

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from windsock.tracking.body import Body
    from windsock.tracking.wire.arrays import Part
    from windsock.tracking.wire.calls import Raw
    from windsock.tracking.wire.reading import Reading
    from windsock.tracking.wire.rows import Rows

_PROFILES = {
    "profile_set": "set", "profile_set_once": "set_once", "profile_increment": "increment", "profile_append": "append",
    "profile_unset": "unset", "profile_delete": "delete",
}  # fmt: skip
_ITEMS = {"item_set": "set", "item_delete": "delete"}
_BINDS = ("track_id_bind", "track_id_unbind")
_APART = ("$is_login_id", "$lib", "$lib_version", "$os", "$device_id", "$event_session_id", "$user_id_signature", "$consent", "$user_agent")
_PLATFORMS = {"js": "web", "android": "android", "ios": "ios", "miniprogram": "wechat", "harmonyos": "harmony"}


class _Record(msgspec.Struct, gc=False):
    type: Any = None
    distinct_id: Any = None
    original_id: Any = None
    login_id: Any = None
    anonymous_id: Any = None
    identities: Any = None
    event: Any = None
    time: Any = None
    time_free: Any = None
    properties: Any = None
    lib: Any = None
    item_type: Any = None
    item_id: Any = None
    track_id: Any = msgspec.field(default=None, name="_track_id")
    flush_time: Any = msgspec.field(default=None, name="_flush_time")


_NONE: dict[str, Any] = {}
_SHAPES_MOST = 4_096
_LOCAL_SHORTEST = 19
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_RECORD = msgspec.json.Decoder(_Record)


class _Shape(NamedTuple):
    """What is done with the properties of an event, by their names alone: the events of one library have few sets of names."""

    addresses: tuple[str, ...]
    apart: tuple[str, ...]
    context: tuple[tuple[str, str], ...]
    renamed: Mapping[str, str]

    @classmethod
    def of(cls, names: Collection[str]) -> _Shape:
        """Look at the names once."""
        context = tuple((theirs, ours) for theirs, ours in SENSORS_CONTEXT.items() if theirs in names)
        renamed = {theirs: ours for theirs, ours in SENSORS_PROPERTIES.items() if theirs in names}
        return cls(tuple(ADDRESSES.intersection(names)), tuple(name for name in _APART if name in names), context, renamed)


class SensorsReader:
    """Collects the records of bodies and turns them into columns."""

    def __init__(self, reading: Reading, odd: Rows) -> None:
        """Begin with none; what is no record goes to ``odd``."""
        self._reading, self._odd = reading, odd
        self._calls = Calls(_RECORD, [], [], [], [], [])
        self._bodies: list[Body] = []
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self._devices: dict[tuple[str, str, str], tuple[str | None, str | None]] = {}

    def read(self, body: Body, first: int) -> int:
        """Take the records of a body, whose rows begin at a place; returns how many rows there are, one per record, whatever it is."""
        raws: list[Raw] = [body.data]
        if body.kind == "list":
            with suppress(msgspec.DecodeError, RecursionError):
                raws = [*_LIST.decode(body.data)]
        self._bodies.append(body)
        return self._calls.take(raws, body, len(self._bodies) - 1, first, self._odd)

    def parts(self) -> list[Part]:
        """Return the records as columns with their places among all rows."""
        return self._calls.parts(self._table, self._bodies, self._odd)

    def _table(self, calls: Calls[_Record]) -> pa.Table:
        """Turn records into columns of the load."""
        count, bodies = len(calls.said), [self._bodies[number] for number in calls.bodies]
        ids = _message_ids(calls.said, bodies)
        contexts: list[dict[str, Any]] = []
        inside: list[dict[str, Any]] = []
        rows = [self._row(record, body, contexts, inside) for record, body in zip(calls.said, bodies, strict=True)]
        columns: dict[str, Any] = {name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)}
        profiles = [row["trait_op"] is not None for row in rows]
        traits = [place for place, one in enumerate(profiles) if one]
        columns["traits"] = jsons(traits, [{name.removeprefix("$"): value for name, value in inside[place].items()} for place in traits], count)
        found, _ = promoted([_NONE if one else properties for one, properties in zip(profiles, inside, strict=True)])
        for name, values in found.items():
            columns[name] = first_of(values, pa.array(columns[name], pa.string())) if name in columns else values
        values = [
            given if (given := record.properties) is not None and not isinstance(given, dict) else properties
            for record, properties in zip(calls.said, inside, strict=True)
        ]
        places = [place for place, one in enumerate(profiles) if not one and (values[place] or values[place] is not inside[place])]
        columns["properties"] = jsons(places, [values[place] for place in places], count)
        places = [place for place, context in enumerate(contexts) if context]
        columns["context"] = jsons(places, [contexts[place] for place in places], count)
        channels = pa.array([self._reading.channel(body.source) for body in self._bodies], pa.string())
        if channels.null_count < len(channels):
            stands_in = channels.take(pa.array(calls.bodies, pa.int32()))
            columns["channel"] = first_of(columns.get("channel", pa.nulls(count, pa.string())), stands_in)
        columns |= {"message_id": ids, "received_ms": [body.received_ms for body in bodies], "size": [len(raw) for raw in calls.raws]}
        return table_of(count, columns)

    def _row(self, record: _Record, body: Body, contexts: list[dict[str, Any]], inside: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what a record says in columns of its own, and add its context and what is left of its properties."""
        kind = record.type if isinstance(record.type, str) else ""
        properties, lib = object_of(record.properties), object_of(record.lib)
        shape = self._shape(properties)
        library = text_of(properties.get("$lib")) or text_of(lib.get("$lib")) or ""
        row: dict[str, Any] = {"client_ms": instant_ms(record.time), "trait_op": _PROFILES.get(kind)}
        if record.time_free is not True and library.lower() in CLIENT_LIBRARIES:
            row["sent_ms"] = instant_ms(record.flush_time)
        self._local_times(properties, unpadded=library == "python")
        _ids(row, record, kind, properties)
        contexts.append(self._presets(row, body, properties, library, lib, shape))
        _name(row, record, kind, properties)
        if kind not in _PROFILES:
            if shape.renamed:
                rename(properties, shape.renamed)
            if row["event"] in ("page_view", "screen_view") and "page" not in properties and properties.get("path"):
                properties["page"] = properties["path"]
        inside.append(properties)
        return row

    def _shape(self, properties: dict[str, Any]) -> _Shape:
        names = tuple(properties)
        shape = self._shapes.get(names)
        if shape is None:
            shape = _Shape.of(names)
            if len(self._shapes) < _SHAPES_MOST:
                self._shapes[names] = shape
        return shape

    def _local_times(self, properties: dict[str, Any], *, unpadded: bool) -> None:
        for name, value in properties.items():
            if type(value) is str and len(value) >= _LOCAL_SHORTEST and looks_local(value):
                properties[name] = with_offset(value, self._reading.zone, unpadded=unpadded)

    def _presets(
        self, row: dict[str, Any], body: Body, properties: dict[str, Any], library: str, lib: dict[str, Any], shape: _Shape
    ) -> dict[str, Any]:
        """Take the presets out of the properties: who, on what, by which library; addresses go nowhere. Returns the context."""
        address = properties.get("$ip") if shape.addresses else None
        for name in shape.addresses:
            del properties[name]
        if (address is not None or body.network) and (network := network_of(body, address, self._reading.network)) is not None:
            row["network"] = network
        taken = {name: properties.pop(name) for name in shape.apart}
        version = text_of(taken.get("$lib_version")) or text_of(lib.get("$lib_version"))
        row["library"] = f"{library} {version or ''}".strip() or None
        row["user_agent"] = text_of(taken.get("$user_agent")) or agent_of(body)
        row["device_id"] = text_of(taken.get("$device_id"))
        row["device"], row["platform"] = self._device(text_of(taken.get("$os")) or "", library.lower(), row["user_agent"] or "")
        consent = taken.get("$consent")
        row["consent"] = consent if isinstance(consent, str) else ",".join(sorted(map(str, list_of(consent)))) if consent is not None else None
        if (session := text_of(taken.get("$event_session_id"))) is not None:
            row["session_id"] = number_of_session(body.source, row.get("anonymous_id") or row.get("user_id"), session)
        if "$user_id_signature" in taken:
            row["signed"] = self._reading.proves(body.source, row.get("user_id"), taken["$user_id_signature"])
        return {ours: properties.pop(theirs) for theirs, ours in shape.context}

    def _device(self, system: str, library: str, agent: str) -> tuple[str | None, str | None]:
        key = system, library, agent
        known = self._devices.get(key)
        if known is None:
            known = _device(*key)
            if len(self._devices) < _SHAPES_MOST:
                self._devices[key] = known
        return known


def _message_ids(records: Sequence[_Record], bodies: Sequence[Body]) -> list[str]:
    """Return an id of each record, made of what it says."""
    contents = [_content(record, body) for record, body in zip(records, bodies, strict=True)]
    return [f"sa-{blake2b(text, digest_size=16).hexdigest()}" for text in json_texts(contents)]


def _content(record: _Record, body: Body) -> list[object]:
    """Return what makes a record the same when it is sent again; the time of sending is not among it."""
    return [
        body.source, record.type, record.distinct_id, record.original_id, record.identities, record.event, record.time, record.track_id,
        record.item_type, record.item_id, object_of(record.properties),
    ]  # fmt: skip


def _name(row: dict[str, Any], record: _Record, kind: str, properties: dict[str, Any]) -> None:
    """Say what sort of record it is and which event of ours; a kind that is not known has no event."""
    event = text_of(record.event)
    row["name"], row["event"] = event or text_of(record.type), None
    if kind == "track":
        row["type"], row["event"] = "track", SENSORS_EVENTS.get(event or "", event)
        if row["event"] == "page_view":
            row["type"] = "page"
        elif row["event"] == "screen_view":
            row["type"] = "screen"
        elif event == "$SignUp":
            row["type"] = "identify"
    elif kind == "track_signup":
        row["type"], row["event"] = "identify", "identify"
    elif kind in _BINDS:
        row["type"], row["event"], row["unbind"] = "identify", "identify", kind == "track_id_unbind" or None
    elif kind in _PROFILES:
        row["type"], row["event"] = "profile", "identify"
    elif kind in _ITEMS:
        row["type"], row["event"], row["item_id"] = "item", "goods_update", text_of(record.item_id)
        properties["op"], properties["item_type"] = _ITEMS[kind], text_of(record.item_type)


def _ids(row: dict[str, Any], record: _Record, kind: str, properties: dict[str, Any]) -> None:
    """Say who it was: the simple way by login and anonymous id, the global way by a map of identities."""
    distinct, login, anonymous = text_of(record.distinct_id), text_of(record.login_id), text_of(record.anonymous_id)
    if kind == "track_signup":
        login, anonymous = distinct, text_of(record.original_id) or anonymous
    elif properties.get("$is_login_id") is True:
        login = login or distinct
    named = _identities(record)
    login = login or next((text for namespace, text in named if namespace == "login"), None)
    anonymous = anonymous or next((text for namespace, text in named if namespace == "anon"), None)
    if login is None and anonymous is None and (not named or any(text == distinct for _, text in named)):
        # With identities and no login the library writes `key+value` of the first one here, which is no id of its own.
        anonymous = distinct
    known = {"login": login, "anon": anonymous, "cookie": anonymous}
    others = [[namespace, text] for namespace, text in named if text != known.get(namespace)]
    row["user_id"], row["anonymous_id"] = login, anonymous
    if others:
        row["other_ids"] = json_text(others)


def _identities(record: _Record) -> list[tuple[str, str]]:
    """Return the identities of the global way as (namespace, id), in an order that is always the same."""
    found: list[tuple[str, str]] = []
    for key, value in sorted(object_of(record.identities).items()):
        texts = map(text_of, list_of(value) or [value])
        found += [(SENSORS_IDENTITIES.get(key, "customer"), text) for text in texts if text is not None]
    return found


def _device(system: str, library: str, agent: str) -> tuple[str | None, str | None]:
    platform = _PLATFORMS.get(library)
    word = system.lower()
    if "android" in word or library == "android":
        return "android", platform
    if word == "ios" or library == "ios" or "iphone" in word:
        return "ios", platform
    if platform == "web":
        return ("android" if "Android" in agent else "ios" if "iPhone" in agent or "iPad" in agent else "desktop"), platform
    return None, platform
