"""SQL in a browser: an example is run, sorted and drawn; what is wrong is marked where it stands; the address is the statement."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import every_look

pytestmark = [pytest.mark.e2e, pytest.mark.nightly, pytest.mark.timeout(600)]
TITLE = {"zh": "用 SQL 问数据", "en": "Ask the data in SQL"}
STATEMENT = "SELECT date, device, COUNT(*) AS n FROM events GROUP BY date, device ORDER BY date"


def _path(sql: str, more: str = "") -> str:
    return f"/analyse/sql?sql={quote(sql)}{more}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_in_every_look(visit, language: str) -> None:
    every_look(visit, "sql-start", "/analyse/sql", language, TITLE)
    every_look(visit, "sql-rows", _path(STATEMENT), language, TITLE)
    every_look(visit, "sql-chart", _path(STATEMENT, "&show=chart"), language, TITLE, charts=1)


def test_from_an_example_to_a_chart(visit) -> None:
    visit.look("en", "light")
    page = visit.open("/analyse/sql")
    page.get_by_role("button", name="Visitors and searches by day").click()
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    told = visit.ask("/api/sql/run", {"sql": "SELECT COUNT(DISTINCT date) AS n FROM events"})
    expect(page.get_by_text(re.compile(rf"^{told['rows'][0][0]} rows in "))).to_be_visible()
    assert "sql=" in page.url
    page.get_by_text("Chart", exact=True).click()
    page.locator('.echart[data-ready="1"]').wait_for()
    page.get_by_role("button", name=re.compile("Draft a metric")).click()
    expect(page.get_by_text("It has 2 aggregates", exact=False)).to_be_visible()
