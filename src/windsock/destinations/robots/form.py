"""What the robots share: requests, verdicts, and cuts that break no character."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from windsock.destinations.model import Button, Message

Verdict = Literal["said", "later", "refused"]
BUTTONS_MAX = 5
_LABEL_MAX_BYTES = 60
_WIDE = str.maketrans({"<": "\uff1c", ">": "\uff1e", "[": "\uff3b", "]": "\uff3d"})


@dataclass(frozen=True)
class Request:
    """One POST: where to, and the JSON."""

    url: str
    raw: bytes


def request(url: str, body: Mapping[str, Any]) -> Request:
    """Write a body as JSON in UTF-8."""
    return Request(url, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors="replace"))


def cut(text: str, most: int) -> str:
    """Return at most so many bytes of UTF-8, ending at a whole character, with three dots where something is left out."""
    raw = text.encode("utf-8", errors="replace")
    if len(raw) <= most:
        return raw.decode()
    return raw[: most - 3].decode(errors="ignore") + "..."


def plain(text: str) -> str:
    """Return a text that calls nobody and links nowhere in Markdown: brackets become wide ones, which look the same."""
    return text.translate(_WIDE)


def links(message: Message) -> list[tuple[str, str]]:
    """Return label and address of the buttons in the message's language."""
    return [(_label(one, message.language), one.url) for one in message.buttons[:BUTTONS_MAX]]


def code_of(text: str, *names: str) -> int | None:
    """Return the first number of these names in an answer, None when there is none or it is no JSON object."""
    try:
        found: Any = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    fields = cast("dict[str, Any]", found)
    return next((fields[name] for name in names if isinstance(fields.get(name), int)), None)


def verdict_of(code: int | None, later: frozenset[int]) -> Verdict:
    """Zero is success; an answer without a code is none of the vendor's, and may be another one's next time."""
    if code == 0:
        return "said"
    return "later" if code is None or code in later else "refused"


def _label(button: Button, language: str) -> str:
    return cut(plain(button.zh if language == "zh" else button.en), _LABEL_MAX_BYTES)
