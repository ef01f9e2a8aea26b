"""Correlation, drivers and seasons in a browser: in every look, and from a figure to somebody and why; figures are the server's."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import every_look

pytestmark = [pytest.mark.e2e, pytest.mark.nightly, pytest.mark.timeout(900)]
PERIOD = {"from": "2026-10-04", "to": "2026-10-31"}
NEVER = {"from": "2020-01-01", "to": "2020-01-02"}
FUNNEL: dict[str, Any] = {"steps": ["search", "detail_view", "checkout", "payment_succeeded"], "window": "7 days", "period": PERIOD}
PAGES: dict[str, tuple[dict[str, str], dict[str, Any], str, str, int]] = {
    "correlation": (
        {"zh": "走下去的人和流失的人有什么不同？", "en": "What separates those who go on?"},
        {"funnel": FUNNEL, "from": 1, "at": ["device", "sales_channel", ["device", "sales_channel"]], "between": {"event": "page_view"}},
        json.dumps(json.dumps([None, None, 0, "dropped"])),
        "correlation-people",
        0,
    ),
    "drivers": (
        {"zh": "什么把做得多的人和做得少的人分开？", "en": "What splits those who do more from those who do less?"},
        {
            "start": "checkout", "target": {"did": "payment_succeeded", "within": "1 day", "sum": "price"},
            "by": ["device", {"field": "price", "as": "number"}], "least": 10, "period": {"from": "2026-08-10", "to": "2026-10-29"},
        },
        "all",
        "drivers-people",
        0,
    ),
    "seasons": (
        {"zh": "哪些是趋势，哪些会重来，剩下什么？", "en": "What is trend, what comes back, what is left?"},
        {"metric": "orders", "period": {"from": "2026-08-10", "to": "2026-10-31"}},
        "2026-10-20",
        "rows",
        2,
    ),
}  # fmt: skip


def _path(kind: str, more: str = "", **changed: object) -> str:
    return f"/analyse/{kind}?def={quote(json.dumps(PAGES[kind][1] | changed))}{more}"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", PAGES)
def test_the_page_in_every_look(visit, kind: str, language: str) -> None:
    title, _, rows, pane, charts = PAGES[kind]
    every_look(visit, kind, _path(kind, "&more=1"), language, title, charts=charts)
    page = every_look(visit, f"{kind}-people", _path(kind, f"&rows={quote(rows)}"), language, title, charts=charts)
    expect(page.get_by_test_id(pane).get_by_role("row").nth(1)).to_be_visible()
    if kind != "seasons":  # a metric without any value is refused, and says why
        never: dict[str, object] = {"funnel": FUNNEL | {"period": NEVER}} if kind == "correlation" else {"period": NEVER}
        page = every_look(visit, f"{kind}-empty", _path(kind, "", **never), language, title)
        expect(page.locator("[data-state=empty]")).to_have_count(1)


def test_from_a_funnel_to_what_separates_and_to_somebody(visit) -> None:
    visit.look("en", "light")
    page = visit.open(f"/analyse/funnel?def={quote(json.dumps(FUNNEL))}")
    page.get_by_role("link", name="What separates them?").click()
    page.wait_for_url("**/analyse/correlation**")
    expect(page.get_by_role("heading", name="How much each fact separates")).to_be_visible()
    page = visit.open(_path("correlation"))
    told = visit.ask("/api/analyses/correlation", {"definition": PAGES["correlation"][1]})
    fact = next(one for one in [*told["less"], *told["more"]] if one["family"] == "at" and len(one["fields"]) == 1)
    lost = f"{fact['with']['count'] - fact['with']['converted']:,}"
    page.get_by_role("table", name="The facts in numbers").get_by_role("button", name=f"Lost: {lost}", exact=False).first.click()
    pane = page.get_by_test_id("correlation-people")
    expect(pane.get_by_text(f"of {lost} shown")).to_be_visible()
    pane.get_by_role("row").nth(1).click()
    expect(pane.get_by_role("list", name="What was true of each attempt").get_by_role("listitem").first).to_be_visible()


def test_a_leaf_has_its_people_and_a_day_its_rows(visit) -> None:
    visit.look("en", "light")
    page = visit.open(_path("drivers"))
    told = visit.ask("/api/analyses/drivers", {"definition": PAGES["drivers"][1]})
    assert len(told["leaves"]) > 1
    leaf = told["leaves"][-1]
    page.get_by_role("button", name=f"Leaf {leaf['leaf']}: {leaf['people']:,}").click()
    pane = page.get_by_test_id("drivers-people")
    expect(pane.get_by_text(f"of {leaf['people']:,} shown")).to_be_visible()
    pane.get_by_role("row").nth(1).click()
    expect(pane.get_by_role("list", name="What was known, and where it leads").get_by_text(f"Leaf {leaf['leaf']}, in the half")).to_be_visible()
    page = visit.open(_path("seasons"), charts=2)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download CSV").click()
    assert taken.value.path().read_text(encoding="utf-8-sig").splitlines()[0] == "day,value,trend,week,rest,score,unusual,missing"
    page.get_by_role("img", name="The parts").click(position={"x": 400, "y": 80})
    expect(page.get_by_test_id("rows").get_by_role("row").nth(1)).to_be_visible()


def test_a_funnel_beside_the_days_before(visit) -> None:
    visit.look("en", "light")
    definition = FUNNEL | {"period": {"from": "2026-10-18", "to": "2026-10-31"}}
    page = visit.open(f"/analyse/funnel?def={quote(json.dumps(definition))}")
    page.get_by_role("combobox", name="Beside").click()
    page.get_by_title("The period before").click()
    periods = definition["period"], {"from": "2026-10-04", "to": "2026-10-17"}
    now, before = (
        float(visit.ask("/api/analyses/funnel", {"definition": definition | {"period": one}})["total"]["steps"][-1]["of_first"]) for one in periods
    )
    moved = "more" if now > before else "less"
    expect(page.get_by_text(f"{100 * abs(now - before):.2f} points {moved} than in 4 Oct")).to_be_visible()
