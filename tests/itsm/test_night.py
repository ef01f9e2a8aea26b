"""What waits: under maintenance nothing is told, in quiet hours what is less grave is told as one message in the morning."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.destinations.make import member
from tests.itsm.make import incident
from windsock.destinations.inbox import keep as inbox
from windsock.governance import SYSTEM
from windsock.itsm.night import tell_night
from windsock.kernel.clock import FixedClock
from windsock.monitoring.maintenance import keep as maintenance
from windsock.workspace import Workspace, open_workspace


def test_in_quiet_hours_the_less_grave_waits_for_one_message(home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WINDSOCK_ITSM__QUIET", '{"*": "22:00-08:30"}')
    with open_workspace(home, own=True, clock=clock) as opened:  # it is 08:00 in Shanghai
        lead = member(opened, "Lia", "lead")
        grave = incident(opened, "grave", cents_per_hour=10_000_000)
        for cause in ("x", "y"):
            incident(opened, cause, cents_per_hour=100_000)
        assert [one.path for one in inbox.listed(opened, lead, 9, None)[0].items] == [f"/watch/incidents/{grave.id}"]
        assert tell_night(opened) == 0
        clock.advance(seconds=1_801)
        assert [tell_night(opened), tell_night(opened)] == [2, 0]
        assert inbox.listed(opened, lead, 9, None)[0].items[0].subject == "Night digest: 2 waited for the morning"


def test_under_maintenance_nothing_is_told_and_it_ends_by_itself(workspace: Workspace, clock: FixedClock):
    lead = member(workspace, "Lia", "lead")
    maintenance.begin(workspace, SYSTEM, [], from_ms=None, until_ms=clock.now_ms() + 600_000, reason="New database")
    incident(workspace, "x")
    assert inbox.unread(workspace, lead) == 0
    clock.advance(seconds=600)
    incident(workspace, "y")
    assert inbox.unread(workspace, lead) == 1
