"""The doors: lists with pages, acting on alerts with audit and permission, silences, preview and replay, and the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from tests.analyses.door import Opened
from tests.monitoring.make import QUARTER, START, at, body, put, run
from windsock.cli.main import main
from windsock.governance import ROLES, SYSTEM
from windsock.kernel.clock import local_date
from windsock.metrics.targets.keep import put as put_target
from windsock.metrics.targets.model.target import Aim, Place
from windsock.monitoring.forecasters.routes import router as warnings_router
from windsock.monitoring.routes import router
from windsock.monitoring.watch import watch
from windsock.workspace import Workspace

GOOD, BAD = {"a": (20, 19), "b": (20, 20)}, {"a": (20, 5), "b": (20, 20)}


@pytest.fixture
def door(workspace: Workspace) -> Opened:
    put(workspace)
    run(workspace, [GOOD])
    watch(workspace, only="paying")
    run(workspace, [BAD], START + QUARTER)
    watch(workspace, only="paying")
    return Opened(workspace, router)


def ok(door: Opened, method: str, path: str, given: object = None) -> Any:
    answer = door.ask(method, path, given)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def test_monitors_come_in_pages_with_what_ships(door: Opened) -> None:
    first = ok(door, "GET", "/api/monitors?limit=20")
    second = ok(door, "GET", f"/api/monitors?limit=20&cursor={first['next']}")
    names = [one["name"] for one in first["items"] + second["items"]]
    assert names == sorted(names)
    assert len(names) == 37
    assert second["next"] is None
    paying = ok(door, "GET", "/api/monitors/paying")
    assert (paying["open_alerts"], paying["series"], paying["cursor_ms"], paying["state"]) == (1, 2, START + QUARTER, "active")
    assert paying["states"] == [{"key": {"provider": "a"}, "shown": "firing", "since_ms": START + QUARTER}]
    assert door.ask("GET", "/api/monitors/nothing").status_code == 404
    assert ok(door, "GET", "/api/monitors/schema")["title"] == "Monitor"


def test_an_alert_is_seen_closed_and_labelled(door: Opened) -> None:
    page = ok(door, "GET", "/api/alerts?state=not_closed")
    (alert,) = page["items"]
    assert page["counts"] == {"open": 1}
    path = f"/api/alerts/{alert['id']}"
    assert ok(door, "POST", f"{path}/ack", {"reason": "looking"})["acked_by"] == "Mem_1"
    assert door.ask("POST", f"{path}/close", {"label": "great", "reason": "x"}).status_code == 422
    closed = ok(door, "POST", f"{path}/close", {"label": "true", "reason": "provider was down"})
    assert (closed["state"], closed["label"]) == ("closed", "true")
    assert door.ask("POST", f"{path}/ack", {"reason": "again"}).status_code == 409
    assert ok(door, "POST", f"{path}/label", {"label": "expected", "reason": "planned"})["label"] == "expected"
    steps = ok(door, "GET", path)["steps"]
    assert [(one["before"], one["after"], one["actor"]) for one in steps] == [
        (None, "open", "system"),
        ("open", "acked", "mem_1"),
        ("acked", "closed", "mem_1"),
        ("closed", "closed", "mem_1"),
    ]
    # Closed by hand while it still fires: nothing new is told of the same detection.
    workspace = door.app.state.workspace
    run(workspace, [BAD], START + 2 * QUARTER)
    watch(workspace, only="paying")
    assert ok(door, "GET", "/api/alerts")["counts"] == {"closed": 1}
    assert door.ask("GET", "/api/alerts/none").status_code == 404


def test_alerts_come_in_pages(door: Opened) -> None:
    workspace = door.app.state.workspace
    put(workspace, name="other", by=[], rule={"kind": "threshold", "below": 0.99})
    at(workspace, START + 2 * QUARTER + 1)
    watch(workspace, only="other")
    first = ok(door, "GET", "/api/alerts?limit=1")
    second = ok(door, "GET", f"/api/alerts?limit=1&cursor={first['next']}")
    assert [one["monitor"] for one in first["items"] + second["items"]] == ["other", "paying"]
    assert second["next"] is None
    assert door.ask("GET", f"/api/alerts?limit=1&monitor=paying&cursor={first['next']}").status_code == 422
    assert [one["monitor"] for one in ok(door, "GET", "/api/alerts?monitor=paying&kind=metric&owner=payments")["items"]] == ["paying"]


def test_an_alert_is_drawn_over_what_was_to_be_expected_and_its_label_counts(door: Opened) -> None:
    (alert,) = ok(door, "GET", "/api/alerts")["items"]
    assert (alert["monitor_title"]["zh"], alert["metric_title"]["en"], alert["unit"], alert["why"]) == ("支付", "Payment success", "ratio", None)
    course = ok(door, "GET", f"/api/alerts/{alert['id']}/course")
    shown = [(one["at_ms"], one["value"], one["low"], one["verdict"]) for one in course["points"] if one["value"] is not None]
    assert shown == [(START, 0.95, 0.8, "clear"), (START + QUARTER, 0.25, 0.8, "breach")]
    assert course["step_ms"] == QUARTER
    assert door.ask("GET", "/api/alerts/none/course").status_code == 404
    lines = ok(door, "GET", "/api/alerts/noise")["items"]
    assert [(one["monitor"], one["unsaid"], one["false"]) for one in lines] == [("paying", 1, 0)]
    ok(door, "POST", f"/api/alerts/{alert['id']}/close", {"label": "false", "reason": "a test"})
    lines = ok(door, "GET", "/api/alerts/noise?days=1")["items"]
    assert [(one["monitor"], one["unsaid"], one["false"]) for one in lines] == [("paying", 0, 1)]


def test_silences_are_made_listed_and_ended(door: Opened) -> None:
    given = {"monitor": "paying", "matches": {"provider": "a"}, "minutes": 60, "reason": "release"}
    made = ok(door, "POST", "/api/silences", given)
    assert [one["id"] for one in ok(door, "GET", "/api/silences")["items"]] == [made["id"]]
    ok(door, "DELETE", f"/api/silences/{made['id']}")
    at(door.app.state.workspace, START + 2 * QUARTER + 1)
    assert ok(door, "GET", "/api/silences")["items"] == []
    assert door.ask("DELETE", f"/api/silences/{made['id']}").status_code == 404
    for wrong in ({"matches": {"cabin": "F"}}, {"monitor": None, "matches": {}}, {"minutes": 0}, {"reason": ""}):
        assert door.ask("POST", "/api/silences", given | wrong).status_code == 422
    assert door.ask("POST", "/api/silences", given | {"monitor": "nothing"}).status_code == 404


def test_a_draft_is_kept_and_put_in_force(door: Opened) -> None:
    made = ok(door, "POST", "/api/monitors", {"definition": body(name="second"), "reason": "new"})
    assert (made["state"], made["version"], made["watched"]) == ("draft", 1, False)
    assert ok(door, "POST", "/api/monitors/second/activate", {"version": 1, "reason": "go"})["watched"]
    assert not ok(door, "POST", "/api/monitors/second/switch", {"on": False, "reason": "enough"})["watched"]
    refused = door.ask("POST", "/api/monitors", {"definition": body(metric="revenue"), "reason": "new"})
    assert refused.status_code == 422
    assert "not to be monitored" in refused.text


def test_a_preview_shows_the_largest_series_and_what_they_can_show(door: Opened) -> None:
    found = ok(door, "POST", "/api/monitors/preview", {"definition": body(rule={"kind": "ratio", "toward": "down", "sure": 4})})
    assert found["count"] == 2
    assert {one["key"]["provider"] for one in found["series"]} == {"a", "b"}
    assert found["series"][0]["points"][-1]["verdict"] in {"breach", "clear", "between"}
    assert all(one["smallest"] is None or 0 < one["smallest"] < 1 for one in found["series"])


def test_a_replay_says_when_and_how_right_it_would_have_been(door: Opened) -> None:
    (alert,) = ok(door, "GET", "/api/alerts")["items"]
    ok(door, "POST", f"/api/alerts/{alert['id']}/label", {"label": "true", "reason": "it was"})
    asked = {"monitor": "paying", "period": "2026-11-01:2026-11-01"}
    found = ok(door, "POST", "/api/monitors/replay", asked)
    assert (found["times"], found["money"], found["precision"], found["recall"], found["labelled"]) == (1, "1100.00", 1.0, 1.0, 1)
    assert found["fired"][0] | {"score": 0} == {
        "key": {"provider": "a"}, "from_ms": START + QUARTER, "to_ms": None, "direction": "down", "value": 0.25, "expected": 0.8, "peak": 0.25,
        "score": 0, "money": "1100.00", "label": "true",
    }  # fmt: skip
    missed = ok(door, "POST", "/api/monitors/replay", {"definition": body(rule={"kind": "threshold", "below": 0.1}), "period": asked["period"]})
    assert (missed["times"], missed["precision"], missed["recall"]) == (0, None, 0.0)
    for wrong in ({"period": "2026-01-01:2026-11-01"}, {"period": "2026-12-01"}, {"definition": body()}, {"monitor": None}):
        assert door.ask("POST", "/api/monitors/replay", asked | wrong).status_code == 422


def test_what_is_ahead_is_asked_for(workspace: Workspace) -> None:
    day = local_date(workspace.clock.now_ms(), workspace.zone)
    put_target(workspace, SYSTEM, Place("searches", "", "", "day", day), Aim(Decimal(10), "web"), revision=0)
    (found,) = ok(Opened(workspace, warnings_router), "GET", "/api/warnings")["items"]
    assert (found["metric"], found["value"], found["ahead"], found["why_not"]) == ("searches", 10.0, None, "not_begun")


def test_who_looks_may_not_act() -> None:
    assert "alerts.read" in ROLES["viewer"]
    assert "alerts.handle" not in ROLES["viewer"]
    assert "alerts.handle" in ROLES["analyst"]


def test_the_command_line(workspace: Workspace, tmp_path: Any) -> None:
    put(workspace)
    run(workspace, [GOOD, BAD, GOOD])
    home = str(workspace.home)
    workspace.close()
    file = tmp_path / "m.yaml"
    file.write_text(yaml.safe_dump(body(by=[])))

    def call(*words: str) -> str:
        found = CliRunner().invoke(main, ["monitor", *words, "--home", home])
        assert found.exit_code == 0, found.output
        return found.output

    assert call("ahead", "--kind", "target") == "No target is set for today.\n"
    assert "provider a           limit below 0.8, now 0.95  There are too few former days." in call("ahead")
    assert call("warnings", "--look") == "There is no warning.\n"
    told = call("replay", "paying", "2026-11-01")
    assert "provider a  0.25 against 0.8  1100.00 CNY" in told
    assert "paying: would have fired 1 time on 2 series, 1100.00 CNY at stake." in told
    assert json.loads(call("replay", str(file), "2026-11-01", "--format", "json"))["series"] == 1
    assert "can be watched" in call("check", str(file))
    assert any(line.startswith("paying ") for line in call("list").splitlines())
    assert json.loads(call("show", "paying"))["metric"] == "payment_success_rate"
    assert "paying" in call("tick", "--only", "paying")
