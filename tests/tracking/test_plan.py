"""A plan is inferred from events, frozen, held against what comes, and shown beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from tests.conftest import START_MS
from tests.http.make import Client, bearer
from tests.tracking import make
from windsock import definitions
from windsock.governance import SYSTEM, Actor, cli_actor
from windsock.governance.model.permissions import ROLES
from windsock.http import create_app
from windsock.kernel.errors import InvalidInput, NotAllowed
from windsock.tracking import load_events
from windsock.tracking.model.infer import Observed, compare, propose_property
from windsock.tracking.model.plan import builtin_plan, parse_plan
from windsock.tracking.plan.freeze import freeze, save_cleaning, set_modes
from windsock.tracking.plan.infer import infer
from windsock.tracking.plan.observe import observe
from windsock.tracking.plan.read import read_cleaning, read_plan
from windsock.tracking.plan.show import show
from windsock.workspace import Workspace

ANALYST = Actor("mem_9", "Ann", "analyst", ROLES["analyst"], "session")
DAY = 86_400_000


def load(workspace: Workspace, rows: list[dict[str, Any]], source: str = "site", **more: Any) -> Any:
    with workspace.warehouse.transaction() as tx:
        return load_events(tx, source, "b1", make.table(rows), START_MS, trust="server", plan=read_plan(workspace), **more)


def searches(count: int, *, first: int = 0, source_ms: int = START_MS - DAY, **more: Any) -> list[dict[str, Any]]:
    return [
        make.event(
            message_id=f"s{n}", anonymous_id=f"a{n % 40}", event="search", client_ms=source_ms + n, received_ms=source_ms + n, route="PEK-SHA",
            properties=json.dumps(
                {"pax": 1 + n % 4, "cabin": "YC"[n % 2], "departure_date": "2026-02-03", "dwell_s": n / 7, "sorted": n % 3 == 0, **more}
            ),
        )
        for n in range(first, first + count)
    ]  # fmt: skip


def test_types_values_units_and_personal_data_are_inferred(workspace: Workspace) -> None:
    rows = searches(400, contact="anna@example.com", passportNo="x")
    rows += [
        make.event(message_id=f"t{n}", event="try it", client_ms=START_MS - DAY + n, properties=json.dumps({"n": n, "who": None})) for n in range(60)
    ]
    load(workspace, rows)
    found = infer(workspace)
    body = found.proposal.body()["events"]
    assert (found.events_read, found.sampled, sorted(body)) == (460, False, ["search", "try it"])
    assert body["search"]["properties"] == {
        "cabin": {"type": "text", "required": True, "enum": ["C", "Y"]},
        "contact": {"type": "text", "required": True, "pii": True},
        "departure_date": {"type": "date", "required": True},
        "dwell_s": {"type": "decimal", "required": True, "min": "0", "unit": "s"},
        "passportNo": {"type": "text", "required": True, "pii": True},
        "pax": {"type": "integer", "required": True, "min": "0"},
        "route": {"type": "text", "required": True, "enum": ["PEK-SHA"]},
        "sorted": {"type": "boolean", "required": True},
    }
    assert body["try it"]["properties"] == {"n": {"type": "integer", "required": True, "min": "0"}}
    changes = {(one.event, one.property, one.change) for one in found.changes}
    assert changes == {
        ("search", "dwell_s", "new"), ("search", "sorted", "new"), ("search", "contact", "new"), ("search", "passportNo", "new"),
        ("try it", None, "new"),
    }  # fmt: skip
    assert infer(workspace, source="app").events_read == 0
    assert parse_plan(found.proposal.body()).body() == found.proposal.body() | {"events": json.loads(json.dumps(_with_catalogue(body)))}


def _with_catalogue(body: dict[str, Any]) -> dict[str, Any]:
    """A planned event keeps what the catalogue says of the properties that did not come."""
    known = builtin_plan().events["search"].properties
    merged = {**{name: rule.body() for name, rule in known.items()}, **body["search"]["properties"]}
    return {**body, "search": {**body["search"], "properties": merged}}


def test_a_sample_is_even_and_the_same_at_each_look(workspace: Workspace) -> None:
    load(workspace, searches(3_000))
    seen = [observe(workspace.warehouse, 0, START_MS, sample=500) for _ in range(2)]
    assert seen[0] == seen[1]
    assert seen[0].sampled
    assert 400 < seen[0].looked < 600
    assert seen[0].volumes[0].volume == 3_000


def test_freezing_holds_at_once_and_drift_is_said(workspace: Workspace) -> None:
    load(workspace, searches(200))
    done = freeze(workspace, infer(workspace).proposal.body(), SYSTEM, "first")
    assert (done.version, done.state, read_plan(workspace).version) == (1, "active", 1)
    report = load(workspace, [make.event(message_id="x", event="search", client_ms=START_MS - 5, properties='{"pax": "two", "cabin": "F"}')])
    assert report.stored == 1
    view = next(one for one in show(workspace).events if one.event.name == "search")
    assert view.volume is not None
    assert (view.volume.volume, view.volume.flagged) == (201, 1)
    said = {one.name: one.drift for one in view.properties}
    assert (said["pax"], said["cabin"], said["route"], said["departure_date"]) == ("integer ≠ text 0.5%", "+ F", "∅ 0.5%", "∅ 0.5%")
    gone = parse_plan({"events": {"search": {"properties": {"never": "text"}}, "old": {}}})
    assert {(one.event, one.property, one.change) for one in compare(gone, infer(workspace).proposal)} >= {
        ("search", "never", "gone"),
        ("old", None, "gone"),
    }


def test_who_may_not_approve_writes_a_draft_and_modes_keep_the_events(workspace: Workspace) -> None:
    freeze(workspace, {"events": {"try it": {"properties": {"n": "integer"}}}}, SYSTEM, "first")
    draft = set_modes(workspace, {"wrong_type": "quarantine"}, ANALYST, "strict")
    assert (draft.version, draft.state, read_plan(workspace).version) == (2, "draft", 1)
    done = set_modes(workspace, {"wrong_type": "quarantine"}, SYSTEM, "strict", "site")
    plan = read_plan(workspace)
    assert (done.version, plan.mode("wrong_type", "site"), plan.mode("wrong_type", "app")) == (3, "quarantine", "flag")
    assert plan.events["try it"].planned
    back = set_modes(workspace, {}, SYSTEM, "nothing new")
    assert back.version == 3
    freeze(workspace, {"events": {}}, SYSTEM, "empty")
    with workspace.records.write() as session:
        definitions.roll_back(session, definitions.Change(SYSTEM, "back", START_MS), "tracking_plan", "plan", to_version=3, base_version=4)
    assert (read_plan(workspace).version, read_plan(workspace).mode("wrong_type", "site")) == (5, "quarantine")
    viewer = Actor("mem_8", "Vi", "viewer", ROLES["viewer"], "session")
    with pytest.raises(NotAllowed):
        freeze(workspace, {}, viewer, "no")
    with pytest.raises(InvalidInput):
        set_modes(workspace, {"wrong_type": "shout"}, SYSTEM, "no")


def test_a_mode_of_quarantine_keeps_events_apart(workspace: Workspace) -> None:
    freeze(workspace, {"modes": {"wrong_type": "quarantine", "unknown_event": "quarantine"}}, SYSTEM, "strict")
    report = load(workspace, [make.event(event="search", properties='{"pax": "two"}'), make.event(event="teleported", message_id="2")])
    assert report.reasons == {"wrong_type": 1, "unknown_event": 1}


@pytest.mark.parametrize(
    ("seen", "body"),
    [
        (Observed("e", "p", 10, 10, {"text": 10}, distinct=1, values=("a",)), {"type": "text"}),
        (Observed("e", "phone", 100, 50, {"integer": 50}, least=-1), {"type": "integer", "pii": True}),
        (Observed("e", "base_price", 100, 99, {"decimal": 99}, least=0.5), {"type": "decimal", "min": "0", "unit": "CNY"}),
        (Observed("e", "p", 1_000, 1_000, {"text": 1_000}, distinct=21), {"type": "text", "required": True}),
        (Observed("e", "p", 1_000, 1_000, {"text": 980, "integer": 20}, distinct=900), {"type": "text", "required": True}),
    ],
)
def test_a_property_is_proposed_as_it_came(seen: Observed, body: dict[str, Any]) -> None:
    assert propose_property(seen, "CNY").body() == body


def test_cleaning_rules_are_saved_and_applied(workspace: Workspace) -> None:
    assert read_cleaning(workspace).rules == ()
    save_cleaning(workspace, {"rules": [{"field": "country", "do": "country"}]}, SYSTEM, "first")
    rules = read_cleaning(workspace)
    assert (rules.version, [rule.body() for rule in rules.rules]) == (1, [{"field": "country", "do": "country"}])
    load(workspace, [make.event(country="中国")], cleaning=rules)
    with pytest.raises(InvalidInput):
        save_cleaning(workspace, {"rules": [{"field": "country"}]}, SYSTEM, "bad")


@pytest.fixture
def lead(workspace: Workspace) -> Client:
    client = Client(create_app(workspace))
    client.headers = bearer(workspace, "lead")
    return client


def test_the_doors_show_infer_freeze_and_choose(workspace: Workspace, lead: Client) -> None:
    empty = lead.get("/api/plan").json()
    assert (empty["version"], empty["state"], empty["modes"]["wrong_type"], len(empty["events"])) == (
        0,
        "builtin",
        "flag",
        len(builtin_plan().events),
    )
    load(workspace, searches(120))
    proposal = lead.post("/api/plan/infer", json={"days": 7}).json()
    assert {change["change"] for change in proposal["changes"]} == {"new"}
    assert lead.post("/api/plan/freeze", json={"body": proposal["proposal"], "reason": "from data"}).json() == {"version": 1, "state": "active"}
    assert lead.request("PUT", "/api/plan/modes", json={"modes": {"unknown_event": "quarantine"}, "reason": "strict"}).json()["version"] == 2
    plan = lead.get("/api/plan").json()
    first = plan["events"][0]
    assert (plan["version"], plan["state"], first["event"], first["planned"], first["seen"], first["volume_7d"]) == (
        2,
        "active",
        "search",
        True,
        True,
        120,
    )
    cabin = next(one for one in first["properties"] if one["name"] == "cabin")
    assert cabin == {
        "name": "cabin", "type": "text", "required": True, "planned": True, "share_7d": "1.0000", "seen_types": ["text"], "values": ["C", "Y"],
        "pii": False, "drift": None,
    }  # fmt: skip
    refused = lead.post("/api/plan/freeze", json={"body": {"events": {"x": {"who": "me"}}}, "reason": "x"})
    assert (refused.status_code, refused.json()["error"]["where"]) == (422, "events.x.who")


def test_the_command_line_speaks_yaml(workspace: Workspace, tmp_path: Path) -> None:
    from windsock.tracking.plan import commands

    load(workspace, searches(120))
    plan, cleaning = commands.COMMANDS
    open_it = lambda: _Held(workspace)  # noqa: E731 - what the command line hands over

    def run(group: Any, *words: str) -> Any:
        command = group.commands[words[0]]
        callback = command.callback
        command.callback = lambda **given: callback(open_it, **given)
        try:
            return CliRunner().invoke(group, list(words), catch_exceptions=False)
        finally:
            command.callback = callback

    proposal = tmp_path / "plan.yaml"
    inferred = run(plan, "infer")
    proposal.write_text(inferred.stdout, encoding="utf-8")
    assert "+ search.dwell_s" in inferred.stderr
    assert "+ search.dwell_s" in run(plan, "diff", str(proposal)).stdout
    assert run(plan, "freeze", str(proposal), "--reason", "x").stdout == "Version 1 is active.\n"
    shown = run(plan, "show").stdout
    assert shown.startswith("# version 1\n")
    assert yaml.safe_load(shown)["events"]["search"]["properties"]["cabin"]["enum"] == ["C", "Y"]
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules: [{field: country, do: country}]", encoding="utf-8")
    assert run(cleaning, "save", str(rules), "--reason", "x").stdout == "Version 1 is active.\n"
    assert yaml.safe_load(run(cleaning, "show").stdout) == {"rules": [{"field": "country", "do": "country"}]}
    for bad in ("[1", "5", "\xff"):
        rules.write_bytes(bad.encode("latin-1"))
        with pytest.raises(InvalidInput):
            run(plan, "diff", str(rules))
    assert cli_actor().may("definitions.approve")


class _Held:
    """Lends the fixture's workspace without closing it."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def __enter__(self) -> Workspace:
        return self.workspace

    def __exit__(self, *_: object) -> None:
        return None
