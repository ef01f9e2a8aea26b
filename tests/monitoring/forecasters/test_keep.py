"""Warnings are kept when they become likely, told once, go with hysteresis, are decided, and put away; two workers at once keep one."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from tests.analyses.door import Opened
from tests.monitoring.make import DAY, HOUR, at
from windsock.governance import SYSTEM
from windsock.itsm.reactions import REACTIONS
from windsock.jobs import deliver
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.metrics.standup.model import Red
from windsock.monitoring.forecasters import keep as keeping
from windsock.monitoring.forecasters.keep import WARNED, Looked, dismiss, keep
from windsock.monitoring.forecasters.kept import WAIT_MS, Likely
from windsock.monitoring.forecasters.look import STOCK
from windsock.monitoring.forecasters.red import warning_lines
from windsock.monitoring.forecasters.routes import router
from windsock.monitoring.forecasters.store import page
from windsock.monitoring.maintenance.keep import begin, end
from windsock.workspace import Workspace, open_workspace

DATE = "2026-01-05"


def out(workspace: Workspace, probability: float, product: str = "f1") -> Likely:
    about = {"product": product, "date": DATE, "capacity": 40.0, "left": 3.0, "unit": "count"}
    due = workspace.clock.now_ms() // DAY * DAY + 5 * DAY
    return Likely("sold_out", f"sold_out:{product}:{DATE}", f"Flight {product}", f"航班 {product}", "Anna", probability, about, None, due)


def look(workspace: Workspace, probability: float, **outcomes: Any) -> Looked:
    return keep(workspace, STOCK, [out(workspace, probability)], outcomes)


def all_of(workspace: Workspace) -> list[Any]:
    with workspace.records.read() as session:
        return page(session, None, None, 50, None)


def facts(workspace: Workspace) -> int:
    with workspace.records.read() as session:
        return int(session.execute(text("SELECT count(*) FROM outbox WHERE name = :name"), {"name": WARNED}).scalar_one())


def test_what_is_likely_is_kept_and_told_once_and_goes_later_than_it_came(desk: Workspace) -> None:
    assert look(desk, 0.59) == Looked(0, 0, 0)
    assert look(desk, 0.6) == Looked(1, 1, 0)
    assert look(desk, 0.9) == Looked(0, 0, 0)
    (one,) = all_of(desk)
    assert (one.state, one.first_probability, one.what.probability, one.told_ms) == ("open", 0.6, 0.9, desk.clock.now_ms())
    states = []
    for probability in (0.41, 0.39, 0.59, 0.6):
        look(desk, probability)
        states.append(all_of(desk)[0].state)
    assert states == ["open", "gone", "gone", "open"]
    assert (len(all_of(desk)), facts(desk)) == (1, 1)
    assert look(desk, 0.9, **{one.id: "hit"}) == Looked(0, 0, 1)
    assert [(each.outcome, each.decided_ms) for each in all_of(desk)] == [("hit", desk.clock.now_ms())]
    # Decided, the subject is free again.
    assert look(desk, 0.9).new == 1


def test_two_workers_that_look_at_once_keep_and_tell_one(desk: Workspace) -> None:
    found, gate = list[Looked](), threading.Barrier(2, timeout=20)

    def work() -> None:
        gate.wait()
        found.append(look(desk, 0.8))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert sorted((one.new, one.told) for one in found) == [(0, 0), (1, 1)]
    assert (len(all_of(desk)), facts(desk)) == (1, 1)


def test_the_database_refuses_a_second_one_of_a_subject(desk: Workspace) -> None:
    look(desk, 0.8)
    (one,) = all_of(desk)
    with desk.records.write() as session:
        assert not keeping.store.add(session, replace(one, id="wrn_other"))


def test_maintenance_and_quiet_hours_hold_what_is_told(desk: Workspace) -> None:
    now_ms = desk.clock.now_ms()
    window = begin(desk, SYSTEM, [], from_ms=None, until_ms=now_ms + HOUR, reason="release")
    assert look(desk, 0.8) == Looked(1, 0, 0)
    end(desk, SYSTEM, window.id)
    # 08:00 in Shanghai: the owner's quiet hours end at nine.
    itsm = desk.settings.itsm.model_copy(update={"quiet": {"*": "22:00-09:00"}})
    quiet = replace(desk, settings=desk.settings.model_copy(update={"itsm": itsm}))
    assert look(quiet, 0.8) == Looked(0, 0, 0)
    at(desk, now_ms + HOUR)
    assert look(quiet, 0.8) == Looked(0, 1, 0)
    assert look(quiet, 0.8) == Looked(0, 0, 0)


def test_put_away_it_is_told_no_more_and_decided_all_the_same(desk: Workspace) -> None:
    look(desk, 0.8)
    (one,) = all_of(desk)
    with pytest.raises(InvalidInput):
        dismiss(desk, SYSTEM, one.id, " ")
    with pytest.raises(NotFound):
        dismiss(desk, SYSTEM, "wrn_none", "why")
    assert dismiss(desk, SYSTEM, one.id, "a charter, as agreed").state == "dismissed"
    with pytest.raises(Conflict):
        dismiss(desk, SYSTEM, one.id, "again")
    assert warning_lines(desk, None, desk.clock.now_ms()) == []  # type: ignore[arg-type]
    look(desk, 0.95)
    assert all_of(desk)[0].state == "dismissed"
    look(desk, 0.95, **{one.id: "false"})
    assert [(each.state, each.outcome, each.reason) for each in all_of(desk)] == [("dismissed", "false", "a charter, as agreed")]
    with desk.records.read() as session:
        assert session.execute(text("SELECT count(*) FROM audit_entry WHERE action = 'warning.dismissed'")).scalar_one() == 1


def test_what_nobody_can_know_is_not_counted_and_what_is_old_goes(desk: Workspace) -> None:
    look(desk, 0.8)
    (one,) = all_of(desk)
    at(desk, one.what.due_ms + WAIT_MS + 1)
    assert keep(desk, STOCK, [], {}) == Looked(0, 0, 1)
    assert all_of(desk)[0].outcome == "unknown"
    at(desk, desk.clock.now_ms() + keeping.KEPT_MS + 1)
    keep(desk, STOCK, [], {})
    assert all_of(desk) == []


def test_a_line_of_today_and_the_doors_say_it(workspace: Workspace) -> None:
    keep(workspace, STOCK, [out(workspace, 0.9), out(workspace, 0.7, "f2")], {})
    (line,) = warning_lines(workspace, None, workspace.clock.now_ms())  # type: ignore[arg-type]
    assert isinstance(line, Red)
    assert line.text.en == "Flight f1, 2026-01-05: 90% likely to sell out; 3 of 40 left"
    assert line.text.zh == "航班 f1 2026-01-05：有 90% 的可能售罄，剩 3，共 40"
    door = Opened(workspace, router)
    found = door.ask("GET", "/api/warnings/kept?state=open&kind=sold_out&limit=1").json()
    more = door.ask("GET", f"/api/warnings/kept?state=open&kind=sold_out&limit=1&cursor={found['next']}").json()
    assert {one["about"]["product"] for one in found["items"] + more["items"]} == {"f1", "f2"}
    assert more["next"] is None
    assert found["record"][2] == {"kind": "sold_out", "hit": 0, "false": 0, "unknown": 0, "open": 2}
    put_away = door.ask("POST", f"/api/warnings/{found['items'][0]['id']}/dismiss", {"reason": "known"})
    assert (put_away.status_code, put_away.json()["state"]) == (200, "dismissed")
    assert door.ask("POST", "/api/warnings/nothing/dismiss", {"reason": "known"}).status_code == 404
    assert door.ask("GET", "/api/warnings?kind=all").json() == {"items": [], "limits": [], "stock": []}
    assert door.ask("GET", "/api/warnings?kind=other").status_code == 422


def test_the_owner_gets_one_message_of_all(home: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINDSOCK_ITSM__DESTINATION", "desk")
    from windsock.destinations.keep import save

    with open_workspace(home, own=True, clock=clock) as opened:
        save(opened, SYSTEM, "desk", "webhook", {"url": "https://hooks.example.com/x"}, None)
        keep(opened, STOCK, [out(opened, 0.9), out(opened, 0.7, "f2")], {})
        for _ in range(2):
            deliver(opened, opened.records, REACTIONS, opened.clock.now_ms())
        with opened.records.read() as session:
            rows = session.execute(text("SELECT subject FROM delivery")).all()
    assert [row[0] for row in rows] == ["2 warnings; first: Flight f1, 2026-01-05: 90% likely to sell out; 3 of 40 left"]
