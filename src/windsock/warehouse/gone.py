"""A long question is stopped when its asker hangs up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from windsock.warehouse.face import Cancel

_T = TypeVar("_T")
_LOOK_S = 0.25


class Asker(Protocol):
    """Whoever waits for an answer, such as a request."""

    async def is_disconnected(self) -> bool:
        """Say whether nobody waits any more."""
        ...


async def until_gone(asker: Asker, start: Callable[[Cancel], Awaitable[_T]]) -> _T:
    """Wait for what ``start`` begins, and cancel it when its asker hangs up or the wait itself is cancelled.

    Args:
        asker: is looked at four times a second.
        start: begins the work beside the loop, under the switch that it is given.
    """
    cancel = Cancel()
    task = asyncio.ensure_future(start(cancel))
    try:
        while not (await asyncio.wait({task}, timeout=_LOOK_S))[0]:
            if await asker.is_disconnected():
                cancel.cancel()
        return task.result()
    except asyncio.CancelledError:
        cancel.cancel()
        raise
