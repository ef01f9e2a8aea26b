"""The funnel in a browser: its number, the people behind it and the proof of one of them are those of the server; the address is the analysis."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import every_look

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
TITLE = {"zh": "用户在哪一步流失？", "en": "Where do people drop out?"}
DEFINITION: dict[str, Any] = {
    "steps": [{"event": "search"}, {"event": "detail_view"}, {"event": "checkout"}, {"event": "payment_succeeded"}], "window": "7 days",
    "period": {"from": "2026-10-18", "to": "2026-10-31"}, "breakdown": {"field": ["provider", "device"], "step": 4}, "trend": "day",
}  # fmt: skip


def _path(definition: dict[str, Any], more: str = "") -> str:
    return f"/analyse/funnel?def={quote(json.dumps(definition))}{more}"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_in_every_look(visit, language: str) -> None:
    page = every_look(visit, "funnel", _path(DEFINITION, "&more=1"), language, TITLE, charts=1)
    every_look(visit, "funnel-empty", _path(DEFINITION | {"period": {"from": "2020-01-01", "to": "2020-01-02"}}), language, TITLE)
    expect(page.locator("[data-state=empty]")).to_have_count(1)
    every_look(visit, "funnel-unfinished", _path(DEFINITION | {"steps": [{"event": "search"}, {"event": ""}]}), language, TITLE)
    every_look(visit, "funnel-people", _path(DEFINITION, "&rows=2-"), language, TITLE, charts=1)
    expect(page.get_by_test_id("funnel-people").get_by_role("row").nth(1)).to_be_visible()


def test_from_a_bar_to_somebody_and_why(visit) -> None:
    visit.look("en", "light")
    page = visit.open(_path(DEFINITION), charts=1)
    told = visit.ask("/api/analyses/funnel", {"definition": DEFINITION})
    dropped = told["total"]["steps"][1]["dropped"]
    assert dropped > 10
    page.get_by_role("button", name=f"Show who was lost after Detail viewed: {dropped:,}").click()
    pane = page.get_by_test_id("funnel-people")
    expect(pane.get_by_text(f"of {dropped:,} shown")).to_be_visible()
    pane.get_by_role("row").nth(1).click()
    proof = pane.get_by_role("list", name="Why each step counted or not").get_by_role("listitem")
    expect(proof).to_have_count(4)
    expect(proof.nth(1)).to_contain_text("counted: detail_view")
    expect(proof.nth(2)).to_contain_text("not counted")
    visit.shoot("funnel-proof-en")
    page.reload()
    expect(proof).to_have_count(4)
    pane.get_by_role("link", name="Open the profile").click()
    page.wait_for_url("**/people/*")


@pytest.mark.slow
def test_built_saved_and_opened_again(visit) -> None:
    visit.look("en", "light")
    page = visit.open(_path(DEFINITION), charts=1)
    page.get_by_role("button", name="Remove step 3").click()
    expect(page.get_by_test_id("funnel").locator(".funnel-bars li")).to_have_count(3)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Name").fill("Three steps")
    page.locator("form").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved Three steps")).to_be_visible()
    page.goto(f"{visit.desk.base}/analyse/funnel")
    page.get_by_role("button", name="Saved analyses").click()
    page.get_by_role("button", name="Three steps Lin Lan").or_(page.get_by_role("button", name="Three stepsLin Lan")).click()
    expect(page.get_by_test_id("funnel").locator(".funnel-bars li")).to_have_count(3)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download CSV").click()
    lines = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("cut,value,step,name,count")
    assert sum(line.startswith("total,") for line in lines) == 3
