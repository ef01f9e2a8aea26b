"""Orders with lines and postings for tests of money, and what each person's money is, told slowly."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.conditions.oracle import among, number, read
from tests.conditions.world import T0, ZONE, World
from windsock.analyses.model.money import Money
from windsock.kernel.clock import local_date

HOME = "CNY"
FIRST = dt.date(2026, 10, 1)
RATES = {dt.date(2026, 9, 1): Decimal(8), dt.date(2026, 10, 15): Decimal("7.5")}


@dataclass(frozen=True)
class Row:
    """An amount of a person."""

    person: int | None
    day: dt.date
    amount: Decimal
    ref: str
    buys: bool


def purses(world: World, seed: int, people: int = 300, *, rated: bool = True) -> None:
    """Add orders of one or two lines over two months: some of nobody, some in euros, some paid in parts, given back or restated."""
    chance = random.Random(seed)  # noqa: S311 - a made-up crowd
    if rated:
        for day, rate in RATES.items():
            world.add("exchange_rate", currency="EUR", date=day, rate=rate, source="bank")
    for number_ in range(people * 2):
        booked = FIRST + dt.timedelta(days=chance.randrange(45))
        currency = chance.choice([HOME, HOME, HOME, "EUR"])
        fx = chance.choice([None, Decimal("7.9")]) if currency == "EUR" else None
        did = chance.choice([None, *[chance.randint(1, people)] * 9])
        gone = chance.choice([None, None, None, None, T0])
        world.add("orders", order_key=number_, did=did, source="shop", order_ref=f"o{number_}", currency=currency, booked_ms=T0, known_from_ms=0)
        for line in range(1, chance.choice([2, 2, 3])):
            amount = Decimal(chance.choice(["100", "99.99", "0.1", "1250.5", "33.3333"]))
            base = {
                "order_key": number_, "line_no": line, "did": did, "currency": currency, "fx_rate": fx, "booked_date": booked,
                "booked_ms": T0, "known_from_ms": 0, "known_to_ms": gone, "sales_channel": chance.choice(["web", "ota", None]),
                "route": chance.choice(["PEK-SHA", "CAN-CTU", None]), "property": None, "source": "shop",
            }  # fmt: skip
            world.add("order_line", **base, booked_amount=amount, kind="flight", cancelled=False, no_show=False, paid=True, payment_known=True)
            if chance.random() < 0.9:
                paid = booked + dt.timedelta(days=chance.choice([0, 0, 1, 8]))
                post = {"order_key": number_, "line_no": line, "currency": currency, "known_from_ms": 0, "known_to_ms": None, "provider": "alipay"}
                world.add("posting", **post, posting_ref="p", kind="payment", at_date=paid, at_ms=T0, amount=amount, take_amount=_part(amount, 4))
                if chance.random() < 0.25:
                    back = paid + dt.timedelta(days=chance.choice([0, 3, 40]))
                    world.add(
                        "posting",
                        **post,
                        posting_ref="r",
                        kind="refund",
                        at_date=back,
                        at_ms=T0,
                        amount=-_part(amount, 2),
                        take_amount=-_part(amount, 8),
                    )


def _part(amount: Decimal, of: int) -> Decimal:
    return (amount / of).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def _converted(amount: Decimal, currency: str | None, fx: Decimal | None, day: dt.date, places: str = "0.0001") -> Decimal:
    if currency in (None, HOME):
        return amount
    dated = [rate for since, rate in sorted(RATES.items()) if since <= day]
    rate = fx if fx is not None else dated[-1]
    return (amount * rate).quantize(Decimal(places), ROUND_HALF_UP)


def money_of(world: World, money: Money, now_ms: int) -> list[Row]:
    """Return every amount until today, one for each line, posting or event."""
    today, persons = local_date(now_ms, ZONE), world.persons(None)
    found: list[Row] = []
    if money.kind == "event":
        assert money.rows is not None
        for person, events in world.counted().items():
            for event in events:
                if event["ts_ms"] <= now_ms and among(event, money.rows):
                    day = local_date(event["ts_ms"], ZONE)
                    amount = number(read(event, money.field or "")) or Decimal(0)
                    found.append(Row(person, day, amount, f"{event['key_hi']}:{event['key_lo']}", buys=True))
        return found
    lines = {(row["order_key"], row["line_no"]): row for row in world.rows["order_line"] if row["known_to_ms"] is None}
    for key, line in lines.items():
        if money.currency is not None and line["currency"] != money.currency:
            continue
        person = None if line["did"] is None else persons.get(line["did"], line["did"])
        postings: list[dict[str, Any]] = [row for row in world.rows["posting"] if (row["order_key"], row["line_no"]) == key]
        rows = [(line["booked_date"], line["booked_amount"], True)] if money.kind == "booked" else []
        if money.kind != "booked":
            field = "amount" if money.kind == "paid" else "take_amount"
            rows = [(row["at_date"], row[field], row["kind"] == "payment") for row in postings]
        for day, amount, buys in rows:
            if day <= today:
                own = amount if money.currency is not None else _converted(amount, line["currency"], line["fx_rate"], line["booked_date"])
                found.append(Row(person, day, own, str(key[0]), buys=buys))
    return found
