"""The command, end to end: it builds through the loaders, is reused when complete, and never touches what it did not make."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from sqlglot import parse_one

from windsock.cli.wrap import with_home
from windsock.demo import build
from windsock.demo.commands import demo
from windsock.kernel.errors import Conflict
from windsock.workspace import open_workspace

SIZE = ["--people", "3000", "--days", "21"]


def _run(home: Path, *options: str) -> Result:
    return CliRunner().invoke(with_home(demo), ["--home", str(home), "--no-serve", *options], catch_exceptions=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "gull"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WINDSOCK_HOME", raising=False)
        assert _run(folder, *SIZE).exit_code == 0
    return folder


def _ask(home: Path, sql: str) -> list[dict[str, object]]:
    with open_workspace(home) as workspace:
        return workspace.warehouse.query(parse_one(sql, read="duckdb")).to_pylist()


def test_the_facts_are_in_the_warehouse_as_simulated(home: Path):
    truth = json.loads((home / "truth" / "truth.json").read_text())
    orders = pq.read_table(home / "truth" / "orders.parquet")
    whole = _ask(home, "SELECT COUNT(*) AS orders, SUM(booked_amount) AS booked FROM orders")[0]
    assert whole["orders"] == orders.num_rows
    assert isinstance(whole["booked"], Decimal)
    assert _ask(home, "SELECT SUM(booked_amount) AS booked FROM order_line")[0]["booked"] == whole["booked"]
    balance = _ask(home, "SELECT SUM(received) AS r, SUM(stored) AS s, SUM(duplicate) AS d, SUM(quarantined) AS q FROM intake_balance")[0]
    assert balance["r"] == truth["sizes"]["events"]
    assert balance["r"] == sum(int(str(balance[name])) for name in "sdq")
    assert 0.005 < int(str(balance["d"])) / int(str(balance["r"])) < 0.015
    assert balance["q"] == 0


def test_orders_of_the_window_and_their_events_name_each_other(home: Path):
    lost = _ask(
        home,
        """SELECT COUNT(*) AS n FROM orders AS o ANTI JOIN event AS e ON e.order_ref = o.order_ref AND e.event = 'order_placed'
        WHERE o.sales_channel IN ('web', 'app', 'mini_program') AND o.split_from IS NULL""",
    )
    assert lost[0]["n"] == 0
    visitors = _ask(home, "SELECT COUNT(DISTINCT did) AS people FROM event WHERE NOT bot AND NOT internal AND event IN ('page_view', 'app_start')")
    assert int(str(visitors[0]["people"])) > 1000


def test_members_are_merged_from_their_ids(home: Path):
    merged = _ask(home, "SELECT COUNT(*) AS n FROM alias WHERE known_to_ms IS NULL")[0]["n"]
    assert int(str(merged)) > 100
    mapped = _ask(home, "SELECT COUNT(*) AS n, COUNT(did) AS known FROM orders WHERE member AND sales_channel = 'app'")[0]
    assert mapped["n"] == mapped["known"]


def test_the_catalogue_has_goods_stock_costs_and_sources(home: Path):
    counts = {
        table: _ask(home, f"SELECT COUNT(*) AS n FROM {table}")[0]["n"]
        for table in ("goods", "stock_day", "supplier", "channel_cost", "competitor_price", "sales_channel", "passenger", "segment", "ticket")
    }
    assert all(int(str(count)) > 0 for count in counts.values()), counts
    sources = {row["source"]: row for row in _ask(home, "SELECT * FROM source")}
    assert set(sources) == {"gull_orders", "gull_web", "gull_app", "gull_mini_program"}
    assert {row["complete_until_ms"] for row in sources.values()} == {json.loads((home / "truth" / "truth.json").read_text())["now_ms"]}
    over = _ask(home, "SELECT COUNT(*) AS n FROM stock_day WHERE sold > capacity * 1.03")
    assert over[0]["n"] == 0


def test_true_ids_lead_to_true_people(home: Path):
    ids = pq.read_table(home / "truth" / "ids.parquet")
    assert set(pc.unique(ids["namespace"]).to_pylist()) == {"anon", "login", "phone"}
    known = {row["id"] for row in _ask(home, "SELECT id FROM identity WHERE namespace = 'login'")}
    assert known <= set(ids.filter(pc.equal(ids["namespace"], "login"))["id"].to_pylist())


def test_a_complete_demo_is_used_as_it_is_and_says_when_it_differs(home: Path):
    before = (home / "truth" / "truth.json").stat().st_mtime_ns
    assert "used as it is." in _run(home, *SIZE).stderr
    assert "--fresh" in _run(home, "--people", "900", "--days", "8").stderr
    assert (home / "truth" / "truth.json").stat().st_mtime_ns == before


def test_an_unfinished_demo_is_built_anew(tmp_path: Path):
    home = tmp_path / "gull"
    small = ["--people", "500", "--days", "7", "--story", "campaign"]
    assert _run(home, *small).exit_code == 0
    (home / "truth" / "truth.json").unlink()
    assert _run(home, *small).exit_code == 0
    truth = json.loads((home / "truth" / "truth.json").read_text())
    assert [story["kind"] for story in truth["stories"]] == ["campaign"]


def test_a_folder_that_the_demo_did_not_make_is_left_alone(tmp_path: Path):
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(Conflict, match="did not make"):
        _run(tmp_path, *SIZE, "--fresh")
    assert (tmp_path / "letters.txt").read_text() == "mine"


def test_it_serves_what_it_built(home: Path):
    served: list[tuple[Path, int | None]] = []
    assert demo.callback is not None
    demo.callback(
        None,
        home=home,
        serve=lambda folder, port: served.append((folder, port)),
        drain=lambda _: 0, walk=None, language=None,
        people=3000, days=21, seed=7, end=dt.datetime(2026, 10, 31), stories=(), dense=False, fresh=False, serves=True, port=0,  # noqa: DTZ001
    )  # fmt: skip
    assert served == [(home, 0)]


def test_only_its_own_folder_is_removed(tmp_path: Path):
    build.remove_demo(tmp_path / "nothing there")
    build.remove_demo(tmp_path)
    assert tmp_path.exists()
