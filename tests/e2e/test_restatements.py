"""The page of closed days that changed: before anything changed, with a late file of orders and one of visits, down to causes, rows and the batch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import every_look

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
TITLE = {"zh": "哪些已关账的日子后来变了？", "en": "Which closed days changed afterwards?"}
PATH = "/metrics/restatements?start=2026-10-18&end=2026-10-31"
API = "/api/restatements?from=2026-10-18&to=2026-10-31"
ORDERS = """mapping: late
title: {en: Late orders, zh: 迟到的订单}
source: {name: agency-file}
columns: {amount: decimal, booked: datetime}
constants: {kind: hotel, currency: CNY, sold_as: own}
order: {order_ref: ref, booked_at: booked, booked_amount: amount, paid_at: booked, paid_amount: amount}
payment_known: true
"""
VISITS = """mapping: visits
kind: events
source: {name: kiosk}
columns: {at: datetime}
fields: {event: name, at: at, anonymous_id: visitor}
"""


def bring(visit, folder: Path, name: str, mapping: str, *lines: str) -> None:
    (folder / f"{name}.yaml").write_text(mapping, encoding="utf-8")
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    env = {key: value for key, value in os.environ.items() if not key.startswith("WINDSOCK_")}
    run = [sys.executable, "-c", "from windsock.cli.main import main; main()", "import", "file", str(folder / f"{name}.csv")]
    take = [*run, "--mapping", str(folder / f"{name}.yaml"), "--home", str(visit.desk.home)]
    done = subprocess.run(take, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture
def changed(visit, tmp_path: Path) -> None:
    """Today of the last days is frozen; weeks later a file of orders and one of visits come for days that are closed."""
    if visit.ask(API)["changed"]:
        return
    for day in (30, 31):
        visit.ask(f"/api/metrics/today?date=2026-10-{day}")
    orders = [f"L{day}-{place},2026-10-{day} 1{place}:00:00,{day * 100 + place}.00" for day in (29, 30, 31) for place in range(6)]
    bring(visit, tmp_path, "late-orders", ORDERS, "ref,booked,amount", *orders)
    seen = [f"page_view,2026-10-{day} 12:00:{place:02d},kiosk-{place}" for day in range(27, 32) for place in range(4 * (day - 25))]
    bring(visit, tmp_path, "kiosk", VISITS, "name,at,visitor", *seen)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_days_that_nothing_changed_in_every_look(visit, language: str) -> None:
    page = every_look(visit, "restatements-empty", "/metrics/restatements?start=2026-09-01&end=2026-09-28", language, TITLE)
    expect(page.locator("[data-state=empty]")).to_have_count(1)


@pytest.mark.slow
@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_in_every_look(visit, language: str) -> None:
    page = every_look(visit, "restatements", PATH, language, TITLE, charts=1)
    page.goto(f"{visit.desk.base}{PATH}&day=2026-10-31")
    expect(page.get_by_test_id("restated")).to_be_visible()
    page.wait_for_timeout(400)
    visit.shoot(f"restatements-day-{language}")


@pytest.mark.usefixtures("changed")
def test_from_a_day_to_its_batch_and_back(visit) -> None:
    visit.look("en", "light")
    page = visit.open(PATH, charts=1)
    days = {day["day"]: day for day in visit.ask(API)["days"]}
    assert {"2026-10-30", "2026-10-31"} <= days.keys()
    assert {one["kind"] for one in days["2026-10-31"]["causes"]} == {"import"}
    assert [one["kind"] for one in days["2026-10-31"]["told"]] == ["today"]
    page.get_by_text("Sat 31 Oct 2026").click()
    pane = page.get_by_test_id("restated")
    expect(pane.get_by_text("Import · agency-file")).to_be_visible()
    pane.get_by_role("link", name="Open the import").first.click()
    batch = page.get_by_test_id("batch")
    expect(batch.get_by_role("link", name="Closed days that it changed")).to_be_visible()
    visit.shoot("restatements-batch-en")
    batch.get_by_role("link", name="Closed days that it changed").click()
    expect(page.locator("h1")).to_have_text(TITLE["en"])
