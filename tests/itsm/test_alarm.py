"""From a payment that fails to one incident: ticks, causes and incidents together, and back to well."""

from __future__ import annotations

import pytest

from tests.monitoring.explain.test_explain import FAULT, USUAL, month, pay
from tests.monitoring.make import HOUR, QUARTER, at, put, whole
from windsock.governance import SYSTEM
from windsock.itsm import store
from windsock.itsm.learned import lesson_json
from windsock.itsm.reactions import REACTIONS
from windsock.itsm.review import form, save_review
from windsock.jobs import JobContext, deliver
from windsock.kernel.errors import NotFound, QueryTimeout
from windsock.monitoring import find_entry
from windsock.monitoring.explain import jobs as explaining
from windsock.monitoring.watch import watch
from windsock.rooms import ROOMS
from windsock.workspace import Workspace


@pytest.fixture(autouse=True)
def _only_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("keep", "library"):
        monkeypatch.setattr(f"windsock.monitoring.monitors.{module}.shipped", dict)


def handed_on(workspace: Workspace) -> None:
    """Deliver what was announced, do the job that follows, and deliver again."""
    reactions = (*REACTIONS, *explaining.REACTIONS)
    deliver(workspace, workspace.records, reactions, workspace.clock.now_ms())
    for name in ("paying", "by_device"):
        explaining.explain_monitor(workspace, name)
    deliver(workspace, workspace.records, reactions, workspace.clock.now_ms())


def test_one_cause_is_one_incident_that_ends_with_its_alerts(workspace: Workspace):
    put(workspace)
    put(workspace, name="by_device", by=["device"], rule={"kind": "threshold", "below": 0.85, "recover": 0.9})
    end = month(workspace, FAULT)
    handed_on(workspace)
    with workspace.records.read() as session:
        (record,) = store.page(session, store.Wanted("incident"), 10)
        assert store.alerts_left(session, record.id) == 2
    assert record.state == "new"
    assert "Payment provider = a, Device = Android" in record.title_en
    assert record.cents_per_hour == pytest.approx(28 * 100 * 4 * 100, rel=0.05)
    for quarter in range(4):
        pay(workspace, end + quarter * QUARTER, USUAL)
    whole(workspace, end + HOUR)
    at(workspace, end + HOUR)
    watch(workspace)
    handed_on(workspace)
    with workspace.records.read() as session:
        after = store.read(session, record.id)
    assert after is not None
    assert after.state == "resolved"
    teach(workspace, record.id)


def teach(workspace: Workspace, incident: str) -> None:
    """Review the incident: the known event that it was like keeps it as history, once, and another review adds nothing."""
    for seen in (0, 1):
        found = form(workspace, incident)
        assert found.answers["cause"] == "Payment provider fault"
        save_review(workspace, SYSTEM, incident, found.answers, seen)
    entry = find_entry(workspace, "payment_provider_fault")
    (window,) = [one for one in entry.event.tests if one.name.startswith(incident)]
    assert (entry.origin, entry.version, entry.state) == ("made", 1, "active")
    assert (window.expect, window.finding.moved) == (True, {"payment_success_rate": "down"})
    assert window.finding.where is not None
    assert {"provider": "a", "device": "android"} in window.finding.where
    with workspace.records.read() as session:
        assert [one.kind for one in store.entries(session, incident)].count("learned") == 2
    told = lesson_json(workspace, incident)
    assert (told["finding"]["moved"], told["like"]) == ({"payment_success_rate": "down"}, "payment_provider_fault")
    with pytest.raises(NotFound):
        lesson_json(workspace, "inc_0")


def test_what_can_not_be_explained_is_told_all_the_same(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    put(workspace)
    month(workspace, FAULT)

    def slow(*_: object) -> list[explaining.Why]:
        raise QueryTimeout("The question took too long.")

    monkeypatch.setattr(explaining.explain_monitor, "__kwdefaults__", {"again": False, "by": slow})
    with pytest.raises(QueryTimeout):
        explaining.explain_open(workspace, JobContext({"monitor": "paying"}, attempt=1))
    explaining.explain_open(workspace, JobContext({"monitor": "paying"}, attempt=3))
    deliver(workspace, workspace.records, REACTIONS, workspace.clock.now_ms())
    with workspace.records.read() as session:
        (record,) = store.page(session, store.Wanted("incident"), 10)
    assert record.title_en == "Payment success is 0.6, 0.8 was expected."


def test_the_house_hands_them_on():
    names = {reaction.on for room in ROOMS for reaction in room.reactions()}
    assert {"monitoring.anomaly_found", "monitoring.anomaly_explained", "monitoring.anomaly_ended"} <= names
