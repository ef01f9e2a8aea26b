"""Why a message was not taken: for now, or for good; with what the other side said, without what is secret of us."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlsplit

from windsock.kernel.errors import Fault, InvalidInput

ANSWER_MAX = 200
WAIT_MOST_S = 6 * 3_600
"""Whoever asks for more patience than six hours is asked again after six hours."""
_LEAST = 6
"""Shorter parts of an address (``v1``, ``hook``) are no secrets, and hiding them would hide ordinary words."""


class Later(Fault):
    """It may be taken another time.

    Attributes:
        status: of HTTP or SMTP, or None.
        retry_after_s: how long the other side asks to be left alone, or None.
    """

    code = "later"

    def __init__(self, what: str, *, where: str = "", status: int | None = None, retry_after_s: int | None = None, fix: str = "") -> None:
        """Keep what the other side said of itself."""
        self.status, self.retry_after_s = status, retry_after_s
        super().__init__(what, where=where, fix=fix)


class Never(InvalidInput):
    """Trying the same again is of no use.

    Attributes:
        status: of HTTP or SMTP, or None.
    """

    def __init__(self, what: str, *, where: str = "", status: int | None = None, fix: str = "") -> None:
        """Keep what the other side said."""
        self.status = status
        super().__init__(what, where=where, fix=fix)


def retry_after(text: str | None, now_ms: int) -> int | None:
    """Read ``Retry-After`` (RFC 9110, 10.2.3: seconds, or a date) as seconds from 0 to six hours; None where it says nothing that can be read.

    >>> retry_after("120", 0), retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 0), retry_after("soon", 0)
    (120, 60, None)
    """
    said = (text or "").strip()
    if re.fullmatch(r"[0-9]{1,12}", said):
        return min(int(said), WAIT_MOST_S)
    try:
        at = parsedate_to_datetime(said)
        at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
        return max(0, min(round(at.timestamp() - now_ms / 1000), WAIT_MOST_S))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def hidden(text: str, url: str = "", secret: str = "") -> str:
    """Return the beginning of an answer in which nothing of an address or a secret can be read: some servers repeat what they were sent."""
    for one in sorted({*_parts(url), *(word for word in (secret, *secret.split()) if word)}, key=len, reverse=True):
        text = text.replace(one, "***")
    return " ".join(text.replace("\0", "").split())[:ANSWER_MAX]


def _parts(url: str) -> Iterable[str]:
    parts = urlsplit(url)
    tail = parts.path + (f"?{parts.query}" if parts.query else "")
    found = [url, tail, parts.path, parts.query, *parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]
    return [one for one in found if len(one) >= _LEAST]
