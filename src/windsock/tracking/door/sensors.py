"""The Sensors Data side (``/sa``): how its SDKs wrap events, and undoing that; what can't be undone is kept as it came, never refused."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

import msgspec

from windsock.tracking.door.asgi import Refused, gunzipped
from windsock.tracking.door.finite import finite
from windsock.tracking.model.cards import without_cards

PATHS = frozenset({"/sa", "/sa.gif", "/debug"})
_BROKEN_MOST = 8_192
_COMPLAINTS_MOST = 100
_SAFE = bytes.maketrans(b"-_ ", b"+/+")

_event = msgspec.json.Decoder(dict[str, Any])
_raws = msgspec.json.Decoder(list[msgspec.Raw])


class _Wrapped(msgspec.Struct, gc=False):
    data: str | None = None
    data_list: str | None = None


_wrapped = msgspec.json.Decoder(_Wrapped)


class Unwrapped(NamedTuple):
    """The JSON of a request, its kind (``one``, ``list``, ``broken``) and how many events it holds."""

    kind: str
    data: bytes
    events: int


def unwrap(body: bytes, query: bytes, most: int) -> Unwrapped:
    """Find the events of a request.

    Args:
        body: as it arrived, its Content-Encoding undone.
        query: the query string, where images carry the event.
        most: the largest text after unpacking.
    """
    given = body if body.strip() else query
    try:
        data = finite(_events(given, most))
        if data[:1] == b"[":
            return Unwrapped("list", data, len(_raws.decode(data)))
        if data[:1] == b"{":
            _any_object(data)
            return Unwrapped("one", data, 1)
    except (binascii.Error, msgspec.DecodeError, zlib.error, Refused, RecursionError, ValueError):
        pass
    return Unwrapped("broken", base64.b64encode(without_cards(given[:_BROKEN_MOST])), 1)


def key_of(path: str, query: dict[str, str]) -> str:
    """Return the key of a request: ``token=``, else the last part of ``/sa/{key}``, or ""."""
    return query.get("token", "") or (path[len("/sa/") :] if path.startswith("/sa/") else "")


def complaints(found: Unwrapped) -> list[str]:
    """Say what is wrong with the events of a debugging request, for the developer who sent it."""
    if found.kind == "broken":
        return ["The body can't be read: send data or data_list with base64 of JSON, gzip=1 where it is compressed."]
    events = [found.data] if found.kind == "one" else _raws.decode(found.data)
    wrong: list[str] = []
    for number, raw in enumerate(events, 1):
        try:
            missing = _missing(_event.decode(raw))
        except msgspec.ValidationError:
            wrong.append(f"Event {number} is no object.")
            continue
        if missing:
            wrong.append(f"Event {number} has no {', '.join(missing)}.")
    return wrong[:_COMPLAINTS_MOST]


def _missing(event: dict[str, Any]) -> list[str]:
    kind = str(event.get("type") or "")
    needed: dict[str, Any] = {"type": kind, "properties": isinstance(event.get("properties"), dict)}
    if not kind.startswith("item_"):
        needed["distinct_id"] = event.get("distinct_id") or event.get("identities")
    if kind.startswith("track"):
        needed["event"] = event.get("event")
    return [name for name, there in needed.items() if not there]


def _events(given: bytes, most: int) -> bytes:
    text = given.strip()
    if text[:1] == b"[":
        return text
    if text[:1] == b"{":
        wrapped = _as_wrapped(text)
        packed = (wrapped.data_list or wrapped.data or "").encode() if wrapped else b""
        return _unpacked(packed, most) if packed else text
    fields = {name: value for name, _, value in (part.partition(b"=") for part in reversed(text.split(b"&")))}
    return _unpacked(fields.get(b"data_list") or fields.get(b"data") or b"", most)


def _as_wrapped(text: bytes) -> _Wrapped | None:
    try:
        return _wrapped.decode(text)
    except msgspec.ValidationError:  # an event may have a field of that name and another type
        return None


def _unpacked(packed: bytes, most: int) -> bytes:
    # Some encode twice, some not at all: as long as there is an escape it isn't base64 yet.
    for _ in range(3):
        if b"%" not in packed:
            break
        packed = unquote_to_bytes(packed)
    plain = packed.strip()
    if plain[:1] in (b"{", b"["):
        return plain
    packed = plain.translate(_SAFE, b"\r\n").rstrip(b"=")
    data = base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    # The flag gzip=1 is left out by some: the bytes say it.
    return (gunzipped(data, most) if data[:2] == b"\x1f\x8b" else data).strip()


def _any_object(data: bytes) -> None:
    _object.decode(data)


class _Object(msgspec.Struct, gc=False):
    """Any object: its fields are passed over, their syntax is checked."""


_object = msgspec.json.Decoder(_Object)
