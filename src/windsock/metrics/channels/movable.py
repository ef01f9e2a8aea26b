"""Who books through distribution and could book direct, what moving them would be worth, and who really moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock import identity
from windsock.kernel.errors import InvalidInput
from windsock.kernel.money import half_up, text
from windsock.metrics.channels import queries
from windsock.metrics.channels.balance import Balance
from windsock.metrics.channels.model import DISTRIBUTION, REACHES, Assumptions, Figures, Shift, ShiftValue, ratio, shift_value, total
from windsock.metrics.tree import span_json

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.kernel.period import Period
    from windsock.workspace import Workspace

ZERO = Decimal(0)


@dataclass(frozen=True)
class Plan:
    """A shift of one channel's bookings, or of all together, with the figures that went into it."""

    channel: str | None
    shift: Shift
    worth: ShiftValue


def movable(workspace: Workspace, found: Balance, assumed: Assumptions) -> dict[str, Any]:
    """Return who could move and what it would be worth, as it travels.

    Args:
        workspace: where to look.
        found: the balance of the period.
        assumed: what is assumed, in force or only tried.
    """
    period = found.periods[0]
    counted = queries.count_distributed(workspace.warehouse, period.start, period.end)
    people, orders, booked = queries.moved(workspace.warehouse, period.start, period.end)
    plans = _plans(found, assumed, counted)
    return {
        "period": span_json(period),
        "currency": found.currency,
        "reaches": [{"name": name, "title": words.json()} for name, words in REACHES.items()],
        "rows": [_row(one) for one in counted],
        "plans": [_plan(plan) for plan in plans],
        "direct_cost_rate": _text(_direct_rate(found, assumed)),
        "moved": {"people": people, "orders": orders, "booked": text(booked)},
    }


def _row(one: queries.Counted) -> dict[str, Any]:
    return {
        "channel": one.channel,
        "group": one.channel_group,
        "reach": one.reach,
        "people": one.people,
        "orders": one.orders,
        "booked": text(one.booked),
        "private_orders": one.private_orders,
        "private_people": one.private_people,
    }


def _direct_rate(found: Balance, assumed: Assumptions) -> Decimal:
    """Return what a direct booking costs beside marketing, as a share of it: as assumed, or payment and service as measured."""
    if assumed.direct_cost_rate is not None:
        return assumed.direct_cost_rate
    direct = total([one for name, one in found.now.items() if found.group(name) == "direct"])
    return ratio(direct.payment + direct.service + direct.fees, direct.booked) or ZERO


def _plans(found: Balance, assumed: Assumptions, counted: list[queries.Counted]) -> list[Plan]:
    """Return a plan for each channel of distribution, and one of all, in which those already direct are counted once."""
    direct = total([one for name, one in found.now.items() if found.group(name) == "direct"])
    also, rate_to = half_up(direct.orders * assumed.direct_take_rate, Decimal("0.01")), _direct_rate(found, assumed)
    plans: list[Plan] = []
    for name in sorted(found.now):
        if found.group(name) in DISTRIBUTION:
            rows = [row for row in counted if row.channel == name]
            plans.append(_planned(name, rows, found.now[name], assumed, (rate_to, also)))
    everyone = [row for row in counted if row.channel is not None]
    sold = total([one for name, one in found.now.items() if found.group(name) in DISTRIBUTION])
    return [_planned(None, everyone, sold, assumed, (rate_to, also)), *sorted(plans, key=lambda plan: -plan.worth.saved)]


def _planned(name: str | None, rows: list[queries.Counted], sold: Figures, assumed: Assumptions, direct: tuple[Decimal, Decimal]) -> Plan:
    rates = assumed.move_rate
    moved = half_up(sum((row.orders * rates.get(row.reach or "", ZERO) for row in rows), ZERO), Decimal("0.01"))
    booked = sum((row.booked * rates.get(row.reach or "", ZERO) for row in rows), ZERO)
    rate_from = ratio(sold.commission + sold.fees + sold.payment + sold.service, sold.booked) or ZERO
    shift = Shift(moved, half_up(ratio(booked, moved) or ZERO), rate_from, direct[0], assumed.incentive, direct[1], assumed.repeat_value)
    return Plan(name, shift, shift_value(shift))


def _plan(plan: Plan) -> dict[str, Any]:
    shift, worth = plan.shift, plan.worth
    return {
        "channel": plan.channel,
        "moved": _text(shift.moved),
        "value": text(shift.value),
        "rate_from": _text(shift.rate_from),
        "rate_to": _text(shift.rate_to),
        "incentive": text(shift.incentive),
        "also": _text(shift.also),
        "repeat_value": text(shift.repeat_value),
        "saved": text(worth.saved),
        "repeat": text(worth.repeat),
        "incentives": text(worth.incentives),
        "net": text(worth.net),
        "counted_movers_only": text(worth.counted_movers_only),
        "counted_all_moved": text(worth.counted_all_moved),
    }


def _text(value: Decimal) -> str:
    return f"{value:f}"


@dataclass(frozen=True)
class Listing:
    """Which people are asked for; "" is any."""

    channel: str = ""
    reach: str = ""
    private: bool = False
    limit: int = 50
    cursor: int = 0


def people(workspace: Workspace, actor: Actor, period: Period, wanted: Listing) -> dict[str, Any]:
    """Return people who booked through distribution, masked for who may not see more.

    Raises:
        InvalidInput: a reach that there is not.
    """
    if wanted.reach and wanted.reach not in REACHES:
        raise InvalidInput(f"There is no reach '{wanted.reach[:40]}'.", where="reach", fix=f"Use: {', '.join(REACHES)}.")
    span = (period.start, period.end)
    found = queries.list_distributed(workspace.warehouse, span, (wanted.channel, wanted.reach, wanted.private), wanted.limit + 1, wanted.cursor)
    page = found[: wanted.limit]
    names = identity.display_names(workspace.warehouse, [int(row["person"]) for row in page], unmasked=actor.may("people.unmask")) if page else {}
    return {"items": [_person(row, names) for row in page], "next": str(wanted.cursor + wanted.limit) if len(found) > wanted.limit else None}


def _person(row: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    last = row["last_booked"]
    return {
        "did": str(row["person"]),
        "name": names.get(int(row["person"]), f"#{row['person']}"),
        "orders": int(row["orders"]),
        "booked": text(Decimal(row["booked"] or 0)),
        "last_booked": last.isoformat() if isinstance(last, dt.date) else None,
        "channels": str(row["channels"] or ""),
        "private_trips": bool(row["private_trips"]),
    }
