"""The pages of metrics, furnished: dashboards, targets, channels, matrix, decomposition, reports, the editor; the rail; where a metric is used."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import looks_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
PAGES: dict[str, tuple[str, int, dict[str, str], bool]] = {
    "today-furnished": ("/", 2, {"zh": "昨天怎么样，为什么？", "en": "How was yesterday, and why?"}, True),
    "dashboards": ("/metrics/dashboards", 0, {"zh": "看板", "en": "Dashboards"}, False),
    "dashboard": ("/metrics/dashboards/overall", 2, {"zh": "公司总览", "en": "Company overview"}, False),
    "dashboard-made": ("/metrics/dashboards/first", 2, {"zh": "数据里能看到什么", "en": "What your data shows"}, False),
    "targets": ("/metrics/targets?period=2026-10", 0, {"zh": "目标完成得怎么样？", "en": "Are we on the way to our targets?"}, False),
    "assessment": ("/metrics/assessment?period=2026-10", 0, {"zh": "谁达成了多少？", "en": "Who reached what?"}, False),
    "channels": (
        "/metrics/channels",
        0,
        {"zh": "各渠道带来多少、花费多少、留下多少？", "en": "What does each channel bring, cost and leave?"},
        False,
    ),
    "matrix": ("/metrics/matrix", 0, {"zh": "哪项运营动作影响哪个目标？", "en": "Which work moves which goal?"}, True),
    "decompose": (
        "/metrics/decompose?metric=conversion&by=sales_channel,device",
        0,
        {"zh": "变化发生在哪里？", "en": "What changed, and where inside?"},
        False,
    ),
    "percentile": ("/metrics/decompose?metric=time_to_pay", 0, {"zh": "变化发生在哪里？", "en": "What changed, and where inside?"}, True),
    "reports": ("/metrics/reports", 0, {"zh": "看板发给谁、什么时候发？", "en": "Who gets which dashboard, and when?"}, True),
    "destinations": ("/metrics/reports?tab=places", 0, {"zh": "看板发给谁、什么时候发？", "en": "Who gets which dashboard, and when?"}, True),
    "metric-editor": ("/metrics/catalogue?edit=%2B", 0, {"zh": "这个数字是什么意思？", "en": "What does this number mean?"}, False),
}
MORNING = {
    "name": "Morning", "dashboard": "overall", "destination": "post", "enabled": False, "language": "en", "recipients": ["lin@gull.example"],
    "timetable": {"cadence": "daily", "at": "09:00"},
}  # fmt: skip


def _send(visit: Any, method: str, path: str, body: dict[str, Any]) -> Any:
    answer = visit.context.request.fetch(
        f"{visit.desk.base}{path}", method=method, data=body, headers={"X-Windsock-CSRF": visit.desk.csrf, "Content-Type": "application/json"}
    )
    assert answer.ok, answer.text()
    return answer.json()


@pytest.fixture
def furnished(visit) -> None:
    """Targets of a month, a judged and measured cell, a report with its destination, a promise and a note: once for all tests."""
    if visit.ask("/api/reports")["items"]:
        return
    for metric, value, member in (("revenue", "500000", ""), ("revenue", "90000", "web"), ("uv", "5200", ""), ("conversion", "4.2%", "")):
        cut = {"dimension": "sales_channel", "member": member} if member else {}
        _send(visit, "PUT", "/api/targets", {"metric": metric, "period": "2026-10", "value": value, **cut})
    judged = {"direction": "up", "size": 2, "effort": 1, "note": "", "version": 0}
    _send(visit, "PUT", "/api/metrics/matrix/price/conversion", judged)
    effect = {"source": "experiment", "ref": "EXP-12", "effect": "0.03", "low": "0.01", "high": "0.05", "first": "2026-10-01", "last": "2026-10-20"}
    _send(visit, "POST", "/api/metrics/matrix/price/conversion/effects", effect)
    promise = {"text": "Check the fare page", "owner": "platform", "due": "2026-11-30", "metric": "conversion", "made_on": "2026-10-31", "about": ""}
    _send(visit, "POST", "/api/promises", promise)
    _send(visit, "POST", "/api/dashboards/notes", {"date": "2026-10-12", "text": "Autumn sale began"})
    _send(
        visit, "PUT", "/api/destinations/post", {"kind": "email", "host": "127.0.0.1", "port": 25, "security": "none", "sender": "desk@gull.example"}
    )
    _send(visit, "POST", "/api/reports", MORNING)


test_page_in_every_look = pytest.mark.slow(pytest.mark.usefixtures("furnished")(looks_of(PAGES)))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/metrics/tree",
        "/metrics/tree?start=2026-10-01&end=2026-10-31&vs=custom&vs_start=2026-09-01&vs_end=2026-09-30",
        "/metrics/dashboards/overall",
        "/metrics/dashboards/hotel",
        "/metrics/dashboards/risk",
    ],
)
def test_filters_take_one_row_of_a_laptops_window(visit, path: str, language: str) -> None:
    visit.look(language, "light")
    page = visit.open(path)
    page.set_viewport_size({"width": 1280, "height": 720})
    row = page.locator(".filters > *")
    expect(row.first).to_be_visible()
    tops = row.evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().top + one.getBoundingClientRect().height / 2))")
    assert len(tops) > 2
    assert max(tops) - min(tops) <= 2, tops


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_rail_stands_in_a_laptops_window_and_scrolls_in_a_lower_one(visit, language: str) -> None:
    visit.look(language, "light")
    page = visit.open("/admin/members")
    rail = page.locator(".rail-groups")
    room = "rail => rail.scrollHeight - rail.clientHeight"
    for width, height in ((1280, 810), (1440, 810), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        assert rail.evaluate(room) <= 0
        visit.shoot(f"rail-{language}-{width}x{height}")
    page.set_viewport_size({"width": 1280, "height": 500})
    folded = page.locator(".rail-label[aria-expanded=false]")
    while folded.count():
        folded.first.click()
    page.reload()  # what somebody opened stays open
    expect(folded).to_have_count(0)
    assert rail.evaluate(room) > 0
    expect(page.locator(".rail-item.is-active")).to_be_in_viewport(ratio=1)
    wide = (
        "nav => [...nav.querySelectorAll('.rail-item > span:last-child')].filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
    )
    page.set_viewport_size({"width": 1280, "height": 810})
    assert page.locator(".rail").evaluate(wide) == []


def test_a_metric_leads_to_what_stands_on_it(visit, furnished) -> None:
    del furnished
    visit.look("en", "light")
    page = visit.open("/metrics/catalogue?metric=conversion")
    pane = page.get_by_test_id("versions")
    expect(pane.get_by_role("link", name="Report · Morning")).to_be_visible()
    pane.get_by_role("link", name="Dashboard · Company overview").click()
    page.wait_for_url("**/metrics/dashboards/overall**")
    expect(page.locator("h1")).to_have_text("Company overview")
