"""DingTalk custom robot: a card with buttons, signed in its address. Source: DingTalk, custom robot access."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from windsock.destinations.robots.form import Request, Verdict, code_of, cut, links, plain, request, verdict_of

if TYPE_CHECKING:
    from windsock.destinations.model import Message

_TEXT_MAX_BYTES = 18_000
_TITLE_MAX_BYTES = 200
_LATER = frozenset({-1, 130101})


def sign(secret: str, now_ms: int) -> str:
    r"""Return base64 of HMAC-SHA-256 with the secret over ``<milliseconds>\n<secret>``."""
    return base64.b64encode(hmac.digest(secret.encode(), f"{now_ms}\n{secret}".encode(), hashlib.sha256)).decode()


def build(url: str, secret: str, message: Message, now_ms: int) -> list[Request]:
    """Return one request: Markdown, or a card where there are buttons; pictures are left to the links."""
    title = cut(plain(message.subject), _TITLE_MAX_BYTES)
    text = f"### {title}\n\n" + cut(plain(message.text), _TEXT_MAX_BYTES).replace("\n", "  \n")
    buttons = [{"title": label, "actionURL": address} for label, address in links(message)]
    if secret:
        url += ("&" if "?" in url else "?") + urlencode({"timestamp": now_ms, "sign": sign(secret, now_ms)})
    if buttons:
        card = {"title": title, "text": cut(text, _TEXT_MAX_BYTES), "btnOrientation": "1", "btns": buttons}
        return [request(url, {"msgtype": "actionCard", "actionCard": card})]
    return [request(url, {"msgtype": "markdown", "markdown": {"title": title, "text": cut(text, _TEXT_MAX_BYTES)}})]


def judge(text: str) -> Verdict:
    """``errcode`` 0 is success; 130101 is the limit of 20 a minute; 310000 is a wrong sign or key word."""
    return verdict_of(code_of(text, "errcode"), _LATER)
