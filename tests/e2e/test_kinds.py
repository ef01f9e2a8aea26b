"""Sessions, clusters and recipes in a browser: in every look, empty and refused too, and from a figure to somebody; figures are the server's."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import every_look

pytestmark = [pytest.mark.e2e, pytest.mark.nightly, pytest.mark.timeout(900)]
PERIOD = {"from": "2026-10-18", "to": "2026-10-31"}
NEVER = {"from": "2020-01-01", "to": "2020-01-02"}
PAGES: dict[str, tuple[dict[str, str], dict[str, Any], str, int]] = {
    "sessions": (
        {"zh": "每次来访是怎样的？", "en": "How do visits go?"},
        {"events": "*", "breakdown": {"field": "device", "top": 5}, "trend": "day", "period": PERIOD},
        json.dumps(json.dumps({"cell": "total"})),
        1,
    ),
    "clusters": (
        {"zh": "有哪几类用户？", "en": "Which kinds of people are there?"},
        {"features": [{"measure": "times", "event": "search"}, {"measure": "days", "event": "*"}, {"measure": "orders"}], "k": 3, "period": PERIOD},
        "all",
        0,
    ),
}  # fmt: skip
RECIPES = {"zh": "有哪些现成的分析步骤？", "en": "Which analyses belong together?"}
REFUSED: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "sessions": (
        {"gap": "100 years"},
        "'100 years' is no length of time.",
        "sessions.gap",
        "Write it as '30 minutes', '24 hours' or '7 days'.",
    ),
    "clusters": ({"k": 99}, "'99' is no whole number from 2 to 12.", "clusters.k", "Write 2 to 12."),
}
"""What is wrong, and what the page must say of it: what, where, and what to do."""
SAID = {
    "zh": {"sessions": "会话没有取到", "clusters": "聚类没有取到", "where": "位置", "fix": "怎么办", "again": "重试"},
    "en": {
        "sessions": "Could not get: the sessions",
        "clusters": "Could not get: the clusters",
        "where": "Where",
        "fix": "What to do",
        "again": "Try again",
    },
}


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


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", PAGES)
def test_what_is_refused_says_why(visit, kind: str, language: str) -> None:
    visit.look(language, "light")
    changed, what, where, fix = REFUSED[kind]
    page = visit.open(_path(kind, "", **changed))
    notice, words = page.locator("main").get_by_role("alert"), SAID[language]
    expect(notice).to_have_count(1)
    expect(notice.get_by_role("heading")).to_have_text(words[kind])
    expect(notice.get_by_text(what, exact=True)).to_be_visible()
    for named, told in ((words["where"], where), (words["fix"], fix)):
        expect(notice.locator("dt", has_text=re.compile(f"^{named}$")).locator("xpath=following-sibling::dd[1]")).to_have_text(told)
    expect(notice.get_by_role("button", name=words["again"])).to_be_visible()
    assert not page.locator("main [data-state=empty]").count(), "a refusal is no empty answer"
    visit.shoot(f"{kind}-refused-{language}")
    # The browser itself tells of an answer that is a refusal; nothing else may stand in its console.
    visit.problems[:] = [one for one in visit.problems if "the server responded with a status of 4" not in one]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_recipes_in_every_look(visit, language: str) -> None:
    page = every_look(visit, "recipes", "/analyse/recipes", language, RECIPES)
    shipped = [one for one in visit.ask("/api/recipes")["items"] if one["origin"] == "shipped"]
    assert shipped
    expect(page.get_by_test_id("recipes")).to_contain_text(shipped[0]["title"][language])
    one = shipped[0]
    path = f"/analyse/recipes/{one['name']}?start={PERIOD['from']}&end={PERIOD['to']}"
    page = every_look(visit, "recipe", path, language, one["title"])
    expect(page.get_by_test_id("recipe-steps")).to_be_visible()
    every_look(visit, "recipe-edit", f"{path}&edit=copy", language, one["title"])
    page = visit.open(f"{path}&run=1")
    expect(page.get_by_test_id("recipe-steps").locator("[data-state=done]")).to_have_count(one["steps"])
    visit.shoot(f"recipe-run-{language}")


def test_from_a_cluster_and_from_a_session_to_somebody(visit) -> None:
    visit.look("en", "light")
    told = visit.ask("/api/analyses/clusters", {"definition": PAGES["clusters"][1]})
    page = visit.open(_path("clusters", "&rows=1"))
    pane = page.get_by_test_id("clusters-people")
    expect(pane.get_by_text(f"of {told['clusters'][0]['people']:,} shown")).to_be_visible()
    visits = visit.ask("/api/analyses/sessions", {"definition": PAGES["sessions"][1]})["total"]["sessions"]
    page = visit.open(_path("sessions", f"&rows={quote(PAGES['sessions'][2])}"), charts=1)
    pane = page.get_by_test_id("sessions-people")
    expect(pane.get_by_text(f"of {visits:,} shown")).to_be_visible()
    pane.get_by_role("row").nth(1).click()
    expect(pane.get_by_role("list").get_by_role("listitem").first).to_be_visible()
