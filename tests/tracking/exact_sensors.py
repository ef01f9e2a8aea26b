"""Sensors' records, read one at a time: the slow oracle of the reading by columns."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.tracking.exact_rows import Rows, instant_ms, network_of, promote
from windsock.tracking.body import Body
from windsock.tracking.wire.columns import agent_of, digest, json_text, list_of, number_of_session, object_of, rename, text_of, undecodable
from windsock.tracking.wire.names import ADDRESSES, CLIENT_LIBRARIES, SENSORS_CONTEXT, SENSORS_PROPERTIES
from windsock.tracking.wire.reading import Reading
from windsock.tracking.wire.sensors import _APART, _PROFILES, _device, _ids, _name, _Record
from windsock.tracking.wire.times import looks_local, with_offset

_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_RECORD = msgspec.json.Decoder(_Record)


class SensorsReader:
    """Turns bodies into rows."""

    def __init__(self, reading: Reading, rows: Rows) -> None:
        """Read into some rows."""
        self._reading, self._rows = reading, rows

    def read(self, body: Body) -> None:
        """Add the rows of a body: one per record, whatever it is."""
        try:
            raws = [bytes(raw) for raw in _LIST.decode(body.data)] if body.kind == "list" else [body.data]
        except (msgspec.DecodeError, RecursionError):
            raws = [body.data]
        for raw in raws:
            try:
                row = self._row(body, _RECORD.decode(raw))
            except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
                row = undecodable(raw, f"{type(error).__name__}: {error}", body)
            row["size"] = len(raw)
            self._rows.add(row)

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
        row["network"] = network_of(body, properties.get("$ip"))
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
