"""Send by webhook: JSON by POST, signed as Standard Webhooks says (https://www.standardwebhooks.com), never into the own network unless allowed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from windsock.destinations.model import MESSAGE_MAX_BYTES
from windsock.destinations.post import post
from windsock.destinations.refused import Later, Never, hidden, retry_after
from windsock.kernel.errors import InvalidInput, TooLarge

if TYPE_CHECKING:
    from windsock.destinations.model import Message, Webhook

_KEYS_MAX = 5


def build(message: Message) -> bytes:
    """Return the body: the message's words, its numbers, and its pictures as base64 PNG."""
    body: dict[str, Any] = {
        "type": message.type,
        "id": message.id,
        "subject": message.subject,
        "text": message.text,
        "data": message.data,
        "severity": message.severity,
        "buttons": [{"zh": one.zh, "en": one.en, "url": one.url} for one in message.buttons],
        "pictures": [{"name": one.name, "alt": one.alt, "png": base64.b64encode(one.png).decode()} for one in message.pictures],
    }
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    if len(raw) > MESSAGE_MAX_BYTES:
        raise TooLarge(f"The message has {len(raw)} bytes.", where="message", fix=f"At most {MESSAGE_MAX_BYTES} are sent; take panels away.")
    return raw


def keys_of(secret: str) -> tuple[bytes, ...]:
    """Return the signing keys of a secret: several, apart by blanks, while one is changed for another; at most 5.

    ``whsec_`` begins a key in base64 as the standard writes it; any other word is taken as it stands.

    Raises:
        InvalidInput: a key is no base64, or there are too many.
    """
    words = secret.split()
    if len(words) > _KEYS_MAX:
        raise InvalidInput(f"A webhook is signed with at most {_KEYS_MAX} secrets.", where="secret", fix="Take the oldest away.")
    try:
        return tuple(base64.b64decode(one[6:], validate=True) if one.startswith("whsec_") else one.encode() for one in words)
    except ValueError:
        raise InvalidInput("A secret that begins with whsec_ goes on in base64.", where="secret", fix="Copy it whole.") from None


def signature(key: bytes, message_id: str, at_s: int, raw: bytes) -> str:
    """Return one signature for the header ``webhook-signature``: ``v1,`` and base64 of HMAC-SHA-256 over ``id.timestamp.body``."""
    said = f"{message_id}.{at_s}.".encode() + raw
    return "v1," + base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()


def send(place: Webhook, secret: str, message_id: str, raw: bytes, at_s: int) -> None:
    """Post a body, signed with each secret; redirects are not followed, for they could lead into the own network.

    Raises:
        InvalidInput: the address is private, or answers that the request is wrong (``Never``).
        Fault: it can't be reached, or answers that it is its own fault (``Later``).
    """
    headers = {"Content-Type": "application/json", "webhook-id": message_id, "webhook-timestamp": str(at_s)}
    if secret:
        headers["webhook-signature"] = " ".join(signature(key, message_id, at_s, raw) for key in keys_of(secret))
    answer = post(place.url, raw, headers, private=place.private)
    if 200 <= answer.status < 300:
        return
    said, where = f"The webhook answers {answer.status}: {hidden(answer.text, place.url, secret)}", str(urlsplit(place.url).hostname)
    if answer.status in (408, 409, 429) or answer.status >= 500:
        raise Later(said, where=where, status=answer.status, retry_after_s=retry_after(answer.retry_after, at_s * 1000))
    raise Never(said, where=where, status=answer.status)
