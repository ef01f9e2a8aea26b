"""Slack incoming webhook: blocks with buttons; the address is the secret. Source: Slack, sending messages using incoming webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock.destinations.robots.form import Request, Verdict, cut, links, request

if TYPE_CHECKING:
    from windsock.destinations.model import Message

_TITLE_MAX_BYTES = 150
_TEXT_MAX_BYTES = 3_000


def build(url: str, secret: str, message: Message, now_ms: int) -> list[Request]:
    """Return one request; texts are plain ones, so that nobody's name calls a whole channel; pictures are left to the links."""
    del secret, now_ms
    title = cut(message.subject, _TITLE_MAX_BYTES)
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(title)},
        {"type": "section", "text": _plain(cut(message.text, _TEXT_MAX_BYTES))},
    ]
    buttons = [{"type": "button", "text": _plain(label), "url": address} for label, address in links(message)]
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    shown = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return [request(url, {"text": shown, "blocks": blocks})]


def judge(text: str) -> Verdict:
    """The one success is the word ``ok``."""
    return "said" if text.strip() == "ok" else "refused"


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
