"""Feishu and Lark custom bot: an interactive card with buttons, signed in its body. Source: Feishu, custom bot usage guide."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from windsock.destinations.robots.form import Request, Verdict, code_of, cut, links, request, verdict_of

if TYPE_CHECKING:
    from windsock.destinations.model import Message

# The body has 20 kB in all, and JSON may double a text of quotes.
_TEXT_MAX_BYTES = 6_000
_TITLE_MAX_BYTES = 200
_LATER = frozenset({11232, 11233})
_COLOURS = {"info": "blue", "warning": "orange", "critical": "red"}


def sign(secret: str, at_s: int) -> str:
    r"""Return base64 of HMAC-SHA-256 with ``<seconds>\n<secret>`` as the key, over nothing."""
    return base64.b64encode(hmac.digest(f"{at_s}\n{secret}".encode(), b"", hashlib.sha256)).decode()


def build(url: str, secret: str, message: Message, now_ms: int) -> list[Request]:
    """Return one request; texts are plain ones, so that nobody's name calls or links; pictures are left to the links."""
    elements: list[dict[str, Any]] = [{"tag": "div", "text": {"tag": "plain_text", "content": cut(message.text, _TEXT_MAX_BYTES)}}]
    buttons = [_button(label, address) for label, address in links(message)]
    if buttons:
        elements.append({"tag": "action", "actions": buttons})
    title = {"tag": "plain_text", "content": cut(message.subject, _TITLE_MAX_BYTES)}
    header = {"template": _COLOURS[message.severity], "title": title}
    body: dict[str, Any] = {"msg_type": "interactive", "card": {"header": header, "elements": elements}}
    if secret:
        body |= {"timestamp": str(now_ms // 1000), "sign": sign(secret, now_ms // 1000)}
    return [request(url, body)]


def judge(text: str) -> Verdict:
    """``code`` 0 is success (``StatusCode`` in older answers); 11232 and 11233 are its limits; 19021 is a wrong sign."""
    return verdict_of(code_of(text, "code", "StatusCode"), _LATER)


def _button(label: str, address: str) -> dict[str, Any]:
    return {"tag": "button", "type": "default", "text": {"tag": "plain_text", "content": label}, "url": address}
