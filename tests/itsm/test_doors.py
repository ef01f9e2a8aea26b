"""The doors: addresses, what they refuse, the file, the commands; and facts of monitoring on their way in."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from tests.http.make import Client, bearer
from tests.itsm.make import kept
from windsock.cli.wrap import with_home
from windsock.http import create_app
from windsock.itsm import commands, store
from windsock.itsm.jobs import JOB_KINDS
from windsock.itsm.model.record import cost_cents
from windsock.itsm.reactions import REACTIONS, opening_of
from windsock.itsm.red import red_lines
from windsock.jobs import JobContext, deliver, publish
from windsock.kernel.clock import FixedClock
from windsock.workspace import Workspace, open_workspace

FOUND = {
    "alert": "alert_1", "kind": "metric", "monitor": "orders", "metric": "orders", "key": {"psp": "2"}, "direction": "down", "severity": "high",
    "owner": "sales",
    "first_ms": 1_767_225_600_000, "last_ms": 1_767_232_800_000, "value": 1.0, "expected": 9.0, "money": "-19600.00", "currency": "CNY",
}  # fmt: skip


@pytest.fixture
def client(workspace: Workspace) -> Client:
    return Client(create_app(workspace))


def tell(workspace: Workspace, name: str, payload: dict) -> None:
    with workspace.records.write() as session:
        publish(session, name, payload, workspace.clock.now_ms())
    deliver(workspace, workspace.records, REACTIONS, workspace.clock.now_ms())


def test_an_incident_from_its_opening_to_its_review(workspace: Workspace, client: Client):
    head = bearer(workspace, "analyst")
    body = {"title_en": "Payments fail", "cause": "psp-2", "money_per_hour": "9800.5", "people": 42, "reason": "Seen by hand.", "where": {"psp": "2"}}
    first = client.post("/api/itsm/incidents", body, headers=head).json()
    assert (first["how"], client.post("/api/itsm/incidents", body, headers=head).json()["how"]) == ("opened", "joined")
    record = first["record"]
    assert (record["plain"]["en"], record["severity"], record["money_per_hour"]) == ("New", 3, "9800.50")
    address = f"/api/itsm/records/{record['id']}"
    said = {"event": "see", "reason": "On it.", "version": 1}
    assert client.post(f"{address}/moves", said, headers=head).json()["plain"]["en"] == "Seen"
    assert client.post(f"{address}/moves", said, headers=head).status_code == 409
    assert client.post(f"{address}/moves", {**said, "reason": ""}, headers=head).status_code == 422
    assert client.post(f"{address}/moves", said, headers=bearer(workspace, "viewer")).status_code == 403
    assert client.post(f"{address}/notes", {"text": "Called."}, headers=head).status_code == 204
    change = client.post("/api/itsm/records", {"kind": "problem", "title_en": "Certificates", "of": [record["id"]]}, headers=head).json()
    assert client.request("PATCH", f"{address}", json={"given": {"owner": "Bo"}, "version": 2}, headers=head).json()["owner"] == "Bo"
    assert client.post(f"{address}/moves", {"event": "resolve", "reason": "Renewed.", "version": 3}, headers=head).status_code == 200
    form = client.get(f"{address}/review", headers=head).json()
    assert (form["version"], form["answers"]["what"]) == (0, "Payments fail (psp = 2)")
    saved = client.request("PUT", f"{address}/review", json={**form["answers"], "version": 0}, headers=head).json()
    assert saved["version"] == 1
    whole = client.get(address, headers=head).json()
    assert [line["what"] for line in whole["timeline"]] == ["open", "see", "resolve", "joined", "note", "linked", "assigned"]
    assert [one["id"] for one in whole["linked"]] == [change["id"]]
    assert client.get(f"/api/itsm/records/{change['id']}", headers=head).json()["of"][0]["id"] == record["id"]
    assert client.get("/api/itsm/records/inc_0", headers=head).status_code == 404


def test_lists_go_by_money_and_page(workspace: Workspace, client: Client):
    head = bearer(workspace, "lead")
    for place in range(5):
        body = {"title_en": f"=Incident {place}", "money_per_hour": None if place == 4 else str(place), "reason": "x"}
        assert client.post("/api/itsm/incidents", body, headers=head).status_code == 200
    seen, cursor = [], ""
    for _ in range(3):
        page = client.get(f"/api/itsm/records?limit=2{cursor}", headers=head).json()
        seen += [one["money_per_hour"] for one in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert seen == ["3.00", "2.00", "1.00", "0.00", None]
    assert page["next"] is None
    assert client.get("/api/itsm/records?state=closed", headers=head).json()["items"] == []
    assert client.get("/api/itsm/records?cursor=nonsense", headers=head).status_code == 422
    file = client.get("/api/itsm/records.csv", headers=head).text.splitlines()
    assert len(file) == 6
    assert "'=Incident 3" in file[1]
    with workspace.records.read() as session:
        assert session.execute(text("SELECT count(*) FROM audit_entry WHERE action = 'itsm.exported'")).scalar_one() == 1


def test_the_rota_and_the_note_of_a_shift(workspace: Workspace, client: Client):
    head = bearer(workspace, "lead")
    made = client.post("/api/itsm/rota", {"member": "Anna", "weekday": 3, "from_minute": 0, "to_minute": 0}, headers=head).json()
    assert client.get("/api/itsm/rota", headers=head).json()["now"] == {"1": "Anna", "2": "Anna", "3": "Anna"}
    assert "On duty now: Anna." in client.get("/api/itsm/hand-over", headers=head).json()["en"]
    assert client.post("/api/itsm/rota", {"member": "Anna", "weekday": 3}, headers=head).status_code == 422
    assert client.request("DELETE", f"/api/itsm/rota/{made['id']}", headers=head).status_code == 204
    assert client.request("DELETE", f"/api/itsm/rota/{made['id']}", headers=head).status_code == 404
    assert client.post("/api/itsm/rota", {"member": "A", "weekday": 3}, headers=bearer(workspace, "analyst")).status_code == 403


def test_an_anomaly_opens_one_incident_and_its_end_resolves_it(workspace: Workspace, clock: FixedClock):
    tell(workspace, "monitoring.anomaly_found", FOUND)  # its cause is still looked for
    for alert in ("alert_1", "alert_2", "alert_1"):
        tell(workspace, "monitoring.anomaly_explained", {**FOUND, "alert": alert})
    with workspace.records.read() as session:
        (record,) = store.page(session, store.Wanted("incident"), 10)
    assert (record.cents_per_hour, record.severity, record.body["where"], record.title_en) == (980_000, 3, {"psp": "2"}, "orders down (psp = 2)")
    tell(workspace, "monitoring.anomaly_ended", {**FOUND, "alert": "alert_1"})
    tell(workspace, "monitoring.anomaly_ended", {**FOUND, "alert": "alert_9"})
    with workspace.records.read() as session:
        assert kept(session, record.id).state == "new"
    tell(workspace, "monitoring.anomaly_ended", {**FOUND, "alert": "alert_2"})
    clock.advance(seconds=60)
    tell(workspace, "monitoring.anomaly_explained", {**FOUND, "alert": "alert_3"})
    with workspace.records.read() as session:
        assert [one.event for one in store.moves(session, record.id)] == ["open", "resolve", "reopen"]
    clock.advance(seconds=900)
    context = JobContext({})
    JOB_KINDS[0].run(workspace, context)
    assert context.reported.done == 1


def test_what_an_incident_cost_is_what_its_alerts_counted(workspace: Workspace, clock: FixedClock):
    """Two series of one monitor are added, another monitor saw the same loss; money per hour would say 9,800.00 times five days."""
    for alert in ("alert_1", "alert_2", "alert_3"):
        tell(workspace, "monitoring.anomaly_explained", {**FOUND, "alert": alert})
    clock.advance(seconds=5 * 86_400)
    for alert, monitor, money in (("alert_1", "a", "300.00"), ("alert_2", "a", "-40.50"), ("alert_1", "a", "300.00"), ("alert_3", "b", "200.00")):
        with workspace.records.read() as session:
            (record,) = store.page(session, store.Wanted("incident"), 10)
        assert cost_cents(record, clock.now_ms()) == 980_000 * 24 * 5
        tell(workspace, "monitoring.anomaly_ended", {**FOUND, "alert": alert, "monitor": monitor, "money": money})
    with workspace.records.read() as session:
        (record,) = store.page(session, store.Wanted("incident"), 10)
    assert record.state == "resolved"
    assert cost_cents(record, clock.now_ms()) == 34_050


def test_a_fact_that_names_its_cause_is_taken_at_its_word():
    said = opening_of(
        {"alert": "a", "cause": "psp-2", "title_zh": "z", "title_en": "e", "money_per_hour": "12.5", "people": 3, "where": {"x": 1}, "at_ms": 5}
    )
    assert (said.cause, said.title_zh, said.title_en, said.cents_per_hour, said.people, said.body["at_ms"]) == ("psp-2", "z", "e", 1250, 3, 5)
    assert opening_of({**FOUND, "alert": "b"}).cause == opening_of(FOUND).cause != opening_of({**FOUND, "direction": "up"}).cause
    assert len(opening_of({"alert": "a", "cause": "x" * 500}).cause or "") == 64
    assert opening_of({"alert": "a", "metric": "m", "money": None}).cents_per_hour is None


def test_the_commands(home):
    def run(*words: str) -> str:
        group = commands.incident if words[0] == "incident" else commands.rota
        found = CliRunner().invoke(with_home(group), [*words[1:], "--home", str(home)], catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return found.output

    name = run("incident", "open", "Payments fail", "--cause", "psp-2", "--money", "9800", "--reason", "Seen.").split()[0]
    assert "joined" in run("incident", "open", "Payments fail", "--cause", "psp-2", "--reason", "Seen.")
    assert "[Working]" in run("incident", "move", name, "work", "--reason", "On it.")
    run("incident", "note", name, "Called.")
    assert "Called." in run("incident", "show", name)
    run("incident", "move", name, "resolve", "--reason", "Renewed.")
    assert "not saved" in run("incident", "review", name)
    assert "version 1" in run("incident", "review", name, "--answer", "change=Watch certificates.")
    assert "[Done]" in run("incident", "close", name, "--reason", "Over.")
    assert json.loads(run("incident", "list", "--all", "--format", "json"))[0]["id"] == name
    assert "no incident" in run("incident", "list")
    duty = run("rota", "add", "Anna", "--weekday", "0", "--from", "22:00", "--to", "06:00").split()[0]
    assert "22:00 to 06:00" in run("rota", "show")
    assert "0 open" in run("rota", "hand-over")
    run("rota", "drop", duty)
    with open_workspace(home) as opened, opened.records.read() as session:
        assert store.duties(session) == []


def test_open_incidents_are_red_on_today(workspace: Workspace, client: Client):
    head = bearer(workspace, "analyst")
    for title, money in (("Payments fail", "98.50"), ("Check-in is slow", None)):
        body = {"title_en": title, "title_zh": title, "cause": title, "money_per_hour": money, "reason": "Seen.", "where": {}}
        assert client.post("/api/itsm/incidents", body, headers=head).status_code == 200
    now_ms = workspace.clock.now_ms()
    lines = red_lines(workspace, dt.date(2026, 1, 1), now_ms + 2 * 3_600_000)
    assert [(line.kind, line.text.en, str(line.money)) for line in lines] == [
        ("incident", "Payments fail", "197.00"),
        ("incident", "Check-in is slow", "None"),
    ]
    assert str(red_lines(workspace, dt.date(2026, 1, 1), now_ms)[0].money) == "98.50"
    assert red_lines(workspace, dt.date(2026, 1, 1), now_ms - 1) == []
    shown = client.get("/api/metrics/today", headers=head).json()["red"]
    assert [(line["kind"], line["en"], line["money"]) for line in shown] == [
        ("incident", "Payments fail", "98.50"),
        ("incident", "Check-in is slow", None),
    ]


def test_an_incident_of_late_data_says_so():
    said = opening_of({"alert": "a", "kind": "data", "monitor": "", "metric": "", "key": {}, "direction": ""})
    assert (said.title_en, said.title_zh) == ("Data are late", "数据未按时到齐")
