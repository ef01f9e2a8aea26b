"""The page of reconciliation: before any statement, with a statement of the demo's own payments, and down to the rows and the order behind."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import every_look

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
TITLE = {"zh": "为什么与财务的数字不一致？", "en": "Why is this number not finance's?"}
PERIOD = "from=2026-10-04&to=2026-10-31"
PATH = "/metrics/reconciliation?start=2026-10-04&end=2026-10-31"
HEAD = "订单号,结算日期,类型,订单金额,佣金,结算金额,币种"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_before_any_statement_in_every_look(visit, language: str) -> None:
    page = every_look(visit, "reconciliation-empty", PATH, language, TITLE)
    expect(page.locator("[data-state=empty]")).to_have_count(1)


@pytest.fixture
def statement(visit, tmp_path: Path) -> None:
    """A statement that has most payments as they are, some of another size, later, twice, or of no order; none of one channel."""
    if visit.ask(f"/api/reconciliation?{PERIOD}")["statement_rows"]:
        return
    items: list[dict[str, Any]] = []
    cursor = ""
    while len(items) < 600:
        page = visit.ask(f"/api/reconciliation/items?{PERIOD}&reason=no_file&limit=200{cursor}")
        items += page["items"]
        if not page["next_cursor"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    lines = [HEAD]
    for place, item in enumerate(item for item in items if item["channel"] != "call_centre"):
        amount, kind = abs(Decimal(item["ours"])), "订单" if item["kind"] == "payment" else "退款"
        day = "2026-11-02" if place % 23 == 0 else item["ours_day"]
        wrong = amount - 20 if place % 31 == 0 else amount
        row = f"{item['order_ref']},{day},{kind},{wrong},{amount / 100:.2f},{wrong},{item['currency']}"
        lines += [] if place % 17 == 0 else [row, row] if place % 41 == 0 else [row]
    lines += [f"X-{number},2026-10-1{number},订单,{number * 310}.00,5,300,CNY" for number in range(5)]
    path = tmp_path / "settlement.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith("WINDSOCK_")}
    run = [sys.executable, "-c", "from windsock.cli.main import main; main()"]
    take = [*run, "import", "file", str(path), "--mapping", "ota-settlement", "--home", str(visit.desk.home)]
    done = subprocess.run(take, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.usefixtures("statement")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_in_every_look(visit, language: str) -> None:
    every_look(visit, "reconciliation", PATH, language, TITLE, charts=1)


@pytest.mark.usefixtures("statement")
def test_a_reason_opens_its_rows_and_a_row_its_order(visit) -> None:
    found = visit.ask(f"/api/reconciliation?{PERIOD}")
    parts = {part["reason"]: part for part in found["total"]["reasons"]}
    assert {"no_file", "only_in_file", "twice_in_file", "amount", "date"} <= set(parts)
    assert sum((Decimal(part["difference"]) for part in parts.values()), Decimal(0)) == Decimal(found["total"]["difference"])
    for language in ("zh", "en"):
        visit.look(language, "light")
        page = visit.open(f"{PATH}&reason=amount", charts=1)
        pane = page.get_by_test_id("reconciled")
        expect(pane.locator("tbody tr[data-row-key]")).to_have_count(min(parts["amount"]["items"], 50))
        page.wait_for_timeout(500)
        visit.shoot(f"reconciliation-rows-{language}")
    pane.locator("tbody tr[data-row-key]").first.click()
    expect(pane.get_by_role("heading", name="Money in and out")).to_be_visible()
    visit.shoot("reconciliation-order-en")
    with page.expect_download() as file:
        pane.get_by_role("button", name="Back to the rows").click()
        pane.get_by_role("button", name="Download CSV").click()
    assert "reconciliation_amount" in file.value.suggested_filename
