"""The revenue tree of two periods: ask what each branch sold, divide the change, say it in words.

Six questions: what was sold by branch, and the visitors, for either period and for the sparks. When no source of orders knows payments, every node
stands on the arrival clock, and a note says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, cast

from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput
from windsock.kernel.money import STORED, half_up, text
from windsock.kernel.period import Grain, Period, bucket_start
from windsock.metrics.answer import Answer, answer
from windsock.metrics.model.decomposition import lmdi_where_positive, shapley
from windsock.metrics.model.definition import Words
from windsock.metrics.model.expression import rounded
from windsock.metrics.model.interactions import Terms, terms_of
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.model.sentences import Sentence, name_of, tree_sentences
from windsock.metrics.model.tree import BranchValues, Node, TreeValues, Unit, build_tree, leaves, value_of
from windsock.metrics.notes import Note
from windsock.metrics.queries import SourceMark, source_marks
from windsock.metrics.query import MetricQuery
from windsock.metrics.target_port import targets_of

if TYPE_CHECKING:
    from windsock.workspace import Workspace

SOLD = ("orders", "booked_amount", "revenue")
BUCKETS_MAX = 400
_NO_VISITS: dict[str, Words] = {
    "arrival": Words("Visits have no arrival date", "访问没有到店或出发日期"),
    "travel": Words("Visits have no arrival date", "访问没有到店或出发日期"),
    "night": Words("Visits have no travel date", "访问没有出行日期"),
}
_UNCUT = Words("Visits can't be filtered like this", "访问数据不支持该筛选条件")
ARRIVAL_NOTE = Note(
    "tree_clock_arrival",
    "No order of these periods has a known payment, so the whole tree stands on the arrival date.",
    "这些期间的订单没有支付数据，整棵指标树按到店/出发日期统计。",
)
_NO_LOGARITHM = Note(
    "lmdi_needs_positive",
    "A factor is zero or negative, which has no logarithm: its branch is divided by Shapley's method.",
    "有因子为零或负数，无法取对数，该分支改用 Shapley 方法拆分。",
)
MethodName = Literal["shapley", "lmdi"]


@dataclass(frozen=True)
class Sold:
    """What was asked of one span of dates: values by bucket (None for the total), and what the answers said of themselves."""

    values: Mapping[dt.date | None, TreeValues]
    currency: str | None
    orders_until_ms: int | None
    visits_until_ms: int | None
    notes: tuple[Note, ...]
    clock: str | None
    no_visits: Words | None = None

    @property
    def complete_until_ms(self) -> int | None:
        """Until when all of it is whole."""
        return min((mark for mark in (self.orders_until_ms, self.visits_until_ms) if mark is not None), default=None)

    def at(self, bucket: dt.date | None) -> TreeValues:
        """Return the values of one bucket, None being the whole span."""
        return self.values.get(bucket, TreeValues())


@dataclass(frozen=True)
class Slice:
    """What all questions of a tree have in common."""

    where: tuple[Predicate, ...] = ()
    clock: str | None = None
    as_of_ms: int | None = None


def common_clock(marks: Sequence[SourceMark], asked: str | None) -> tuple[str | None, tuple[Note, ...]]:
    """Return the clock of all nodes and what to say of it: arrival when no source of orders knows payments, unless another was asked for."""
    known = {mark.payment_known for mark in marks if mark.kind == "orders"}
    if asked is not None or True in known or False not in known:
        return asked, ()
    return "arrival", (ARRIVAL_NOTE,)


def read_sold(workspace: Workspace, period: Period, grain: Grain, cut: Slice) -> Sold:
    """Ask what each branch sold in a period, and who visited: two questions.

    Raises:
        InvalidInput: an unknown clock or filter.
    """
    sold = answer(workspace, _query(SOLD, ("tracked",), period, grain, cut))
    visits, no_visits = _visits(workspace, period, grain, cut), None
    notes = (*sold.notes, *(visits.notes if visits else ()))
    if visits is None:
        no_visits = _UNCUT
    elif cut.clock in _NO_VISITS and any(row.get("uv") for row in visits.rows):
        visits, no_visits = None, _NO_VISITS[cut.clock]
    visited = None if visits is None else visits.complete_until_ms
    return Sold(_values(sold, visits), sold.currency, sold.complete_until_ms, visited, notes, cut.clock, no_visits)


def _visits(workspace: Workspace, period: Period, grain: Grain, cut: Slice) -> Answer | None:
    try:
        return answer(workspace, _query(("uv",), (), period, grain, Slice(cut.where, None, cut.as_of_ms)))
    except InvalidInput:
        # The filters were good enough for orders, so it is visits that do not know the field.
        return None


def _query(metrics: tuple[str, ...], by: tuple[str, ...], period: Period, grain: Grain, cut: Slice) -> MetricQuery:
    return MetricQuery(
        metrics=metrics, by=by, where=cut.where, grain=grain, period=period, clock=cut.clock, as_of_ms=cut.as_of_ms, limit=3 * BUCKETS_MAX
    )


def _values(sold: Answer, visits: Answer | None) -> dict[dt.date | None, TreeValues]:
    """Put rows into branches; a channel that nobody classed counts with the others, which have no visits."""
    tracked: dict[dt.date | None, dict[str, Decimal]] = {}
    others: dict[dt.date | None, dict[str, Decimal]] = {}
    for row in sold.rows:
        sums = (tracked if _true(row.get("tracked")) else others).setdefault(_bucket(row), {})
        for name in SOLD:
            value = row.get(name)
            if value is not None:
                sums[name] = sums.get(name, Decimal(0)) + Decimal(value)
    people = {_bucket(row): Decimal(cast("int", row["uv"])) for row in visits.rows if row.get("uv") is not None} if visits else {}
    return {
        bucket: TreeValues(BranchValues(people.get(bucket), **tracked.get(bucket, {})), BranchValues(None, **others.get(bucket, {})))
        for bucket in tracked.keys() | others.keys() | people.keys()
    }


def _true(value: object) -> bool:
    return value is True or str(value).lower() == "true"


def _bucket(row: Mapping[str, Any]) -> dt.date | None:
    period = row.get("period")
    return None if period is None else dt.date.fromisoformat(str(period)[:10])


@dataclass(frozen=True)
class SparkPoint:
    """A bucket's first date and a node's value in it."""

    day: dt.date
    value: Decimal | None


@dataclass(frozen=True)
class Tree:
    """The answer: nodes with values, sparks and contributions, ranked sentences, and the bridge from the first figure to the second."""

    before: Period
    after: Period
    nodes: tuple[Node, ...]
    sentences: tuple[Sentence, ...]
    currency: str | None
    clock: str | None
    complete_until_ms: int | None
    notes: tuple[Note, ...]
    sparks: Mapping[str, tuple[SparkPoint, ...]] = field(default_factory=dict[str, tuple[SparkPoint, ...]])
    method: MethodName = "shapley"
    targets: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])

    def waterfall(self) -> list[dict[str, Any]]:
        """Return start, parts and end; start + parts = end to the cent."""
        root = self.nodes[0]
        steps = [_step(_span(self.before), root, half_up(root.before or Decimal(0)), "start")]
        steps += [_step(name_of(node), node, node.contribution, "part") for node in leaves(self.nodes)]
        return [*steps, _step(_span(self.after), root, half_up(root.after or Decimal(0)), "end")]

    def json(self) -> dict[str, Any]:
        """Return the tree as it travels over HTTP."""
        terms = terms_of(self.nodes)
        return {
            "from": span_json(self.before),
            "to": span_json(self.after),
            "currency": self.currency,
            "complete_until": None if self.complete_until_ms is None else iso(self.complete_until_ms),
            "notes": [note.json() for note in self.notes],
            "clock": self.clock,
            "method": self.method,
            "nodes": [self._node(node, terms) for node in self.nodes],
            "interactions": [{"branch": one.branch, "nodes": list(one.nodes), "amount": text(one.amount)} for one in terms.together],
            "sentences": [sentence_json(sentence) for sentence in self.sentences],
            "waterfall": self.waterfall(),
        }

    def _node(self, node: Node, terms: Terms) -> dict[str, Any]:
        change = None if node.before is None or node.after is None else node.after - node.before
        rate = change / abs(node.before) if change is not None and node.before else None
        return {
            "id": node.id,
            "parent": node.parent,
            "metric": node.metric,
            "title": node.title.json(),
            "operator": node.operator,
            "unit": node.unit,
            "direction": node.direction,
            "from": figure(node.before, node.unit),
            "to": figure(node.after, node.unit),
            "change": figure(change, node.unit),
            "change_rate": figure(rate, "ratio"),
            "contribution": text(node.contribution),
            "alone": text(terms.alone[node.id]) if node.id in terms.alone else None,
            "target": figure(self.targets.get(node.id), node.unit),
            "spark": [{"period": point.day.isoformat(), "value": figure(point.value, node.unit)} for point in self.sparks.get(node.id, ())],
            "missing": None if node.missing is None else node.missing.json(),
            "collapsed": node.collapsed,
            "factors": list(node.factors),
            "where": [predicate.json() for predicate in branch_filter(node)],
        }


def revenue_tree(
    workspace: Workspace,
    from_period: Period,
    to_period: Period,
    clock: str | None = None,
    where: Sequence[Predicate] = (),
    method: MethodName = "shapley",
) -> Tree:
    """Explain the change of revenue between two periods by the tree.

    Args:
        workspace: where to ask.
        from_period: the first period.
        to_period: the second period.
        clock: one clock for all nodes; None for each metric's own (arrival for all when no payment is known).
        where: filters on every node.
        method: how a product's change is divided among its factors.

    Raises:
        InvalidInput: an unknown clock or filter.
    """
    own, notes = common_clock(source_marks(workspace.warehouse), clock)
    cut = Slice(tuple(where), own)
    before, after = (read_sold(workspace, period, "total", cut) for period in (from_period, to_period))
    grain, span = spark_span(to_period, workspace.settings.workspace.week_start)
    tree = assemble((from_period, to_period), (before, after), read_sold(workspace, span, grain, cut), method=method)
    return replace(tree, notes=unique_notes((*notes, *tree.notes)), targets=node_targets(workspace, tree.nodes, to_period, cut.where))


def tree_queries(
    workspace: Workspace, from_period: Period, to_period: Period, clock: str | None = None, where: Sequence[Predicate] = ()
) -> list[MetricQuery]:
    """Return the questions that ``revenue_tree`` will ask of two periods, for whoever asks for more of the same."""
    cut = Slice(tuple(where), common_clock(source_marks(workspace.warehouse), clock)[0])
    grain, span = spark_span(to_period, workspace.settings.workspace.week_start)
    found: list[MetricQuery] = []
    spans: tuple[tuple[Period, Grain], ...] = ((from_period, "total"), (to_period, "total"), (span, grain))
    for period, size in spans:
        found += [_query(SOLD, ("tracked",), period, size, cut), _query(("uv",), (), period, size, replace(cut, clock=None))]
    return found


def node_targets(workspace: Workspace, nodes: Sequence[Node], period: Period, where: tuple[Predicate, ...]) -> dict[str, Decimal]:
    """Return the targets of nodes by node id, where somebody keeps targets for just their metric, period and cut."""
    cuts: dict[tuple[Predicate, ...], list[Node]] = {}
    for node in nodes:
        if node.metric:
            cuts.setdefault(branch_filter(node), []).append(node)
    found: dict[str, Decimal] = {}
    for extra, group in cuts.items():
        known = targets_of(workspace, [node.metric for node in group], period, (*where, *extra))
        found.update({node.id: known[node.metric] for node in group if node.metric in known})
    return found


def assemble(
    periods: tuple[Period, Period],
    sold: tuple[Sold, Sold],
    series: Sold | None = None,
    at: tuple[dt.date | None, dt.date | None] = (None, None),
    method: MethodName = "shapley",
) -> Tree:
    """Make the tree of what was read.

    Args:
        periods: first and second.
        sold: what was sold in each.
        series: buckets for the sparks.
        at: the buckets of ``sold`` to compare; None is the whole span.
        method: how a product's change is divided among its factors.
    """
    before, after = sold
    first, last = before.at(at[0]), after.at(at[1])
    nodes = build_tree(first, last, after.no_visits, shapley if method == "shapley" else lmdi_where_positive)
    fell_back = method == "lmdi" and any(min(node.before or 0, node.after or 0) <= 0 for node in leaves(nodes))
    bases = {"tracked.conversion": min(first.tracked.uv or Decimal(0), last.tracked.uv or Decimal(0))}
    sparks: dict[str, tuple[SparkPoint, ...]] = {}
    if series is not None:
        days = sorted(day for day in series.values if day is not None)
        known = [node for node in nodes if node.before is not None]
        sparks = {node.id: tuple(SparkPoint(day, value_of(node, series.at(day))) for day in days) for node in known}
    until = [part.complete_until_ms for part in sold if part.complete_until_ms is not None]
    currency = after.currency or before.currency
    return Tree(
        *periods,
        tuple(nodes),
        tuple(tree_sentences(nodes, currency, bases)),
        currency,
        after.clock,
        min(until, default=None),
        unique_notes((*before.notes, *after.notes, *((_NO_LOGARITHM,) if fell_back else ()))),
        sparks,
        method,
    )


def spark_span(period: Period, week_start: int) -> tuple[Grain, Period]:
    """Return the grain and dates of a spark that ends with a period: 28 days, 13 weeks or 13 months."""
    end = period.end
    if period.days <= 31:
        return "day", Period(end - dt.timedelta(days=27), end)
    if period.days <= 120:
        return "week", Period(bucket_start(end - dt.timedelta(weeks=12), "week", week_start), end)
    return "month", Period(end.replace(year=end.year - 1, day=1), end)


def unique_notes(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return notes once each, by code, in order."""
    return tuple({note.code: note for note in notes}.values())


def figure(value: Decimal | None, unit: Unit) -> str | int | None:
    """Return a value as it travels: money and ratios as decimal text, counts as integers, missing as null."""
    if value is None:
        return None
    if unit == "count":
        return int(value)
    if unit == "money":
        return text(value if value == half_up(value, STORED) else rounded(value) or Decimal(0))
    return f"{rounded(value) or Decimal(0):f}"


def span_json(period: Period) -> dict[str, str]:
    """Return both dates of a period."""
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def sentence_json(sentence: Sentence) -> dict[str, str]:
    """Return a sentence as it travels; the amount is exact."""
    return {**sentence.text.json(), "node": sentence.node, "amount": text(rounded(sentence.amount) or Decimal(0))}


def _step(label: Words, node: Node, amount: Decimal, kind: str) -> dict[str, Any]:
    return {"label": label.json(), "node": node.id, "amount": text(amount), "kind": kind}


def _span(period: Period) -> Words:
    shown = period.start.isoformat() if period.days == 1 else f"{period.start} ... {period.end}"
    return Words(shown, shown)


def branch_filter(node: Node) -> tuple[Predicate, ...]:
    """Return the filter that a node adds to the tree's own ones; visitors are counted once, and conversion is of tracked channels anyway."""
    if node.branch is None or node.metric in ("uv", "conversion"):
        return ()
    return (Predicate("tracked", "=", node.branch == "tracked"),)
