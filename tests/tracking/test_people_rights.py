"""A person is handed all that is held of them, and is forgotten everywhere, for good."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from sqlglot import parse_one

from tests.conftest import START_MS
from tests.tracking.make import event, table
from tests.tracking.test_drain import body, drain_all, put, track
from windsock.cli.main import main
from windsock.governance import cli_actor, search
from windsock.identity import assign_dids
from windsock.jobs import JobContext, read
from windsock.kernel.clock import FixedClock
from windsock.rooms import plug
from windsock.tracking import load_events
from windsock.tracking.people.jobs import JOB_KINDS
from windsock.tracking.people.rights import ask_erasure, erase_person
from windsock.workspace import Workspace, open_workspace

GONE = {
    "type": "identify",
    "anonymousId": "visitor-gone",
    "userId": "member-gone",
    "messageId": "i1",
    "timestamp": START_MS,
    "traits": {"name": "Li Lei", "email": "lilei-gone@example.com"},
}


def told(workspace: Workspace) -> None:
    put(workspace, body(GONE, track(1, anonymousId="visitor-gone"), track(2, anonymousId="visitor-stays")))
    drain_all(workspace)


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [words[0], "--home", str(home), *words[1:]])


def test_a_person_is_handed_over_and_erased_by_any_id(home: Path):
    with open_workspace(home, own=True, clock=FixedClock(START_MS)) as workspace:
        told(workspace)
    held = json.loads(run(home, "hand-over", "email:LiLei-gone@example.com").output)
    assert {row["id"] for row in held["identity.identity"]} == {"visitor-gone", "member-gone", "lilei-gone@example.com"}
    assert len(held["tracking.event"]) == 2
    assert "visitor-stays" not in json.dumps(held)
    assert run(home, "erase", "login:member-gone", "--reason", "asked by letter").exit_code == 130, "without a yes nothing is done"
    done = run(home, "erase", "login:member-gone", "--reason", "asked by letter", "--yes")
    assert (done.exit_code, "3 ids erased; a search finds none" in done.output) == (0, True), done.output
    assert run(home, "hand-over", "login:member-gone").exit_code == 2
    with open_workspace(home, own=True, clock=FixedClock(START_MS + 1)) as workspace:
        told(workspace)  # the same bodies come again: nobody comes back by them
        assert search(workspace, ["visitor-gone", "member-gone", "lilei-gone@example.com", "Li Lei"]) == {}
        rows = workspace.warehouse.query(parse_one("SELECT COUNT(*) AS events FROM event", read="duckdb"))
        assert rows.column("events")[0].as_py() == 3, "counts stay what they were"


def test_the_search_finds_what_was_forgotten_to_be_forgotten(workspace: Workspace):
    with workspace.warehouse.transaction() as tx:
        load_events(tx, "web", "b1", table([event(message_id="1", anonymous_id="visitor-gone", properties='{"note": "for visitor-gone"}')]), START_MS)
    assert search(workspace, ["visitor-gone"]) == {"event": 1, "identity": 1}
    assert search(workspace, ["gone"]) == {}, "so short a text is no proof of anybody"


def test_a_job_erases_and_may_begin_again(workspace: Workspace):
    plug()
    told(workspace)
    did = int(workspace.warehouse.query(parse_one("SELECT did FROM identity WHERE id = 'member-gone'", read="duckdb")).column("did")[0].as_py())
    job = ask_erasure(workspace, cli_actor(), did, "asked by letter")
    assert ask_erasure(workspace, cli_actor(), did, "asked again") == job, "one job a person"
    with workspace.records.read() as session:
        payload = read(session, job).payload
    for _ in range(2):
        JOB_KINDS[0].run(workspace, JobContext(payload, job_id=job))
    assert search(workspace, ["visitor-gone", "member-gone", "lilei-gone@example.com"]) == {}


def test_who_is_erased_twice_is_found_no_more_than_after_once(workspace: Workspace):
    plug()
    told(workspace)
    did = int(workspace.warehouse.query(parse_one("SELECT did FROM identity WHERE id = 'member-gone'", read="duckdb")).column("did")[0].as_py())
    done = [erase_person(workspace, cli_actor(), did, "asked by letter") for _ in range(2)]
    assert [(one.pid, one.ids, one.left) for one in done] == [(done[0].pid, 3, {})] * 2


@pytest.mark.slow
def test_all_ids_of_a_person_are_erased_however_many_there_are(workspace: Workspace):
    plug()
    many = 1_100
    with workspace.warehouse.transaction() as tx:
        events = [event(message_id=str(place), anonymous_id=f"visitor-{place:05}", user_id=f"member-{place // 2:05}") for place in range(2)]
        dids = assign_dids(tx, "cookie", pa.array([f"cookie-{place:05}" for place in range(many)]), pa.nulls(many, pa.int64()), START_MS)
        load_events(tx, "web", "b1", table(events), START_MS)
        rows = {"did": dids, "pid": pa.array([dids[0].as_py()] * many)}
        tx.append("alias", pa.table(rows), {"known_from_ms": START_MS, "known_to_ms": None})
    done = erase_person(workspace, cli_actor(), dids[7].as_py(), "asked by letter")
    assert (done.ids, done.left) == (many, {})
    left = workspace.warehouse.query(parse_one("SELECT COUNT(*) AS n FROM identity WHERE id LIKE 'cookie-%'", read="duckdb"))
    assert left.column("n")[0].as_py() == 0


def test_nobody_is_found_under_a_wrong_id(home: Path):
    for wrong in ("email", "email:", "shoe-size:43", "email:nobody@example.com"):
        assert run(home, "erase", wrong, "--reason", "asked", "--yes").exit_code == 2
