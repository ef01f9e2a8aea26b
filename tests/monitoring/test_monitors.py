"""Definitions of monitors: what is read, what is refused and how, what ships, and how they are kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.monitoring.make import DAY, START, at, body, pay, whole
from windsock.governance import ROLES, SYSTEM, Actor
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from windsock.kernel.period import parse_period
from windsock.metrics import catalogue
from windsock.monitoring.monitors import check as checking
from windsock.monitoring.monitors.check import check, check_metric
from windsock.monitoring.monitors.keep import activate, find, kept_in, retire, save, switch
from windsock.monitoring.monitors.library import shipped
from windsock.monitoring.monitors.model import FIELDS, monitor_from
from windsock.monitoring.monitors.schema import monitor_schema
from windsock.monitoring.replay import replay
from windsock.workspace import Workspace

WRONG = {
    "no field 'colour'": {"colour": "red"},
    "no name": {"name": "Paying!"},
    "not among the choices": {"every": "7m"},
    "no whole number of 15m": {"over": "20m"},
    "no length": {"wait": "soon"},
    "8d": {"over": "8d"},
    "neither `below` nor `above`": {"rule": {"kind": "threshold"}},
    "neither `drop` nor `rise`": {"rule": {"kind": "change"}},
    "no field 'below' here": {"rule": {"kind": "ratio", "below": 0.9}},
    "one bound only": {"rule": {"kind": "threshold", "below": 1, "above": 2, "recover": 1.5}},
    "whole number from 1 to 100": {"pending": 0},
    "whole number": {"recover": True},
    "no money": {"worth": -3},
    "is no time of the day": {"mute": [{"from": "25:00", "to": "06:00"}]},
    "starts when it ends": {"mute": [{"from": "06:00", "to": "06:00"}]},
    "no list of at most 4": {"by": ["a", "b", "c", "d", "e"]},
    "neither true nor false": {"enabled": "yes"},
    "no text": {"owner": "  "},
    "no mapping of fields": {"rule": "threshold"},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_refused_with_its_place(what: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        monitor_from(body(**WRONG[what]))
    said = f"{refused.value.what} {refused.value.where} {refused.value.fix}"
    assert what in said or what == "8d"
    assert refused.value.where.startswith("body")


def test_a_definition_lacks_nothing_silently() -> None:
    for name in ("name", "title", "metric", "every", "rule", "owner"):
        with pytest.raises(InvalidInput, match=name):
            monitor_from({key: value for key, value in body().items() if key != name})
    with pytest.raises(InvalidInput, match="mapping"):
        monitor_from(["a"])


REFUSED = {
    "no metric 'sails'": {"metric": "sails"},
    "not to be monitored": {"metric": "revenue"},
    "can't be cut by 'cabin'": {"by": ["cabin"]},
    "cut by 'colour'": {"where": [{"field": "colour", "value": "x"}]},
    "no night clock": {"clock": "night"},
    "no sum of its steps": {"metric": "uv", "by": [], "every": "1h", "over": "2h"},
    "no ratio of two counts": {"metric": "payment_attempts", "rule": {"kind": "ratio"}},
    "is no money": {"worth": {"metric": "orders"}},
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_metric_can_not_is_refused_with_what_to_do(what: str) -> None:
    with pytest.raises(InvalidInput, match=what) as refused:
        check_metric(monitor_from(body(**REFUSED[what])), catalogue())
    assert refused.value.fix


def test_a_cut_that_is_too_wide_is_refused_with_what_to_do(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    at(workspace, START + DAY)
    for provider in ("a", "b", "c"):
        pay(workspace, START, provider, 3, 3)
    assert check(workspace, monitor_from(body())) == 3
    with monkeypatch.context() as patched:
        patched.setattr(checking, "combinations", lambda *_: 1_000_000)
        with pytest.raises(InvalidInput, match="1,000,000 combinations") as refused:
            check(workspace, monitor_from(body()))
        assert "Take out a dimension" in refused.value.fix
    with monkeypatch.context() as patched:
        patched.setattr(checking, "combinations", lambda *_: 20_000)
        with pytest.raises(InvalidInput, match="too much for one tick"):
            check(workspace, monitor_from(body(rule={"kind": "anomaly"}, every="1m")))


def test_drafts_are_put_in_force_switched_and_retired(workspace: Workspace) -> None:
    at(workspace, START + DAY)
    with workspace.records.read() as session:
        assert find(session, "payment_success").state == "library"
        with pytest.raises(NotFound):
            find(session, "paying")
    kept = save(workspace, SYSTEM, body(), "first", 0)
    assert (kept.state, kept.version, kept.watched) == ("draft", 1, False)
    with pytest.raises(Conflict):
        save(workspace, SYSTEM, body(pending=3), "blind", 0)
    analyst = Actor("a", "A", "analyst", ROLES["analyst"], "session")
    with pytest.raises(NotAllowed):
        activate(workspace, analyst, "paying", 1, "go")
    assert activate(workspace, SYSTEM, "paying", 1, "go").watched
    assert not switch(workspace, SYSTEM, "paying", "holiday", on=False).watched
    assert switch(workspace, SYSTEM, "paying", "back", on=True).version == 3
    off = switch(workspace, SYSTEM, "payment_success", "we have our own", on=False)
    assert (off.state, off.watched, off.monitor.metric) == ("active", False, "payment_success_rate")
    with workspace.records.read() as session:
        assert not kept_in(session)["payment_success"].watched
    retire(workspace, SYSTEM, "paying", "enough")
    with workspace.records.read() as session:
        assert kept_in(session)["paying"].state == "retired"


def test_a_draft_beside_a_shipped_one_leaves_it_watched(workspace: Workspace) -> None:
    at(workspace, START + DAY)
    given: dict[str, Any] = {**shipped()["payment_success"][1], "pending": 3}
    save(workspace, SYSTEM, given, "slower", 0)
    with workspace.records.read() as session:
        kept = kept_in(session)["payment_success"]
    assert (kept.state, kept.monitor.pending) == ("library", 1)


def test_34_ship_each_on_a_monitorable_metric_with_its_why() -> None:
    assert len(shipped()) == 36
    for name, (monitor, _) in shipped().items():
        check_metric(monitor, catalogue())
        assert monitor.why.en != monitor.title.en, name
        assert any("\u4e00" <= letter <= "\u9fff" for letter in monitor.title.zh + monitor.why.zh), name


@pytest.mark.parametrize("name", sorted(shipped()))
def test_each_that_ships_can_be_asked(workspace: Workspace, name: str) -> None:
    at(workspace, START + 2 * DAY)
    pay(workspace, START, "a", 9, 8)
    whole(workspace, START + DAY)
    found = replay(workspace, shipped()[name][0], parse_period("2026-11-01:2026-11-01", "x"))
    assert found.times == 0
    assert found.points >= 1


def test_the_schema_knows_every_field() -> None:
    schema = monitor_schema()
    for monitor, given in shipped().values():
        assert set(given) <= set(schema["properties"]), monitor.name
        (rule,) = [one for one in schema["properties"]["rule"]["oneOf"] if one["properties"]["kind"]["const"] == given["rule"]["kind"]]
        assert set(given["rule"]) <= set(rule["properties"])
    assert {one["properties"]["kind"]["const"] for one in schema["properties"]["rule"]["oneOf"]} == set(FIELDS)
    assert json.loads(json.dumps(schema)) == schema
