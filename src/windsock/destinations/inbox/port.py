"""Who is on duty, which a room above knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from windsock.workspace import Workspace

OnDuty = Callable[["Workspace"], str]
_plugged: list[OnDuty] = []


def plug_on_duty(who: OnDuty) -> None:
    """Fill the port with what returns who is on duty now, by name, empty for nobody; a second call replaces the first."""
    _plugged[:] = [who]


def on_duty(workspace: Workspace) -> str:
    """Return who is on duty now, by name; empty for nobody."""
    return next((one(workspace) for one in _plugged), "")
