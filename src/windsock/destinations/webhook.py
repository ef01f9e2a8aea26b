"""Send by webhook: JSON by POST, signed as Standard Webhooks says (https://www.standardwebhooks.com), never into the own network unless allowed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from windsock.destinations.model import MESSAGE_MAX_BYTES, public
from windsock.kernel.errors import Fault, InvalidInput, TooLarge

if TYPE_CHECKING:
    from windsock.destinations.model import Message, Webhook

TIMEOUT_S = 20.0
_ANSWER_MAX = 2_000


def build(message: Message) -> bytes:
    """Return the body: the message's words, its numbers, and its pictures as base64 PNG."""
    body: dict[str, Any] = {
        "type": "report.sent",
        "id": message.id,
        "subject": message.subject,
        "text": message.text,
        "data": message.data,
        "pictures": [{"name": one.name, "alt": one.alt, "png": base64.b64encode(one.png).decode()} for one in message.pictures],
    }
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    if len(raw) > MESSAGE_MAX_BYTES:
        raise TooLarge(f"The message has {len(raw)} bytes.", where="message", fix=f"At most {MESSAGE_MAX_BYTES} are sent; take panels away.")
    return raw


def signature(secret: str, message_id: str, at_s: int, raw: bytes) -> str:
    """Return the header ``webhook-signature``: ``v1,`` and base64 of HMAC-SHA-256 over ``id.timestamp.body``."""
    said = f"{message_id}.{at_s}.".encode() + raw
    return "v1," + base64.b64encode(hmac.digest(secret.encode(), said, hashlib.sha256)).decode()


def send(place: Webhook, secret: str, message_id: str, raw: bytes, at_s: int) -> None:
    """Post a body; redirects are not followed, for they could lead into the own network.

    Raises:
        InvalidInput: the address is private, or answers that the request is wrong.
        Fault: it can't be reached, or answers that it is its own fault.
    """
    parts = urlsplit(place.url)
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    headers = {"Content-Type": "application/json", "User-Agent": "windsock", "webhook-id": message_id, "webhook-timestamp": str(at_s)}
    if secret:
        headers["webhook-signature"] = signature(secret, message_id, at_s, raw)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = _connect(parts.scheme, host, port, private=place.private)
        try:
            connection.request("POST", path, body=raw, headers=headers)
            answer = connection.getresponse()
            status, said = answer.status, answer.read(_ANSWER_MAX).decode(errors="replace")
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        raise Fault(f"The webhook can't be reached: {str(error)[:200]}", where=host) from error
    if 200 <= status < 300:
        return
    again = status in (408, 409, 429) or status >= 500
    raise (Fault if again else InvalidInput)(f"The webhook answers {status}: {said[:200]}", where=host)


def _connect(scheme: str, host: str, port: int, *, private: bool) -> http.client.HTTPConnection:
    """Look the host up once and connect to the very address that was judged, so that a name can't change in between."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not private and not all(public(address) for address in addresses):
        raise InvalidInput(
            "This webhook leads into the own network.", where="url", fix="Allow private addresses at the destination if that is meant."
        )
    plain = socket.create_connection((addresses[0], port), timeout=TIMEOUT_S)
    try:
        made = plain if scheme == "http" else ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    connection.sock = made
    return connection
