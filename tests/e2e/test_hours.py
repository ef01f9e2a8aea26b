"""Courses by hour in a browser: in a dashboard, in the pane of a metric, and above the rows of a day, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import CJK, RAW_KEY

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]
SPAN = "start=2026-10-01&end=2026-10-31"
DAY = "start=2026-10-31&end=2026-10-31"
SETTLED_MS = 600


def panel(number: int, **fields: Any) -> dict[str, Any]:
    at = {"x": 6 * (number % 2), "y": 7 * (number // 2), "w": 6, "h": 7}
    return {"id": f"p{number}", "kind": "line", "at": at, "grain": "hour", **fields}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_dashboard_by_hour(visit: Any, language: str) -> None:
    visit.look(language, "light")
    panels = [
        panel(0, metrics=["uv"]),
        panel(1, metrics=["page_views"], by=["device"]),
        panel(2, metrics=["orders", "tracked_orders"]),
        panel(3, metrics=["room_nights"]),
    ]
    made = visit.ask("/api/dashboards", {"board": {"title": {"en": "By hour", "zh": "按小时"}, "panels": panels}})
    page = visit.open(f"/metrics/dashboards/{made['id']}?{DAY}", charts=3)
    page.wait_for_timeout(SETTLED_MS)
    visit.shoot(f"hours-day-{language}")
    expect(page.get_by_test_id("panel-p3").get_by_role("alert")).to_contain_text("knows dates, not hours")
    page = visit.open(f"/metrics/dashboards/{made['id']}?{SPAN}", charts=3)
    page.wait_for_timeout(SETTLED_MS)
    visit.shoot(f"hours-month-{language}")
    page = visit.open(f"/metrics/dashboards/{made['id']}?start=2026-09-01&end=2026-10-31")
    expect(page.get_by_test_id("panel-p0").get_by_role("alert")).to_contain_text("at most 31 days")
    page = visit.open(f"/metrics/dashboards/{made['id']}?{DAY}&edit=1&panel=p0", charts=2)
    expect(page.get_by_test_id("panel-editor")).to_contain_text({"en": "at most 31 days", "zh": "最多显示 31 天"}[language])
    page.wait_for_timeout(SETTLED_MS)
    visit.shoot(f"hours-editor-{language}")
    # The hours of a day stand above its rows, and sum to what the page says of the day.
    rows = "rows=uv%7C2026-10-31%7C2026-10-31"
    page = visit.open(f"/metrics/dashboards/{made['id']}?{DAY}&{rows}", charts=3)
    expect(page.get_by_test_id("day-hours")).to_be_visible()
    page.get_by_test_id("day-hours").locator('[data-ready="1"]').wait_for()
    page.wait_for_timeout(SETTLED_MS)
    visit.shoot(f"hours-rows-{language}")
    assert RAW_KEY.findall(page.locator("body").inner_text()) == []
    if language == "en":
        assert not CJK.search(page.get_by_test_id("day-hours").inner_text())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pane_of_a_metric_goes_from_days_to_hours(visit: Any, language: str) -> None:
    visit.look(language, "light")
    page = visit.open("/metrics/catalogue?metric=uv")
    course = page.get_by_test_id("course")
    course.locator('[data-ready="1"]').wait_for()
    page.wait_for_timeout(SETTLED_MS)
    visit.shoot(f"course-day-{language}")
    box = course.locator(".echart").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    said = page.locator(".tip-title").inner_text()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    expect(course.locator("h3")).to_have_text(said)
    expect(course).to_have_attribute("data-day", re.compile(r"2026-10-\d\d"))
    expect(course).to_have_attribute("data-grain", "hour")
    course.locator('[data-ready="1"]').wait_for()
    page.wait_for_timeout(SETTLED_MS)
    visit.shoot(f"course-drill-{language}")
    course.get_by_role("button", name={"en": "Back to all days", "zh": "返回全部日期"}[language]).click()
    expect(course).to_have_attribute("data-grain", "day")
    course.get_by_text({"en": "Hour", "zh": "小时"}[language], exact=True).click()
    expect(course).to_have_attribute("data-grain", "hour")
    course.locator('[data-ready="1"]').wait_for()
    page.wait_for_timeout(SETTLED_MS)
    visit.shoot(f"course-hour-{language}")
    page = visit.open("/metrics/catalogue?metric=room_nights")
    expect(page.get_by_test_id("course")).to_contain_text({"en": "dates, not hours", "zh": "没有小时"}[language])
    visit.shoot(f"course-dates-{language}")
