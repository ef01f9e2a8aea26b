"""Money of people, day by day, in one currency: from orders on the clock that is asked, or from a field of events.

Amounts are converted as in metrics: at the rate stored with the order, else at the dated rate of the booking day (of an event: its own day).
A foreign amount without any rate is refused, never taken as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.analyses.model.money import Money
from windsock.conditions import Frame, Plan, Reach, event_field, events, is_among, known, ours, ours_any, person_sql, with_person
from windsock.kernel.clock import local_date
from windsock.kernel.errors import InvalidInput
from windsock.metrics import converted, dated_rate, local_day_sql

if TYPE_CHECKING:
    import datetime as dt

SUMMED = "DECIMAL(38, 6)"
_LINE = "order_line AS l ON l.order_key = p.order_key AND l.line_no = p.line_no"
_FIELDS = {
    "booked": ("l.booked_date", "l.booked_amount", "TRUE"),
    "paid": ("p.at_date", "p.amount", "p.kind = 'payment'"),
    "revenue": ("p.at_date", "p.take_amount", "p.kind = 'payment'"),
}
"""For each kind the day, the amount, and whether the row is a purchase."""


@dataclass(frozen=True)
class MoneyFrame:
    """Circumstances of a question about money: those of any other, and the workspace's currency."""

    frame: Frame
    home: str


@dataclass(frozen=True)
class Asked:
    """Which money, in which currency it is told, and until which civil day."""

    money: Money
    currency: str
    today: dt.date


def asked_money(plan: Plan, money: Money, home: str) -> Asked:
    """Return how money is told: in its own currency where one is asked for, else in the workspace's."""
    return Asked(money, money.currency or home, local_date(plan.frame.now_ms, plan.frame.zone))


def add_money(plan: Plan, asked: Asked, place: str, name: str = "money") -> str:
    """Add the part with each amount until today.

    Its rows: ``person`` (NULL where an order has none), ``day``, ``amount``, ``ref`` (the order, or the event's key, as text), ``buys`` (a purchase;
    a refund is none), ``goods`` (property or route), ``place`` (sales channel), ``lost`` (a foreign amount without a rate).

    Raises:
        InvalidInput: an unknown field, or one that is no number.
    """
    select = _of_events(plan, asked, place, name) if asked.money.kind == "event" else _of_orders(plan, asked)
    return plan.add(name, select)


def _of_orders(plan: Plan, asked: Asked) -> exp.Select:
    day, amount, buys = _FIELDS[asked.money.kind]
    did, own = exp.column("did", "l"), asked.money.currency is not None
    home = plan.params.bind(asked.currency)
    lost = f"l.fx_rate IS NULL AND fx.rate IS NULL AND NOT {amount} IS NULL"
    source = "order_line AS l" if asked.money.kind == "booked" else f"posting AS p JOIN {_LINE}"
    select = ours(
        f"""SELECT {day} AS day, CAST(COALESCE({amount if own else converted(amount, "fx", "l.fx_rate")}, 0) AS {SUMMED}) AS amount,
        CAST(l.order_key AS TEXT) AS ref, {buys} AS buys,
        COALESCE(l.property, l.route) AS goods, l.sales_channel AS place FROM {source} {dated_rate("fx", "l.currency", "l.booked_date")[1]}"""  # noqa: S608 - constants of ours
    ).select(exp.alias_(person_sql(did), "person"), exp.alias_(_lost(lost, "l.currency", home, own=own), "lost"), copy=False)
    aliases = ("l",) if asked.money.kind == "booked" else ("l", "p")
    select = select.where(*(known(alias, plan.frame, plan.params) for alias in aliases), copy=False)
    until = exp.LTE(this=ours_any(day), expression=plan.params.bind(asked.today))
    select = select.where(until, *([exp.EQ(this=exp.column("currency", "l"), expression=home.copy())] if own else []), copy=False)
    return with_person(select, did, plan.frame, plan.params)


def _of_events(plan: Plan, asked: Asked, place: str, name: str) -> exp.Select:
    money, frame = asked.money, plan.frame
    assert money.rows is not None  # noqa: S101 - money of events has them
    number = event_field(money.field or "", f"{place}.field").number(f"{place}.field")
    columns: list[exp.Expr] = [
        exp.alias_(number, "x"), exp.column("currency", "e"), exp.column("key_hi", "e"), exp.column("key_lo", "e"),
        exp.column("property", "e"), exp.column("route", "e"), exp.column("channel", "e"),
        exp.alias_(local_day_sql(exp.column("ts_ms", "e"), frame.days(None, frame.now_ms + 1), frame.zone), "day"),
    ]  # fmt: skip
    reach = Reach(None, frame.now_ms + 1, (), (money.rows,), f"{place}.where")
    select = events(plan, columns, reach).where(is_among(money.rows, place, plan.params), copy=False)
    source = plan.add(f"{name}_events", select)
    own, home = money.currency is not None, plan.params.bind(asked.currency)
    told = ours(
        f"""SELECT e.person, e.day, CAST(COALESCE({"e.x" if own else converted("e.x", "fx")}, 0) AS {SUMMED}) AS amount,
        CAST(e.key_hi AS TEXT) || ':' || CAST(e.key_lo AS TEXT) AS ref, TRUE AS buys,
        COALESCE(e.property, e.route) AS goods, e.channel AS place FROM {source} AS e {dated_rate("fx", "e.currency", "e.day")[1]}"""  # noqa: S608 - names and constants of ours
    ).select(exp.alias_(_lost("fx.rate IS NULL AND NOT e.x IS NULL", "e.currency", home, own=own), "lost"), copy=False)
    return told.where(exp.EQ(this=exp.column("currency", "e"), expression=home.copy()), copy=False) if own else told


def _lost(test: str, column: str, home: exp.Expr, *, own: bool) -> exp.Expr:
    """Return the condition that an amount is foreign and has no rate."""
    if own:
        return exp.false()
    foreign = exp.NEQ(this=exp.Coalesce(this=ours_any(column), expressions=[home.copy()]), expression=home.copy())
    return exp.paren(exp.and_(ours_any(f"({test})"), foreign))


def check_lost(count: int, currency: str) -> None:
    """Refuse money of which some is foreign and has no rate; ``count`` is how many amounts (the rows that are ``lost``).

    Raises:
        InvalidInput: there is some.
    """
    if count:
        what = f"{count:,} amounts are in currencies without a rate to {currency}."
        raise InvalidInput(what, where="money", fix="Bring exchange rates in, or name one currency: {orders: paid, currency: EUR}.")
