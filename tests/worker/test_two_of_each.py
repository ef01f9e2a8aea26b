"""One workspace with its records on PostgreSQL, two web and two worker processes: the same answers, each job once, no report twice.

The first web process is `windsock serve`: it owns the warehouse and takes in events. The others, the second web process and both workers, ask it
over its socket.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from tests.crash.heavy import PERIOD, fill
from tests.crash.intake import ENVIRONMENT, Served
from tests.http.make import Client
from tests.servers import Post, post_office
from windsock import jobs
from windsock.destinations import keep as destinations
from windsock.governance import ROLES, SYSTEM, Actor
from windsock.governance.issue import issue_token
from windsock.http import create_app
from windsock.jobs.tables import JobRow
from windsock.kernel.clock import FixedClock
from windsock.metrics.reports import keep as reports
from windsock.workspace import Workspace, create_workspace, open_workspace

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[2]
EVENTS, JOBS, REPORTS = 60_000, 40, 3
MADE_MS = 1_772_500_000_000
"""When the reports were made: long ago, so that one of each is due."""
ASKED: dict[str, dict[str, Any]] = {
    "trend": {"series": [{"event": "*", "measure": "people"}], "breakdown": "sales_channel", "grain": "day"},
    "funnel": {"steps": ["search", {"event": "list_view", "optional": True}, "payment_succeeded"], "window": "7 days", "same": "route"},
    "retention": {"start": "search", "return": "*", "grain": "week", "cells": 6, "starts": "first"},
    "paths": {"events": "*", "steps": 5, "start": "search"},
    "interval": {"from": "search", "to": "payment_succeeded", "window": "7 days"},
    "distribution": {"event": "search", "of": "times"},
    "attribution": {"conversion": "payment_succeeded", "touches": ["page_view", "search"], "by": "sales_channel", "look_back": "30 days"},
    "basket": {"items": "route", "in": "person", "event": "*", "least": 1},
    "clusters": {"features": [{"measure": one, "event": "*", "as": one} for one in ("times", "days")], "k": 3},
    "sessions": {"events": "*"},
    "lifecycle": {"event": "*", "by": "week"},
}


@dataclass
class Several:
    """What runs: two addresses of the interface, the header of its token, the workspace as one more process sees it, and where mail goes."""

    webs: tuple[httpx.Client, httpx.Client]
    workspace: Workspace
    post: Post

    def at_both(self, ask: Callable[[httpx.Client], httpx.Response]) -> list[httpx.Response]:
        """Ask both at once."""
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(ask, self.webs))


def make(home: Path, post: Post) -> str:
    """Make the workspace, its events and reports that are due; returns a token."""
    create_workspace(home, name="Gull", timezone="Asia/Shanghai", currency="CNY", language="en")
    with open_workspace(home, own=True, clock=FixedClock(MADE_MS)) as workspace:
        fill(workspace, EVENTS)
        config = {"host": "127.0.0.1", "port": post.port, "security": "none", "sender": "desk@gull.example"}
        destinations.save(workspace, SYSTEM, "post", "email", config, None)
        for number in range(REPORTS):
            plan = {"name": f"R{number}", "timetable": {"cadence": "daily", "at": "00:00"}, "language": "en", "recipients": [f"r{number}@x.example"]}
            reports.make(
                workspace, Actor("mem_1", "Pat", "lead", ROLES["lead"], "session"), reports.Given("overall", "post", enabled=True, plan=plan)
            )
    with open_workspace(home) as workspace:
        return issue_token(workspace, SYSTEM, "t", "admin", 1)[0]


def port_of(process: subprocess.Popen[str]) -> int:
    """Wait until a web process says where it is."""
    assert process.stdout is not None
    found = re.search(r":(\d+)$", process.stdout.readline().strip())
    assert found, "the second web process did not start"
    return int(found[1])


@pytest.fixture
def several(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Several]:
    outside = {"WINDSOCK_RECORDS__URL": postgres_url, "WINDSOCK_WORKER__EMBEDDED": "false"}
    for name, value in outside.items():
        monkeypatch.setenv(name, value)
    home, started = tmp_path / "home", list[subprocess.Popen[str]]()
    with post_office() as post:
        token = make(home, post)
        first = Served(home, tmp_path / "log", **outside)
        try:
            assert first.wait()
            commands = [["tests.worker.web", str(home)], *[["windsock.cli", "worker", "--home", str(home)]] * 2]
            for module in commands:
                pipe = subprocess.PIPE if module[0] == "tests.worker.web" else subprocess.DEVNULL
                command = [sys.executable, "-m", *module]
                started.append(subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT | outside, stdout=pipe, stderr=subprocess.DEVNULL, text=True))
            given = {"headers": {"Authorization": f"Bearer {token}"}, "trust_env": False, "timeout": 60}
            with (
                httpx.Client(base_url=f"http://127.0.0.1:{first.port}", **given) as one,
                httpx.Client(base_url=f"http://127.0.0.1:{port_of(started[0])}", **given) as other,
                open_workspace(home, guest=True) as workspace,
            ):
                yield Several((one, other), workspace, post)
        finally:
            for process in started:
                process.kill()
                process.communicate(timeout=10)
            first.kill()


def told(answer: httpx.Response) -> dict[str, Any]:
    """Return an answer without the moment of asking, which it may tell twice."""
    assert answer.status_code == 200, answer.text
    return {key: value for key, value in answer.json().items() if key not in ("asked_ms", "until")}


def test_two_web_and_two_worker_processes(several: Several, workspace: Workspace):
    # The embedded one, on SQLite, with the same events.
    fill(workspace, EVENTS)
    workspace.clock.ms = several.workspace.clock.now_ms()  # type: ignore[attr-defined]
    alone = Client(create_app(workspace, raw=()))
    alone.headers["Authorization"] = f"Bearer {issue_token(workspace, SYSTEM, 't', 'admin', 1)[0]}"
    for kind, definition in ASKED.items():
        body = {"definition": {"period": PERIOD, **definition}}
        path = f"/api/analyses/{kind}"
        expected = told(alone.post(path, body))
        for answer in several.at_both(lambda web, path=path, body=body: web.post(path, json=body)):
            assert told(answer) == expected, kind
    _one_wins_where_two_change_the_same(several)
    _each_job_once(several)
    _no_report_twice(several)


def _one_wins_where_two_change_the_same(several: Several) -> None:
    body = {"kind": "trend", "definition": {"trend": "T", "period": PERIOD, **ASKED["trend"]}}
    saved = several.webs[0].post("/api/analyses/saved", json=body)
    assert saved.status_code == 201, saved.text
    path = f"/api/analyses/saved/{saved.json()['id']}"
    for version in range(1, 9):
        change = {"definition": {**body["definition"], "trend": f"T{version}"}, "base_version": version}
        found = several.at_both(lambda web, change=change: web.put(path, json=change))
        assert sorted(one.status_code for one in found) == [200, 409], [one.text for one in found]
    for month in range(1, 9):  # where there is none yet, both may have looked before either wrote
        target = {"metric": "revenue", "period": f"2030-0{month}", "value": "1000"}
        found = several.at_both(lambda web, target=target: web.put("/api/targets", json=target))
        assert sorted(one.status_code for one in found) == [200, 409], [one.text for one in found]
    seen = [next(one for one in web.get("/api/analyses/saved?kind=trend").json()["items"] if one["name"] == "T8") for web in several.webs]
    assert seen[0] == seen[1]


def _done(several: Several, ids: list[str], wait_s: float = 40.0) -> list[JobRow]:
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        with several.workspace.records.read() as session:
            rows = list(session.scalars(select(JobRow).where(JobRow.id.in_(ids))))
        if all(row.state == "done" for row in rows):
            return rows
        time.sleep(0.1)
    raise AssertionError(Counter(row.state for row in rows))


def _ask(several: Several, kind: str, count: int) -> list[str]:
    space = several.workspace
    with space.records.write() as session:
        return [jobs.enqueue(session, kind, {}, now_ms=space.clock.now_ms()) for _ in range(count)]


def _each_job_once(several: Several) -> None:
    rows = _done(several, _ask(several, "jobs.tidy", JOBS))
    assert len(rows) == JOBS
    assert {row.attempt for row in rows} == {1}


def _no_report_twice(several: Several) -> None:
    """Both workers ask again and again what is due."""
    _done(several, _ask(several, "reports.due", 10))
    with several.workspace.records.read() as session:
        sending = list(session.scalars(select(JobRow).where(JobRow.kind == "reports.send")))
    assert len(sending) == REPORTS
    rows = _done(several, [row.id for row in sending])
    assert {row.attempt for row in rows} == {1}
    assert Counter(letter.recipients[0] for letter in several.post.letters) == Counter(f"r{number}@x.example" for number in range(REPORTS))
