"""What the pages show is what the interface answers, and every number opens to its rows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_headline_numbers_are_the_interfaces(visit) -> None:
    visit.look("en", "light")
    today = visit.ask("/api/metrics/today")
    page = visit.open("/", charts=2)
    assert [card["metric"] for card in today["cards"]] == ["revenue", "uv", "conversion", "average_order_value", "take_rate"]
    for card in today["cards"]:
        shown = page.get_by_test_id(f"card-{card['metric']}").get_attribute("data-value")
        assert shown == ("" if card["value"] is None else str(card["value"]))
    day = today["date"]
    asked = visit.ask("/api/metrics/query", {"metrics": ["revenue"], "from": day, "to": day})
    assert Decimal(asked["rows"][0]["revenue"]) == Decimal(today["cards"][0]["value"])


def test_the_tree_shows_the_query_and_sums(visit) -> None:
    visit.look("en", "light")
    day = visit.ask("/api/metrics/today")["date"]
    page = visit.open(f"/metrics/tree?start={day[:8]}01&end={day}", charts=1)
    asked = visit.ask("/api/metrics/query", {"metrics": ["revenue"], "from": f"{day[:8]}01", "to": day})
    shown = page.get_by_test_id("node-revenue").get_attribute("data-value")
    assert shown is not None
    assert Decimal(shown) == Decimal(asked["rows"][0]["revenue"])
    branches = [page.get_by_test_id(f"node-{name}").get_attribute("data-value") for name in ("tracked", "untracked")]
    assert sum(Decimal(value or 0) for value in branches) == Decimal(shown)
    page.get_by_test_id("node-tracked.conversion").click()
    page.wait_for_url("**node=tracked.conversion**")
    page.get_by_text("Conversion by dimension").wait_for()
    page.get_by_text("The rows sum to the change of").wait_for()


def test_a_number_opens_to_its_rows_and_a_row_to_its_order(visit) -> None:
    visit.look("en", "light")
    page = visit.open("/", charts=2)
    page.get_by_test_id("card-revenue").click()
    pane = page.get_by_test_id("rows")
    pane.locator("tbody tr.can-open").first.click()
    pane.get_by_role("heading", name="Lines").wait_for()
    visit.shoot("order-en")
    page.get_by_role("button", name="Back to the rows").click()
    pane.locator("tbody tr.can-open").first.wait_for()
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "rows=" not in url)


def test_a_split_narrows_the_tree_and_stays_in_the_address(visit) -> None:
    visit.look("en", "light")
    page = visit.open("/metrics/tree?node=revenue", charts=1)
    whole = page.get_by_test_id("node-revenue").get_attribute("data-value")
    page.locator(".drill tbody tr.can-open", has_text="App").first.click()
    page.wait_for_url("**where=sales_channel**")
    assert whole is not None
    expect(page.get_by_test_id("node-revenue")).not_to_have_attribute("data-value", whole)
    narrowed = page.get_by_test_id("node-revenue").get_attribute("data-value")
    page.reload()
    page.get_by_test_id("node-revenue").wait_for()
    assert page.get_by_test_id("node-revenue").get_attribute("data-value") == narrowed


def test_the_catalogue_shows_a_live_value_and_exports(visit, tmp_path) -> None:
    visit.look("en", "light")
    page = visit.open("/metrics/catalogue?metric=orders")
    live = page.get_by_test_id("live")
    live.wait_for()
    day = visit.ask("/api/metrics/today")["date"]
    title = live.inner_text()
    assert title.startswith("Last 28 days")
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("menuitem", name="CSV file").click()
    file = tmp_path / "orders.csv"
    waiting.value.save_as(file)
    lines = file.read_text(encoding="utf-8-sig").strip().splitlines()
    assert len(lines) > 20
    assert any(day in line for line in lines)
