"""Retention and activity in a browser: their numbers, the people behind and the proof of one of them are those of the server."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import every_look

pytestmark = [pytest.mark.e2e, pytest.mark.nightly, pytest.mark.timeout(600)]
PERIOD = {"from": "2026-10-05", "to": "2026-10-31"}
RETENTION: dict[str, Any] = {"start": {"event": "search"}, "grain": "week", "cells": 4, "period": PERIOD}
ACTIVITY: dict[str, Any] = {"event": {"event": "search"}, "by": "week", "period": PERIOD}
TITLES = {
    "retention": {"zh": "用户还会再来吗？", "en": "Do people come back?"},
    "stickiness": {"zh": "用户来得有多勤？", "en": "How often are people here?"},
    "lifecycle": {"zh": "谁是新来的，谁回来了，谁不来了？", "en": "Who is new, who came back, who stays away?"},
}


def _path(page: str, definition: dict[str, Any], more: str = "") -> str:
    return f"/analyse/{page}?def={quote(json.dumps(definition))}{more}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_in_every_look(visit, language: str) -> None:
    empty = {"from": "2020-01-01", "to": "2020-01-02"}
    cut = RETENTION | {"breakdown": "device", "grain": "day", "measure": {"sum": "price"}, "cells": 8}
    every_look(visit, "retention", _path("retention", RETENTION, "&more=1"), language, TITLES["retention"], charts=1)
    every_look(visit, "retention-cut", _path("retention", cut, "&view=each"), language, TITLES["retention"], charts=1)
    page = every_look(visit, "retention-people", _path("retention", RETENTION, "&rows=1-"), language, TITLES["retention"], charts=1)
    expect(page.get_by_test_id("retention-people").get_by_role("row").nth(1)).to_be_visible()
    every_look(visit, "retention-empty", _path("retention", RETENTION | {"period": empty}), language, TITLES["retention"])
    expect(page.locator("[data-state=empty]")).to_have_count(1)
    every_look(visit, "stickiness", _path("activity", ACTIVITY, "&more=1"), language, TITLES["stickiness"], charts=3)
    every_look(visit, "lifecycle", _path("activity", ACTIVITY, "&view=lifecycle"), language, TITLES["lifecycle"], charts=1)
    every_look(
        visit, "activity-people", _path("activity", ACTIVITY, "&view=lifecycle&rows=2026-10-12:active"), language, TITLES["lifecycle"], charts=1
    )
    expect(page.get_by_test_id("activity-people").get_by_role("row").nth(1)).to_be_visible()


def test_from_a_cell_to_somebody_who_did_not_come_back_and_why(visit) -> None:
    visit.look("en", "light")
    page = visit.open(_path("retention", RETENTION), charts=1)
    told = visit.ask("/api/analyses/retention", {"definition": RETENTION})
    cohort = told["cohorts"][1]
    judged, back = cohort["cells"][1]["judged"], cohort["cells"][1]["returned"]
    assert 10 < back < judged
    page.get_by_role("button", name=f"Mon 12 Oct · Week 1: {back:,} of {judged:,} came back").click()
    pane = page.get_by_test_id("retention-people")
    expect(pane.get_by_text(f"of {back:,} shown")).to_be_visible()
    pane.get_by_text("Did not", exact=True).click()
    expect(pane.get_by_text(f"of {judged - back:,} shown")).to_be_visible()
    pane.get_by_role("row").nth(1).click()
    proof = pane.get_by_role("list", name="Why each cell counted or not").get_by_role("listitem")
    expect(proof).to_have_count(4)
    expect(proof.nth(1)).to_contain_text("did not return")
    expect(proof.nth(1)).to_have_attribute("aria-current", "true")
    visit.shoot("retention-proof-en")
    page.reload()
    expect(proof).to_have_count(4)
    pane.get_by_role("link", name="Open the profile").click()
    page.wait_for_url("**/people/*")


def test_built_cut_saved_and_opened_again(visit) -> None:
    visit.look("en", "light")
    page = visit.open(_path("retention", RETENTION), charts=1)
    page.get_by_role("combobox", name="Break down by").click()
    page.get_by_title("device", exact=True).click()
    told = visit.ask("/api/analyses/retention", {"definition": RETENTION | {"breakdown": "device"}})
    expect(page.get_by_role("table", name="By device").get_by_role("row")).to_have_count(len(told["breakdown"]) + 2)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Name").fill("By device, weekly")
    page.locator("form").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved By device, weekly")).to_be_visible()
    page.goto(f"{visit.desk.base}/analyse/retention")
    page.get_by_role("button", name="Saved analyses").click()
    page.get_by_role("button", name="By device, weekly").first.click()
    expect(page.get_by_role("table", name="By device")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download CSV").click()
    lines = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("cut,value,members,cell,label,judged,returned,rate")
    assert sum(line.startswith("total,") for line in lines) == 4


def test_from_one_kind_of_activity_to_the_other_and_to_who_stays_away(visit) -> None:
    visit.look("en", "light")
    page = visit.open(_path("activity", ACTIVITY), charts=3)
    told = visit.ask("/api/analyses/stickiness", {"definition": ACTIVITY})["buckets"][-2]
    row = page.get_by_role("table", name="In numbers").get_by_role("row").filter(has_text="Week of 19 Oct")
    expect(row).to_contain_text(f"{told['people']:,}")
    page.get_by_text("Life cycle", exact=True).click()
    stages = visit.ask("/api/analyses/lifecycle", {"definition": ACTIVITY})["buckets"][1]
    page.get_by_role("button", name=f"Show who of Week of 12 Oct is Dormant: {stages['dormant']:,}").click()
    pane = page.get_by_test_id("activity-people")
    expect(pane.get_by_text(f"of {stages['dormant']:,} shown")).to_be_visible()
    pane.get_by_role("row").nth(1).click()
    here = pane.get_by_role("list", name="What they are in each, and by which events").locator("[aria-current=true]")
    expect(here).to_contain_text("dormant: not active, but in the bucket before")
    visit.shoot("lifecycle-proof-en")
