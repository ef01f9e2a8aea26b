"""Closed targets that told an old figure, and marks beside shown figures: on dashboards and in mails."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.metrics.restate.company import DAYS, Company, ms
from tests.orders.doors import ADMIN, get
from windsock.governance import SYSTEM
from windsock.kernel.period import Period
from windsock.metrics.dashboards.model import dashboard_from
from windsock.metrics.reports.digest import compose
from windsock.metrics.restate import restated_mark, restatements, routes
from windsock.metrics.targets import keep
from windsock.metrics.targets.close import close
from windsock.metrics.targets.model.target import Aim, Grain, Place
from windsock.rooms import plug, plug_metrics

WEEK, FIRST = dt.date(2025, 12, 29), DAYS[0]
SPAN = Period(DAYS[0], DAYS[-1])
QUIET = Period(DAYS[2], DAYS[-1])


@pytest.fixture
def closed(company: Company) -> Company:
    """100 sold on the 1st and the 2nd; targets of the week and of a day are closed; then 20 more of the 1st come by another channel."""
    plug()
    plug_metrics()
    company.at("2026-01-02T13:00")
    company.sell(("A", DAYS[0], "100"), ("B", DAYS[1], "100"))
    company.visit(DAYS[0], "v1", "v2")
    target(company, "revenue", "week", WEEK, owner="sales")
    target(company, "revenue", "week", WEEK, ("sales_channel", "app"))
    target(company, "revenue", "week", WEEK, ("sales_channel", "web"), owner="shop")
    target(company, "revenue", "day", DAYS[1])
    target(company, "revenue", "week", dt.date(2026, 1, 5))
    target(company, "uv", "day", FIRST)
    company.at("2026-01-20T10:00")
    assert close(company.workspace) == 6
    company.at("2026-01-20T12:00")
    company.sell(("C", DAYS[0], "20"))
    return company


def target(company: Company, metric: str, grain: Grain, start: dt.date, cut: tuple[str, str] = ("", ""), *, owner: str = "lead") -> None:
    keep.put(company.workspace, SYSTEM, Place(metric, *cut, grain, start), Aim(Decimal(100), owner), revision=0)


def test_a_closed_target_told_the_old_figure(closed: Company):
    (day,) = restatements(closed.workspace, ADMIN, SPAN, ("revenue", "uv")).days
    told = [one for one in day.told if one.kind == "target"]
    assert [(one.title.en, one.owner, one.values, one.now, one.period, one.at_ms) for one in told] == [
        (name, owner, {"revenue": "200.00"}, {"revenue": "220.00"}, Period(WEEK, dt.date(2026, 1, 4)), ms("2026-01-20T10:00"))
        for name, owner in (("2026-W01", "sales"), ("2026-W01, Website", "shop"))
    ], "neither another week or day, nor a channel or metric that stayed"


@pytest.mark.slow
def test_a_target_that_was_closed_after_the_change_told_the_new_figure(closed: Company):
    target(closed, "orders", "week", WEEK)
    closed.at("2026-01-20T13:00")
    assert close(closed.workspace) == 1
    (day,) = restatements(closed.workspace, ADMIN, SPAN, ("orders",)).days
    assert [one for one in day.told if one.kind == "target"] == []


@pytest.mark.slow
def test_targets_travel_with_owner_period_and_figure_of_now(closed: Company):
    found = get(closed.workspace, routes.router, "/api/restatements?from=2026-01-01&to=2026-01-07&metrics=revenue").json()
    told = next(one for one in found["days"][0]["told"] if one["kind"] == "target" and one["owner"] == "sales")
    assert told["values"] == [{"name": "revenue", "value": "200.00", "now": "220.00"}]
    assert (told["period"], told["en"], told["people"]) == ({"start": "2025-12-29", "end": "2026-01-04"}, "2026-W01", None)


@pytest.mark.slow
def test_whoever_may_not_read_metrics_is_told_of_no_target(closed: Company):
    stranger = replace(ADMIN, role="viewer", permissions=frozenset())
    (day,) = restatements(closed.workspace, stranger, SPAN, ("revenue",)).days
    assert [one for one in day.told if one.kind == "target"] == []


# --- marks ----------------------------------------------------------------------------------------------------------------


def test_a_mark_counts_the_changed_days_of_the_shown_metrics(closed: Company):
    mark = restated_mark(closed.workspace, SPAN, ("revenue", "uv", "revenue"))
    assert (mark.days, mark.metrics, mark.whole) == ((DAYS[0],), ("revenue", "uv"), True)
    assert restated_mark(closed.workspace, QUIET, ("revenue",)).days == ()
    assert restated_mark(closed.workspace, SPAN, ("uv",)).days == ()


@pytest.mark.slow
def test_a_mark_is_bounded_and_says_so(closed: Company):
    long = restated_mark(closed.workspace, Period(dt.date(2024, 1, 1), dt.date(2026, 1, 20)), ("revenue",))
    assert (long.period, long.days, long.whole) == (Period(dt.date(2025, 11, 19), dt.date(2026, 1, 19)), (DAYS[0],), False)
    wide = restated_mark(closed.workspace, SPAN, ("luck", "new_visitors", "revenue"))
    assert (wide.metrics, wide.days, wide.whole) == (("revenue",), (DAYS[0],), False)
    assert restated_mark(closed.workspace, Period(dt.date(2026, 1, 20), dt.date(2026, 1, 25)), ("revenue",)).days == ()
    assert restated_mark(closed.workspace, SPAN, ()).days == ()


@pytest.mark.slow
def test_a_mark_asks_for_so_many_closes_only(closed: Company, monkeypatch: pytest.MonkeyPatch):
    closed.sell(("D", DAYS[1], "5"), ("E", DAYS[2], "5"))
    monkeypatch.setattr("windsock.metrics.restate.mark.MARK_ASKS", 2)
    mark = restated_mark(closed.workspace, SPAN, ("revenue",))
    assert (mark.days, mark.whole) == ((DAYS[2], DAYS[1]), False), "the latest"
    monkeypatch.setattr("windsock.metrics.restate.mark.MARK_ASKS", 60)
    mark = restated_mark(closed.workspace, SPAN, ("revenue",))
    assert (mark.days, mark.whole) == ((DAYS[2], DAYS[1], DAYS[0]), True)


@pytest.mark.slow
def test_a_mark_over_http(closed: Company):
    found = get(closed.workspace, routes.router, "/api/restatements/mark?from=2026-01-01&to=2026-01-07&metrics=revenue,uv").json()
    assert found == {"period": {"start": "2026-01-01", "end": "2026-01-07"}, "metrics": ["revenue", "uv"], "days": ["2026-01-01"], "whole": True}
    for wrong in ("from=x&to=2026-01-07", "from=2026-01-07&to=2026-01-01"):
        with pytest.raises(Exception, match=r"\S") as refused:
            get(closed.workspace, routes.router, f"/api/restatements/mark?{wrong}&metrics=uv")
        assert getattr(refused.value, "where", "") in ("from", "period")
    assert get(closed.workspace, routes.router, "/api/restatements/mark?from=2026-01-01&to=2026-01-07").status_code == 422


BOARD = {
    "title": {"en": "Money", "zh": "收入"},
    "panels": [{"id": "p1", "kind": "number", "metrics": ["revenue"], "at": {"x": 0, "y": 0, "w": 3, "h": 3}}],
}


def mail(company: Company, period: Period, language) -> str:
    return compose(company.workspace, dashboard_from(BOARD), period, language, "m1").text


@pytest.mark.slow
def test_a_mail_says_how_many_days_of_its_period_changed(closed: Company):
    assert "\n1 day of this period changed since it was closed.\n" in mail(closed, SPAN, "en")
    assert "此期间有 1 天在关账后有变化。" in mail(closed, SPAN, "zh")
    assert "changed since" not in mail(closed, QUIET, "en")
    closed.sell(("D", DAYS[1], "5"))
    assert "\n2 days of this period changed since they were closed.\n" in mail(closed, SPAN, "en")
    assert "At least 2 of the days" in mail(closed, Period(dt.date(2025, 1, 1), dt.date(2026, 1, 19)), "en")
