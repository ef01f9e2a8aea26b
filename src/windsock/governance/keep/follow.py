"""Follow a workspace with another engine: round after round what has changed is brought there, and now and then everything is recounted.

A round compares, by digests, each day of events that may have changed and all other tables; what differs is put in its place under a token made of
what it is, so that a block which is sent twice is there once, and a round that was killed is made good by the next.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from windsock.governance.keep.move import move_facts
from windsock.kernel.errors import Broken

if TYPE_CHECKING:
    from windsock.governance.model import Actor
    from windsock.warehouse import Changes, Moved
    from windsock.workspace import Workspace

_HOURS = 24
_BROKEN_MOST = 3
"""So many rounds in a row may find a piece that is not the same after it was written."""


@dataclass(frozen=True)
class Pace:
    """How a workspace is followed.

    Attributes:
        every_s: seconds between two looks at whether something changed.
        recount: every so many rounds all days are compared, whatever is known to have changed.
        looks: so many looks, then it ends; None: until it is stopped.
    """

    every_s: float = 60
    recount: int = 60
    looks: int | None = None


def follow_facts(
    workspace: Workspace,
    actor: Actor,
    to: Literal["clickhouse", "spark"],
    pace: Pace,
    told: Callable[[list[Moved]], None],
    stopped: threading.Event,
) -> None:
    """Bring what changes to another engine until it is stopped.

    Args:
        workspace: opened on its own engine.
        actor: who follows.
        to: where; ``[clickhouse]`` or ``[spark]`` of the settings says where that is.
        pace: how often.
        told: called after each round, with its pieces; not called when nothing had changed.
        stopped: ends it after the round that runs.

    Raises:
        NotAvailable: the engine, or its library, is not there.
        Broken: a piece was not the same after it was written, three rounds in a row.
    """
    seen: int | None = None
    look = broken = 0
    while not stopped.is_set() and (pace.looks is None or look < pace.looks):
        whole = seen is None or look % pace.recount == 0
        changed = workspace.warehouse.changes(seen if seen is not None else workspace.warehouse.version())
        if whole or changed.version != seen:
            try:
                told(move_facts(workspace, actor, to, _quiet, days=None if whole else days_of(changed)))
            except Broken:  # the next round compares everything, and writes it again
                broken += 1
                seen = None
                if broken >= _BROKEN_MOST:
                    raise
            else:
                broken, seen = 0, changed.version
        look += 1
        if pace.looks is None or look < pace.looks:
            stopped.wait(pace.every_s)


def days_of(changed: Changes) -> Sequence[dt.date] | None:
    """Return the days UTC of which events may have changed, with one on either side; None: any."""
    if changed.everything or "event" in changed.tables:
        return None
    found = {hour // _HOURS + beside for hour in changed.hours for beside in (-1, 0, 1)}
    return [dt.date(1970, 1, 1) + dt.timedelta(days=day) for day in sorted(found)]


def _quiet(_piece: Moved) -> None:
    pass
