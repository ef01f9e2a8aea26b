"""Statements of payment providers: read as they are written, matched to orders, never counted twice.

The files are made up here after the public descriptions of the formats; no real statement was at hand.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlglot import parse_one

from tests.imports.make import ask, bring
from windsock.governance import cli_actor
from windsock.imports import saved
from windsock.imports.model import BatchReport
from windsock.imports.preview import as_file
from windsock.imports.run import ImportJob, run_import
from windsock.imports.take_back import take_back
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer
from windsock.orders.reconcile.compare import Question, reconcile
from windsock.workspace import Workspace

ORDERS = """
mapping: shop
columns: {booked: date, total: money}
constants: {kind: hotel, currency: CNY}
order: {order_ref: ref, booked_at: booked, booked_amount: total}
payment_known: false
"""
PAID_ORDERS = (
    ORDERS.replace("mapping: shop", "mapping: paying")
    .replace("payment_known: false", "payment_known: true")
    .replace("booked_amount: total}", "booked_amount: total, paid_at: booked}")
)
ALIPAY_HEAD = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,"
    "支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
WECHAT_HEAD = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,"
    "退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)


def alipay(*rows: tuple[str, ...]) -> bytes:
    """Return a statement of rows (transaction, order, sort, time, amount, and the fee where it is not the usual one)."""
    lines = [
        "#支付宝业务明细查询",
        "#账号：[20880000000000000156]",
        "#起始日期：[2026年01月01日 00:00:00]   终止日期：[2026年02月01日 00:00:00]",
        "#" + "-" * 40 + "业务明细列表" + "-" * 40,
        ALIPAY_HEAD,
    ]
    for trade, order, sort, at, amount, *other in rows:
        fee = other[0] if other else "-0.60" if sort == "交易" else "0.00"
        cells = [
            trade,
            order,
            sort,
            "海景房",
            at,
            at,
            "",
            "",
            "",
            "",
            "*(***@qq.com)",
            amount,
            amount,
            *["0.00"] * 5,
            "",
            "0.00",
            "0.00",
            "",
            fee,
            "0.00",
            "",
        ]
        lines.append(",".join(f"{cell}\t" for cell in cells))
    lines += ["#" + "-" * 40 + "业务明细列表结束" + "-" * 40, f"#交易合计：{len(rows)}笔，商家实收共0.00元", "#导出时间：[2026年02月02日 10:00:00]"]
    return ("\r\n".join(lines) + "\r\n").encode("gb18030")


def wechat(*rows: tuple[str, ...]) -> bytes:
    """Return a bill of rows (transaction, order, state, time, amount, and the fee where it is not the usual one)."""
    lines = [WECHAT_HEAD]
    for trade, order, state, at, amount, *other in rows:
        back = state == "REFUND"
        cells = [
            at,
            "wx0",
            "1900000000",
            "0",
            "",
            trade,
            order,
            "openid",
            "JSAPI",
            state,
            "CMB",
            "CNY",
            "0.00" if back else amount,
            "0.00",
            f"R{trade}" if back else "0",
            "0",
            amount if back else "0.00",
            "0.00",
            "",
            "",
            "海景房",
            "",
            other[0] if other else "0.60",
            "0.60%",
            amount,
            "0.00",
            "",
        ]
        lines.append(",".join(f"`{cell}" for cell in cells))
    lines += [
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
        "`2,`0.00,`0.00,`0.00,`0.00,`0.00,`0.00",
    ]
    return "﻿".encode() + ("\r\n".join(lines) + "\r\n").encode()


def load(workspace: Workspace, path: Path, content: bytes, mapping: str, **given: Any) -> BatchReport:
    path.write_bytes(content)
    chosen = as_file(path, path.name, saved.by_name(workspace, mapping))
    return run_import(workspace, ImportJob(path, chosen, cli_actor(), **given))


def money(workspace: Workspace) -> list[tuple[str, str, Decimal, Decimal]]:
    rows = ask(
        workspace,
        "SELECT o.order_ref, p.kind, sum(p.amount) AS amount, sum(p.take_amount) AS take FROM posting AS p"
        " JOIN orders AS o ON o.order_key = p.order_key"
        " WHERE p.known_to_ms IS NULL AND o.known_to_ms IS NULL GROUP BY 1, 2 ORDER BY 1, 2",
    )
    return [(row["order_ref"], row["kind"], row["amount"], row["take"]) for row in rows]


def states(workspace: Workspace) -> dict[str, tuple[str, str | None]]:
    rows = ask(workspace, "SELECT transaction_ref, state, reason FROM settlement WHERE known_to_ms IS NULL")
    return {row["transaction_ref"]: (row["state"], row["reason"]) for row in rows}


A1 = ("2026010522001", "B-1", "交易", "2026-01-05 10:00:00", "100.00")
A2 = ("2026010622002", "B-1", "退款", "2026-01-06 10:00:00", "-40.00")
A3 = ("2026010622003", "B-9", "交易", "2026-01-06 11:00:00", "70.00")
A4 = ("2026010622004", "", "交易", "2026-01-06 12:00:00", "5.00")


def test_an_alipay_statement_pays_orders_of_which_nothing_else_is_known(workspace: Workspace, tmp_path: Path):
    bring(workspace, tmp_path / "o.csv", ORDERS, "ref,booked,total", "B-1,2026-01-05,100", "B-2,2026-01-05,50")
    done = load(workspace, tmp_path / "alipay.csv", alipay(A1, A2, A3, A4), "alipay")
    assert (done.rows_read, done.rows_added, done.rows_rejected) == (4, 4, 0)
    assert done.counts == {"posted": 2, "unmatched_no_order": 1, "unmatched_no_reference": 1}
    assert money(workspace) == [("B-1", "payment", Decimal(100), Decimal(100)), ("B-1", "refund", Decimal(-40), Decimal(-40))]
    row = ask(workspace, "SELECT * FROM settlement WHERE known_to_ms IS NULL AND transaction_ref = '2026010522001'")[0]
    assert (row["fee"], row["net"], row["provider"], row["at_ms"]) == (Decimal("-0.6"), Decimal(100), "alipay", 1_767_578_400_000)
    order = ask(workspace, "SELECT payment_known, paid_ms, refunded_ms, state FROM orders WHERE known_to_ms IS NULL AND order_ref = 'B-1'")
    assert order == [{"payment_known": True, "paid_ms": 1_767_578_400_000, "refunded_ms": 1_767_664_800_000, "state": "paid"}]
    assert ask(workspace, "SELECT payment_known FROM order_line WHERE known_to_ms IS NULL ORDER BY order_key") == [
        {"payment_known": True},
        {"payment_known": False},
    ]
    again = load(workspace, tmp_path / "alipay2.csv", alipay(A1, A2, A3, A4), "alipay")
    assert (again.batch_id, again.rows_known) == (None, 4)
    assert len(money(workspace)) == 2
    take_back(workspace, cli_actor(), done.batch_id or "")
    assert money(workspace) == []
    order = ask(workspace, "SELECT payment_known, paid_ms, state FROM orders WHERE known_to_ms IS NULL AND order_ref = 'B-1'")
    assert order == [{"payment_known": False, "paid_ms": None, "state": "created"}]


def test_what_came_before_its_order_is_matched_when_the_order_comes(workspace: Workspace, tmp_path: Path):
    load(workspace, tmp_path / "a.csv", alipay(A1, A3), "alipay")
    assert set(states(workspace).values()) == {("unmatched", "no_order")}
    first = bring(workspace, tmp_path / "o.csv", ORDERS, "ref,booked,total", "B-1,2026-01-05,100")
    assert states(workspace) == {A1[0]: ("posted", None), A3[0]: ("unmatched", "no_order")}
    assert money(workspace) == [("B-1", "payment", Decimal(100), Decimal(100))]
    # The order comes again with another content: its payment stays its payment.
    workspace.clock.ms += 1_000  # pyright: ignore[reportAttributeAccessIssue]
    change = bring(workspace, tmp_path / "o2.csv", ORDERS, "ref,booked,total", "B-1,2026-01-05,120")
    assert change.counts["orders_changed"] == 1
    assert money(workspace) == [("B-1", "payment", Decimal(100), Decimal(100))]
    workspace.clock.ms += 1_000  # pyright: ignore[reportAttributeAccessIssue]
    take_back(workspace, cli_actor(), change.batch_id or "")
    current = ask(workspace, "SELECT booked_amount, payment_known FROM orders WHERE known_to_ms IS NULL")
    assert current == [{"booked_amount": Decimal(100), "payment_known": True}]
    assert money(workspace) == [("B-1", "payment", Decimal(100), Decimal(100))]
    workspace.clock.ms += 1_000  # pyright: ignore[reportAttributeAccessIssue]
    take_back(workspace, cli_actor(), first.batch_id or "")
    assert states(workspace)[A1[0]] == ("unmatched", "no_order")
    assert ask(workspace, "SELECT 1 FROM posting WHERE known_to_ms IS NULL") == []


def test_a_wechat_bill_only_reconciles_where_payments_are_known(workspace: Workspace, tmp_path: Path):
    bring(workspace, tmp_path / "o.csv", PAID_ORDERS, "ref,booked,total", "B-1,2026-01-05,100")
    before = money(workspace)
    rows = [
        ("420001", "B-1", "SUCCESS", "2026-01-05 10:00:00", "100.00"),
        ("420002", "B-1", "REFUND", "2026-01-06 10:00:00", "30.00"),
        ("420003", "B-1", "REVOKED", "2026-01-06 10:00:00", "1.00"),
    ]
    done = load(workspace, tmp_path / "wechat.csv", wechat(*rows), "wechat-pay")
    assert (done.rows_read, done.counts, done.notes) == (2, {"reconciled": 2}, ("1 row was left out by the mapping.",))
    assert money(workspace) == before == [("B-1", "payment", Decimal(100), Decimal(100))]
    amounts = {row["transaction_ref"]: (row["kind"], row["amount"]) for row in ask(workspace, "SELECT * FROM settlement WHERE known_to_ms IS NULL")}
    assert amounts == {"420001": ("payment", Decimal(100)), "R420002": ("refund", Decimal(30))}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_an_agency_s_settlement_is_shared_among_the_lines(workspace: Workspace, tmp_path: Path, encoding: str):
    lines = (
        ORDERS.replace("constants: {kind: hotel", "constants: {sold_as: agency, kind: hotel")
        .replace("booked_amount: total}", "booked_amount: total, take_rate: rate}")
        .replace("total: money}", "total: money, rate: decimal}")
    )
    bring(workspace, tmp_path / "o.csv", lines, "ref,booked,total,rate", "B-1,2026-01-05,100,0.1", "B-1,2026-01-05,200,0.2")
    rows = ["订单号,结算日期,类型,订单金额,佣金,结算金额,币种", 'B-1,2026年1月9日,订单,"1,000.00",100,900,CNY']
    rows += ["B-1,2026-01-10,调整,-5,0,-5,", "B-1,2026-01-10,订单,1,0,1,USD"]
    text = "\n".join(rows) + "\n"
    done = load(workspace, tmp_path / "ota.csv", text.encode(encoding), "ota-settlement")
    assert done.counts == {"noted": 1, "posted": 1, "unmatched_other_currency": 1}
    posted = ask(workspace, "SELECT line_no, amount, take_amount FROM posting WHERE known_to_ms IS NULL ORDER BY line_no")
    assert [(row["line_no"], row["amount"], row["take_amount"]) for row in posted] == [
        (1, Decimal("333.3333"), Decimal("33.3333")), (2, Decimal("666.6667"), Decimal("133.3333")),
    ]  # fmt: skip


def test_two_orders_of_one_number_are_not_guessed_between(workspace: Workspace, tmp_path: Path):
    for source in ("one", "two"):
        bring(workspace, tmp_path / "o.csv", ORDERS, "ref,booked,total", "B-1,2026-01-05,100", source=source)
    load(workspace, tmp_path / "a.csv", alipay(A1), "alipay")
    assert states(workspace) == {A1[0]: ("unmatched", "several_orders")}
    assert parse_one("SELECT 1")


def test_equal_payments_of_two_statements_count_once_and_two_within_one_count_twice(workspace: Workspace, tmp_path: Path):
    bring(workspace, tmp_path / "o.csv", ORDERS, "ref,booked,total", "B-1,2026-01-05,100")
    text = "订单号,结算日期,类型,订单金额,佣金,结算金额,币种\n" + "B-1,2026-01-09,订单,10,1,9,CNY\n" * 2
    assert load(workspace, tmp_path / "a.csv", text.encode(), "ota-settlement").rows_added == 2
    assert load(workspace, tmp_path / "b.csv", text.encode() + "B-1,2026-01-11,订单,10,1,9,CNY\n".encode(), "ota-settlement").rows_added == 1
    assert money(workspace)[0][2] == Decimal(30)


OTA_HEAD = "订单号,结算日期,类型,订单金额,佣金,结算金额,币种"
FEES: dict[str, tuple[bytes, list[str], str]] = {
    # What is taken is written below 0, what is given back above it.
    "alipay": (
        alipay(
            ("T1", "B-1", "交易", "2026-01-05 10:00:00", "100.00", "-0.60"),
            ("T2", "B-2", "交易", "2026-01-06 10:00:00", "50.00", "-0.30"),
            ("T3", "B-1", "退款", "2026-01-07 10:00:00", "-50.00", "0.30"),
        ),
        ["-0.6000", "-0.3000", "0.3000"],
        "0.60",
    ),
    "wechat-pay": (
        wechat(
            ("W1", "B-1", "SUCCESS", "2026-01-05 10:00:00", "100.00", "0.60"),
            ("W2", "B-1", "REFUND", "2026-01-07 10:00:00", "50.00", "-0.30"),
        ),
        ["0.6000", "-0.3000"],
        "0.30",
    ),
    "ota-settlement": (
        f"{OTA_HEAD}\nB-1,2026-01-09,订单,1000,100,900,CNY\nB-1,2026-01-10,退款,-200,-20,-180,CNY\nB-2,2026-01-11,退款,100,10,90,CNY\n".encode(),
        ["100.0000", "-20.0000", "10.0000"],
        "70.00",
    ),
}


@pytest.mark.parametrize("mapping", FEES)
def test_a_fee_is_what_is_paid_whatever_sign_the_file_gives_it(workspace: Workspace, tmp_path: Path, mapping: str):
    content, written, paid = FEES[mapping]
    load(workspace, tmp_path / "statement.csv", content, mapping)
    kept = ask(workspace, "SELECT fee FROM settlement WHERE known_to_ms IS NULL ORDER BY line")
    assert [str(row["fee"]) for row in kept] == written  # as the file has them
    january = Period(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    found = answer(workspace, MetricQuery(metrics=("statement_fees",), period=january)).rows[0]["statement_fees"]
    assert found == Decimal(paid)
    assert reconcile(workspace, Question(january)).fees == found
