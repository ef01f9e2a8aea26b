"""Orders against statements: each reason by hand, then any mixture against a slow count of its own; sums balance."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.orders.make import DAY, line, lines
from windsock.governance import cli_actor
from windsock.kernel.errors import Broken, InvalidInput
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer
from windsock.orders import Batch, OrderFacts, load_orders, load_statement, take_statement_back
from windsock.orders.reconcile import REASONS, Question, items_csv, list_items, reconcile
from windsock.orders.reconcile.compare import sums_of
from windsock.orders.reconcile.model import CLOCKS, Part, Reason, Step, Sums, check_bridge
from windsock.warehouse import Transaction, schema
from windsock.workspace import Workspace

START = dt.date(2026, 1, 1)
JANUARY = Period(START, dt.date(2026, 1, 31))
START_MS = 1_767_225_600_000
FILE = pa.schema(
    [
        ("source_line", pa.int64()), ("row_id", pa.string()), ("at_ms", pa.int64()), ("at_date", pa.date32()), ("provider", pa.string()),
        ("kind", pa.string()), ("amount", schema.MONEY), ("fee", schema.MONEY), ("net", schema.MONEY), ("currency", pa.string()),
        ("order_ref", pa.string()), ("transaction_ref", pa.string()),
    ]
)  # fmt: skip


def day(number: int) -> dt.date:
    """Return a day of January, or after it."""
    return START + dt.timedelta(days=number - 1)


def posted(ref: str, number: int, amount: str, *, kind: str = "payment", provider: str | None = "alipay", take: str | None = None) -> dict[str, Any]:
    """Return a posting of ours on a day."""
    return {
        "order_ref": ref, "line_no": 1, "posting_ref": f"{kind}{number}{amount}{provider}", "kind": kind, "at_ms": START_MS + (number - 1) * DAY,
        "at_date": day(number), "amount": Decimal(amount), "take_amount": Decimal(take or amount), "currency": "CNY", "provider": provider,
    }  # fmt: skip


def row(ref: str | None, number: int, amount: str, **more: Any) -> dict[str, Any]:
    """Return a row of a statement on a day."""
    return {
        "order_ref": ref, "at_ms": START_MS + (number - 1) * DAY, "at_date": day(number), "amount": Decimal(amount), "kind": "payment",
        "provider": "alipay", "currency": "CNY", **more,
    }  # fmt: skip


def put_orders(tx: Transaction, postings: Iterable[dict[str, Any]], now: int = START_MS, source: str = "shop", **more: Any) -> None:
    """Load an order of one line for each reference that has postings, and those postings."""
    given = list(postings)
    refs = sorted({one["order_ref"] for one in given})
    rows = [line(ref, currency="CNY", booked_date=START, source_line=place, **more) for place, ref in enumerate(refs)]
    facts = OrderFacts(lines(*rows), postings=pa.Table.from_pylist(given) if given else None)
    load_orders(tx, Batch(f"b-{source}", source, now), facts)


def put_file(tx: Transaction, rows: Iterable[dict[str, Any]], batch: str = "file", now: int = START_MS + 1) -> None:
    """Load a statement."""
    told = [
        dict.fromkeys(FILE.names) | one | {"source_line": place, "row_id": f"{batch}{place}", "transaction_ref": f"{batch}-{place}"}
        for place, one in enumerate(rows)
    ]
    load_statement(tx, pa.Table.from_pylist(told, schema=FILE), "statements", batch, now)


def told(workspace: Workspace, **more: Any) -> dict[str, tuple[int, Decimal]]:
    """Return items and difference by reason in January, with what matched."""
    found = reconcile(workspace, Question(more.pop("period", JANUARY), **more)).total
    return {"matched": (found.matched, Decimal(0))} | {name: (part.items, part.difference) for name, part in found.parts.items()}


def fill(workspace: Workspace, postings: list[dict[str, Any]], rows: list[dict[str, Any]], **more: Any) -> None:
    """Load both sides."""
    with workspace.warehouse.transaction() as tx:
        if postings:
            put_orders(tx, postings, **more)
        if rows:
            put_file(tx, rows)


COVER = [row(None, 1, "1"), row(None, 31, "1")]
"""Two rows without an order, so that the file covers January: only_in_file, -1 each."""
CASES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, tuple[int, int]]]] = {
    "equal": ([posted("A", 5, "100")], [row("A", 5, "100")], {"matched": (1, 0)}),
    "another day of the period": ([posted("A", 5, "100")], [row("A", 7, "100")], {"matched": (1, 0)}),
    "in two rows": ([posted("A", 5, "100")], [row("A", 5, "60"), row("A", 6, "40")], {"matched": (1, 0)}),
    "refund": ([posted("A", 5, "-40", kind="refund")], [row("A", 6, "40", kind="refund")], {"matched": (1, 0)}),
    "not in the file": ([posted("A", 5, "100")], COVER, {"matched": (0, 0), "only_in_orders": (1, 100), "only_in_file": (2, -2)}),
    "no file of the provider": ([posted("A", 5, "100", provider="card")], COVER, {"matched": (0, 0), "no_file": (1, 100), "only_in_file": (2, -2)}),
    "any file, if orders say no provider": (
        [posted("A", 5, "100", provider=None)], COVER, {"matched": (0, 0), "only_in_orders": (1, 100), "only_in_file": (2, -2)},
    ),
    "no file of the day": ([posted("A", 5, "100")], [row(None, 6, "1")], {"matched": (0, 0), "no_file": (1, 100), "only_in_file": (1, -1)}),
    "an order nobody knows": ([], [row("Z", 5, "100")], {"matched": (0, 0), "only_in_file": (1, -100)}),
    "a refund nobody knows": (
        [posted("A", 5, "100")], [row("A", 5, "100"), row("A", 9, "30", kind="refund")], {"matched": (1, 0), "only_in_file": (1, 30)},
    ),
    "less in the file": ([posted("A", 5, "100")], [row("A", 5, "90")], {"matched": (0, 0), "amount": (1, 10)}),
    "cut-off, the file is later": ([posted("A", 31, "100")], [row("A", 32, "100")], {"matched": (0, 0), "date": (1, 100)}),
    "cut-off, the file is earlier": ([posted("A", 32, "100")], [row("A", 31, "100")], {"matched": (0, 0), "date": (1, -100)}),
    "later and less": ([posted("A", 31, "100")], [row("A", 32, "90")], {"matched": (0, 0), "amount": (1, 10), "date": (1, 90)}),
    "twice": ([posted("A", 5, "100")], [row("A", 5, "100"), row("A", 5, "100")], {"matched": (0, 0), "twice_in_file": (1, -100)}),
    "paid twice": ([posted("A", 5, "100"), posted("A", 6, "100")], [row("A", 5, "100"), row("A", 6, "100")], {"matched": (1, 0)}),
    "thrice for twice": (
        [posted("A", 5, "100"), posted("A", 6, "100")], [row("A", 5, "100")] * 3, {"matched": (0, 0), "twice_in_file": (1, -100)},
    ),
    "twice, and of another size": ([posted("A", 5, "90")], [row("A", 5, "100")] * 2,
        {"matched": (0, 0), "twice_in_file": (1, -100), "amount": (1, -10)}),
    "another currency": ([posted("A", 5, "100")], [row("A", 5, "15", currency="USD")], {"matched": (0, 0), "currency": (1, 85)}),
    "fees and payouts are no payments": ([], [row("A", 5, "100", kind="payout"), row("A", 5, "1", kind="fee")], {"matched": (0, 0)}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_reason(workspace: Workspace, name: str):
    postings, rows, expected = CASES[name]
    fill(workspace, postings, rows)
    assert told(workspace) == {reason: (items, Decimal(money)) for reason, (items, money) in expected.items()}


def test_a_cut_off_is_told_in_both_periods_and_in_none_of_their_sum(workspace: Workspace):
    fill(workspace, [posted("A", 31, "100"), posted("B", 31, "100")], [row("A", 33, "100"), row("B", 33, "90")])
    february = Period(day(32), day(59))
    assert told(workspace) == {"matched": (0, 0), "amount": (1, 10), "date": (2, 190)}
    assert told(workspace, period=february) == {"matched": (0, 0), "date": (2, -190)}
    assert told(workspace, period=Period(START, day(59))) == {"matched": (1, 0), "amount": (1, 10)}
    assert reconcile(workspace, Question(Period(START, day(59)))).total.other_day == 1
    assert told(workspace, clock="booking") == {"matched": (1, 0), "amount": (1, 10)}


def test_payments_that_are_known_from_the_statement_alone_are_told_apart(workspace: Workspace):
    with workspace.warehouse.transaction() as tx:
        load_orders(tx, Batch("b", "shop", START_MS), OrderFacts(lines(line("A", currency="CNY", payment_known=False))))
        put_file(tx, [row("A", 5, "100", fee=Decimal("-0.60"))])
    found = reconcile(workspace, Question(JANUARY))
    assert (found.total.matched, found.total.by_statement, found.total.ours) == (1, 1, 100)
    assert found.fees == Decimal("0.60")
    with workspace.warehouse.transaction() as tx:
        take_statement_back(tx, "file", START_MS + 10)
    assert reconcile(workspace, Question(JANUARY)).total == Sums()
    assert reconcile(workspace, Question(JANUARY, as_of_ms=START_MS + 5)).total == found.total


def test_the_bridge_leads_from_revenue_to_the_file(workspace: Workspace):
    postings = [posted("A", 5, "1000", take="120"), posted("B", 6, "50", provider="card")]
    rows = [row("A", 5, "990", fee=Decimal(6)), row("A", 5, "10", kind="refund", fee=Decimal(1)), row(None, 31, "7")]
    fill(workspace, postings, rows)
    with workspace.warehouse.transaction() as tx:
        stay = line("S", currency="CNY", payment_known=False, arrival_date=day(9), booked_date=START, stay_amount=Decimal(300))
        load_orders(tx, Batch("s", "hotel", START_MS), OrderFacts(lines(stay)))
    found = reconcile(workspace, Question(JANUARY))
    assert [(step.name, step.amount) for step in found.bridge()] == [
        ("revenue", 470), ("stays", -300), ("suppliers", 880), ("orders", 1050), ("no_file", -50), ("only_in_file", -3), ("amount", -10),
        ("file", 987), ("kept", -5), ("net", 982),
    ]  # fmt: skip
    for clock in CLOCKS:
        metric = answer(workspace, MetricQuery(("revenue",), JANUARY, clock=clock)).rows[0]["revenue"]
        ours = reconcile(workspace, Question(JANUARY, clock=clock)).revenue
        assert ours is not None
        assert ours.revenue == metric
    assert [(one.provider, one.items, one.amount) for one in found.missing] == [("card", 1, 50)]
    chosen = reconcile(workspace, Question(JANUARY, by="provider", provider="alipay"))
    assert chosen.revenue is None
    assert [(step.name, step.amount) for step in chosen.bridge()][:2] == [("orders", 1000), ("only_in_file", -3)]
    assert [(group.name, group.sums.ours) for group in chosen.groups] == [("alipay", 1000)]
    assert reconcile(workspace, Question(JANUARY, channel="-")).total.theirs == 7
    assert reconcile(workspace, Question(JANUARY, channel="web", provider="CARD")).total.ours == 50


def test_a_foreign_amount_makes_no_difference_by_its_rate_alone(workspace: Workspace):
    with workspace.warehouse.transaction() as tx:
        rates = [{"currency": "USD", "date": day(number), "rate": Decimal(rate), "source": "bank"} for number, rate in ((1, "7.123456789"), (9, "8"))]
        tx.append("exchange_rate", pa.Table.from_pylist(rates, schema=schema.BY_NAME["exchange_rate"].arrow()))
        money = [posted("A", 5, "33.3333") | {"currency": "USD"}, posted("A", 6, "66.6667") | {"currency": "USD"}]
        facts = OrderFacts(lines(line("A", currency="USD", booked_date=day(2))), postings=pa.Table.from_pylist(money))
        load_orders(tx, Batch("b", "shop", START_MS), facts)
        put_file(tx, [row("A", 12, "100", currency="USD"), row("Z", 12, "10", currency="USD")])
    found = reconcile(workspace, Question(JANUARY)).total
    assert (found.matched, found.ours) == (1, Decimal("712.3457"))
    assert found.parts == {"only_in_file": Part(1, Decimal("-80.0000"))}


def test_the_rows_behind_a_reason_come_largest_first_page_by_page(workspace: Workspace):
    fill(workspace, [posted(f"A{number}", 5, str(number)) for number in range(1, 8)], [*COVER, row("A3", 5, "3")])
    question, seen, cursor = Question(JANUARY), list[str](), None
    while True:
        page = list_items(workspace, question, "only_in_orders", 2, cursor)
        seen += [item["difference"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["7.00", "6.00", "5.00", "4.00", "2.00", "1.00"]
    assert list_items(workspace, question, "only_in_file", 9, None)["items"][0]["detail"] == "no_reference"
    matched = list_items(workspace, question, "matched", 9, None)["items"]
    assert [(item["order_ref"], item["ours"], item["theirs"], item["theirs_day"]) for item in matched] == [("A3", "3.00", "3.00", "2026-01-05")]
    text = items_csv(workspace, cli_actor(), question, "only_in_orders").decode("utf-8-sig").splitlines()
    assert len(text) == 7
    assert text[0].startswith("order_key,order_ref,kind,channel")


def test_a_file_cannot_write_formulas_into_the_csv(workspace: Workspace):
    fill(workspace, [], [row("=1+1", 5, "1")])
    assert ",=1+1" not in items_csv(workspace, cli_actor(), Question(JANUARY), "only_in_file").decode()


def test_what_cannot_be_asked_is_refused(workspace: Workspace):
    with pytest.raises(InvalidInput):
        Question(JANUARY, clock=cast("Any", "moon"))
    with pytest.raises(InvalidInput):
        Question(JANUARY, by=cast("Any", "colour"))
    with pytest.raises(InvalidInput):
        Question(Period(dt.date(2000, 1, 1), dt.date(2026, 1, 1)))
    refused: list[Callable[[], object]] = [
        lambda: list_items(workspace, Question(JANUARY), "luck", 5, None),
        lambda: list_items(workspace, Question(JANUARY), "amount", 0, None),
        lambda: list_items(workspace, Question(JANUARY), "amount", 5, "nonsense"),
        lambda: items_csv(workspace, cli_actor(), Question(JANUARY), "x' OR 1=1 --"),
    ]
    for call in refused:
        with pytest.raises(InvalidInput):
            call()


def test_sums_that_do_not_balance_are_never_shown():
    with pytest.raises(Broken):
        Sums(1, 0, 0, 0, Decimal(10), Decimal(7), {"amount": Part(1, Decimal(2))}).check("x")
    with pytest.raises(Broken):
        check_bridge([Step("orders", "total", Decimal(1)), Step("file", "total", Decimal(2))])


# --- any mixture, against a slow count ----------------------------------------------------------------------------------

AMOUNTS = st.sampled_from(["10", "20", "30"])
DAYS = st.integers(28, 34)
KINDS = st.sampled_from(["payment", "refund"])
OURS = st.lists(st.tuples(st.sampled_from("ABCDEF"), DAYS, AMOUNTS, KINDS, st.sampled_from(["alipay", "card", None])), max_size=16)
THEIRS = st.lists(st.tuples(st.sampled_from([*"ABCDEFZ", None]), DAYS, AMOUNTS, KINDS, st.sampled_from([*["CNY"] * 9, "USD"])), max_size=16)
Side = list[tuple[int, Decimal, str]]


def slowly(ours: list[Any], theirs: list[Any], known: set[str], period: Period) -> dict[str, tuple[int, Decimal]]:
    """Count item by item in plain Python; every rate is 1."""
    inside = lambda number: period.start <= day(number) <= period.end  # noqa: E731 - read once below
    dates = [number for _, number, *_ in theirs]
    found: dict[str, list[Decimal]] = {}
    items: dict[Any, tuple[Side, Side, list[str | None]]] = {}
    for ref, number, amount, kind, provider in ours:
        one = items.setdefault((ref, kind), ([], [], []))
        one[0].append((number, Decimal(amount), "CNY"))
        one[2].append(provider)
    for place, (ref, number, amount, kind, currency) in enumerate(theirs):
        key = (ref, kind) if ref in known else (place,)
        items.setdefault(key, ([], [], []))[1].append((number, Decimal(amount), currency))
    for key, (mine, file, providers) in items.items():
        kind = key[1] if len(key) > 1 else theirs[key[0]][3]
        sign = -1 if kind == "refund" else 1
        mine_in = sum((amount for number, amount, _ in mine if inside(number)), Decimal(0))
        file_in = sum((amount for number, amount, _ in file if inside(number)), Decimal(0))
        if not any(inside(number) for number, *_ in [*mine, *file]):
            continue
        parts: dict[str, Decimal] = {}
        if not mine:
            parts["only_in_file"] = -file_in
        elif not file:
            named = [provider for provider in providers if provider]
            covered = (not named or min(named) == "alipay") and dates and min(dates) <= max(number for number, *_ in mine) <= max(dates)
            parts["only_in_orders" if covered else "no_file"] = mine_in
        elif {currency for *_, currency in file} != {"CNY"}:
            parts["currency"] = mine_in - file_in
        else:
            parts = _sized(mine, file, inside)
        for reason, amount in parts.items():
            found.setdefault(reason, []).append(sign * amount)
        if not parts:
            found.setdefault("matched", []).append(Decimal(0))
    return {reason: (len(amounts), sum(amounts, Decimal(0))) for reason, amounts in found.items()}


def _sized(mine: Side, file: Side, inside: Callable[[int], bool]) -> dict[str, Decimal]:
    total, left = sum((amount for _, amount, _ in mine), Decimal(0)), sorted(file)
    above = sum((amount for _, amount, _ in left), Decimal(0)) - total
    # The rows that are too many: later copies, the latest first, while all of them so far fit.
    copies = [(number, place, amount) for place, (number, amount, _) in enumerate(left) if any(one[1] == amount for one in left[:place])]
    taken, reached = list[tuple[int, Decimal]](), Decimal(0)
    for number, _, amount in sorted(copies, reverse=True):
        reached += amount
        if reached <= above:
            taken.append((number, amount))
    twice = sum((amount for number, amount in taken if inside(number)), Decimal(0))
    gap = total - (above + total - sum((amount for _, amount in taken), Decimal(0)))
    sized = gap if inside(max(number for number, *_ in mine)) else Decimal(0)
    within = lambda side: sum((amount for number, amount, _ in side if inside(number)), Decimal(0))  # noqa: E731 - read once below
    rest = within(mine) - within(file) + twice - sized
    return {name: amount for name, amount in (("twice_in_file", -twice), ("amount", sized), ("date", rest)) if amount}


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=OURS, theirs=THEIRS, looked_at=st.sampled_from(REASONS))
def test_any_mixture_is_parted_as_a_slow_count_parts_it(workspace: Workspace, ours: list[Any], theirs: list[Any], looked_at: Reason):
    compare(workspace, ours, theirs, looked_at)


@pytest.mark.slow
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=OURS, theirs=THEIRS, looked_at=st.sampled_from(REASONS))
def test_many_mixtures_are(workspace: Workspace, ours: list[Any], theirs: list[Any], looked_at: Reason):
    compare(workspace, ours, theirs, looked_at)


class _Over(Exception):
    pass


def compare(workspace: Workspace, ours: list[Any], theirs: list[Any], looked_at: Reason) -> None:
    """Load a mixture, compare it with the slow count over two periods and both together, and leave nothing behind."""
    sign = {"payment": "", "refund": "-"}
    postings = [
        posted(ref, number, sign[kind] + amount, kind=kind, provider=provider) | {"posting_ref": str(place)}
        for place, (ref, number, amount, kind, provider) in enumerate(ours)
    ]
    rows = [row(ref, number, amount, kind=kind, currency=currency) for ref, number, amount, kind, currency in theirs]
    with contextlib.suppress(_Over), workspace.warehouse.transaction() as tx:
        if postings:
            put_orders(tx, postings)
        if rows:
            put_file(tx, rows)
        _agree(cast("Workspace", SimpleNamespace(warehouse=SimpleNamespace(query=tx.query))), ours, theirs, looked_at)
        raise _Over


def _agree(within: Workspace, ours: list[Any], theirs: list[Any], looked_at: Reason) -> None:
    known, apart = {ref for ref, *_ in ours}, Sums()
    for period in (Period(day(28), day(31)), Period(day(32), day(34)), Period(day(28), day(34))):
        found = sums_of(within, Question(period))[0]
        expected = slowly(ours, theirs, known, period)
        counted = {name: (part.items, part.difference) for name, part in found.parts.items()}
        assert counted | ({"matched": (found.matched, Decimal(0))} if found.matched else {}) == expected
        assert found.difference == sum((money for _, money in expected.values()), Decimal(0))
        if period.days < 7:
            apart = apart.plus(found)
            continue
        assert (apart.ours, apart.theirs, apart.difference) == (found.ours, found.theirs, found.difference)
        items, part = list_items(within, Question(period), looked_at, 200, None)["items"], found.parts.get(looked_at, Part())
        assert (len(items), sum((Decimal(item["difference"]) for item in items), Decimal(0))) == (part.items, part.difference)
