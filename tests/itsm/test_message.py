"""Who is on duty is told by a message where the settings name a destination; an incident never fails for it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.itsm.make import incident
from windsock.destinations.keep import save
from windsock.governance import SYSTEM
from windsock.itsm.call import Call
from windsock.itsm.message import message_of
from windsock.kernel.clock import FixedClock
from windsock.workspace import Workspace, open_workspace


@pytest.fixture
def told(home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WINDSOCK_ITSM__DESTINATION", "desk")
    with open_workspace(home, own=True, clock=clock) as opened:
        yield opened


def waiting(workspace: Workspace) -> list[tuple[str, str]]:
    with workspace.records.read() as session:
        rows = session.execute(text("SELECT message_id, subject FROM delivery ORDER BY message_id")).all()
    return [(str(key), str(subject)) for key, subject in rows]


def test_a_message_says_what_it_costs_and_who_is_on_duty(workspace: Workspace):
    record = incident(workspace, "x", cents_per_hour=980_000, people=42)
    said = message_of(workspace, Call("escalated", record, "Bo", 2))
    assert said.subject == f"Nobody has seen this incident (level 2): {record.title_en}"
    assert said.text.splitlines()[1] == f"9800.00 CNY lost per hour · 42 people touched · on duty: Bo · number {record.id}"
    assert said.data["money_per_hour"] == "9800.00"
    assert Decimal(said.data["money_per_hour"]) == record.money_per_hour
    assert message_of(workspace, Call("escalated", record, "Bo", 2)).id == said.id
    assert message_of(workspace, Call("opened", record, "Bo", 2)).id != said.id


def test_an_incident_is_told_once_to_the_destination_that_is_named(told: Workspace):
    save(told, SYSTEM, "desk", "webhook", {"url": "https://hooks.example.com/x"}, None)
    record = incident(told, "x", cents_per_hour=980_000)
    incident(told, "x", cents_per_hour=980_000)
    (job,) = waiting(told)
    assert job[0] == f"{record.id}.opened.1.0"
    assert "New incident" in job[1]


def test_a_destination_that_is_not_there_stops_no_incident(told: Workspace):
    assert incident(told, "x").id
    assert waiting(told) == []


def test_a_message_leads_to_pages_that_ask_for_one_click(home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WINDSOCK_HTTP__PUBLIC_URL", "https://desk.example/")
    monkeypatch.setenv("WINDSOCK_WORKSPACE__LANGUAGE", "zh")
    with open_workspace(home, own=True, clock=clock) as opened:
        record = incident(opened, "x", alert="alert_1", body={"alert": "alert_1", "where": {"device": "ios"}})
        said = message_of(opened, Call("opened", record, "", 1), {"matches": [{"title": {"zh": "支付方故障", "en": "Payment provider fault"}}]})
        plain = message_of(opened, Call("opened", incident(opened, "y", body={"where": {"device": "<b>"}}), "", 1))
    assert [one.url for one in said.buttons] == [
        "https://desk.example/watch/alerts?alert=alert_1&do=ack",
        "https://desk.example/watch/alerts?alert=alert_1&do=mute",
        f"https://desk.example/watch/incidents/{record.id}",
    ]
    assert said.text.splitlines()[-1] == "最像的已知事件：支付方故障"
    assert '<a href="https://desk.example/watch/alerts?alert=alert_1&amp;do=ack">确认</a>' in said.html
    assert (said.type, said.path) == ("incident.opened", f"/watch/incidents/{record.id}")
    assert plain.text.splitlines()[-1] == "位置：device = <b>"
    assert "<b>" not in plain.html.replace("<p><b>", "")


def test_a_message_shows_the_course_that_the_explanation_kept(home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WINDSOCK_WORKSPACE__LANGUAGE", "zh")
    hour = 3_600_000
    points = [[number * hour, 9_000.0 + number * 700 % 4_000, 8_000.0, 14_000.0] for number in range(40)] + [[40 * hour, 2_500.0, 8_000.0, 14_000.0]]
    course = {"unit": "money", "step_ms": hour, "points": points}
    with open_workspace(home, own=True, clock=clock) as opened:
        call = Call("opened", incident(opened, "x"), "", 1)
        said, plain = message_of(opened, call, {"matches": [], "course": course}), message_of(opened, call, {"course": {}})
    (picture,) = said.pictures
    assert picture.png.startswith(b"\x89PNG")
    assert len(picture.png) < 100_000
    assert f'<img src="cid:{picture.name}"' in said.html
    assert plain.pictures == ()
    assert "<img" not in plain.html
