"""What a maintenance window is, and whom it holds. Rules only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from windsock.kernel.errors import InvalidInput

MARK = "maintenance"
MINUTE_MS, DAY_MS = 60_000, 86_400_000
LENGTH_MOST_MS, AHEAD_MOST_MS = 14 * DAY_MS, 366 * DAY_MS
MONITORS_MOST, REASON_MOST = 100, 500


@dataclass(frozen=True)
class Maintenance:
    """A window in which nothing is told.

    Attributes:
        id: such as ``mnt_5f0c...``.
        monitors: by name; empty is the whole workspace.
        from_ms: when it begins.
        until_ms: when it ends, not included.
        reason: why.
        created_ms: when it was made.
        created_by: who made it, by id.
        created_name: by name.
    """

    id: str
    monitors: tuple[str, ...]
    from_ms: int
    until_ms: int
    reason: str
    created_ms: int
    created_by: str
    created_name: str

    def holds(self, now_ms: int, monitor: str | None = None) -> bool:
        """Say whether it holds a monitor now; None asks for the whole workspace."""
        return self.from_ms <= now_ms < self.until_ms and (not self.monitors or monitor in self.monitors)


def holding(windows: Iterable[Maintenance], now_ms: int, monitor: str | None = None) -> bool:
    """Say whether one of some windows holds a monitor, or the whole workspace (None), now."""
    return any(one.holds(now_ms, monitor) for one in windows)


def check_window(window: Maintenance, now_ms: int) -> Maintenance:
    """Return a window that can be.

    Raises:
        InvalidInput: it is too short, too long, over already, too far ahead, of too many monitors, or says not why.
    """
    if not MINUTE_MS <= window.until_ms - window.from_ms <= LENGTH_MOST_MS:
        raise InvalidInput("Maintenance lasts from a minute to 14 days.", where="until_ms", fix="Switch the monitor off if nobody wants it.")
    if window.until_ms <= now_ms or window.from_ms > now_ms + AHEAD_MOST_MS:
        raise InvalidInput("That window is over, or more than a year away.", where="from_ms / until_ms", fix="Give a window that is to come.")
    if not 0 < len(window.reason) <= REASON_MOST:
        raise InvalidInput("Say why nothing is told.", where="reason", fix=f"Write 1 to {REASON_MOST} characters.")
    if len(window.monitors) > MONITORS_MOST:
        raise InvalidInput(f"A window names at most {MONITORS_MOST} monitors.", where="monitors", fix="Name none for the whole workspace.")
    return window
