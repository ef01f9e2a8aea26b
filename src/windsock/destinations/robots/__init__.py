"""Robots in the groups of chats: each vendor's own form, limits and errors. An answer 200 is no success until its body says so."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from windsock.destinations.post import post
from windsock.destinations.refused import Later, Never, hidden, retry_after
from windsock.destinations.robots import dingtalk, feishu, slack, wecom

if TYPE_CHECKING:
    from collections.abc import Callable

    from windsock.destinations.model import Message, Robot, RobotKind
    from windsock.destinations.robots.form import Request, Verdict

_BUILD: dict[RobotKind, Callable[[str, str, Message, int], list[Request]]] = {
    "wecom": wecom.build,
    "dingtalk": dingtalk.build,
    "feishu": feishu.build,
    "slack": slack.build,
}
_JUDGE: dict[RobotKind, Callable[[str], Verdict]] = {
    "wecom": wecom.judge,
    "dingtalk": dingtalk.judge,
    "feishu": feishu.judge,
    "slack": slack.judge,
}


def send(place: Robot, secret: str, message: Message, now_ms: int) -> None:
    """Say a message in a group.

    Raises:
        InvalidInput: the robot refuses it for good: sign, key word, form, or it is gone.
        Fault: it can't be reached, is over its limit, or asks to come later.
    """
    where = str(urlsplit(place.url).hostname)
    for request in _BUILD[place.kind](place.url, secret, message, now_ms):
        answer = post(request.url, request.raw, {"Content-Type": "application/json; charset=utf-8"}, private=place.private)
        said, status = hidden(answer.text, request.url, secret), answer.status
        after = retry_after(answer.retry_after, now_ms)
        if status in (408, 429) or status >= 500:
            raise Later(f"The robot answers {status}: {said}", where=where, status=status, retry_after_s=after)
        if not 200 <= status < 300:
            raise Never(f"The robot answers {status}: {said}", where=where, status=status)
        verdict = _JUDGE[place.kind](answer.text)
        if verdict == "later":
            raise Later(f"The robot refuses: {said}", where=where, status=status, retry_after_s=after)
        if verdict != "said":
            raise Never(f"The robot refuses: {said}", where=where, status=status)
