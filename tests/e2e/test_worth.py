"""Lifetime value, RFM and baskets in a browser: in every look, and from a figure to somebody and why; figures are the server's."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import every_look

pytestmark = [pytest.mark.e2e, pytest.mark.nightly, pytest.mark.timeout(900)]
PERIOD = {"from": "2026-08-01", "to": "2026-10-31"}
NEVER = {"from": "2020-01-01", "to": "2020-01-02"}
PAGES: dict[str, tuple[str, dict[str, str], dict[str, Any], str, int]] = {
    "revenue": (
        "lifetime-value",
        {"zh": "一批新客后来带来了多少钱？", "en": "What do new customers bring over time?"},
        {"period": PERIOD, "cohorts": "week", "ages": [0, 7, 30, 60]},
        json.dumps("0"),
        1,
    ),
    "rfm": (
        "rfm",
        {"zh": "谁是我们最值得花力气的客户？", "en": "Who are our best customers?"},
        {"period": PERIOD, "thresholds": {"recency": 30, "frequency": 2, "monetary": 1000}},
        "g111",
        0,
    ),
    "basket": (
        "basket",
        {"zh": "哪些东西常常一起买？", "en": "What goes together?"},
        {"period": PERIOD, "items": "goods_id", "where": [{"field": "cancelled", "op": "=", "value": False}], "top": 300},
        "all",
        1,
    ),
}  # fmt: skip


def _path(kind: str, more: str = "", **changed: object) -> str:
    return f"/analyse/{PAGES[kind][0]}?def={quote(json.dumps(PAGES[kind][2] | changed))}{more}"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", PAGES)
def test_the_page_in_every_look(visit, kind: str, language: str) -> None:
    _, title, _, rows, charts = PAGES[kind]
    every_look(visit, kind, _path(kind, "&more=1"), language, title, charts=charts)
    page = every_look(visit, f"{kind}-empty", _path(kind, period=NEVER), language, title)
    expect(page.locator("[data-state=empty]")).to_have_count(1)
    page = every_look(visit, f"{kind}-people", _path(kind, f"&rows={quote(rows)}"), language, title, charts=charts)
    expect(page.get_by_test_id(f"{kind}-people").get_by_role("row").nth(1)).to_be_visible()


def test_from_a_cohort_to_somebody_and_when_each_amount_counts(visit) -> None:
    visit.look("en", "light")
    page = visit.open(_path("revenue"), charts=1)
    told = visit.ask("/api/analyses/revenue", {"definition": PAGES["revenue"][2]})
    cohort = next(row for row in told["cohorts"] if row["cells"][1]["value"] is not None and row["size"] > 10)
    at = told["cohorts"].index(cohort)
    row = page.get_by_role("table", name="Cumulative money by cohort").get_by_role("row").nth(at + 2)
    row.get_by_role("button").nth(2).click()
    pane = page.get_by_test_id("revenue-people")
    expect(pane.get_by_text(f"of {cohort['size']:,} shown")).to_be_visible()
    expect(pane.get_by_text(f"¥{float(cohort['cells'][1]['value']):,.2f} in all")).to_be_visible()
    pane.get_by_role("row").nth(1).click()
    lines = pane.get_by_role("list", name="At which age each amount counts").get_by_role("listitem")
    expect(lines.first).to_contain_text("counts at Day 0")
    page.reload()
    expect(lines.first).to_contain_text("counts at Day 0")


def test_from_a_group_to_somebody_and_what_puts_them_there(visit) -> None:
    visit.look("en", "light")
    page = visit.open(_path("rfm"))
    told = visit.ask("/api/analyses/rfm", {"definition": PAGES["rfm"][2]})
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download CSV").click()
    lines = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert sum(line.startswith("group,") for line in lines) == 8
    lost = next(group for group in told["groups"] if group["code"] == "001")
    page.get_by_role("button", name=f"Show who is in Valuable, to win back: {lost['people']:,}").click()
    pane = page.get_by_test_id("rfm-people")
    expect(pane.get_by_text(f"of {lost['people']:,} shown")).to_be_visible()
    pane.get_by_role("row").nth(1).click()
    sides = pane.get_by_role("list", name="What puts them there").get_by_role("listitem")
    expect(sides).to_have_count(3)
    expect(sides.nth(2)).to_have_attribute("data-why", "counted")


def test_what_goes_with_one_item_and_who_has_both(visit) -> None:
    visit.look("en", "light")
    page = visit.open(_path("basket"), charts=1)
    told = visit.ask("/api/analyses/basket", {"definition": PAGES["basket"][2]})
    pair = told["pairs"][0]
    page.get_by_role("button", name=pair["one"], exact=True).first.click()
    expect(page.get_by_text(f"What goes with {pair['one']}", exact=True)).to_be_visible()
    own = [one for one in told["pairs"] if pair["one"] in (one["one"], one["other"])]
    rows = page.get_by_role("table", name="All pairs").get_by_role("button", name="Show who has both")
    expect(rows).to_have_count(min(len(own), 50))
    rows.first.click()
    pane = page.get_by_test_id("basket-people")
    expect(pane.get_by_text(f"of {pair['together']:,} shown")).to_be_visible()
