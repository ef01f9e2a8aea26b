"""The steps within sessions: search, list, detail, passengers, ancillaries, checkout, order, payment, ticket; and what comes after."""

from __future__ import annotations

import numpy as np

from windsock.demo.clickstream.sessions import AFTER, AFTER_STEPS, BOUNCES, LOOKS, MEMBERS, ORDERS
from windsock.demo.columns import NEVER, Flags, Floats, Ints
from windsock.demo.demand.clicks import Sessions, Steps
from windsock.demo.demand.lines import ANCILLARY_CENTS, total_cents
from windsock.demo.demand.orders import TRIES, TRY_MS, Orders
from windsock.demo.model import WEB

EVENTS = (
    "page_view", "app_start", "screen_view", "search", "list_view", "detail_view", "passengers_added", "ancillary_view", "ancillary_added",
    "checkout", "payment_attempted", "payment_succeeded", "payment_failed", "order_placed", "ticket_issued", "flight_check_in", "order_changed",
    "refund_requested", "login", "daily_check_in", "share", "read", "invite", "comment", "like", "favourite", "review", "nps_answered",
    "coupon_issued", "coupon_redeemed",
)  # fmt: skip
CODE = {name: code for code, name in enumerate(EVENTS)}
_AFTER_CODES = np.array([CODE[name] for name in AFTER_STEPS])
SUCCEEDED, FAILED = 0, 1
MEMBER_STEPS = ("daily_check_in", "read", "share", "like", "comment", "favourite", "invite")
_MEMBER_SHARES = np.array([0.62, 0.5, 0.12, 0.2, 0.06, 0.1, 0.03])
_LOOK_SHARES = {"list_view": 0.94, "detail_view": 0.6, "passengers_added": 0.15, "ancillary_view": 0.85, "ancillary_added": 0.25, "checkout": 0.4}


def _steps(session: Ints, event: str | Ints, at_ms: Ints, **more: Ints) -> Steps:
    none = np.full(len(session), -1)
    code = np.full(len(session), CODE[event]) if isinstance(event, str) else event
    given = {name: more.get(name, none) for name in ("cents", "provider", "outcome", "order", "item")}
    return Steps(session=session, event=code, at_ms=at_ms, **given)


def steps_of(sessions: Sessions, orders: Orders, rng: np.random.Generator) -> Steps:
    """Return the events of a day's sessions; ``orders`` are all tracked orders of the window, of which sessions name rows."""
    count = len(sessions)
    gaps: Floats = np.maximum(2.0, rng.gamma(1.3, 22.0, (count, 14))) * 1000
    clock = np.concatenate([np.zeros((count, 1)), np.cumsum(gaps, axis=1)], axis=1).astype(np.int64)
    ordering = sessions.kind == ORDERS
    clock = np.where(ordering[:, None], clock - clock[:, 12:13], clock) + sessions.start_ms[:, None]
    everyone = np.arange(count)
    opening = np.where(sessions.channel == WEB, CODE["page_view"], CODE["app_start"])
    parts = [_steps(everyone, opening, clock[:, 0])]
    lookers = np.flatnonzero(ordering | (sessions.kind == LOOKS))
    parts += _shopping(sessions, clock, lookers, ordering, rng)
    parts += _membership(sessions, clock, rng)
    parts += _ordering(sessions, orders, np.flatnonzero(ordering))
    after = np.flatnonzero(sessions.kind == AFTER)
    parts.append(_steps(after, _AFTER_CODES[sessions.then[after]], sessions.start_ms[after] + 25_000, order=sessions.order[after]))
    return Steps.join(parts)


def _shopping(sessions: Sessions, clock: Ints, rows: Ints, ordering: Flags, rng: np.random.Generator) -> list[Steps]:
    """Return what lookers and buyers do up to the checkout; buyers miss no step but the ancillary."""
    buys = ordering[rows]
    quote = sessions.quote_cents[rows]
    parts: list[Steps] = []
    for turn in range(3):
        again = rng.random(len(rows)) < (1.0, 0.24, 0.08)[turn]
        parts.append(_steps(rows[again], "search", clock[rows[again], 1 + turn]))
    reach = np.ones(len(rows), dtype=np.bool_)
    for place, (name, share) in enumerate(_LOOK_SHARES.items()):
        passes = rng.random(len(rows)) < share
        added = name == "ancillary_added"
        now = (reach & passes & ~buys) if added else (reach & (passes | buys))
        if not added:
            reach = now
        who = rows[now]
        cents = quote[now] if name in ("list_view", "detail_view", "checkout") else np.full(len(who), -1)
        parts.append(_steps(who, name, clock[who, 4 + place + (place > 1)], cents=cents))
        if name == "detail_view":
            twice = now & (rng.random(len(rows)) < 0.3)
            parts.append(_steps(rows[twice], name, clock[rows[twice], 6], cents=quote[twice]))
    return parts


def _membership(sessions: Sessions, clock: Ints, rng: np.random.Generator) -> list[Steps]:
    rows = np.flatnonzero(sessions.kind == MEMBERS)
    signed = rows[sessions.user[rows] >= 0]
    parts = [_steps(signed, "login", clock[signed, 1])]
    for turn, (name, share) in enumerate(zip(MEMBER_STEPS, _MEMBER_SHARES, strict=True)):
        who = rows[rng.random(len(rows)) < share]
        parts.append(_steps(who, name, clock[who, 2 + turn]))
    first = np.flatnonzero((sessions.user >= 0) & (sessions.kind != MEMBERS) & (sessions.kind != BOUNCES))
    first = first[rng.random(len(first)) < 0.2]
    parts.append(_steps(first, "login", clock[first, 0] + 900))
    return parts


def _ordering(sessions: Sessions, orders: Orders, rows: Ints) -> list[Steps]:
    """Return order, payment attempts and ticket of the ordering sessions, at the very instants of the order data."""
    order = sessions.order[rows]
    total = total_cents(orders)[order]
    parts = [_steps(rows, "order_placed", orders.booked_ms[order], cents=total, order=order)]
    for turn in range(TRIES):
        tried = orders.providers[order, turn] >= 0
        who, what = rows[tried], order[tried]
        at_ms = orders.attempt_ms[what] + turn * TRY_MS
        provider, good = orders.providers[what, turn], orders.outcomes[what, turn]
        parts.append(_steps(who, "payment_attempted", at_ms, cents=total[tried], provider=provider, order=what))
        result = np.where(good, CODE["payment_succeeded"], CODE["payment_failed"])
        outcome = np.where(good, SUCCEEDED, FAILED)
        parts.append(_steps(who, result, at_ms + 4_000, cents=total[tried], provider=provider, outcome=outcome, order=what))
    issued = orders.ticketed_ms[order] != NEVER
    parts.append(_steps(rows[issued], "ticket_issued", orders.ticketed_ms[order[issued]], order=order[issued]))
    extra = orders.extras[order, 0] >= 0
    item = orders.extras[order[extra], 0]
    parts.append(
        _steps(rows[extra], "ancillary_added", orders.booked_ms[order[extra]] - 40_000, cents=ANCILLARY_CENTS[item], order=order[extra], item=item)
    )
    return parts
