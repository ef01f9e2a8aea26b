"""The ports of the stand-up: whoever knows what is red (alerts, incidents) or what runs (campaigns, launches) plugs in how to say so.

What a plugged function can't say is left out and logged; a page never fails for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import structlog

from windsock.kernel.errors import WindsockError

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.metrics.standup.model import Flag, Red
    from windsock.workspace import Workspace

RED_MAX, FLAGS_MAX = 50, 200
Reds = Callable[["Workspace", dt.date, int], Iterable["Red"]]
"""(workspace, the page's date, as of ms) -> lines that cost money."""
Flags = Callable[["Workspace", "Period", int], Iterable["Flag"]]
"""(workspace, dates, as of ms) -> what is on between them."""

_reds: dict[str, Reds] = {}
_flags: dict[str, Flags] = {}
_log = structlog.get_logger(__name__)


def plug_red(name: str, find: Reds) -> None:
    """Take a function that knows red lines; a second one of the same name replaces the first."""
    _reds[name] = find


def plug_flags(name: str, find: Flags) -> None:
    """Take a function that knows what is on; a second one of the same name replaces the first."""
    _flags[name] = find


def plugged_red(workspace: Workspace, day: dt.date, as_of_ms: int) -> list[Red]:
    """Return the red lines of all who plugged in, at most 50 of each."""
    found: list[Red] = []
    for name, find in _reds.items():
        try:
            found += list(find(workspace, day, as_of_ms))[:RED_MAX]
        except WindsockError as error:
            _log.warning("standup.red_left_out", plugged=name, error=str(error))
    return found


def plugged_flags(workspace: Workspace, period: Period, as_of_ms: int) -> list[Flag]:
    """Return what is on by all who plugged in, at most 200 of each."""
    found: list[Flag] = []
    for name, find in _flags.items():
        try:
            found += list(find(workspace, period, as_of_ms))[:FLAGS_MAX]
        except WindsockError as error:
            _log.warning("standup.flags_left_out", plugged=name, error=str(error))
    return found
