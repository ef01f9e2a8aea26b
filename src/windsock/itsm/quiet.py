"""When an incident may wait for the morning: in its owner's quiet hours, where it is not grave. Rules only, with the settings given."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from windsock.kernel.daily import in_hours

if TYPE_CHECKING:
    from windsock.itsm.model.record import Record
    from windsock.workspace import Workspace


def is_quiet(workspace: Workspace, record: Record, now_ms: int) -> bool:
    """Say whether an incident is not told now: it is in its owner's quiet hours, and neither its severity nor its money says otherwise."""
    given = workspace.settings.itsm
    hours = given.quiet.get(record.owner) or given.quiet.get("*")
    if not hours or record.severity <= given.quiet_severity:
        return False
    if record.money_per_hour is not None and float(record.money_per_hour) >= given.quiet_money:
        return False
    local = dt.datetime.fromtimestamp(now_ms / 1000, ZoneInfo(workspace.zone))
    return in_hours(hours, local.hour * 60 + local.minute)
