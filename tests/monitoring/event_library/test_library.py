"""The library: what ships is recognised by its own signs, an edit that does worse on history is refused; kept, over HTTP and by command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from tests.analyses.door import Opened
from windsock.definitions import Change
from windsock.governance import ROLES, Actor
from windsock.kernel.errors import InvalidInput, NotAllowed, NotFound
from windsock.monitoring import active_events, matches
from windsock.monitoring.event_library import keep, routes
from windsock.monitoring.event_library.commands import known_events as group
from windsock.monitoring.event_library.model import Reason, record_of
from windsock.monitoring.event_library.read import ACTIONS, read_event, read_finding
from windsock.monitoring.event_library.schema import event_schema
from windsock.monitoring.event_library.shipped import shipped
from windsock.monitoring.event_library.told import LANGUAGES, sentence
from windsock.monitoring.event_library.write import event_json, finding_json
from windsock.workspace import Workspace

FAULT: dict[str, Any] = {"moved": {"payment_success_rate": "down"}, "where": [{"provider": "alipay"}], "quiet": ["sessions"]}
OWN: dict[str, Any] = {
    "known_event": "queue_at_the_gate",
    "title": {"en": "Queue at the gate", "zh": "登机口排队"},
    "about": {"en": "Check-ins pile up.", "zh": "值机积压。"},
    "owner": "airport",
    "signature": {"moves": [{"metric": "daily_check_ins", "direction": "down", "lead": True}], "named": ["sales_channel"]},
    "causes": [{"en": "A kiosk is down.", "zh": "自助机故障。"}],
    "playbook": [{"action": "notify", "title": {"en": "Tell the station", "zh": "通知航站"}}],
    "tests": [{"name": "a morning", "finding": {"moved": {"daily_check_ins": "down"}, "where": [{"sales_channel": "web"}]}}],
}


def _change(workspace: Workspace, role: Any = "lead") -> Change:
    return Change(Actor("mem_1", "Ann", role, ROLES[role], "session"), "After the review", workspace.clock.now_ms())


def test_what_ships_is_whole_and_recognised_by_its_signs():
    events = [*shipped().values()]
    assert len(events) >= 25
    for event in events:
        keep._check_names(event)
        assert read_event(event_json(event)) == event
        assert event.tests, f"{event.name} has no window of history"
        assert all(step.action in ACTIONS for step in event.playbook)
    windows = [(event.name, window) for event in events for window in event.tests]
    record = record_of(events, windows)
    assert record.right == {f"{event.name}/{one.name}" for event in events for one in event.tests if one.expect}
    assert record.wrong == set()


def test_a_payment_fault_is_named_with_its_reasons():
    first = matches(read_finding(FAULT), shipped().values())[0]
    assert first.event == "payment_provider_fault"
    told = [sentence(one, "en") for one in first.reasons]
    assert "the cause names Payment provider" in told
    assert "Payment success moves as it does in this event" in told
    assert [one.fit for one in first.reasons if one.part == "steady"] == [1, None]


def test_the_worked_case_of_the_docs():
    page = Path("docs/concepts/known-events.md").read_text("utf-8")
    finding = read_finding(yaml.safe_load(page.partition("```yaml")[2].partition("```")[0]))
    first = matches(finding, shipped().values())[0]
    assert (first.event, first.likeness) == ("payment_provider_fault", pytest.approx(8 / 9.5))


@pytest.mark.parametrize("event", shipped())
def test_each_reason_has_a_sentence(event: str):
    signature, finding = shipped()[event].signature, read_finding({"moved": {"uv": "up"}, "quiet": ["sessions"]})
    for one in matches(finding, [shipped()[event]], 0.0)[0].reasons:
        for fit in (1, 0, -1, None):
            if (fit == 0 and one.part in ("steady", "course")) or (fit == -1 and one.part in ("named", "beside", "hours", "lasts")):
                continue
            for language in LANGUAGES:
                assert sentence(Reason(one.part, one.what, one.weight, fit), language)
    assert signature.moves


WRONG: list[tuple[str, str, Any]] = [
    ("known_event", "no mapping", 3),
    ("known_event", "no name", {**OWN, "known_event": "Queue!"}),
    ("signature.moves", "No metric leads", {**OWN, "signature": {"moves": [{"metric": "uv", "direction": "up"}]}}),
    ("signature.moves", "twice", {**OWN, "signature": {"moves": [{"metric": "uv", "direction": "up", "lead": True}] * 2}}),
    ("signature.moves[1].direction", "not known", {**OWN, "signature": {"moves": [{"metric": "uv", "direction": "sideways", "lead": True}]}}),
    ("signature.moves[1].metric", "no metric", {**OWN, "signature": {"moves": [{"metric": "luck", "direction": "up", "lead": True}]}}),
    ("signature.named / values", "is cut by", {**OWN, "signature": {**OWN["signature"], "named": ["moon"]}}),
    ("signature.hours", "whole number", {**OWN, "signature": {**OWN["signature"], "hours": [1, 25]}}),
    ("signature.lasts_min", "1 entries", {**OWN, "signature": {**OWN["signature"], "lasts_min": [5]}}),
    ("signature.beside", "not known", {**OWN, "signature": {**OWN["signature"], "beside": ["magic"]}}),
    ("playbook[1].action", "not known", {**OWN, "playbook": [{"action": "pray", "title": {"en": "a", "zh": "b"}}]}),
    ("playbook", "0 entries", {**OWN, "playbook": []}),
    ("title.zh", "no name", {**OWN, "title": {"en": "Queue"}}),
    ("tests[1].finding.moved", "No metric moved", {**OWN, "tests": [{"name": "a", "finding": {"moved": {}}}]}),
    (
        "tests: queue_at_the_gate/a morning",
        "a morning is not recognised",
        {**OWN, "tests": [{"name": "a morning", "finding": {"moved": {"daily_check_ins": "up"}}}]},
    ),
]


@pytest.mark.parametrize(("where", "what", "given"), WRONG, ids=[f"{where}: {what}" for where, what, _ in WRONG])
def test_what_can_be_no_entry_is_refused(workspace: Workspace, where: str, what: str, given: Any):
    with pytest.raises(InvalidInput, match=what) as refused:
        keep.save_entry(workspace, _change(workspace), given)
    assert refused.value.where == where
    assert len(keep.list_entries(workspace)) == len(shipped())


def test_an_edit_that_does_worse_on_history_is_refused(workspace: Workspace):
    bot = event_json(shipped()["bot_wave"])
    worse = {**bot, "signature": {"moves": [{"metric": "robot_views", "direction": "up", "lead": True}]}}
    with pytest.raises(InvalidInput, match="bot_wave/searches times six is not recognised"):
        keep.save_entry(workspace, _change(workspace), worse)
    # Leaving the window out is no way past it.
    with pytest.raises(InvalidInput, match="not recognised any more") as refused:
        keep.save_entry(workspace, _change(workspace), {**worse, "tests": []})
    assert (refused.value.code, refused.value.where.partition(";")[0]) == ("recall_lost", "tests: bot_wave/searches times six")
    greedy = {**OWN, "signature": {"moves": [{"metric": "robot_searches", "direction": "up", "lead": True}]}, "tests": []}
    with pytest.raises(InvalidInput, match="is taken for queue_at_the_gate"):
        keep.save_entry(workspace, _change(workspace), greedy, as_draft=True)
    # A window that was labelled wrongly is corrected under its name.
    wrong_label = {**bot["tests"][0], "expect": False}
    assert keep.save_entry(workspace, _change(workspace), {**worse, "tests": [wrong_label]}).state == "active"
    # Going back is an edit too: the version that comes back is tried on what was learned since.
    learned = {**bot, "tests": [*bot["tests"], {**bot["tests"][0], "name": "again"}]}
    assert keep.save_entry(workspace, _change(workspace), learned, as_draft=True).state == "draft"
    assert keep.approve_entry(workspace, _change(workspace), "bot_wave", 2).version == 2
    with pytest.raises(InvalidInput, match="bot_wave/again is not recognised any more"):
        keep.roll_back_entry(workspace, _change(workspace), "bot_wave", (1, 2))


def test_entries_are_kept_with_their_versions(workspace: Workspace):
    kept = keep.save_entry(workspace, _change(workspace), OWN)
    assert (kept.version, kept.state, kept.origin) == (1, "active", "made")
    assert "queue_at_the_gate" in [one.name for one in active_events(workspace)]
    draft = keep.save_entry(workspace, _change(workspace, "analyst"), {**OWN, "owner": "station"})
    assert (draft.version, draft.state) == (2, "draft")
    assert keep.find_entry(workspace, "queue_at_the_gate").event.owner == "airport"
    assert keep.try_entry(workspace, _change(workspace), "queue_at_the_gate", 2).state == "trial"
    assert keep.approve_entry(workspace, _change(workspace), "queue_at_the_gate", 2).event.owner == "station"
    assert keep.roll_back_entry(workspace, _change(workspace), "queue_at_the_gate", (1, 2)).event.owner == "airport"
    keep.retire_entry(workspace, _change(workspace), "queue_at_the_gate")
    assert "queue_at_the_gate" not in [one.name for one in active_events(workspace)]
    with pytest.raises(NotAllowed):
        keep.save_entry(workspace, _change(workspace, "viewer"), OWN)
    with pytest.raises(NotFound):
        keep.find_entry(workspace, "nothing")


def test_a_shipped_entry_can_be_changed_and_retired(workspace: Workspace):
    changed = {**event_json(shipped()["bot_wave"]), "owner": "security"}
    draft = keep.save_entry(workspace, _change(workspace, "analyst"), changed)
    assert draft.state == "draft"
    assert {one.name: one.owner for one in active_events(workspace)}["bot_wave"] == "platform"
    keep.approve_entry(workspace, _change(workspace), "bot_wave", 1)
    assert {one.name: one.owner for one in active_events(workspace)}["bot_wave"] == "security"
    keep.retire_entry(workspace, _change(workspace), "overbooking")
    assert "overbooking" not in [one.name for one in active_events(workspace)]
    assert len(keep.list_entries(workspace)) == len(shipped())


def test_the_library_over_http(workspace: Workspace):
    lead, analyst, viewer = (Opened(workspace, routes.router, role) for role in ("lead", "analyst", "viewer"))
    items = viewer.ask("GET", "/api/known-events").json()["items"]
    assert [one["name"] for one in items] == [*shipped()]
    assert {*viewer.ask("GET", "/api/known-events/schema").json()} == {"known_event", "finding"}
    made = lead.ask("POST", "/api/known-events", {"body": OWN, "reason": "New"})
    assert (made.status_code, made.json()["version"]) == (201, 1)
    assert lead.ask("POST", "/api/known-events", {"body": {**OWN, "owner": "x"}, "reason": "New", "base_version": 0}).status_code == 409
    assert analyst.ask("POST", "/api/known-events", {"body": {**OWN, "owner": "x"}, "reason": "Other"}).json()["newest"] == 2
    where = {"version": 2, "base_version": 2, "reason": "Good"}
    assert lead.ask("POST", "/api/known-events/queue_at_the_gate/try", where).json()["state"] == "trial"
    assert lead.ask("POST", "/api/known-events/queue_at_the_gate/approve", where).json()["state"] == "active"
    assert lead.ask("POST", "/api/known-events/queue_at_the_gate/roll-back", {**where, "version": 1}).json()["version"] == 3
    assert lead.ask("POST", "/api/known-events/queue_at_the_gate/retire", {"reason": "Old"}).status_code == 204
    assert viewer.ask("GET", "/api/known-events/queue_at_the_gate?version=1").json()["body"]["owner"] == "airport"
    found = viewer.ask("POST", "/api/known-events/match", {"finding": FAULT}).json()["items"]
    assert found[0]["known_event"] == "payment_provider_fault"
    assert found[0]["reasons"][0]["sentence"]["zh"].startswith("支付成功率")
    assert viewer.ask("POST", "/api/known-events/match", {"finding": {"moved": []}}).status_code == 422
    assert viewer.ask("GET", "/api/known-events/nothing").status_code == 404


def _typed(workspace: Workspace, name: str, *given: str) -> Result:
    workspace.close = lambda: None
    command = group.commands[name]
    callback = command.callback
    assert callback is not None
    command.callback = lambda **options: callback(lambda **_: workspace, **options)
    try:
        return CliRunner().invoke(command, list(given), catch_exceptions=True)
    finally:
        command.callback = callback


def test_the_library_by_command(workspace: Workspace, tmp_path: Path):
    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump(OWN, allow_unicode=True), encoding="utf-8")
    assert _typed(workspace, "save", str(file)).stdout == "queue_at_the_gate: version 1 is active.\n"
    assert len(json.loads(_typed(workspace, "list", "--format", "json").stdout)) == len(shipped()) + 1
    assert "bot_wave" in _typed(workspace, "list").stdout
    assert read_event(yaml.safe_load(_typed(workspace, "show", "queue_at_the_gate").stdout)) == read_event(OWN)
    finding = tmp_path / "finding.json"
    finding.write_text(json.dumps(finding_json(read_finding(FAULT))), encoding="utf-8")
    assert _typed(workspace, "match", str(finding)).stdout.splitlines()[0].endswith("Payment provider fault (payment_provider_fault)")
    assert json.loads(_typed(workspace, "match", str(finding), "--format", "json").stdout)[0]["likeness"] > 0.5
    finding.write_text('{"moved": {"nps": "up"}}', encoding="utf-8")
    assert _typed(workspace, "match", str(finding)).stdout == "Like nothing in the library.\n"
    assert json.loads(_typed(workspace, "save", "--schema").stdout) == event_schema()
    finding.write_bytes(b"\xff\xfe")
    assert isinstance(_typed(workspace, "match", str(finding)).exception, InvalidInput)
    assert isinstance(_typed(workspace, "save").exception, InvalidInput)
