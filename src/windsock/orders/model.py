"""The words and rules of orders: what a batch is, how the states of an order follow each other, what split, exchange, void and refund mean.

A state has its own clock, so updates may arrive in any order: the current state is decided by the clocks, never by the order of arrival.
Money rules are in postings: a payment is a positive posting, a refund a negative one, each on its own date, so that a closed day is never restated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, get_args

from windsock.kernel.errors import InvalidInput
from windsock.kernel.money import STORED, allocate, half_up

State = Literal["created", "paid", "ticketed", "changed", "travelled", "cancelled", "refunded"]
STATES: tuple[State, ...] = get_args(State)
SOLD_AS: tuple[str, ...] = ("own", "agency")
LINE_KINDS: tuple[str, ...] = ("flight", "hotel", "ancillary", "ticket", "package", "other")
BATCH_STATES: tuple[str, ...] = ("loaded", "undone", "replaced")

# On equal clocks the later stage wins: a source that stores dates only gives one instant to several states.
_RANK: dict[str, int] = {state: rank for rank, state in enumerate(STATES)}


@dataclass(frozen=True)
class Batch:
    """What is loaded together: one file, or one producer's call.

    Attributes:
        batch_id: name of the batch; every order row keeps it.
        source: where the data comes from; an order is known by (source, order_ref).
        now_ms: the instant at which Windsock learns of it (``known_from_ms`` of all rows).
    """

    batch_id: str
    source: str
    now_ms: int


@dataclass(frozen=True)
class LoadReport:
    """What a load did.

    Attributes:
        orders_added: orders not known before.
        orders_changed: known orders that came with another content: a new version.
        orders_known: orders that were there already; nothing changed.
        lines_added: lines of added and changed orders.
        flags: number of doubts by rule.
    """

    orders_added: int = 0
    orders_changed: int = 0
    orders_known: int = 0
    lines_added: int = 0
    flags: Mapping[str, int] | None = None

    def plus(self, other: LoadReport) -> LoadReport:
        """Return the sum of two reports, for a load in several calls."""
        rules = {**(self.flags or {})}
        for rule, count in (other.flags or {}).items():
            rules[rule] = rules.get(rule, 0) + count
        return LoadReport(
            self.orders_added + other.orders_added,
            self.orders_changed + other.orders_changed,
            self.orders_known + other.orders_known,
            self.lines_added + other.lines_added,
            rules,
        )


# --- states ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StateAt:
    """A state that an order reached, on its own clock (ms UTC)."""

    state: State
    at_ms: int


def merge_states(known: Iterable[StateAt], update: Iterable[StateAt]) -> tuple[StateAt, ...]:
    """Return the history of an order after an update that may be late or a repeat.

    A state keeps its earliest instant, but for ``changed``, which may happen many times and keeps each. The result does not depend on the
    order in which updates arrive.

    >>> merge_states([StateAt("paid", 20)], [StateAt("created", 10), StateAt("paid", 25)])
    (StateAt(state='created', at_ms=10), StateAt(state='paid', at_ms=20))
    """
    first: dict[State, int] = {}
    changes: set[int] = set()
    for entry in (*known, *update):
        if entry.state == "changed":
            changes.add(entry.at_ms)
        else:
            first[entry.state] = min(entry.at_ms, first.get(entry.state, entry.at_ms))
    history = [StateAt(state, at_ms) for state, at_ms in first.items()] + [StateAt("changed", at_ms) for at_ms in changes]
    return tuple(sorted(history, key=lambda entry: (entry.at_ms, _RANK[entry.state])))


def current_state(history: Iterable[StateAt], *, as_of_ms: int | None = None) -> State | None:
    """Return the state with the latest clock; on equal clocks the later stage; None when nothing has happened yet.

    An order is only ``created`` while nothing else has happened to it, whatever the clock of its creation says: exports are known to date a
    cancellation before the booking.

    >>> current_state([StateAt("refunded", 30), StateAt("created", 10), StateAt("cancelled", 20)])
    'refunded'
    """
    reached = [entry for entry in history if as_of_ms is None or entry.at_ms <= as_of_ms]
    if not reached:
        return None
    later = [entry for entry in reached if entry.state != "created"]
    return max(later or reached, key=lambda entry: (entry.at_ms, _RANK[entry.state])).state


# --- postings --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Posting:
    """Money paid (positive) or given back (negative) on a line, on its own civil date, and how much of it is ours."""

    posting_ref: str
    line_no: int
    kind: Literal["payment", "refund", "fee"]
    at_date: dt.date
    amount: Decimal
    take_amount: Decimal


def take_of(amount: Decimal, sold_as: str, take_rate: Decimal | None, take_fee: Decimal | None) -> Decimal:
    """Return what of a paid amount is ours.

    Own goods: all of it. Agency goods: the commission rate of the supplier agreement plus the fee, at most the amount itself.

    >>> take_of(Decimal(1000), "agency", Decimal("0.12"), Decimal(5)), take_of(Decimal(1000), "own", None, None)
    (Decimal('125.0000'), Decimal('1000.0000'))
    """
    if sold_as not in SOLD_AS:
        raise InvalidInput(f"'{sold_as}' is no way to sell.", where="sold_as", fix="Use own or agency.")
    if sold_as == "own":
        return half_up(amount, STORED)
    take = half_up(amount * (take_rate or Decimal(0)) + (take_fee or Decimal(0)), STORED)
    return min(take, amount)


def net_paid(postings: Iterable[Posting], line_no: int | None = None) -> tuple[Decimal, Decimal]:
    """Return (amount, take) that remain with us, of a line or of all."""
    held = [posting for posting in postings if line_no is None or posting.line_no == line_no]
    return sum((p.amount for p in held), Decimal(0)), sum((p.take_amount for p in held), Decimal(0))


def refund(postings: Sequence[Posting], line_no: int, amount: Decimal, at_date: dt.date, posting_ref: str) -> tuple[Posting, ...]:
    """Give a part or all of a line back; the take goes back in the same proportion, the last refund takes the remainder.

    The payment is not touched: what was earned on its day stays earned on its day.

    Raises:
        InvalidInput: not above zero, or more than is left.
    """
    paid, take = net_paid(postings, line_no)
    if amount <= 0 or amount > paid:
        raise InvalidInput(
            f"A refund of {amount} is not possible: {paid} of the line is left.", where=f"line {line_no}", fix="Refund at most what is left."
        )
    back = take if amount == paid else half_up(take * amount / paid, STORED)
    return (*postings, Posting(posting_ref, line_no, "refund", at_date, -amount, -back))


# --- passengers: split, exchange, void ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ticket:
    """An electronic ticket of a passenger: open, used, exchanged, void or refunded."""

    ticket_no: str
    pax_no: int
    line_no: int
    status: Literal["open", "used", "exchanged", "void", "refunded"] = "open"
    issued_ms: int = 0
    exchanged_for: str | None = None


@dataclass(frozen=True)
class AirOrder:
    """The part of an order that split and exchange work on: its passengers and tickets, and what was paid for each line."""

    order_ref: str
    pax: tuple[int, ...]
    tickets: tuple[Ticket, ...]
    postings: tuple[Posting, ...]
    split_from: str | None = None


def split(order: AirOrder, leaving: Sequence[int], new_ref: str, at_date: dt.date) -> tuple[AirOrder, AirOrder]:
    """Move passengers into an order of their own (a PNR split); their share of the money moves with them, on the day of the split.

    The move is a pair of postings that cancel each other (out of the old order, into the new one), so that totals of any day are what they were
    and of the day of the split too. Shares are per passenger, the last 0.0001 by largest remainder.

    Raises:
        InvalidInput: nobody or everybody leaves, or somebody is no passenger of the order.
    """
    if not leaving or not set(leaving) < set(order.pax):
        raise InvalidInput("A split moves some, not all, of the passengers.", where=order.order_ref, fix="Name at least one passenger and leave one.")
    stays, goes = list(order.postings), list[Posting]()
    for line_no in sorted({posting.line_no for posting in order.postings}):
        amount, take = net_paid(order.postings, line_no)
        moved, moved_take = _share(amount, len(order.pax), len(leaving)), _share(take, len(order.pax), len(leaving))
        if not moved:
            continue
        ref = f"split:{new_ref}:{line_no}"
        stays.append(Posting(ref, line_no, "refund", at_date, -moved, -moved_take))
        goes.append(Posting(ref, line_no, "payment", at_date, moved, moved_take))
    gone = set(leaving)
    old = replace(
        order,
        pax=tuple(p for p in order.pax if p not in gone),
        tickets=tuple(t for t in order.tickets if t.pax_no not in gone),
        postings=tuple(stays),
    )
    new = AirOrder(
        new_ref,
        tuple(p for p in order.pax if p in gone),
        tuple(t for t in order.tickets if t.pax_no in gone),
        tuple(goes),
        split_from=order.order_ref,
    )
    return old, new


def _share(amount: Decimal, heads: int, leaving: int) -> Decimal:
    each = allocate(amount, [amount / heads] * heads, STORED)
    return sum(each[heads - leaving :], Decimal(0))


def exchange(order: AirOrder, ticket_no: str, new_ticket: Ticket, difference: Decimal, at_date: dt.date) -> AirOrder:
    """Change a ticket for another: the old one is exchanged, the fare difference is paid (or given back) on the day of the change.

    The old payment stays on its day: only the difference is posted. A difference of our own goods is all ours; with agency goods the caller posts
    the take by ``take_of``.

    Raises:
        InvalidInput: there is no such open ticket.
    """
    old = _open_ticket(order, ticket_no)
    tickets = tuple(replace(t, status="exchanged", exchanged_for=new_ticket.ticket_no) if t is old else t for t in order.tickets)
    postings = order.postings
    if difference:
        kind: Literal["payment", "refund"] = "payment" if difference > 0 else "refund"
        postings = (*postings, Posting(f"exchange:{ticket_no}", old.line_no, kind, at_date, difference, difference))
    return replace(order, tickets=(*tickets, new_ticket), postings=postings)


def void(order: AirOrder, ticket_no: str, amount: Decimal, at_date: dt.date) -> AirOrder:
    """Take a ticket back before it counts: it is void and what was paid for it is given back in full.

    Raises:
        InvalidInput: there is no such open ticket, or more is asked back than was paid.
    """
    old = _open_ticket(order, ticket_no)
    tickets = tuple(replace(t, status="void") if t is old else t for t in order.tickets)
    return replace(order, tickets=tickets, postings=refund(order.postings, old.line_no, amount, at_date, f"void:{ticket_no}"))


def _open_ticket(order: AirOrder, ticket_no: str) -> Ticket:
    for ticket in order.tickets:
        if ticket.ticket_no == ticket_no and ticket.status == "open":
            return ticket
    raise InvalidInput(f"There is no open ticket '{ticket_no[:40]}'.", where=order.order_ref, fix="Only an open ticket can be changed or voided.")
