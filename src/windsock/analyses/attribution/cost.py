"""What the credited channels cost: the house's metric of marketing cost by channel, over the days of the conversions, beside each model's credit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from windsock.kernel.money import STORED, half_up, text
from windsock.metrics import MetricQuery
from windsock.metrics import answer as ask_metric

if TYPE_CHECKING:
    from windsock.analyses.attribution.ask import AttributionAnswer, Credit, Row
    from windsock.workspace import Workspace

METRIC, COSTED = "marketing_cost", "sales_channel"
"""The metric, and the one field that costs are known by."""
_CHANNELS_MOST = 10_000
_RATIO = Decimal("0.000001")
_NO = Decimal(0)


@dataclass(frozen=True)
class Costs:
    """Cost by channel in the currency of the house, and in all."""

    currency: str
    by_value: Mapping[str | None, Decimal]

    @property
    def total(self) -> Decimal:
        """All of it."""
        return sum(self.by_value.values(), _NO)

    def of(self, row: Row) -> Decimal | None:
        """Return the cost of a row's values; None where none of them has one."""
        found = [self.by_value[value] for value in row.members if value is not None and value in self.by_value]
        return sum(found, _NO) if found else None

    def elsewhere(self, answer: AttributionAnswer) -> dict[str | None, Decimal]:
        """Return the cost of channels that no conversion has a touch of."""
        credited = {value for row in answer.rows for value in row.members if value is not None}
        return {value: cost for value, cost in self.by_value.items() if value not in credited}


def costs_of(workspace: Workspace, answer: AttributionAnswer) -> Costs | None:
    """Return what the channels cost on the days of the conversions; None where another field is credited, or no cost is known.

    Raises:
        QueryTimeout, Busy: as the warehouse.
    """
    if answer.asked.by != COSTED:
        return None
    found = ask_metric(workspace, MetricQuery((METRIC,), answer.days, by=(COSTED,), limit=_CHANNELS_MOST))
    by_value = {row[COSTED]: row[METRIC] for row in found.rows}
    costs = {None if value is None else str(value): cost for value, cost in by_value.items() if isinstance(cost, Decimal)}
    return Costs(found.currency, costs) if costs else None


def cost_per(cost: Decimal | None, credit: Credit) -> tuple[Decimal | None, Decimal | None]:
    """Return the cost of a credited conversion (CPA) and the worth that a unit of cost brought (ROAS); None where nothing is divided."""
    if cost is None:
        return None, None
    return half_up(cost / credit.conversions, STORED) if credit.conversions else None, _ratio(credit.worth, cost)


def _ratio(worth: Decimal, cost: Decimal) -> Decimal | None:
    return (worth / cost).quantize(_RATIO, ROUND_HALF_UP) if cost else None


def priced(answer: AttributionAnswer, costs: Costs | None) -> dict[str, Any]:
    """Return an answer as it travels, with the ``cost`` of each row, ``cpa`` and (where worth is credited) ``roas`` of each credit."""
    told = answer.json()
    if costs is None:
        return told
    valued = answer.asked.value is not None
    for row, shown in zip(answer.rows, told["rows"], strict=True):
        cost = costs.of(row)
        shown["cost"] = None if cost is None else text(cost)
        for model, credit in row.credits.items():
            cpa, roas = cost_per(cost, credit)
            shown["credits"][model] |= {"cpa": None if cpa is None else text(cpa), "roas": f"{roas:f}" if valued and roas is not None else None}
    total, elsewhere = costs.total, costs.elsewhere(answer)
    whole = half_up(total / answer.conversions, STORED) if answer.conversions else None
    roas = _ratio(answer.worth, total) if valued else None
    told["cost"] = {
        "metric": METRIC,
        "currency": costs.currency,
        "total": text(total),
        "cpa": None if whole is None else text(whole),
        "roas": None if roas is None else f"{roas:f}",
        "elsewhere": text(sum(elsewhere.values(), _NO)),
        "elsewhere_values": sorted(value for value in elsewhere if value is not None)[:100],
    }
    return told
