"""The balance of channels: figures of the library by sales channel, groups and the whole, beside an earlier period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.catalog import WORDS
from windsock.kernel.clock import iso
from windsock.kernel.money import text
from windsock.metrics.answer import Answer, answer
from windsock.metrics.channels import queries
from windsock.metrics.channels.assume import assumptions, to_json
from windsock.metrics.channels.model import Assumptions, Figures, ratio, total
from windsock.metrics.notes import Note
from windsock.metrics.queries import source_marks
from windsock.metrics.query import MetricQuery, comparison
from windsock.metrics.tree import common_clock, span_json, unique_notes
from windsock.metrics.value_names import own_name

if TYPE_CHECKING:
    from typing import Literal

    from windsock.kernel.period import Period
    from windsock.workspace import Workspace

CHANNELS_MAX = 500
_METRICS = {
    "orders": "orders",
    "booked": "booked_amount",
    "gross": "gross_revenue",
    "refunds": "refunded_revenue",
    "commission": "commission_cost",
    "fees": "distribution_fee",
    "payment": "payment_cost",
    "marketing": "marketing_cost",
}
"""Which metric of the library stands behind each figure."""
_UNCLASSED = Note(
    "channels_not_classified",
    "Some channels are in no group yet: they are neither direct nor distribution here.",
    "部分渠道尚未分组，既不计入直销也不计入分销。",
)
_SERVICE = Note(
    "service_cost_assumed",
    "Cost of service is an assumption an order; all other costs come from the rates and spendings of the channels.",
    "客服成本为每单假设值；其余成本来自渠道费率与支出数据。",
)


@dataclass(frozen=True)
class Balance:
    """Figures by channel in two periods, the channels' descriptions, and what is assumed."""

    periods: tuple[Period, Period]
    now: Mapping[str, Figures]
    before: Mapping[str, Figures]
    channels: Mapping[str, Mapping[str, Any]]
    currency: str
    clock: str | None
    complete_until_ms: int | None
    notes: tuple[Note, ...]
    assumed: Assumptions

    def group(self, channel: str) -> str:
        """Return the group of a channel."""
        found = str(self.channels.get(channel, {}).get("channel_group"))
        return found if found in WORDS["channel_groups"] else "unknown"

    def direct_share(self, figures: Mapping[str, Figures]) -> Decimal | None:
        """Return the share of revenue that direct channels bring."""
        direct = total([one for channel, one in figures.items() if self.group(channel) == "direct"])
        return ratio(direct.revenue, total(list(figures.values())).revenue)

    def json(self) -> dict[str, Any]:
        """Return the balance as it travels; channels by revenue, groups and total sum from them."""
        names = sorted({*self.now, *self.before}, key=lambda name: (-self.now.get(name, Figures()).revenue, name))
        groups = sorted({self.group(name) for name in names}, key=lambda name: list(WORDS["channel_groups"]).index(name))
        now, before = total(list(self.now.values())), total(list(self.before.values()))
        shares = self.direct_share(self.now), self.direct_share(self.before)
        return {
            "period": span_json(self.periods[0]),
            "compared_with": span_json(self.periods[1]),
            "currency": self.currency,
            "clock": self.clock,
            "complete_until": None if self.complete_until_ms is None else iso(self.complete_until_ms),
            "channels": [self._row(name, [name], now) for name in names],
            "groups": [self._row(group, [name for name in names if self.group(name) == group], now, group) for group in groups],
            "total": {**_figures(now, now), "before": _figures(before, before)},
            "direct_share": _ratio(shares[0]),
            "direct_share_before": _ratio(shares[1]),
            "metrics": _METRICS,
            "notes": [note.json() for note in self.notes],
            "assumptions": to_json(self.assumed),
        }

    def _row(self, name: str, members: list[str], whole: Figures, group: str | None = None) -> dict[str, Any]:
        known = self.channels.get(name, {})
        title = WORDS["channel_groups"][group] if group else own_name(name, known.get("name_en") or name, known.get("name_zh") or name).json()
        before = total(list(self.before.values()))
        return {
            "name": name,
            "title": title,
            "group": group or self.group(name),
            "tracked": bool(known.get("tracked")),
            "rates": {rate: text(Decimal(known.get(rate) or 0)) for rate in ("commission_rate", "fee_per_segment", "payment_fee_rate")},
            **_figures(total([self.now.get(member, Figures()) for member in members]), whole),
            "before": _figures(total([self.before.get(member, Figures()) for member in members]), before),
        }


def _figures(one: Figures, whole: Figures) -> dict[str, Any]:
    return {
        "orders": one.orders,
        **{
            name: text(getattr(one, name))
            for name in ("booked", "gross", "refunds", "revenue", "commission", "fees", "payment", "marketing", "service", "cost", "margin")
        },
        "margin_rate": _ratio(ratio(one.margin, one.revenue)),
        "cost_rate": _ratio(ratio(one.cost, one.booked)),
        "share": _ratio(ratio(one.revenue, whole.revenue)),
    }


def _ratio(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def balance(workspace: Workspace, period: Period, compare: Literal["previous", "last_year"] = "previous", clock: str | None = None) -> Balance:
    """Return what each channel brought and cost in a period and in an earlier one.

    Raises:
        InvalidInput: an unknown clock.
    """
    own, notes = common_clock(source_marks(workspace.warehouse), clock)
    earlier = comparison(period, compare)
    assumed, _ = assumptions(workspace)
    asked = [_ask(workspace, span, own) for span in (period, earlier)]
    known = queries.channels(workspace.warehouse)
    now, before = (_by_channel(found, assumed) for found in asked)
    unclassed = any(known.get(name, {}).get("channel_group") in (None, "unknown") and one.revenue for name, one in now.items())
    extra = (*((_UNCLASSED,) if unclassed else ()), *((_SERVICE,) if any(assumed.service_cost.values()) else ()))
    return Balance(
        (period, earlier),
        now,
        before,
        known,
        asked[0].currency,
        own,
        asked[0].complete_until_ms,
        unique_notes((*notes, *extra, *asked[0].notes)),
        assumed,
    )


def _ask(workspace: Workspace, period: Period, clock: str | None) -> Answer:
    return answer(workspace, MetricQuery(metrics=tuple(_METRICS.values()), by=("sales_channel",), period=period, clock=clock, limit=CHANNELS_MAX))


def _by_channel(found: Answer, assumed: Assumptions) -> dict[str, Figures]:
    figures: dict[str, Figures] = {}
    for row in found.rows:
        name = str(row["sales_channel"]) if row["sales_channel"] is not None else ""
        orders = int(Decimal(str(row["orders"] or 0)))
        money = {figure: Decimal(str(row[metric] or 0)) for figure, metric in _METRICS.items() if figure != "orders"}
        one = Figures(orders=orders, **money)
        figures[name] = replace(one, service=orders * assumed.service_cost.get(name, Decimal(0)))
    return {name: one for name, one in figures.items() if one != Figures()}
