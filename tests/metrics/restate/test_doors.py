"""The doors of restatements: addresses and command, what they refuse, and who had been told the old figures."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from tests.metrics.restate.company import DAYS, Company, ms
from tests.orders.doors import ADMIN, get
from windsock.cli.wrap import with_home
from windsock.governance import ROLES
from windsock.kernel.clock import FixedClock
from windsock.metrics.dashboards import store as boards
from windsock.metrics.reports import store as reports
from windsock.metrics.restate import commands, restatements, routes
from windsock.metrics.standup.today import freeze
from windsock.metrics.told_port import Asked, Told, plug_told, told_about
from windsock.rooms import plug, plug_metrics
from windsock.workspace import Workspace, open_workspace

SPAN = "from=2026-01-01&to=2026-01-07"


@pytest.fixture
def changed(company: Company) -> Company:
    """An order and two visitors of the 1st, frozen next morning; after the close an order of the 1st comes late."""
    plug()
    plug_metrics()
    company.at("2026-01-01T13:00")
    company.sell(("A", DAYS[0], "100"))
    company.visit(DAYS[0], "v1", "v2")
    company.at("2026-01-02T08:45")
    assert freeze(company.workspace, DAYS[0]) is not None
    company.at("2026-01-20T10:00")
    company.sell(("B", DAYS[0], "20"))
    return company


def ask(company: Company, path: str):
    return get(company.workspace, routes.router, path)


def test_days_causes_and_what_today_had_told(changed: Company):
    found = ask(changed, f"/api/restatements?{SPAN}&metrics=revenue,uv").json()
    assert (found["changed"], found["closed"], found["filled_days"], found["currency"]) == (1, 7, 0, "CNY")
    assert [(one["name"], one["unit"], one["lag_hours"]) for one in found["metrics"]] == [("revenue", "money", 48), ("uv", "count", 120)]
    (day,) = found["days"]
    assert (day["day"], day["closed_at"]) == ("2026-01-01", "2026-01-04T00:00:00+08:00")
    assert day["metrics"] == [
        {
            "name": "revenue", "closed_at": "2026-01-04T00:00:00+08:00", "at_close": "100.00", "now": "120.00", "difference": "20.00",
            "share": "0.200000", "certain": True,
        }
    ]  # fmt: skip
    assert [(one["kind"], one["source"], one["rows"], one["exact"]) for one in day["causes"]] == [("late", "live", 1, True)]
    assert [(one["kind"], one["at"], one["people"], one["values"]) for one in day["told"]] == [
        ("today", "2026-01-02T08:45:00+08:00", None, [{"name": "revenue", "value": "100.00", "now": None}])
    ]


def test_a_file_of_changed_days(changed: Company):
    file = ask(changed, f"/api/restatements.csv?{SPAN}")
    assert file.headers["content-disposition"].endswith('restatements_2026-01-01_2026-01-07.csv"')
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert next((row["metric"], row["difference"], row["causes"]) for row in rows) == ("revenue", "20.00", "late live")
    with changed.workspace.records.read() as session:
        (told,) = session.execute(text("SELECT action FROM audit_entry ORDER BY seq DESC LIMIT 1")).one()
    assert told == "metrics.restatements_exported"


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("from=x&to=2026-01-07", "from"),
        ("from=2026-01-07&to=2026-01-01", "period"),
        ("from=2025-01-01&to=2026-01-01", "from / to"),
        (f"{SPAN}&metrics=uv,uv", "metrics"),
        (f"{SPAN}&metrics=" + ",".join(f"m{place}" for place in range(13)), "metrics"),
        (f"{SPAN}&metrics=luck", "metric"),
        (f"{SPAN}&metrics=" + "m" * 1001, None),
    ],
)
def test_bad_questions_are_refused_with_what_where_and_fix(changed: Company, query: str, where: str | None):
    for path in ("/api/restatements", "/api/restatements.csv"):
        if where is None:
            assert ask(changed, f"{path}?{query}").status_code == 422
        else:
            with pytest.raises(Exception, match=r"\S") as refused:
                ask(changed, f"{path}?{query}")
            assert where in str(getattr(refused.value, "where", ""))


def test_a_batch_over_http(changed: Company):
    done = changed.bring_orders(("F", DAYS[1], "7"))
    found = ask(changed, f"/api/restatements/batch/{done.batch_id}?metrics=orders").json()
    assert [(day["day"], day["metrics"][0]["at_close"], day["metrics"][0]["now"]) for day in found["days"]] == [("2026-01-02", "0", "1")]
    assert (found["batch"]["kind"], found["batch"]["exact"], found["changed"]) == ("orders", True, 1)
    with pytest.raises(Exception, match="no batch"):
        ask(changed, "/api/restatements/batch/none")


def sent(company: Company, name: str, label: str, at: str) -> None:
    """A report of a dashboard with revenue that was sent to two people."""
    body = {"name": name, "language": "en", "recipients": ["a@gull.example", "b@gull.example"]}
    board = {"title": {"en": "Money", "zh": "收入"}, "panels": [{"kind": "line", "metrics": ["revenue"]}]}
    with company.workspace.records.write() as session:
        if boards.peek(session, "board_1") is None:
            keep_board(session, board)
        reports.keep(
            session, reports.Kept(f"rep_{name}", "board_1", "mail", enabled=True, owner="mem_1", version=1, body=body, created_ms=1, changed_ms=1)
        )
        reports.add_run(session, reports.Run(f"run_{name}", f"rep_{name}", label, "sent", ms(at), ms(at), ""))


def keep_board(session, body) -> None:
    boards.keep(session, boards.Kept("board_1", "mem_1", ("viewer",), 1, body, 1, 1))


def test_reports_that_told_the_day_before_it_changed(changed: Company):
    sent(changed, "weekly", "2025-12-29:2026-01-04", "2026-01-05T09:00")
    sent(changed, "after", "2026-01-01:2026-01-31", "2026-02-01T09:00")
    sent(changed, "other", "2026-01-05:2026-01-11", "2026-01-12T09:00")
    told = restatements(changed.workspace, ADMIN, metrics=("revenue",)).days[0].told
    assert [(one.kind, one.title.en, one.people, one.to) for one in told] == [
        ("today", "Today", None, ()),
        ("report", "weekly", 2, ("a@gull.example", "b@gull.example")),
    ]
    viewer = replace(ADMIN, role="viewer", permissions=ROLES["viewer"])
    told = restatements(changed.workspace, viewer, metrics=("revenue",)).days[0].told
    assert [(one.title.en, one.people, one.to, one.id) for one in told if one.kind == "report"] == [("A report", 2, (), "")]
    assert [one.kind for one in restatements(changed.workspace, ADMIN, metrics=("orders",)).days[0].told] == []


def test_whoever_cannot_say_is_left_out_and_others_are_not(changed: Company):
    def broken(workspace: Workspace, asked: Asked) -> list[Told]:
        restatements(workspace, asked.actor, metrics=("luck",))
        return []

    def silent(workspace: Workspace, asked: Asked) -> list[Told]:
        return []

    plug_told("alert", broken)
    try:
        asked = Asked(ADMIN, {DAYS[0]: frozenset({"revenue"})}, {DAYS[0]: 2**60})
        assert [one.kind for one in told_about(changed.workspace, asked)] == ["today"]
        late = Asked(ADMIN, {DAYS[0]: frozenset({"revenue"})}, {DAYS[0]: ms("2026-01-02T08:45")})
        assert told_about(changed.workspace, late) == (), "what was told after the change told the new figure"
    finally:
        plug_told("alert", silent)


def test_the_command_prints_tables_json_and_csv(home: Path, tmp_path: Path):
    with open_workspace(home, own=True, clock=FixedClock(ms("2026-01-01T13:00"))) as workspace:
        company = Company(workspace, tmp_path)
        company.sell(("A", DAYS[0], "100"))
        company.at("2026-01-20T10:00")
        company.sell(("B", DAYS[0], "20"))
    command = with_home(commands.restatements_command)

    def do(*words: str) -> str:
        result = CliRunner().invoke(command, [*words, "--from", "2026-01-01", "--to", "2026-01-07", "--home", str(home)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    assert "4 of 7" not in do()
    assert "1 of 7 closed days changed" in do()
    assert Decimal(json.loads(do("--metric", "orders", "--format", "json"))["days"][0]["metrics"][0]["difference"]) == 1
    assert [row["metric"] for row in csv.DictReader(io.StringIO(do("--metric", "orders", "--metric", "revenue", "--format", "csv")))] == [
        "orders",
        "revenue",
    ]
    with pytest.raises(Exception, match="not a date"):
        CliRunner().invoke(command, ["--from", "x", "--home", str(home)], catch_exceptions=False)
