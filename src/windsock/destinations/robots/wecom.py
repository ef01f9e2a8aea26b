"""WeCom group robot: Markdown of at most 4096 bytes with links, a picture as a message of its own. Source: WeCom, group robot configuration."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from windsock.destinations.robots.form import Request, Verdict, code_of, cut, links, plain, request, verdict_of

if TYPE_CHECKING:
    from windsock.destinations.model import Message

_TEXT_MAX_BYTES = 4_096
_TITLE_MAX_BYTES = 200
_LINKS_MAX_BYTES = 2_000
_PICTURE_MAX_BYTES = 2_000_000
_LATER = frozenset({-1, 45009})
_COLOURS = {"info": "info", "warning": "warning", "critical": "warning"}


def build(url: str, secret: str, message: Message, now_ms: int) -> list[Request]:
    """Return the requests: the first picture, which is left out when it is over 2 MB, then the words; there is no sign."""
    del secret, now_ms
    found: list[Request] = []
    small = next((one.png for one in message.pictures if len(one.png) <= _PICTURE_MAX_BYTES), None)
    if small is not None:
        # The digest is the vendor's check of the picture, no protection.
        digest = hashlib.md5(small, usedforsecurity=False).hexdigest()
        found.append(request(url, {"msgtype": "image", "image": {"base64": base64.b64encode(small).decode(), "md5": digest}}))
    head = f'**<font color="{_COLOURS[message.severity]}">{cut(plain(message.subject), _TITLE_MAX_BYTES)}</font>**\n'
    tail = ""
    for label, address in links(message):
        one = f"\n[{label}]({address})"
        # A link that is cut leads elsewhere: whole or not at all.
        tail += one if len((tail + one).encode()) <= _LINKS_MAX_BYTES else ""
    room = _TEXT_MAX_BYTES - len((head + tail).encode())
    found.append(request(url, {"msgtype": "markdown", "markdown": {"content": head + cut(plain(message.text), room) + tail}}))
    return found


def judge(text: str) -> Verdict:
    """``errcode`` 0 is success; 45009 is the limit of 20 a minute."""
    return verdict_of(code_of(text, "errcode"), _LATER)
