"""Take a request, find whose it is, keep its body, answer in its protocol."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import structlog

import windsock
from windsock.tracking.body import Body, Protocol
from windsock.tracking.door import segment, sensors
from windsock.tracking.door.asgi import GIF, JSON, Answer, Gone, Header, Receive, Refused, Request, Scope, Send, inflated
from windsock.tracking.door.client import KnownNetworks
from windsock.tracking.door.known_keys import KeyCard, KnownKeys
from windsock.tracking.door.pressure import DISK_RETRY_S, Pressure, Sink
from windsock.tracking.inbox import open_inbox
from windsock.tracking.model.cards import without_cards

if TYPE_CHECKING:
    from collections.abc import Callable

    from windsock.workspace import Workspace

    Open = Callable[[Workspace], Sink]

_log = structlog.get_logger(__name__)

_OK = Answer(200, b'{"success":true}', JSON)
_EMPTY = Answer(200, b"")
_PIXEL = Answer(200, GIF, (b"content-type", b"image/gif"), (b"cache-control", b"no-store"), (b"cross-origin-resource-policy", b"cross-origin"))
_NO_STORE: Header = (b"cache-control", b"no-store")
_GETS = ("/sourceConfig", "/version")
_STARTS = ("/v1/", "/sa/", "/debug/", "/beacon/", "/pixel/", "/api/s/")


class _Found(NamedTuple):
    """A body whose transport is undone."""

    protocol: Protocol
    kind: str
    events: int
    data: bytes


class Door:
    """The raw door of the room; it opens the inbox and reads the keys with its first request."""

    def __init__(self, workspace: Workspace, sink: Open) -> None:
        """Stand before a workspace, touching nothing yet."""
        self._workspace, self._open = workspace, sink
        self._settings = workspace.settings.intake
        self._lock = threading.Lock()
        self._keys: KnownKeys | None = None
        self._networks: KnownNetworks | None = None
        self._pressure: Pressure | None = None

    def takes(self, path: str) -> bool:
        """Say whether the address is the door's."""
        return path in segment.POSTS or path in sensors.PATHS or path.startswith(_STARTS) or path.rstrip("/") in _GETS

    def close(self) -> None:
        """Let what waits be kept, and stop."""
        with self._lock:
            if self._keys is not None:
                self._keys.close()
            if self._pressure is not None:
                self._pressure.sink.close()
            self._keys = self._networks = self._pressure = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except Refused as refused:
            answer = _refusal(refused)
        except Gone:
            return
        except Exception:  # noqa: BLE001 - a sender is owed an answer that makes it try again, whatever happened
            with suppress(Exception):  # a full disk refuses logs as well
                _log.exception("the door stumbled", path=request.path[:100])
            answer = _refusal(Refused(503, "unavailable", "Something failed here; nothing was kept. Send it again later.", retry_s=DISK_RETRY_S))
        await answer.send(request, send)

    async def _answer(self, request: Request) -> Answer:
        method, path = request.method, request.path
        if method == "OPTIONS":
            return _preflight(request)
        if len(path) > 1:
            path = request.path = path.rstrip("/") or "/"
        if path in sensors.PATHS or path.startswith(("/sa/", "/debug/")):
            return await self._sensors(request)
        if method == "POST":
            kind = segment.kind_of(path)
            if kind is not None:
                return _OK if kind == "metrics" else await self._segment(request, kind)
        elif method in ("GET", "HEAD"):
            return await self._get(request)
        raise Refused(404, "not_found", f"There is nothing at {method[:10]} {path[:100]}.")

    async def _segment(self, request: Request, kind: str) -> Answer:
        """Keep the body of a POST: header, body, query is the order in which the key is looked for."""
        keys, pressure = self._opened()
        presented = segment.key_of_header(request)
        card = _checked(await keys.get(presented)) if presented else None
        pressure.check_room(request.length or 0)
        settings = self._settings
        data = inflated(await request.body(settings.body_max_bytes), request.encoding, settings.inflated_max_bytes)
        parsed = segment.parse(kind, data)
        if card is None:
            presented = parsed.key or request.query().get("writeKey", "") or segment.key_of_bearer(request)
            card = _checked(await keys.get(presented))
        if parsed.events > settings.events_max:
            raise Refused(413, "too_many_events", f"The batch holds {parsed.events} events, {settings.events_max} at most.")
        if parsed.events:
            await pressure.keep(self._body(request, card, _Found("segment", kind, parsed.events, parsed.data)))
        return _OK

    async def _get(self, request: Request) -> Answer:
        path = request.path
        if path == "/version":
            return Answer(200, msgspec.json.encode({"version": windsock.__version__}), JSON)
        keys, pressure = self._opened()
        asked = segment.settings_key(path)
        if asked is not None:
            _checked(await keys.get(asked))
            return Answer(200, segment.settings_json(asked, request), JSON, _NO_STORE)
        if path == "/sourceConfig":
            card = _checked(await keys.get(segment.key_of_header(request) or request.query().get("writeKey", "")))
            return Answer(200, segment.source_config_json(card.key_id, card.source), JSON, _NO_STORE)
        kind = segment.PIXELS.get(path)
        if kind is None:
            raise Refused(404, "not_found", f"There is nothing at {path[:100]}.")
        query = request.query()
        event, key = segment.pixel_event(kind, query)
        card = _checked(await keys.get(segment.key_of_header(request) or key or query.get("writeKey", "")))
        pressure.check_room(0)
        await pressure.keep(self._body(request, card, _Found("segment", "pixel", 1, msgspec.json.encode(event))))
        return _PIXEL

    async def _sensors(self, request: Request) -> Answer:
        """Keep what came to ``/sa``; whatever is in it, the answer is 200, as senders lose what follows an error."""
        keys, pressure = self._opened()
        query = request.query()
        presented = sensors.key_of(request.path, query)
        card = _checked(await keys.get(presented) if presented else keys.default(query.get("project", "")))
        body = await self._sensors_body(request, pressure)
        found = sensors.unwrap(body, request.query_string, self._settings.inflated_max_bytes)
        if request.path.startswith("/debug"):
            wrong = sensors.complaints(found)
            if wrong:
                return Answer(400, msgspec.json.encode({"code": "invalid_event", "message": " ".join(wrong)}), JSON)
            if request.header(b"dry-run").lower() == "true":
                return _EMPTY
        if found.events:
            await pressure.keep_patiently(self._body(request, card, _Found("sensors", found.kind, found.events, found.data)))
        return _PIXEL if request.method == "GET" else _EMPTY

    async def _sensors_body(self, request: Request, pressure: Pressure) -> bytes:
        if request.method == "GET":
            return b""
        await pressure.wait_for_room()
        body = await request.body(self._settings.body_max_bytes)
        try:
            return inflated(body, request.encoding, self._settings.inflated_max_bytes)
        except Refused:
            return body

    def _body(self, request: Request, card: KeyCard, found: _Found) -> Body:
        now = self._workspace.clock.now_ms()
        if self._keys is not None:
            self._keys.used(card, now)
        networks = self._networks
        network = networks.rule_of(request, card) if networks is not None and networks.any else ""
        data = without_cards(found.data)
        return Body(card.source, card.trust, found.protocol, found.kind, now, request.agent, found.events, card.key_id, data, network)

    def _opened(self) -> tuple[KnownKeys, Pressure]:
        keys, pressure = self._keys, self._pressure
        if keys is None or pressure is None:
            with self._lock:
                networks = self._networks = self._networks or KnownNetworks(self._workspace)
                keys = self._keys = self._keys or KnownKeys(self._workspace, networks.refresh)
                pressure = self._pressure = self._pressure or Pressure(self._open(self._workspace))
        return keys, pressure


def open_door(workspace: Workspace, sink: Open | None = None) -> Door:
    """Return the door of a workspace.

    Args:
        workspace: the open workspace, which closes the door before itself.
        sink: opens what takes the bodies; the inbox by default.
    """
    door = Door(workspace, sink or (lambda opened: open_inbox(opened, write=True)))
    workspace.before_close(door.close)
    return door


def _checked(card: KeyCard | None) -> KeyCard:
    if card is None:
        raise Refused(401, "invalid_write_key", "There is no such write key, or it was revoked.")
    if card.stopped:
        raise Refused(404, "source_disabled", "This source is stopped: its events are not taken.")
    return card


def _refusal(refused: Refused) -> Answer:
    headers: list[Header] = [JSON]
    if refused.retry_s is not None:
        headers += [(b"retry-after", str(refused.retry_s).encode()), (b"x-ratelimit-reset", str(int(time.time()) + refused.retry_s).encode())]
    # Some clients read code and message and fall over an answer without them.
    return Answer(refused.status, msgspec.json.encode({"success": False, "code": refused.code, "message": refused.message}), *headers)


def _preflight(request: Request) -> Answer:
    asked = request.header(b"access-control-request-headers").encode("latin-1")
    allowed: list[Header] = [(b"access-control-allow-methods", b"GET, POST, OPTIONS"), (b"access-control-max-age", b"900")]
    if asked:
        allowed.append((b"access-control-allow-headers", asked))
    return Answer(200, b"", *allowed)
