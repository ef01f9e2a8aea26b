"""Why a metric changed, by the values of one or more dimensions: parts that sum to the change.

Sums are divided per value; ratios of sums into rate and mix, weighted by the denominator; counts of distinct people per value with one more
part for those who were counted in several. Rates over people (conversion) are divided on sessions, because people do not add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.period import Period
from windsock.metrics.answer import Answer, answer
from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.model.decomposition import Key, RatioSplit, Share, split_sum
from windsock.metrics.model.definition import Metric
from windsock.metrics.model.expression import Name, Node, Operation, evaluate, names
from windsock.metrics.model.nested import NestedRatio, is_simpson, nest_ratio
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.model.sentences import Sentence, part_sentences, ranked_parts, simpson_sentence, split_head
from windsock.metrics.notes import Note
from windsock.metrics.parts import Decomposition, Part, TellUnit, bounded, priced, walk
from windsock.metrics.query import MetricQuery
from windsock.metrics.tree import unique_notes
from windsock.metrics.value_names import Namer, as_it_is, namer

if TYPE_CHECKING:
    from windsock.workspace import Workspace

VALUES_MAX = 10_000
PARTS_MAX = 500
INSIDE_MAX = 50
BY_MAX = 3
_SEVERAL = "\0several"
"""The value of the cell that holds what makes cells add up; no value of the data can be it."""
_NOT_WORTH = Note(
    "money_not_divided",
    "The figure that can be divided did not move the way the money did, so the parts have no money.",
    "可拆分的指标与金额变动方向不一致（或没有变化），故各部分不计金额。",
)
_SESSIONS = Note(
    "divided_on_sessions",
    "People do not add up over the values of a dimension, so the change is divided on sessions in place of visitors.",
    "用户数在维度各值之间不可相加，故以会话数代替访客数进行拆分。",
)
_PEOPLE = Note(
    "people_in_several",
    "Sessions can't be cut like this, so people are counted in each value they met; repeats are taken off in a part of their own.",
    "会话不支持该维度，故按用户统计：出现在多个值中的用户各计一次，重复部分单列扣减。",
)
_NO_CHANGE = Note(
    "nothing_to_divide_by",
    "In one of the periods there is nothing to divide by, so the ratio has no value there and no change.",
    "其中一期的分母为零，该比率没有数值，无法计算变化。",
)


@dataclass(frozen=True)
class _Formula:
    """How a metric is divided: the metrics to ask, and what to make of a row of them."""

    metric: Metric
    asked: tuple[str, ...]
    top: Node
    bottom: Node | None = None
    note: Note | None = None
    named: Namer = as_it_is


@dataclass(frozen=True)
class _Cells:
    """One period's rows by dimension values, and its total row."""

    rows: Mapping[Key, Mapping[str, Any]]
    total: Mapping[str, Any]
    answer: Answer


@dataclass(frozen=True)
class _Level:
    """Both periods' cells at one depth; their keys hold ``width`` values."""

    width: int
    before: _Cells
    after: _Cells

    @property
    def both(self) -> tuple[_Cells, _Cells]:
        """First and second."""
        return self.before, self.after


@dataclass(frozen=True)
class Asked:
    """What is to be divided, and how.

    Attributes:
        metric: a metric of the library.
        periods: the first and the second.
        by: one to three dimensions.
        where: filters on both periods.
        clock: a clock for all metrics that go into it; None for each one's own.
        nested: each dimension inside the one before it, in place of cells of all of them.
        worth: the money that the whole change stands for, which is divided with it.
    """

    metric: str
    periods: tuple[Period, Period]
    by: tuple[str, ...]
    where: tuple[Predicate, ...] = ()
    clock: str | None = None
    nested: bool = False
    worth: Decimal | None = None


def decompose(  # noqa: PLR0913, PLR0917 - a question has as many parts
    workspace: Workspace,
    metric: str,
    from_period: Period,
    to_period: Period,
    by: str | Sequence[str],
    where: Sequence[Predicate] = (),
    clock: str | None = None,
) -> Decomposition:
    """Divide the change of a metric between two periods over the cells of one to three dimensions; as in ``divide``."""
    dimensions = (by,) if isinstance(by, str) else tuple(by)
    return divide(workspace, Asked(metric, (from_period, to_period), dimensions, tuple(where), clock))


def divide(workspace: Workspace, asked: Asked) -> Decomposition:
    """Divide the change of a metric between two periods.

    Raises:
        InvalidInput: an unknown metric, dimension, clock or filter, or a metric that can't be divided: a percentile, a ratio of ratios.
        TooLarge: more values than can be listed.
    """
    if not 1 <= len(asked.by) <= BY_MAX:
        raise InvalidInput(f"A change is divided over 1 to {BY_MAX} dimensions.", where="by", fix="For example: sales_channel.")
    fields = {*asked.by, *(predicate.field for predicate in asked.where)}
    formula = replace(_formula(asked.metric, catalogue_of(workspace), fields), named=namer(workspace))
    depths = [asked.by[: i + 1] for i in range(len(asked.by))] if asked.nested else [asked.by]
    levels = [_Level(len(by), *(_ask(workspace, formula, period, by, asked.where, asked.clock) for period in asked.periods)) for by in depths]
    return (_of_sum if formula.bottom is None else _of_ratio)(formula, asked, levels)


def _formula(metric: str, library: Catalogue, fields: set[str]) -> _Formula:
    """Choose what to ask: the metric itself, or the two sums of its ratio; sessions in place of people where sessions know the fields."""
    definition = library.get(metric)
    _refuse_quantile(metric, library)
    node = library.expressions.get(metric)
    if node is None:
        return _Formula(definition, (metric,), Name(metric))
    if definition.additivity != "ratio":
        return _Formula(definition, names(node), node)
    if not isinstance(node, Operation) or node.sign != "/" or any(library.get(name).additivity == "ratio" for name in names(node)):
        raise InvalidInput(
            f"'{metric}' is no ratio of two sums, so its change can't be divided.", where="metric", fix=f"Divide one of: {', '.join(names(node))}."
        )
    if names(node.right) != ("uv",):
        return _Formula(definition, names(node), node.left, node.right)
    if not fields <= set(library.dimensions("sessions")):
        return _Formula(definition, names(node), node.left, node.right, _PEOPLE)
    return _Formula(definition, tuple(dict.fromkeys((*names(node.left), "sessions"))), node.left, Name("sessions"), _SESSIONS)


def _refuse_quantile(metric: str, library: Catalogue) -> None:
    """Refuse a quantile and what is made of one: those of the cells neither sum nor mix to that of the whole."""
    found = next((base.name for base in library.bases([metric]) if base.additivity == "none"), None)
    if found is not None:
        what = f"'{metric}' is a percentile" if found == metric else f"'{metric}' is made of '{found}', a percentile"
        raise InvalidInput(
            f"{what}: those of the parts do not add up to that of the whole, so its change can't be divided.",
            where="metric",
            fix=f"Compare it value by value: `windsock query {metric} --by ...`, or divide a sum or a ratio of two sums.",
        )


def _ask(workspace: Workspace, formula: _Formula, period: Period, by: tuple[str, ...], where: tuple[Predicate, ...], clock: str | None) -> _Cells:
    found = answer(workspace, MetricQuery(metrics=formula.asked, period=period, by=by, where=where, clock=clock, limit=VALUES_MAX, with_total=True))
    if found.next_cursor is not None:
        raise TooLarge(f"The dimension has more than {VALUES_MAX} values.", where="by", fix="Filter first, or choose a coarser dimension.")
    rows = {tuple(_text(row[name]) for name in by): row for row in found.rows}
    return _Cells(rows, found.total or {}, found)


def _text(value: object) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(node: Node, row: Mapping[str, Any]) -> Decimal:
    """Evaluate sums: what has no rows adds nothing."""
    return evaluate(node, {name: Decimal(row.get(name) or 0) for name in names(node)}) or Decimal(0)


Sums = dict[Key, dict[Key, Decimal]]
"""Figures by cell, under the values that the cell stands in."""


def _of_sum(formula: _Formula, asked: Asked, levels: Sequence[_Level]) -> Decomposition:
    first, last = (_value(formula.top, cells.total) for cells in levels[0].both)
    figures: list[tuple[Sums, Sums]] = []
    outer = 0
    for level in levels:
        old, new = (_under(formula, cells, outer) for cells in level.both)
        figures.append((old, new))
        outer = level.width
    parts = _sum_parts(figures, [level.width for level in levels], (), (first, last))
    return _result(formula, asked, levels[0], (first, last), parts)


def _under(formula: _Formula, cells: _Cells, outer: int) -> Sums:
    found: Sums = {}
    for key, row in cells.rows.items():
        found.setdefault(key[:outer], {})[key] = _value(formula.top, row)
    return found


def _sum_parts(levels: Sequence[tuple[Sums, Sums]], widths: Sequence[int], parent: Key, whole: tuple[Decimal, Decimal]) -> tuple[Part, ...]:
    """Divide what stands inside a value; what its cells do not explain was counted in several of them."""
    old, new = (sums.get(parent, {}) for sums in levels[0])
    found: list[Part] = []
    for part in split_sum(old, new):
        ends = (part.before, part.after)
        inside = _sum_parts(levels[1:], widths[1:], part.key, ends) if len(levels) > 1 else ()
        found.append(Part(part.key, "value", *ends, part.change, None, None, _share(ends[0], whole[0]), _share(ends[1], whole[1]), None, inside))
    rest = (whole[0] - sum(old.values(), Decimal(0)), whole[1] - sum(new.values(), Decimal(0)))
    if any(rest):
        nobody: Key = (None,) * widths[0]
        found.append(Part(nobody, "several", *rest, rest[1] - rest[0], None, None, _share(rest[0], whole[0]), _share(rest[1], whole[1])))
    return bounded(found, widths[0], INSIDE_MAX if parent else PARTS_MAX)


def _of_ratio(formula: _Formula, asked: Asked, levels: Sequence[_Level]) -> Decomposition:
    shares: list[tuple[dict[Key, Share], dict[Key, Share]]] = []
    for depth, level in enumerate(levels):
        above = shares[depth - 1] if depth else ({(): _whole(formula, level.before)}, {(): _whole(formula, level.after)})
        old, new = (_shares(formula, cells, level.width, parents) for cells, parents in zip(level.both, above, strict=True))
        shares.append((old, new))
    nested = nest_ratio(shares)
    if nested is None:
        ends = [_whole(formula, cells).ratio for cells in levels[0].both]
        return _result(formula, asked, levels[0], (ends[0], ends[1]), (), None, _NO_CHANGE)
    split, found = nested
    parts = bounded([_ratio_part(part) for part in found], levels[0].width, PARTS_MAX)
    return _result(formula, asked, levels[0], (split.before, split.after), parts, split)


def _whole(formula: _Formula, cells: _Cells) -> Share:
    return Share(*_both(formula, cells.total))


def _shares(formula: _Formula, cells: _Cells, width: int, parents: Mapping[Key, Share]) -> dict[Key, Share]:
    """Return each cell's two sums, and in one more cell a parent what makes them add up to it (orders with lines in several cells)."""
    found = {key: Share(*_both(formula, row)) for key, row in cells.rows.items()}
    outer = len(next(iter(parents), ()))
    tops, bottoms = (dict[Key, Decimal](), dict[Key, Decimal]())
    for key, share in found.items():
        tops[key[:outer]] = tops.get(key[:outer], Decimal(0)) + share.numerator
        bottoms[key[:outer]] = bottoms.get(key[:outer], Decimal(0)) + share.denominator
    for parent, share in parents.items():
        rest = Share(share.numerator - tops.get(parent, Decimal(0)), share.denominator - bottoms.get(parent, Decimal(0)))
        if (rest.numerator or rest.denominator) and _SEVERAL not in parent:
            found[*parent, *((_SEVERAL,) * (width - outer))] = rest
    return found


def _both(formula: _Formula, row: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    return _value(formula.top, row), _value(formula.bottom or formula.top, row)


def _ratio_part(part: NestedRatio) -> Part:
    overlap = part.key[-1] == _SEVERAL
    inside = bounded([_ratio_part(one) for one in part.inside], len(part.key) + 1, INSIDE_MAX)
    return Part(
        (None,) * len(part.key) if overlap else part.key,
        "several" if overlap else "value",
        None if overlap else part.before,
        None if overlap else part.after,
        part.change,
        part.rate,
        part.mix,
        part.weight_before,
        part.weight_after,
        None,
        () if overlap else inside,
    )


def _share(value: Decimal, whole: Decimal) -> Decimal | None:
    return value / whole if whole else None


def _unit(metric: Metric) -> TellUnit:
    if metric.unit in ("money", "money_ratio"):
        return "money"
    return "ratio" if metric.unit == "ratio" else "count"


def _result(
    formula: _Formula,
    asked: Asked,
    level: _Level,
    ends: tuple[Decimal | None, Decimal | None],
    parts: tuple[Part, ...],
    split: RatioSplit | None = None,
    *more: Note,
) -> Decomposition:
    unit = _unit(formula.metric)
    change = None if ends[0] is None or ends[1] is None else ends[1] - ends[0]
    worth = asked.worth
    notes = [*((formula.note,) if formula.note else ()), *more, *level.before.answer.notes, *level.after.answer.notes]
    if worth is not None and not _stands_for(formula, change, worth):
        worth, notes = None, [_NOT_WORTH, *notes]
    parts = priced(parts, change, worth)
    currency = level.after.answer.currency if unit == "money" or worth is not None else None
    until = [cells.answer.complete_until_ms for cells in level.both if cells.answer.complete_until_ms is not None]
    return Decomposition(
        formula.metric.name,
        formula.metric.title,
        unit,
        asked.by,
        asked.periods,
        *ends,
        parts,
        currency,
        _sentences(formula, asked, ends, parts, split, currency),
        unique_notes(notes),
        min(until, default=None),
        worth,
        split is not None and is_simpson(split),
    )


def _stands_for(formula: _Formula, change: Decimal | None, worth: Decimal) -> bool:
    """Say whether money can go by the change: there is one, and where sessions stand in for people it moved the way the money did."""
    return bool(change) and (formula.note is None or (change > 0) == (worth > 0)) if change is not None else False


def _sentences(
    formula: _Formula,
    asked: Asked,
    ends: tuple[Decimal | None, Decimal | None],
    parts: tuple[Part, ...],
    split: RatioSplit | None,
    currency: str | None,
) -> tuple[Sentence, ...]:
    """Tell the whole, what is Simpson's about it, rate against mix, the largest parts, and the largest of what is inside them."""
    unit, title = _unit(formula.metric), formula.metric.title
    if ends[0] is None or ends[1] is None:
        return ()
    found = part_sentences(title, unit, (ends[0], ends[1]), [part.told(asked.by, formula.named) for part in parts], currency)
    if split is not None and (split.rate or split.mix):
        found.insert(1, split_head(title, split, unit, currency))
        if is_simpson(split):
            found.insert(1, simpson_sentence(title, rose=split.after > split.before))
    leaves = [one.told(asked.by, formula.named) for part in parts for one in walk(part.inside) if not one.inside]
    return (*found, *ranked_parts(title, unit, leaves, currency, 3))
