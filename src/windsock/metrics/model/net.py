"""The net view of revenue: from what was taken, over refunds and what selling costs, to the margin; what each added to its change.

Costs and refunds are shown as positive amounts; their contribution is what more of them takes away. Children sum to their parent to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from windsock.metrics.model.decomposition import round_parts, rounded_change
from windsock.metrics.model.definition import Words
from windsock.metrics.model.tree import Node

ZERO = Decimal(0)


@dataclass(frozen=True)
class _Line:
    """A line of the view: its metric is its id; ``sign`` says whether it adds to its parent or takes away."""

    id: str
    parent: str | None
    sign: int
    title: Words


LINES: tuple[_Line, ...] = (
    _Line("channel_margin", None, 1, Words("Margin", "边际贡献")),
    _Line("revenue", "channel_margin", 1, Words("Revenue", "收入")),
    _Line("gross_revenue", "revenue", 1, Words("Revenue before refunds", "退款前收入")),
    _Line("refunded_revenue", "revenue", -1, Words("Refunds", "退款")),
    _Line("distribution_cost", "channel_margin", -1, Words("Distribution cost", "分销成本")),
    _Line("commission_cost", "distribution_cost", 1, Words("Commission", "渠道佣金")),
    _Line("distribution_fee", "distribution_cost", 1, Words("GDS fees", "GDS 费用")),
    _Line("payment_cost", "channel_margin", -1, Words("Payment fees", "支付手续费")),
    _Line("marketing_cost", "channel_margin", -1, Words("Marketing cost", "营销费用")),
)
LEAVES: tuple[str, ...] = tuple(line.id for line in LINES if line.id not in {other.parent for other in LINES})
"""What has to be asked: the metrics of the lines that have no lines below."""

Values = Mapping[str, Decimal | None]


def net_value(name: str, values: Values) -> Decimal:
    """Return a line's value from those of the leaves; what has no rows adds nothing."""
    below = [line for line in LINES if line.parent == name]
    if not below:
        return values.get(name) or ZERO
    return sum((line.sign * net_value(line.id, values) for line in below), ZERO)


def build_net(before: Values, after: Values) -> list[Node]:
    """Build the net view of two periods.

    Args:
        before: values of ``LEAVES`` in the first period.
        after: the same in the second period.

    Returns:
        Nodes, parents before their children; contributions are to the change of the margin and sum at every level.
    """
    root = LINES[0].id
    whole = rounded_change(net_value(root, before), net_value(root, after))
    given: dict[str, Decimal] = {root: whole}
    signs: dict[str, int] = {root: 1}
    nodes: list[Node] = []
    for line in LINES:
        first, last = net_value(line.id, before), net_value(line.id, after)
        below = [other for other in LINES if other.parent == line.id]
        for other in below:
            signs[other.id] = signs[line.id] * other.sign
        changes = [signs[other.id] * (net_value(other.id, after) - net_value(other.id, before)) for other in below]
        given.update(zip((other.id for other in below), round_parts(given[line.id], changes), strict=True))
        nodes.append(
            Node(
                line.id,
                line.parent,
                line.id,
                line.title,
                "sum" if below else "leaf",
                "money",
                first,
                last,
                given[line.id],
                direction="up" if signs[line.id] > 0 else "down",
            )
        )
    return nodes
