"""Pages of a long list: a cursor is the sort key of the last row shown, so that a page stays right while rows are added."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Key = str | int | float | bool | None
CURSOR_MAX = 2_000


@dataclass(frozen=True)
class Page(Generic[Item]):
    """A bounded part of a list; ``next_cursor`` is None on the last page."""

    items: tuple[Item, ...]
    next_cursor: str | None = None


def encode(key: Sequence[Key], *, scope: str = "") -> str:
    """Return a cursor: opaque text that holds the sort key of the last row.

    Args:
        key: JSON scalars.
        scope: what list it belongs to (name and filters); a cursor of another list is refused.
    """
    return base64.urlsafe_b64encode(json.dumps([scope, *key], separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, *, length: int, scope: str = "") -> tuple[Key, ...]:
    """Read a cursor made by ``encode``.

    Args:
        cursor: what a caller sent.
        length: the number of values expected.
        scope: the list that is asked for.

    Raises:
        InvalidInput: it is no cursor of this list.
    """
    wrong = InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")
    if len(cursor) > CURSOR_MAX:
        raise wrong
    try:
        values = json.loads(base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise wrong from None
    if not isinstance(values, list) or len(values) != length + 1 or values[0] != scope:  # pyright: ignore[reportUnknownArgumentType]
        raise wrong
    if not all(value is None or isinstance(value, str | int | float) for value in values):  # pyright: ignore[reportUnknownVariableType]
        raise wrong
    return tuple(values[1:])  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def take(rows: Sequence[Item], limit: int, key: Callable[[Item], Sequence[Key]], *, scope: str = "") -> Page[Item]:
    """Cut ``limit + 1`` fetched rows to a page: the extra row only tells that there is more.

    Args:
        rows: at most ``limit + 1`` rows in sort order.
        limit: the page's size.
        key: the sort key of a row.
        scope: as in ``encode``.
    """
    if len(rows) <= limit:
        return Page(tuple(rows))
    shown = tuple(rows[:limit])
    return Page(shown, encode(key(shown[-1]), scope=scope))
