"""Internal traffic: rules mark it on arrival as a slow reading of each event says, stored events follow on request, and all can be taken back."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import parse_one

from tests.tracking import make
from windsock import jobs
from windsock.governance import ROLES, Actor
from windsock.governance.audit import read_audit
from windsock.jobs import JobContext
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer
from windsock.tracking import load_events, read_cleaning
from windsock.tracking.internal import keep
from windsock.tracking.model.cleaning import Cleaning
from windsock.tracking.model.internal import BYS, InternalRule, parse_internal, text_test
from windsock.workspace import Workspace

DAY = dt.datetime.fromtimestamp(make.T0 / 1000, dt.UTC).date()
ADMIN = Actor("mem_1", "Ana", "admin", ROLES["admin"], "session")
_batch = itertools.count()


def rule(by: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"name": more.pop("name", f"by {by}"), "by": by, "values": list(values), **more}


def parsed(*rules: dict[str, Any]) -> tuple[InternalRule, ...]:
    return parse_internal({"rules": list(rules)})


def load(workspace: Workspace, rules: tuple[InternalRule, ...], *events: dict[str, Any], source: str = "site") -> None:
    with workspace.warehouse.transaction() as tx:
        batch = make.table([make.event(**{"message_id": f"m{next(_batch)}", **event}) for event in events])
        load_events(tx, source, f"b{next(_batch)}", batch, make.T0 + 1000, trust="server", cleaning=Cleaning(internal=rules))


def marks(workspace: Workspace) -> dict[str, tuple[bool, str | None]]:
    rows = workspace.warehouse.query(parse_one("SELECT message_id, internal, internal_by FROM event")).to_pylist()
    return {row["message_id"]: (row["internal"], row["internal_by"]) for row in rows}


def clear(workspace: Workspace) -> None:
    with workspace.warehouse.transaction() as tx:
        for table in ("event", "event_key", "identity", "identity_edge", "alias", "trait", "dirty_hour"):
            tx.execute(parse_one(f"DELETE FROM {table}"))


@pytest.mark.parametrize(
    ("one", "where"),
    [
        ({"by": "ip"}, "rules.0.by"),
        ({"values": []}, "rules.0.values"),
        ({"values": ["a" * 201]}, "rules.0.values"),
        ({"values": ["not a domain"], "by": "email_domain"}, "rules.0.values"),
        ({"by": "property"}, "rules.0.key"),
        ({"by": "property", "key": 'a"]; DROP'}, "rules.0.key"),
        ({"key": "env"}, "rules.0.key"),
        ({"name": " "}, "rules.0.name"),
        ({"sources": "site"}, "rules.0.sources"),
        ({"more": 1}, "rules.0"),
    ],
)
def test_a_wrong_rule_is_refused_where_it_is_wrong(one: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_internal({"rules": [{"name": "a", "by": "channel", "values": ["x"], **one}]})
    assert raised.value.where == where


def test_two_rules_may_not_share_a_name() -> None:
    with pytest.raises(InvalidInput, match="Two rules"):
        parsed(rule("channel", "a", name="x"), rule("source", "a", name="x"))


@pytest.mark.parametrize(
    ("by", "value", "text", "holds"),
    [
        ("channel", "QA", "qa", True), ("channel", "qa", "qa2", False), ("source", "staging", "Staging", False), ("user", "li", " li ", True),
        ("email_domain", "@Gull.example", "Li@GULL.example", True), ("email_domain", "gull.example", "li@mail.gull.example", True),
        ("email_domain", "gull.example", "li@seagull.example", False), ("email_domain", "gull.example", "gull.example", False),
        ("user_agent", "Pingdom", "mozilla pingdom.com_bot", True), ("user_agent", "x", "", False),
    ],
)  # fmt: skip
def test_what_a_text_says(by: str, value: str, text: str, *, holds: bool) -> None:
    assert text_test(parsed(rule(by, value))[0])(text) is holds


VALUES = st.sampled_from(["qa", "QA", "test", "true", "1", "web", "site", "li", "li@gull.example", "zoe@mail.gull.example", "gull.example"])
PROPERTIES = st.one_of(
    st.none(),
    st.just("{}"),
    st.builds(
        lambda key, value: json.dumps({key: value, "other": "qa"}),
        st.sampled_from(["env", "environment"]),
        st.one_of(VALUES, st.booleans(), st.sampled_from([0, 1, 1.0, None, ["qa"], {"env": "qa"}])),
    ),
)
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "channel": st.one_of(st.none(), VALUES),
            "user_id": st.one_of(st.none(), VALUES),
            "user_agent": st.sampled_from([None, "Mozilla QA", "Mozilla"]),
            "properties": PROPERTIES,
            "internal": st.sampled_from([None, True, False]),
            "network": st.sampled_from([None, "r0", "r1"]),
        }
    ),
    min_size=1,
    max_size=8,
)
RULES = st.lists(
    st.builds(
        lambda by, values, sources: {
            "by": by,
            "values": ["203.0.113.0/24"] if by == "network" else values,
            "sources": sources,
            **({"key": "env"} if by == "property" else {}),
        },
        st.sampled_from(BYS),
        st.lists(VALUES, min_size=1, max_size=2).map(list),
        st.sampled_from([[], ["site"], ["app"]]),
    ),
    max_size=4,
)


def slow(rules: list[dict[str, Any]], event: dict[str, Any], source: str) -> str | None:
    """The first rule that knows an event, read one by one."""
    for one in rules:
        values, by = one["values"], one["by"]
        if one["sources"] and source not in one["sources"]:
            continue
        user = event["user_id"] or ""
        domain = user.rpartition("@")[2] if "@" in user else None
        inside = json.loads(event["properties"] or "{}").get("env")
        shown = str(inside).lower() if isinstance(inside, bool) else str(inside) if isinstance(inside, int) else inside
        known = {
            "channel": (event["channel"] or "").lower() in {value.lower() for value in values},
            "source": source in values,
            "user": user in values,
            "email_domain": domain is not None and any(f".{domain}".endswith(f".{value}") for value in values),
            "user_agent": any(value.lower() in (event["user_agent"] or "").lower() for value in values),
            "property": isinstance(shown, str) and shown in values,
            "network": event["network"] == one["name"],
        }
        if known[by]:
            return one["name"]
    return None


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, rules=RULES, source=st.sampled_from(["site", "app"]))
def test_rules_say_what_a_slow_reading_says_on_arrival_and_of_what_is_stored(
    workspace: Workspace, events: list[dict[str, Any]], rules: list[dict[str, Any]], source: str
) -> None:
    named = [{**one, "name": f"r{place}"} for place, one in enumerate(rules) if one["by"] != "email_domain" or one["values"] == ["gull.example"]]
    # Each event is of a visitor and a login of its own value: what people are known by has tests of its own.
    given = [{**event, "anonymous_id": f"v{place}", "message_id": f"e{place}"} for place, event in enumerate(events)]
    expected: dict[str, tuple[bool, str | None]] = {}
    for event in given:
        name = None if event["internal"] else slow(named, event, source)
        expected[event["message_id"]] = (bool(event["internal"]) or name is not None, name)
    clear(workspace)
    load(workspace, parsed(*named), *given, source=source)
    assert marks(workspace) == expected
    stored = [one for one in named if one["by"] not in ("user", "email_domain", "user_agent", "network")]
    clear(workspace)
    load(workspace, (), *given, source=source)
    found = keep.Judge(parsed(*stored), DAY, DAY)
    row = workspace.warehouse.query(found.counts(), found.params.values).to_pylist()[0]
    told = {event["message_id"]: None if event["internal"] else slow(stored, event, source) for event in given}
    assert row["would"] == sum(name is not None for name in told.values())
    changed = keep.change(workspace, parsed(*stored), DAY, DAY)
    assert changed == row["would"]
    assert marks(workspace) == {
        event["message_id"]: (bool(event["internal"]) or told[event["message_id"]] is not None, told[event["message_id"]]) for event in given
    }
    assert keep.change(workspace, parsed(*stored), DAY, DAY) == 0, "what is in line is left alone"
    assert keep.change(workspace, (), DAY, DAY) == changed
    assert marks(workspace) == {event["message_id"]: (bool(event["internal"]), None) for event in given}


def test_people_are_known_by_what_they_said_before(workspace: Workspace) -> None:
    rules = parsed(rule("user", "li", name="li"), rule("email_domain", "gull.example", name="staff"))
    load(workspace, rules, {"message_id": "before", "anonymous_id": "a1"})
    load(workspace, rules, {"message_id": "login", "anonymous_id": "a1", "user_id": "li"})
    load(workspace, rules, {"message_id": "after", "anonymous_id": "a1"})
    load(workspace, rules, {"message_id": "mail", "anonymous_id": "a2", "user_id": "7", "traits": '{"email":"Bo@Gull.example"}', "trait_op": "set"})
    load(workspace, rules, {"message_id": "mailed", "anonymous_id": "a2"}, {"message_id": "guest", "anonymous_id": "a3"})
    found = marks(workspace)
    assert {name: by for name, (_, by) in found.items()} == {
        "before": None, "login": "li", "after": "li", "mailed": "staff", "guest": None, "mail": "staff",
    }  # fmt: skip
    assert keep.change(workspace, rules, DAY, DAY) == 1, "now it is known whose visit came before"
    assert marks(workspace)["before"] == (True, "li")


def test_what_a_user_agent_told_stays_while_its_rule_does(workspace: Workspace) -> None:
    probe = rule("user_agent", "probe", name="probe")
    load(workspace, parsed(probe), {"message_id": "p", "user_agent": "Probe/1"}, {"message_id": "q", "channel": "qa", "anonymous_id": "b"})
    assert keep.change(workspace, parsed(rule("channel", "QA", name="qa"), probe), DAY, DAY) == 1
    assert marks(workspace) == {"p": (True, "probe"), "q": (True, "qa")}
    assert keep.change(workspace, parsed(rule("channel", "QA", name="qa")), DAY, DAY) == 1, "its rule is gone"
    assert marks(workspace)["p"] == (False, None)


def test_metrics_leave_internal_traffic_out_and_changed_hours_are_noted(workspace: Workspace) -> None:
    load(workspace, (), {"message_id": "a", "anonymous_id": "a"}, {"message_id": "b", "anonymous_id": "b", "channel": "qa"})
    question = MetricQuery(("uv", "page_views"), Period(DAY, DAY + dt.timedelta(days=1)))
    assert answer(workspace, question).rows == [{"uv": 2, "page_views": 2}]
    before = workspace.warehouse.query(parse_one("SELECT COUNT(*) AS n FROM dirty_hour")).to_pylist()[0]["n"]
    assert keep.change(workspace, parsed(rule("channel", "qa")), DAY, DAY) == 1
    assert answer(workspace, question).rows == [{"uv": 1, "page_views": 1}]
    hours = workspace.warehouse.query(parse_one("SELECT events FROM dirty_hour ORDER BY known_from_ms DESC")).to_pylist()
    assert len(hours) == before + 1


def test_rules_are_saved_tried_applied_by_a_job_and_undone(workspace: Workspace) -> None:
    assert isinstance(workspace.clock, FixedClock)
    workspace.clock.ms = make.T0 + 3_600_000
    load(workspace, (), {"message_id": "a", "anonymous_id": "a", "channel": "qa"}, {"message_id": "b", "anonymous_id": "b", "internal": True})
    body = {"rules": [rule("channel", "qa", name="tests"), rule("user_agent", "probe", name="probe")]}
    found = keep.preview(workspace, parse_internal(body))
    assert (found.events, found.said, found.ruled, found.would) == (2, 1, 0, 1)
    assert [one.events for one in found.rules] == [1, None]
    assert keep.save_internal(workspace, body, ADMIN, "tests are no visitors").state == "active"
    assert [one.name for one in read_cleaning(workspace).internal] == ["tests", "probe"]
    for undo, expected in ((False, (True, "tests")), (True, (False, None))):
        job = keep.ask_apply(workspace, 7, ADMIN, undo=undo)
        with workspace.records.read() as session:
            payload = jobs.read(session, job).payload
        context = JobContext(payload, job_id=job)
        keep.run_job(workspace, context)
        assert context.reported.done == 7
        assert marks(workspace)["a"] == expected
        assert marks(workspace)["b"] == (True, None), "the sender's word stays"
    with workspace.records.read() as session:
        actions = [entry.action for entry in read_audit(session, 50, None, {}).items]
    assert {"tracking.internal_apply_asked", "tracking.internal_applied", "tracking.internal_undo_asked", "tracking.internal_undone"} <= set(actions)
    with pytest.raises(InvalidInput):
        keep.ask_apply(workspace, 0, ADMIN)


def test_the_first_rule_that_fits_is_kept_on_arrival_and_of_what_is_stored(workspace: Workspace) -> None:
    rules = parsed(rule("channel", "qa", name="first"), rule("source", "site", name="second"))
    load(workspace, rules, {"message_id": "a", "anonymous_id": "a", "channel": "qa"}, {"message_id": "b", "anonymous_id": "b"})
    assert marks(workspace) == {"a": (True, "first"), "b": (True, "second")}
    assert keep.change(workspace, rules, DAY, DAY) == 0
