"""What stands on a metric: dashboards, reports of them and targets are named where it is used, and nothing is deleted under them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.http.make import Client, bearer
from tests.metrics.test_authoring import WHY, big, put
from windsock import rooms
from windsock.destinations import keep as destinations
from windsock.governance import ROLES, SYSTEM, Actor
from windsock.http import create_app
from windsock.kernel.errors import Conflict, InvalidInput
from windsock.kernel.period import Period
from windsock.metrics import uses as port
from windsock.metrics.authoring.keep import delete
from windsock.metrics.authoring.show import sheet
from windsock.metrics.catalogue import catalogue
from windsock.metrics.dashboards import keep as boards
from windsock.metrics.dashboards.ask import Span, ask_panels
from windsock.metrics.dashboards.library import shipped
from windsock.metrics.dashboards.model import Dashboard, dashboard_from, metrics_in
from windsock.metrics.dashboards.uses import PRIVATE
from windsock.metrics.reports import jobs as report_jobs
from windsock.metrics.reports import keep as reports
from windsock.metrics.targets import jobs as target_jobs
from windsock.metrics.targets import keep as targets
from windsock.metrics.targets.model.target import Aim, Place
from windsock.workspace import Workspace

DAY = dt.date(2025, 12, 20)


@pytest.fixture(autouse=True)
def plugged() -> None:
    """Fill the ports as the list of rooms does; other tests put their own finders in."""
    target_jobs.plug_ports()
    report_jobs.plug_ports()


@pytest.fixture
def sold(shop: Any) -> Workspace:
    for amount in ("50", "100", "300"):
        shop.order(DAY, "web", amount)
    shop.save()
    put(shop.workspace, big())
    return shop.workspace


def lead() -> Actor:
    return Actor("mem_1", "Pat", "lead", ROLES["lead"], "session")


def body(metric: str) -> dict[str, Any]:
    panel = {"id": "a", "kind": "number", "at": {"x": 0, "y": 0, "w": 6, "h": 4}, "metrics": [metric]}
    return {"title": {"en": "Sales", "zh": "销售"}, "panels": [panel]}


def uses(workspace: Workspace, metric: str) -> list[tuple[str, str, str]]:
    return [(use.kind, use.id, use.title.en) for use in sheet(workspace, metric).uses]


def test_the_list_of_rooms_fills_the_ports(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(port, "_plugged", {})
    rooms.plug_metrics.__wrapped__()
    assert {"target", "dashboard", "report"} <= set(port._plugged)


def test_dashboards_reports_and_targets_keep_a_metric(sold: Workspace):
    board = boards.make(sold, lead(), body("big_orders"), ["analyst"])
    destinations.save(sold, SYSTEM, "post", "email", {"host": "127.0.0.1", "port": 25, "security": "none", "sender": "desk@gull.example"}, None)
    plan = {"name": "Morning", "timetable": {"cadence": "daily", "at": "09:00"}, "language": "en", "recipients": ["a@x.example"]}
    report = reports.make(sold, lead(), reports.Given(board.id, "post", enabled=True, plan=plan))
    targets.put(sold, SYSTEM, Place("big_orders", "", "", "month", dt.date(2025, 12, 1)), Aim(Decimal(5), "lead", 1), revision=0)
    assert sorted(uses(sold, "big_orders")) == [
        ("dashboard", board.id, "Sales"),
        ("report", report.report.id, "Morning"),
        ("target", "big_orders", "1 target"),
    ]
    with pytest.raises(Conflict, match="dashboard Sales") as refused:
        delete(sold, WHY, "big_orders")
    assert "report Morning" in refused.value.what
    assert all(kind != "report" for kind, _, _ in uses(sold, "uv"))
    shown = Client(create_app(sold)).get("/api/metrics/authoring/metrics/big_orders", headers=bearer(sold, "viewer")).json()["uses"]
    assert {"kind": "dashboard", "id": board.id, "title": {"en": "Sales", "zh": "销售"}} in [
        {name: one[name] for name in ("kind", "id", "title")} for one in shown
    ]


def test_a_metric_can_go_once_nothing_stands_on_it(sold: Workspace):
    board = boards.make(sold, lead(), body("big_orders"), [])
    # What somebody keeps to themselves is there, and its name is not told.
    assert uses(sold, "big_orders") == [("dashboard", board.id, PRIVATE.en)]
    with pytest.raises(Conflict):
        delete(sold, WHY, "big_orders")
    boards.drop(sold, lead(), board.id)
    delete(sold, WHY, "big_orders")
    with pytest.raises(InvalidInput, match="no metric 'big_orders'"):
        boards.make(sold, lead(), body("big_orders"), [])


def test_a_metric_made_here_stands_on_a_dashboard_with_its_number(sold: Workspace):
    board = boards.make(sold, lead(), body("big_orders"), [])
    (asked,) = ask_panels(sold, board.board.panels, Span(Period(DAY, DAY)))
    assert asked.error is None
    assert asked.answer is not None
    assert asked.answer.rows[0]["big_orders"] == 2


def test_every_panel_that_ships_is_named_by_its_metrics(workspace: Workspace):
    asked = {(metric, name) for name, board in shipped().items() for panel in board.panels for metric in panel.metrics}
    assert {metric for metric, _ in asked} <= set(catalogue().metrics)
    for metric in sorted({metric for metric, _ in asked}):
        found = {use.id for use in sheet(workspace, metric).uses if use.kind == "dashboard"}
        assert found >= {name for one, name in asked if one == metric}
        assert metric == "revenue" or found == {name for one, name in asked if one == metric}
    assert {name for name, board in shipped().items() if any(panel.kind in ("waterfall", "tree") for panel in board.panels)} <= {
        use.id for use in sheet(workspace, "revenue").uses
    }


@pytest.mark.parametrize("board", shipped().values(), ids=shipped())
def test_a_kept_dashboard_names_what_it_is_made_of(board: Dashboard):
    assert metrics_in(board.json()) == board.metrics() == dashboard_from(board.json()).metrics()
