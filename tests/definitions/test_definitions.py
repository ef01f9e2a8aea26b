"""Versions of definitions: nobody overwrites what they have not read, one is in force, history only grows."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from windsock import definitions, jobs
from windsock.definitions import Change, Definition
from windsock.definitions.model import BODY_MAX_BYTES, CHANGES_MAX, canonical, difference, digest
from windsock.governance import ROLES, Actor, verify_chain
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooLarge
from windsock.records import Records

NOW = 1_767_225_600_000
ANNA = Actor("mem_1", "Anna", "analyst", ROLES["analyst"], "session")
LEO = Actor("mem_2", "Leo", "lead", ROLES["lead"], "session")
VERA = Actor("mem_3", "Vera", "viewer", ROLES["viewer"], "session")


def by(actor: Actor, reason: str = "because", now_ms: int = NOW) -> Change:
    return Change(actor, reason, now_ms)


def draft(records: Records, body: dict, base: int, actor: Actor = ANNA, name: str = "revenue") -> Definition:
    with records.write() as session:
        return definitions.save_draft(session, by(actor), "metric", name, body, base_version=base)


def put_in_force(records: Records, version: int, actor: Actor = LEO) -> Definition:
    with records.write() as session:
        return definitions.activate(session, by(actor), "metric", "revenue", version)


def current(records: Records) -> Definition | None:
    with records.read() as session:
        return definitions.current(session, "metric", "revenue")


def audited(records: Records) -> list[str]:
    with records.read() as session:
        assert verify_chain(session).whole
        return list(session.execute(text("SELECT action FROM audit_entry ORDER BY seq")).scalars())


def facts(records: Records) -> list[str]:
    with records.read() as session:
        return list(session.execute(text("SELECT name FROM outbox ORDER BY seq")).scalars())


def test_from_draft_to_roll_back(records: Records):
    first = draft(records, {"over": "a", "title": {"zh": "收入"}}, 0)
    assert (first.version, first.state, first.author, first.approver) == (1, "draft", "mem_1", None)
    assert first.sha256 == digest('{"over":"a","title":{"zh":"收入"}}')
    assert current(records) is None
    assert put_in_force(records, 1).approver == "mem_2"
    draft(records, {"over": "b"}, 1)
    assert current(records) == definitions_at(records, 1)
    put_in_force(records, 2)
    assert definitions_at(records, 1).state == "retired"
    with records.write() as session:
        back = definitions.roll_back(session, by(LEO, "b was wrong"), "metric", "revenue", to_version=1, base_version=2)
    assert (back.version, back.state, back.body, back.reason) == (3, "active", first.body, "b was wrong")
    assert back.sha256 == first.sha256
    with records.write() as session:
        assert definitions.retire(session, by(LEO), "metric", "revenue").version == 3
    assert current(records) is None
    expected = ["drafted", "activated", "drafted", "activated", "rolled_back", "retired"]
    assert audited(records) == [f"definitions.{word}" for word in expected]
    assert facts(records) == [f"definitions.{word}" for word in expected]
    with records.read() as session:
        page = definitions.history(session, "metric", "revenue", limit=2)
        assert [(one.version, one.state) for one in page.items] == [(3, "retired"), (2, "retired")]
        assert [one.version for one in definitions.history(session, "metric", "revenue", cursor=page.next_cursor).items] == [1]
        assert [change.path for change in definitions.diff(session, "metric", "revenue", 1, 2).changes] == ["/over", "/title"]


def definitions_at(records: Records, version: int) -> Definition:
    with records.read() as session:
        return definitions.read(session, "metric", "revenue", version)


def test_a_draft_on_an_old_version_is_refused_and_leaves_nothing(records: Records):
    draft(records, {"over": "a"}, 0)
    for base in (0, 2):
        with pytest.raises(Conflict, match="the newest is 1"):
            draft(records, {"over": "b"}, base)
    with pytest.raises(Conflict), records.write() as session:
        definitions.roll_back(session, by(LEO), "metric", "revenue", to_version=1, base_version=0)
    assert audited(records) == ["definitions.drafted"]
    assert facts(records) == ["definitions.drafted"]


def test_the_same_body_makes_no_version(records: Records):
    draft(records, {"a": 1, "b": 2}, 0)
    assert draft(records, {"b": 2, "a": 1}, 1).version == 1
    assert audited(records) == ["definitions.drafted"]


def test_two_writers_at_once_make_one_version(records: Records):
    import threading

    draft(records, {"over": "a"}, 0)
    start, outcomes = threading.Barrier(4), []

    def write(number: int) -> None:
        start.wait()
        try:
            outcomes.append(draft(records, {"over": str(number)}, 1).version)
        except Conflict:
            outcomes.append(None)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [2, None, None, None]


def test_the_database_itself_allows_one_in_force(records: Records):
    draft(records, {"over": "a"}, 0)
    draft(records, {"over": "b"}, 1)
    put_in_force(records, 1)
    with pytest.raises(Conflict) as said, records.write() as session:
        session.execute(text("UPDATE definition SET state = 'active' WHERE version = 2"))
    assert isinstance(said.value.__cause__, IntegrityError)


def test_a_trial_runs_beside_and_an_old_or_ended_one_cannot_be_activated(records: Records):
    draft(records, {"over": "a"}, 0)
    draft(records, {"over": "b"}, 1)
    draft(records, {"over": "c"}, 2)
    put_in_force(records, 2)
    with records.write() as session:
        assert definitions.start_trial(session, by(LEO), "metric", "revenue", 3).state == "trial"
    now = current(records)
    assert now is not None
    assert now.version == 2
    for version in (1, 2):
        with pytest.raises(Conflict):
            put_in_force(records, version)
    with pytest.raises(Conflict), records.write() as session:
        definitions.start_trial(session, by(LEO), "metric", "revenue", 2)
    assert put_in_force(records, 3).state == "active"


def test_permission_decides(records: Records):
    with pytest.raises(NotAllowed, match=r"definitions\.write"):
        draft(records, {}, 0, VERA)
    draft(records, {}, 0)
    with pytest.raises(NotAllowed, match=r"definitions\.approve"):
        put_in_force(records, 1, ANNA)
    for change in (
        lambda session: definitions.retire(session, by(ANNA), "metric", "revenue"),
        lambda session: definitions.start_trial(session, by(ANNA), "metric", "revenue", 1),
        lambda session: definitions.roll_back(session, by(ANNA), "metric", "revenue", to_version=1, base_version=1),
    ):
        with pytest.raises(NotAllowed), records.write() as session:
            change(session)
    assert audited(records) == ["definitions.drafted"]


def test_what_is_missing_is_not_found(records: Records):
    for version in (0, 1, 1 << 40):
        with pytest.raises(NotFound):
            put_in_force(records, version)
    with records.write() as session, pytest.raises(NotFound):
        definitions.retire(session, by(LEO), "metric", "revenue")
    with records.read() as session:
        for look in (
            lambda: definitions.read(session, "metric", "revenue"),
            lambda: definitions.read(session, "metric", "revenue", 1 << 70),
            lambda: definitions.history(session, "metric", "revenue"),
            lambda: definitions.diff(session, "metric", "revenue", 1, 2),
        ):
            with pytest.raises(NotFound):
                look()


def deep(levels: int) -> dict:
    body: dict = {}
    for _ in range(levels):
        body = {"a": body}
    return body


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"kind": "Metric"}, InvalidInput),
        ({"name": "../etc"}, InvalidInput),
        ({"name": "n" * 121}, InvalidInput),
        ({"body": {"a": object()}}, InvalidInput),
        ({"body": {"a": float("nan")}}, InvalidInput),
        ({"body": {1: 2}}, InvalidInput),
        ({"body": deep(50)}, InvalidInput),
        ({"body": deep(100_000)}, InvalidInput),
        ({"body": {"a": "\ud800"}}, InvalidInput),
        ({"body": {"a": "x" * BODY_MAX_BYTES}}, TooLarge),
        ({"reason": " "}, InvalidInput),
        ({"reason": "r" * 1001}, InvalidInput),
    ],
)
def test_what_can_be_no_definition_is_refused(records: Records, words: dict, error: type[Exception]):
    words = {"kind": "metric", "name": "revenue", "body": {}, "reason": "because", **words}
    with pytest.raises(error), records.write() as session:
        definitions.save_draft(session, by(ANNA, words["reason"]), words["kind"], words["name"], words["body"], base_version=0)
    assert audited(records) == []


def test_the_list_shows_each_once_in_force_first(records: Records):
    for name in ("adr", "revenue", "room.nights", "uv"):
        draft(records, {"name": name, "v": 1}, 0, name=name)
    draft(records, {"v": 2}, 1)
    put_in_force(records, 1)
    seen, cursor = [], None
    while True:
        with records.read() as session:
            page = definitions.list_definitions(session, kind="metric", limit=3, cursor=cursor)
        seen += [(one.name, one.version, one.state) for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [("adr", 1, "draft"), ("revenue", 1, "active"), ("room.nights", 1, "draft"), ("uv", 1, "draft")]
    with records.read() as session:
        assert definitions.list_definitions(session, kind="plan").items == ()
        assert len(definitions.list_definitions(session).items) == 4
        for limit in (0, 201):
            with pytest.raises(InvalidInput):
                definitions.list_definitions(session, limit=limit)
        with pytest.raises(InvalidInput):
            definitions.list_definitions(session, kind="BAD")


scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3)
bodies = st.dictionaries(
    st.text(max_size=3),
    st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_size=4,
)


def rebuilt(old: dict, changes) -> dict:
    """The oracle: apply the changes by their paths to the old body."""
    import json

    body = json.loads(canonical(old))
    # Removals from the end first, so that list positions stay right.
    for change in [one for one in changes if one.op != "removed"] + [one for one in reversed(changes) if one.op == "removed"]:
        *way, last = [step.replace("~1", "/").replace("~0", "~") for step in change.path.split("/")[1:]]
        place = body
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        if isinstance(place, list):
            if change.op == "removed":
                del place[int(last)]
            elif int(last) == len(place):
                place.append(change.new)
            else:
                place[int(last)] = change.new
        elif change.op == "removed":
            del place[last]
        else:
            place[last] = change.new
    return body


@given(bodies, bodies)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_difference_applied_to_the_old_gives_the_new(old, new):
    found = difference(old, new)
    assert found.complete
    assert canonical(rebuilt(old, found.changes)) == canonical(new)
    assert (canonical(old) == canonical(new)) == (found.changes == ())


def test_true_is_not_one_and_a_long_difference_says_so():
    assert len(difference({"a": True}, {"a": 1}).changes) == 1
    found = difference({}, {str(number): number for number in range(CHANGES_MAX + 1)})
    assert (len(found.changes), found.complete) == (CHANGES_MAX, False)


def test_facts_name_the_version(records: Records):
    draft(records, {}, 0)
    heard: list[dict] = []
    jobs.deliver(None, records, [jobs.Reaction("test.hear", "definitions.drafted", lambda _w, _s, fact: heard.append(fact.payload))], NOW)
    assert heard == [{"kind": "metric", "name": "revenue", "version": 1}]
