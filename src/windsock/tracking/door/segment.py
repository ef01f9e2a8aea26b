"""The Segment and RudderStack side: addresses, keys, what a body must be, and what the browsers' SDKs ask before they send."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, NamedTuple

import msgspec

from windsock.tracking.door.asgi import Refused, Request
from windsock.tracking.door.finite import finite

TYPES = ("track", "identify", "page", "screen", "group", "alias")
SHORT = {name[0]: name for name in TYPES} | {"b": "batch", "m": "metrics"}
_KINDS = {**{name: name for name in (*TYPES, "batch", "import", "merge")}, **SHORT}
POSTS: dict[str, str] = {
    **{f"/v1/{path}": kind for path, kind in _KINDS.items()},
    "/beacon/v1/batch": "beacon",
}
PIXELS: dict[str, str] = {f"{start}/{name}": name for start in ("/pixel/v1", "/v1/pixel") for name in TYPES}
LISTS = frozenset({"batch", "import", "beacon"})
_JITSU = ("/api/s/s2s/", "/api/s/")
_SETTINGS = re.compile(r"/v1/projects/([^/]{1,200})/settings")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:\d{1,5})?|\[[0-9a-fA-F:]{2,45}\](:\d{1,5})?")
_DEPTH = 8
_NULL = msgspec.Raw(b"null")


class _Batch(msgspec.Struct, gc=False):
    batch: list[msgspec.Raw] = msgspec.field(default_factory=list[msgspec.Raw])
    writeKey: msgspec.Raw = _NULL  # noqa: N815 - the name on the wire


class _One(msgspec.Struct, gc=False):
    writeKey: msgspec.Raw = _NULL  # noqa: N815 - as above


class Parsed(NamedTuple):
    """How many events a body holds, the key that stands in it, or "", and the body as JSON."""

    events: int
    key: str
    data: bytes


_batch = msgspec.json.Decoder(_Batch)
_one = msgspec.json.Decoder(_One)
_any = msgspec.json.Decoder()
_event = msgspec.json.Decoder(dict[str, Any])


def kind_of(path: str) -> str | None:
    """Return the kind of body that an address takes by POST, or None."""
    found = POSTS.get(path)
    if found is None:
        for start in _JITSU:
            if path.startswith(start):
                name = path[len(start) :].strip("/")
                return name if name in _KINDS else "track" if name == "event" else None
    return found


def settings_key(path: str) -> str | None:
    """Return the key whose settings an address asks for, or None."""
    found = _SETTINGS.fullmatch(path)
    return found[1] if found else None


def key_of_header(request: Request) -> str:
    """Return the key of ``Authorization: Basic`` (the colon may be missing) or of Jitsu's header, or ""."""
    scheme, _, rest = request.authorization.partition(b" ")
    if scheme.lower() == b"basic":
        try:
            text = base64.b64decode(rest.strip() + b"=" * (-len(rest.strip()) % 4), validate=False)
        except binascii.Error:
            raise Refused(401, "invalid_write_key", "The Authorization header is no Basic one: send base64 of the write key and a colon.") from None
        return text.partition(b":")[0].decode("latin-1")
    return request.header(b"x-write-key") if request.path.startswith("/api/s/") else ""


def key_of_bearer(request: Request) -> str:
    """Return what ``Authorization: Bearer`` carries: with it the key stands in the body, unless it is the key itself."""
    scheme, _, rest = request.authorization.partition(b" ")
    return rest.strip().decode("latin-1") if scheme.lower() == b"bearer" else ""


def parse(kind: str, data: bytes) -> Parsed:
    """Check the syntax of a body and count its events; nothing else of it is read here. NaN, which some SDKs write, becomes null.

    Raises:
        Refused: it is no JSON, or not what the address takes.
    """
    try:
        try:
            return _parsed(kind, data)
        except msgspec.DecodeError as error:
            mended = data if isinstance(error, msgspec.ValidationError) else finite(data)
            if mended is data:
                raise
            return _parsed(kind, mended)
    except msgspec.ValidationError:
        wanted = 'an object with the events in "batch"' if kind in LISTS else "an object: the event"
        raise Refused(400, "invalid_body", f"The body must be {wanted}.") from None
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise Refused(400, "invalid_json", f"The body is no JSON: {error}.") from None


def _parsed(kind: str, data: bytes) -> Parsed:
    if kind in LISTS:
        found = _batch.decode(data)
        return Parsed(len(found.batch), _text(found.writeKey), data)
    return Parsed(1, _text(_one.decode(data).writeKey), data)


def _text(raw: msgspec.Raw) -> str:
    if raw == _NULL:
        return ""
    value: Any = _any.decode(raw)
    return value if isinstance(value, str) else ""


def settings_json(key: str, request: Request) -> bytes:
    """Return what analytics.js asks for when it loads: only one integration, us, at the address under which it reached us."""
    host = request.header(b"host")
    at = {"apiHost": f"{host}/v1", "protocol": request.scheme} if _HOST.fullmatch(host) else {}
    return msgspec.json.encode(
        {
            "integrations": {"Segment.io": {"apiKey": key, **at, "retryQueue": True}},
            "plan": {"track": {}},
            "metrics": {"sampleRate": 0},
        }
    )


def source_config_json(key_id: str, source: str) -> bytes:
    """Return what the browser SDK of RudderStack asks for when it loads."""
    shown: dict[str, Any] = {"id": key_id, "name": source, "workspaceId": "windsock", "enabled": True, "config": {}, "destinations": []}
    return msgspec.json.encode({"source": shown})


def pixel_event(kind: str, query: dict[str, str]) -> tuple[dict[str, Any], str]:
    """Return the event of a pixel, and the key that stands in it: base64 JSON in ``data`` (Segment), else a field per part of its path.

    Raises:
        Refused: ``data`` can't be read.
    """
    data = query.get("data")
    if data is not None:
        text = data.replace(" ", "+").replace("-", "+").replace("_", "/")
        try:
            found = _event.decode(base64.b64decode(text + "=" * (-len(text) % 4)))
        except (binascii.Error, msgspec.DecodeError, ValueError):
            raise Refused(400, "invalid_json", "The field data is no base64 of a JSON object: the event.") from None
        event: dict[str, Any] = {"type": kind, **found}
        key = event.get("writeKey")
        return event, key if isinstance(key, str) else ""
    event = {"type": kind, "channel": "web"}
    for name, value in query.items():
        if name != "writeKey":
            _put(event, name.split(".")[:_DEPTH], value)
    return event, ""


def _put(event: dict[str, Any], path: list[str], value: str) -> None:
    at = event
    for part in path[:-1]:
        if not isinstance(at.get(part), dict):
            at[part] = {}
        at = at[part]
    at[path[-1]] = value
