"""Each kind: what comes in, what the same again does, what is taken back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from tests.imports.make import ask, bring, mapping
from windsock.governance import cli_actor
from windsock.imports.known import kinds
from windsock.imports.take_back import take_back
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.workspace import Workspace

PRICES = """
mapping: p
kind: prices
read: {dates: [auto]}
columns: {day: date, price: money}
constants: {currency: CNY}
fields: {goods_id: goods, travel_date: day, price: price}
"""
STOCK = """
mapping: s
kind: stock
columns: {day: date, capacity: integer, sold: integer}
fields: {goods_id: goods, travel_date: day, capacity: capacity, sold: sold}
"""
NOW_STOCK = "SELECT goods_id, capacity, sold, price FROM stock_day WHERE known_to_ms IS NULL ORDER BY goods_id, travel_date"


def back(workspace: Workspace, batch: str | None) -> tuple[int, int, int]:
    done = take_back(workspace, cli_actor(), batch or "")
    return done.taken_back, done.restored, done.left


def test_every_kind_is_found():
    assert set(kinds()) >= {
        "orders", "events", "people", "goods", "stock", "prices", "channel_costs", "competitor_prices", "market_figures",
        "exchange_rates",
    }  # fmt: skip
    assert all(name == one.form.kind for name, one in kinds().items())


def test_prices_and_stock_meet_on_one_date(workspace: Workspace, tmp_path: Path):
    stock = bring(workspace, tmp_path / "s.csv", STOCK, "goods,day,capacity,sold", "R1,2026-05-01,10,3", "R2,2026-05-01,5,0")
    assert (stock.rows_added, stock.rows_changed) == (2, 0)
    prices = bring(workspace, tmp_path / "p.csv", PRICES, "goods,day,price", "R1,2026年5月1日,￥1.2万", "R3,2026-05-01,100元", "R1,2026-02-31,5")
    assert (prices.rows_added, prices.rows_changed, prices.rows_rejected) == (1, 1, 1)
    assert ask(workspace, NOW_STOCK) == [
        {"goods_id": "R1", "capacity": 10, "sold": 3, "price": Decimal("12000.0000")},
        {"goods_id": "R2", "capacity": 5, "sold": 0, "price": None},
        {"goods_id": "R3", "capacity": None, "sold": None, "price": Decimal("100.0000")},
    ]
    again = bring(workspace, tmp_path / "p.csv", PRICES, "goods,day,price", "R1,2026年5月1日,￥1.2万", "R3,2026-05-01,100元", "R1,2026-02-31,5")
    assert (again.batch_id, again.rows_known) == (None, 2)
    assert back(workspace, prices.batch_id) == (1, 1, 0)
    assert [row["price"] for row in ask(workspace, NOW_STOCK)] == [None, None]
    assert len(ask(workspace, "SELECT 1 FROM stock_day WHERE goods_id = 'R1'")) == 3, "history is kept"
    with pytest.raises(Conflict):
        back(workspace, prices.batch_id)
    with pytest.raises(NotFound):
        back(workspace, "nosuch")


def test_what_something_newer_changed_is_left_and_handed_on(workspace: Workspace, tmp_path: Path):
    batches = [bring(workspace, tmp_path / f"{n}.csv", PRICES, "goods,day,price", f"R1,2026-05-01,{n}").batch_id for n in (1, 2, 3)]
    assert back(workspace, batches[1]) == (0, 0, 1)
    assert ask(workspace, NOW_STOCK)[0]["price"] == 3
    assert back(workspace, batches[2]) == (0, 1, 0)
    assert ask(workspace, NOW_STOCK)[0]["price"] == 1, "what batch 2 had written does not come back"
    assert back(workspace, batches[0]) == (1, 0, 0)
    assert ask(workspace, NOW_STOCK) == []


def test_exchange_rates_are_known_by_currency_and_date(workspace: Workspace, tmp_path: Path):
    rates = "{mapping: r, kind: exchange_rates, columns: {d: date, v: decimal}, fields: {date: d, currency: c, rate: v}}"
    first = bring(
        workspace, tmp_path / "r.csv", rates, "d,c,v", "2026-03-01,USD,7.1234", "2026-03-01,JPY,0.046512", "2026-03-01,EUR,0", "2026-03-02,USD,x"
    )
    assert (first.rows_added, first.rows_rejected) == (2, 2)
    again = bring(workspace, tmp_path / "s.csv", rates, "d,c,v", "2026-03-01,USD,7.2", "2026-03-01,JPY,0.046512")
    assert (again.rows_changed, again.rows_known) == (1, 1)
    assert ask(workspace, "SELECT rate FROM exchange_rate ORDER BY currency") == [{"rate": Decimal("0.046512")}, {"rate": Decimal("7.2")}]
    assert back(workspace, again.batch_id) == (0, 1, 0)
    assert ask(workspace, "SELECT rate FROM exchange_rate WHERE currency = 'USD'") == [{"rate": Decimal("7.1234")}]


def test_a_batch_takes_the_place_of_another(workspace: Workspace, tmp_path: Path):
    first = bring(workspace, tmp_path / "a.csv", PRICES, "goods,day,price", "R1,2026-05-01,1", "R2,2026-05-01,2")
    second = bring(workspace, tmp_path / "b.csv", PRICES, "goods,day,price", "R1,2026-05-01,7", replaces=first.batch_id)
    assert [(row["goods_id"], row["price"]) for row in ask(workspace, NOW_STOCK)] == [("R1", 7)]
    assert {row["batch_id"]: row["state"] for row in ask(workspace, "SELECT * FROM import_batch")} == {
        first.batch_id: "replaced", second.batch_id: "loaded",
    }  # fmt: skip
    with pytest.raises(Conflict):
        bring(workspace, tmp_path / "c.csv", PRICES, "goods,day,price", "R1,2026-05-01,8", replaces=first.batch_id)
    with pytest.raises(InvalidInput):
        bring(workspace, tmp_path / "s.csv", STOCK, "goods,day,capacity,sold", "R1,2026-05-01,10,3", replaces=second.batch_id)


def test_goods_keep_what_a_file_does_not_say(workspace: Workspace, tmp_path: Path):
    text = """
mapping: g
kind: goods
fields: {goods_id: id, kind: "'room'", name_zh: name, city: city}
attributes: {stars: stars}
"""
    bring(workspace, tmp_path / "a.csv", text, "id,name,city,stars", "H1,海景房,三亚,5", "H1,海景大床房,三亚,5")
    done = bring(workspace, tmp_path / "b.csv", text.replace(", city: city", ""), "id,name,city,stars", "H1,海景双床房,,5")
    assert (done.rows_changed, done.rows_added) == (1, 0)
    assert [(row["name_zh"], row["city"]) for row in ask(workspace, "SELECT * FROM goods")] == [("海景双床房", "三亚")]
    back(workspace, done.batch_id)
    assert [(row["name_zh"], row["attributes"]) for row in ask(workspace, "SELECT * FROM goods")] == [("海景大床房", '{"stars":"5"}')]


def test_costs_figures_and_competitors(workspace: Workspace, tmp_path: Path):
    costs = """
mapping: c
kind: channel_costs
columns: {d: date, a: money}
constants: {currency: CNY}
fields: {date: d, channel: ch, kind: k, amount: a}
"""
    done = bring(workspace, tmp_path / "c.csv", costs, "d,ch,k,a", "2026-01-01,ota_x,ads,100", "2026-01-01,ota_x,commission,7.5", "2026-01-01,,ads,1")
    assert (done.rows_added, done.rows_rejected, len(done.notes)) == (2, 1, 1)
    other = bring(workspace, tmp_path / "c2.csv", costs, "d,ch,k,a", "2026-01-01,ota_x,ads,50", source="other")
    assert ask(workspace, "SELECT sum(amount) AS s FROM channel_cost")[0]["s"] == Decimal("157.5")
    back(workspace, other.batch_id)
    assert ask(workspace, "SELECT channel_group FROM sales_channel WHERE channel = 'ota_x'") == [{"channel_group": "unknown"}]
    figures = (
        "{mapping: f, kind: market_figures, columns: {d: date, v: decimal}, fields: {date: d, figure: f, market: m, value: v, unit: \"'人次'\"}}"
    )
    assert bring(workspace, tmp_path / "f.csv", figures, "d,f,m,v", "2026-01-01,passengers,PVG,12.5万").rows_added == 1
    assert ask(workspace, "SELECT value FROM market_figure")[0]["value"] == 125_000
    prices = """
mapping: x
kind: competitor_prices
columns: {d: date, t: date, p: money}
constants: {currency: CNY}
fields: {seen_date: d, competitor: c, route: r, travel_date: t, price: p}
"""
    lines = [
        "d,c,r,t,p",
        "2026-01-01,Red Air,PVG-HND,2026-02-01,900",
        "2026-01-01,Red Air,PVG-HND,2026-02-01,700",
        "2026-01-01,Blue,PVG-HND,2026-02-01,0",
    ]
    done = bring(workspace, tmp_path / "x.csv", prices, *lines)
    assert (done.rows_added, done.rows_repeated, done.rows_rejected) == (1, 1, 1)
    assert ask(workspace, "SELECT price FROM competitor_price")[0]["price"] == 700
    assert bring(workspace, tmp_path / "x.csv", prices, *lines).batch_id is None


EVENTS = """
mapping: e
kind: events
read: {zone: Asia/Shanghai}
columns: {at: datetime}
fields: {event: name, at: at, anonymous_id: visitor, user_id: member, route: route}
attributes: {note: note}
"""
HEAD = "name,at,visitor,member,route,note"


def test_events_come_in_once_and_go(workspace: Workspace, tmp_path: Path):
    lines = [
        HEAD,
        "page_view,2025-12-30 10:00:00,v1,M100200,,a",
        "page_view,2025-12-30 10:00:00,v1,M100200,,a",
        "no such thing,2025-12-30 10:00:00,v1,,,",
    ]
    done = bring(workspace, tmp_path / "e.csv", EVENTS, *lines)
    assert (done.rows_read, done.rows_added, done.counts["quarantined"]) == (3, 2, 1)
    stored = ask(workspace, "SELECT ts_ms, properties FROM event")
    assert [row["ts_ms"] for row in stored] == [1_767_060_000_000] * 2
    again = bring(workspace, tmp_path / "e2.csv", EVENTS, *lines[:2])
    assert (again.batch_id, again.rows_known) == (None, 1)
    assert ask(workspace, "SELECT count(*) AS n FROM identity_edge")[0]["n"] == 1
    assert back(workspace, done.batch_id)[0] == 3
    for table in ("event", "event_key", "quarantine", "identity_edge"):
        assert ask(workspace, f"SELECT 1 FROM {table}") == [], table
    held = ask(workspace, "SELECT sum(received) AS r, sum(stored) AS s, sum(duplicate) AS d, sum(quarantined) AS q FROM intake_balance")[0]
    assert held["r"] == held["s"] + held["d"] + held["q"]
    assert bring(workspace, tmp_path / "e.csv", EVENTS, *lines).rows_added == 2, "what was taken back can come again"


PEOPLE = """
mapping: c
kind: people
columns: {born: date}
fields: {member_no: card, email: mail, phone: tel, name: name, birth_date: born}
attributes: {tier: tier}
"""


def test_people_bring_ids_evidence_and_words(workspace: Workspace, tmp_path: Path):
    head = "card,mail,tel,name,born,tier"
    lines = [head, "C77001,li@example.com,13912345678,李伟,1990-01-02,金", "C77002,,,王芳,,银", ",,,nobody,,"]
    done = bring(workspace, tmp_path / "p.csv", PEOPLE, *lines)
    assert (done.rows_added, done.rows_changed, done.rows_rejected) == (2, 0, 1)
    assert sorted(row["kind"] for row in ask(workspace, "SELECT kind FROM identity_edge")) == ["email", "phone"]
    said = {(row["name"], row["value"]) for row in ask(workspace, "SELECT name, value FROM trait")}
    assert {("name", "李伟"), ("birth_date", "1990-01-02"), ("tier", "金"), ("tier", "银")} <= said
    assert bring(workspace, tmp_path / "p.csv", PEOPLE, *lines).batch_id is None
    change = bring(workspace, tmp_path / "q.csv", PEOPLE, head, "C77001,li@example.com,13912345678,李伟,1990-01-02,白金")
    assert (change.rows_added, change.rows_changed, change.counts["statements"]) == (0, 1, 1)
    back(workspace, done.batch_id)
    assert ask(workspace, "SELECT 1 FROM identity_edge") == []
    assert [row["value"] for row in ask(workspace, "SELECT value FROM trait")] == ["白金"]


def test_a_dry_run_writes_nothing(workspace: Workspace, tmp_path: Path):
    done = bring(workspace, tmp_path / "p.csv", PRICES, "goods,day,price", "R1,2026-05-01,1", dry_run=True)
    assert (done.batch_id, done.rows_added, done.dry_run) == (None, 1, True)
    for table in ("stock_day", "import_batch", "import_change", "source"):
        assert ask(workspace, f"SELECT 1 FROM {table}") == []


def test_a_mapping_of_another_kind_is_refused():
    with pytest.raises(InvalidInput, match="no field 'nights'"):
        mapping("{mapping: x, kind: prices, constants: {currency: CNY}, fields: {goods_id: a, travel_date: b, price: c, nights: d}}")
    with pytest.raises(NotFound):
        mapping("{mapping: x, kind: weather, fields: {}}")
    assert dt.date(2026, 1, 1)
