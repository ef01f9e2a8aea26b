"""Answers that are kept while nothing that they read was written: the same analysis is asked by many people, and again by each of them.

An answer that is kept is told with the moment it was asked at, and lists and files are asked for that moment. Whoever sees people in full and
whoever does not never share one. What hangs on the time of day is at most as old as ``metrics`` keeps answers; another day asks anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from windsock.analyses.asking.asked import Asking
from windsock.kernel.clock import local_date
from windsock.metrics import Made, kept_answer

if TYPE_CHECKING:
    from windsock.warehouse import Warehouse

_T = TypeVar("_T")


def kept(asked: Asking[_T], written: Mapping[str, Any], read: Callable[..., _T], work: Callable[[Asking[_T]], dict[str, Any]]) -> dict[str, Any]:
    """Return an answer as it travels: a kept one that still holds, or a fresh one.

    Args:
        asked: who asks what, now.
        written: the definition as it came.
        read: what read it, which tells one kind of analysis from another.
        work: answers it from the warehouse of what it is given, the settings and the definition alone.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled, TooLarge: as ``work``; nothing is kept then.
    """
    workspace, frame = asked.workspace, asked.frame
    today = local_date(frame.now_ms, frame.zone)
    around = (replace(frame, now_ms=0), today, workspace.settings.workspace.currency, asked.unmasked)
    key = (read.__module__, read.__qualname__, json.dumps(written, sort_keys=True), around)

    def make(warehouse: Warehouse) -> Made:
        told = work(replace(asked, workspace=replace(workspace, warehouse=warehouse)))
        # A name that was never stored may be by the next event, whenever that was.
        never = any(note["code"] == "never_stored" for note in told["notes"])
        return Made(json.dumps(told, ensure_ascii=False), lasting=not never)

    return json.loads(kept_answer(workspace.warehouse, key, frame.now_ms, make))
