"""Paths, intervals, distributions and attribution in a browser: in every look, and from a number to somebody and why; figures are the server's."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import every_look

pytestmark = [pytest.mark.e2e, pytest.mark.nightly, pytest.mark.timeout(900)]
PERIOD = {"from": "2026-10-18", "to": "2026-10-31"}
NEVER = {"from": "2020-01-01", "to": "2020-01-02"}
EVENTS = ["search", "detail_view", "checkout", "order_placed", "payment_succeeded", "payment_failed"]
PAGES: dict[str, tuple[dict[str, str], dict[str, Any], str, int]] = {
    "paths": (
        {"zh": "用户是怎么走的？", "en": "Which ways do people go?"},
        {"events": EVENTS, "start": "search", "steps": 5, "top": 6, "period": PERIOD},
        json.dumps(json.dumps({"step": 2, "node": {"name": "detail_view", "value": None}})),
        1,
    ),
    "attribution": (
        {"zh": "转化是谁带来的？", "en": "Who earned the conversions?"},
        {
            "conversion": "payment_succeeded", "touches": ["page_view", "app_start", "search"], "by": "sales_channel", "value": "price",
            "models": ["first", "last", "linear", "markov"], "period": PERIOD,
        },
        "all",
        1,
    ),
    "interval": (
        {"zh": "从一步到另一步要多久？", "en": "How long does it take?"},
        {"from": "search", "to": "payment_succeeded", "window": "2 days", "period": PERIOD, "breakdown": "device", "trend": "day"},
        "all",
        2,
    ),
    "distribution": (
        {"zh": "每个用户做了多少？", "en": "How much does each person do?"},
        {"event": "search", "of": "days", "period": PERIOD, "trend": "week"},
        "1",
        2,
    ),
}  # fmt: skip


def _path(kind: str, more: str = "", **changed: object) -> str:
    return f"/analyse/{kind}?def={quote(json.dumps(PAGES[kind][1] | changed))}{more}"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", PAGES)
def test_the_page_in_every_look(visit, kind: str, language: str) -> None:
    title, _, rows, charts = PAGES[kind]
    every_look(visit, kind, _path(kind, "&more=1"), language, title, charts=charts)
    page = every_look(visit, f"{kind}-empty", _path(kind, period=NEVER), language, title)
    expect(page.locator("[data-state=empty]")).to_have_count(1)
    page = every_look(visit, f"{kind}-people", _path(kind, f"&rows={quote(rows)}"), language, title, charts=charts)
    expect(page.get_by_test_id(f"{kind}-people").get_by_role("row").nth(1)).to_be_visible()


def test_from_an_end_to_somebody_and_why(visit) -> None:
    visit.look("en", "light")
    page = visit.open(_path("paths"), charts=1)
    told = visit.ask("/api/analyses/paths", {"definition": PAGES["paths"][1]})
    node = next(one for one in told["nodes"] if one["step"] == 2 and one["name"] == "detail_view")
    ended = f"{node['exits']['paths']:,}"
    page.get_by_role("button", name=f"Ended at step 2, Detail viewed: {ended}").click()
    pane = page.get_by_test_id("paths-people")
    expect(pane.get_by_text(f"of {ended} shown")).to_be_visible()
    expect(pane.get_by_role("row").nth(1)).to_contain_text("Searched → Detail viewed")
    pane.get_by_role("row").nth(1).click()
    proof = pane.get_by_role("list", name="Which step each event is").get_by_role("listitem")
    expect(proof.filter(has_text="2. detail_view").first).to_be_visible()
    page.reload()
    expect(proof.filter(has_text="2. detail_view").first).to_be_visible()


def test_what_a_conversion_cost_and_the_file(visit) -> None:
    visit.look("en", "light")
    page = visit.open(_path("attribution"), charts=1)
    told = visit.ask("/api/analyses/attribution", {"definition": PAGES["attribution"][1]})
    page.get_by_text("CPA", exact=True).click()
    table = page.get_by_role("table", name="The numbers of each model")
    best = told["rows"][0]
    expect(table.get_by_text(f"¥{float(best['credits']['first']['cpa']):,.2f}").first).to_be_visible()
    expect(table.get_by_text(f"¥{float(told['cost']['cpa']):,.2f}").first).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download CSV").click()
    lines = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "kind,value,conversions_with_a_touch,touches,model,conversions,worth,cost,cpa,roas"
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Name").fill("Channels")
    page.locator("form").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved Channels")).to_be_visible()
    page.goto(f"{visit.desk.base}/analyse/attribution")
    page.get_by_role("button", name="Saved analyses").click()
    expect(page.get_by_role("button", name="Channels").first).to_be_visible()
