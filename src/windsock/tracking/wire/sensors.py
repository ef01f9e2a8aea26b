"""Read the bodies of Sensors Data's libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from windsock.tracking.wire.arrays import Part
from windsock.tracking.body import Body
from windsock.tracking.wire.columns import (
    agent_of,
    digest,
    json_text,
    list_of,
    number_of_session,
    object_of,
    promote,
    rename,
    text_of,
    undecodable,
)
from windsock.tracking.wire.names import (
    ADDRESSES,
    CLIENT_LIBRARIES,
    SENSORS_CONTEXT,
    SENSORS_EVENTS,
    SENSORS_IDENTITIES,
    SENSORS_PROPERTIES,
)
from windsock.tracking.wire.reading import Reading
from windsock.tracking.wire.rows import Rows
from windsock.tracking.wire.times import instant_ms, looks_local, with_offset

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


_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_RECORD = msgspec.json.Decoder(_Record)


class SensorsReader:
    """Turns bodies into rows."""

    def __init__(self, reading: Reading, odd: Rows) -> None:
        """Begin with none; what is no record goes to ``odd``."""
        self._reading, self._odd = reading, odd

    def read(self, body: Body, first: int) -> int:
        """Take the records of a body, whose rows begin at a place; returns how many rows there are, one per record, whatever it is."""
        try:
            raws = [bytes(raw) for raw in _LIST.decode(body.data)] if body.kind == "list" else [body.data]
        except (msgspec.DecodeError, RecursionError):
            raws = [body.data]
        for place, raw in enumerate(raws):
            try:
                row = self._row(body, _RECORD.decode(raw))
            except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
                row = undecodable(raw, f"{type(error).__name__}: {error}", body)
            row["size"] = len(raw)
            self._odd.add(row, first + place)
        return len(raws)

    def parts(self) -> list[Part]:
        """Return none: records are added one by one."""
        return []

    def _row(self, body: Body, record: _Record) -> dict[str, Any]:
        kind = record.type if isinstance(record.type, str) else ""
        given = record.properties
        properties, lib = object_of(given), object_of(record.lib)
        library = text_of(properties.get("$lib")) or text_of(lib.get("$lib")) or ""
        row: dict[str, Any] = {"received_ms": body.received_ms, "client_ms": instant_ms(record.time), "trait_op": _PROFILES.get(kind)}
        if record.time_free is not True and library.lower() in CLIENT_LIBRARIES:
            row["sent_ms"] = instant_ms(record.flush_time)
        row["message_id"] = f"sa-{digest(_content(record, body, properties))}"
        self._local_times(properties, unpadded=library == "python")
        _ids(row, record, kind, properties)
        self._presets(row, body, properties, library, lib)
        _name(row, record, kind, properties)
        if kind in _PROFILES:
            row["traits"] = json_text({name.removeprefix("$"): value for name, value in properties.items()})
        else:
            rename(properties, SENSORS_PROPERTIES)
            if row["event"] in ("page_view", "screen_view") and "page" not in properties and properties.get("path"):
                properties["page"] = properties["path"]
            row.update(promote(properties))
            if given is not None and not isinstance(given, dict):
                row["properties"] = json_text(given)
            elif properties:
                row["properties"] = json_text(properties)
        if row.get("channel") is None:
            row["channel"] = self._reading.channel(body.source)
        return row

    def _local_times(self, properties: dict[str, Any], *, unpadded: bool) -> None:
        for name, value in properties.items():
            if type(value) is str and looks_local(value):
                properties[name] = with_offset(value, self._reading.zone, unpadded=unpadded)

    def _presets(self, row: dict[str, Any], body: Body, properties: dict[str, Any], library: str, lib: dict[str, Any]) -> None:
        """Take the presets out of the properties: who, on what, by which library; addresses go nowhere."""
        for name in ADDRESSES.intersection(properties):
            del properties[name]
        taken = {name: properties.pop(name) for name in _APART if name in properties}
        context = {SENSORS_CONTEXT[name]: properties.pop(name) for name in SENSORS_CONTEXT.keys() & properties.keys()}
        version = text_of(taken.get("$lib_version")) or text_of(lib.get("$lib_version"))
        row["library"] = f"{library} {version or ''}".strip() or None
        row["context"] = json_text(context) if context else None
        row["user_agent"] = text_of(taken.get("$user_agent")) or agent_of(body)
        row["device_id"] = text_of(taken.get("$device_id"))
        row["device"], row["platform"] = _device(text_of(taken.get("$os")) or "", library.lower(), row["user_agent"] or "")
        consent = taken.get("$consent")
        row["consent"] = consent if isinstance(consent, str) else ",".join(sorted(map(str, list_of(consent)))) if consent is not None else None
        if (session := text_of(taken.get("$event_session_id"))) is not None:
            row["session_id"] = number_of_session(body.source, row.get("anonymous_id") or row.get("user_id"), session)
        if "$user_id_signature" in taken:
            row["signed"] = self._reading.proves(body.source, row.get("user_id"), taken["$user_id_signature"])


def _content(record: _Record, body: Body, properties: dict[str, Any]) -> list[object]:
    """Return what makes a record the same when it is sent again; the time of sending is not among it."""
    return [
        body.source, record.type, record.distinct_id, record.original_id, record.identities, record.event, record.time, record.track_id,
        record.item_type, record.item_id, properties,
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
