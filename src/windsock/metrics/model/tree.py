"""The revenue tree: tracked channels (visitors x conversion x value x take) and the others (orders x value x take), and what moved it.

Contributions are money to the cent; children sum to their parent at every level. What is missing is said, never filled in: without visits
the tracked branch is orders x value x take, and a branch without anything is left out with a word why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal

from windsock.metrics.model.decomposition import DIGITS, FactorChange, Level, Method, explain_product, round_parts, rounded_change, shapley
from windsock.metrics.model.definition import Words

Branch = Literal["tracked", "untracked"]
Unit = Literal["money", "count", "ratio"]
BRANCHES: tuple[Branch, ...] = ("tracked", "untracked")
ZERO = Decimal(0)


@dataclass(frozen=True)
class BranchValues:
    """What one branch sold in one period; None is not known. The other channels have no ``uv``."""

    uv: Decimal | None = None
    orders: Decimal | None = None
    booked_amount: Decimal | None = None
    revenue: Decimal | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing at all is known or happened."""
        return not (self.uv or self.orders or self.booked_amount or self.revenue)


@dataclass(frozen=True)
class TreeValues:
    """Both branches in one period."""

    tracked: BranchValues = BranchValues()
    untracked: BranchValues = BranchValues()

    def branch(self, name: Branch) -> BranchValues:
        """Return a branch by its name."""
        return self.tracked if name == "tracked" else self.untracked


@dataclass(frozen=True)
class Node:
    """A node of the tree with its two values and what it adds to the change of revenue.

    Attributes:
        id: ``revenue``, ``tracked``, ``tracked.uv`` ...
        parent: the id above, None at the root.
        metric: the metric of the library that it shows, "" when it is several factors taken together that no metric stands for.
        title: its name.
        operator: how its children make it: ``sum``, ``product``, or ``leaf``.
        unit: of its values.
        before: its value in the first period, None when unknown.
        after: its value in the second period.
        contribution: what it adds to the change of revenue, to the cent; children sum to their parent.
        missing: why something of it is missing or taken together.
        factors: the factors it stands for.
        direction: whether more of it is good; costs of the net view are not.
    """

    id: str
    parent: str | None
    metric: str
    title: Words
    operator: Literal["sum", "product", "leaf"]
    unit: Unit
    before: Decimal | None
    after: Decimal | None
    contribution: Decimal
    missing: Words | None = None
    factors: tuple[str, ...] = ()
    direction: Literal["up", "down"] = "up"

    @property
    def collapsed(self) -> bool:
        """Whether it stands for several factors that can't be told apart."""
        return len(self.factors) > 1

    @property
    def branch(self) -> Branch | None:
        """The branch it belongs to; None for the root and for the net view, which has none."""
        name = self.id.partition(".")[0]
        return next((branch for branch in BRANCHES if branch == name), None)


@dataclass(frozen=True)
class _Kind:
    name: str
    metric: str
    title: Words
    unit: Unit


_KINDS: dict[tuple[str, ...], _Kind] = {
    ("uv",): _Kind("uv", "uv", Words("Unique visitors (UV)", "独立访客（UV）"), "count"),
    ("conversion",): _Kind("conversion", "conversion", Words("Conversion", "转化率"), "ratio"),
    ("orders",): _Kind("orders", "orders", Words("Orders", "订单数"), "count"),
    ("average_order_value",): _Kind("average_order_value", "average_order_value", Words("Average order value", "客单价"), "money"),
    ("take_rate",): _Kind("take_rate", "take_rate", Words("Take rate", "所得比例"), "ratio"),
    ("uv", "conversion"): _Kind("orders", "orders", Words("Orders", "订单数"), "count"),
    ("uv", "conversion", "average_order_value"): _Kind("booked_amount", "booked_amount", Words("Booked amount", "预订金额"), "money"),
    ("orders", "average_order_value"): _Kind("booked_amount", "booked_amount", Words("Booked amount", "预订金额"), "money"),
    ("conversion", "average_order_value"): _Kind("booked_per_visitor", "", Words("Booked amount per visitor", "访客人均预订金额"), "money"),
    ("average_order_value", "take_rate"): _Kind("revenue_per_order", "", Words("Revenue per order", "单均收入"), "money"),
    ("conversion", "average_order_value", "take_rate"): _Kind("revenue_per_visitor", "", Words("Revenue per visitor", "访客人均收入"), "money"),
}
BRANCH_TITLES: dict[Branch, Words] = {
    "tracked": Words("Tracked channels", "自有渠道"),
    "untracked": Words("Other channels", "其他渠道"),
}
_ROOT = Words("Revenue", "收入")
_ABSENT: dict[str, Words] = {
    "uv": Words("No visits are recorded", "没有访问数据"),
    "orders": Words("There are no orders", "没有订单"),
    "booked_amount": Words("There is no booked amount", "没有预订金额"),
    "revenue": Words("There is no revenue", "没有收入"),
}
_FACTORS: dict[Branch, tuple[tuple[str, str], ...]] = {
    "tracked": (("uv", "uv"), ("orders", "conversion"), ("booked_amount", "average_order_value"), ("revenue", "take_rate")),
    "untracked": (("orders", "orders"), ("booked_amount", "average_order_value"), ("revenue", "take_rate")),
}
_LEFT_OUT: dict[Branch, Words] = {
    "tracked": Words(
        "No tracked channel sold anything and no visits are recorded, so this branch is left out.",
        "没有自有渠道的订单，也没有访问数据，故不含此分支。",
    ),
    "untracked": Words("No other channel sold anything, so this branch is left out.", "没有其他渠道的订单，故不含此分支。"),
}


def build_tree(before: TreeValues, after: TreeValues, no_visits: Words | None = None, method: Method = shapley) -> list[Node]:
    """Build the tree of two periods.

    Args:
        before: what was sold in the first period.
        after: what was sold in the second period.
        no_visits: a clause that says why visits are not known, where there is a better one than that none are recorded.
        method: how a product's change is divided: ``shapley``, or ``lmdi_where_positive``.

    Returns:
        The nodes, parents before their children. ``start + contributions = end`` holds to the cent at every level.
    """
    first, last = (_sum(values.branch(name).revenue for name in BRANCHES) for values in (before, after))
    whole = rounded_change(first, last)
    changes = [_known(after.branch(name).revenue) - _known(before.branch(name).revenue) for name in BRANCHES]
    cents = round_parts(whole, changes)
    nodes = [Node("revenue", None, "revenue", _ROOT, "sum", "money", first, last, whole)]
    for name, amount in zip(BRANCHES, cents, strict=True):
        nodes.extend(_branch(name, (before.branch(name), after.branch(name)), amount, no_visits, method))
    return nodes


def value_of(node: Node, values: TreeValues) -> Decimal | None:
    """Return what a node's figure is in another period, or None where there is nothing to divide by."""
    if node.branch is None:
        return _sum(values.branch(name).revenue for name in BRANCHES)
    branch = values.branch(node.branch)
    if node.id == node.branch:
        return _known(branch.revenue)
    levels = _levels(node.branch, branch, branch)
    tags = [level.factor for level in levels]
    end, start = levels[tags.index(node.factors[-1])].before, tags.index(node.factors[0]) - 1
    if start < 0 or end is None:
        return end
    base = levels[start].before
    with localcontext() as context:
        context.prec = DIGITS
        return end / base if base else None


def leaves(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes without children, but for branches that are left out."""
    return [node for node in nodes if node.operator == "leaf" and node.before is not None]


def _branch(name: Branch, ends: tuple[BranchValues, BranchValues], amount: Decimal, no_visits: Words | None, method: Method) -> list[Node]:
    title, (before, after) = BRANCH_TITLES[name], ends
    if before.empty and after.empty:
        return [Node(name, "revenue", "revenue", title, "leaf", "money", None, None, amount, _LEFT_OUT[name])]
    first, last = _known(before.revenue), _known(after.revenue)
    levels = _levels(name, before, after)
    factors = explain_product(levels, method)
    if len(factors) == 1:
        words = _why(levels, factors[0], name, no_visits)
        return [Node(name, "revenue", "revenue", title, "leaf", "money", first, last, amount, words, factors[0].factors)]
    cents = round_parts(amount, [factor.part for factor in factors])
    top = Node(name, "revenue", "revenue", title, "product", "money", first, last, amount)
    children: list[Node] = []
    for factor, part in zip(factors, cents, strict=True):
        kind, words = _KINDS[factor.factors], _why(levels, factor, name, no_visits)
        children.append(
            Node(f"{name}.{kind.name}", name, kind.metric, kind.title, "leaf", kind.unit, factor.before, factor.after, part, words, factor.factors)
        )
    return [top, *children]


def _levels(name: Branch, before: BranchValues, after: BranchValues) -> list[Level]:
    """Return the branch's levels; its revenue is a sum, so nothing sold is zero."""
    levels = [Level(factor, getattr(before, level), getattr(after, level)) for level, factor in _FACTORS[name]]
    return [*levels[:-1], Level("take_rate", _known(before.revenue), _known(after.revenue))]


def _why(levels: Sequence[Level], factor: FactorChange, name: Branch, no_visits: Words | None) -> Words | None:
    """Say which level was missing or zero, when, and what is taken together for it."""
    if not factor.collapsed:
        return None
    titles = [_KINDS[one,].title for one in factor.factors]
    together_en, together_zh = _listed([title.en for title in titles], " and "), _listed([title.zh for title in titles], "和", "、")
    level = next(level for level in levels if level.factor in factor.factors and not level.usable)
    absent = _ABSENT[next(known for known, tag in _FACTORS[name] if tag == level.factor)]
    when = _when(level)
    reason = Words(f"{absent.en} {when.en}", f"{when.zh}{absent.zh}")
    if level.factor == "uv" and no_visits is not None:
        reason = no_visits
    return Words(f"{reason.en}, so {together_en} are taken together.", f"{reason.zh}，故将{together_zh}合并计算。")


def _when(level: Level) -> Words:
    if not level.before and not level.after:
        return Words("in either period", "两期均")
    return Words("in the first period", "前一期") if not level.before else Words("in the second period", "后一期")


def _listed(names: Sequence[str], last: str, between: str = ", ") -> str:
    small = [name[:1].lower() + name[1:] for name in names]
    return between.join(small[:-1]) + last + small[-1]


def _sum(values: Iterable[Decimal | None]) -> Decimal:
    return sum((_known(value) for value in values), ZERO)


def _known(value: Decimal | None) -> Decimal:
    return ZERO if value is None else value
