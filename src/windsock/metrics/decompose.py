"""Why a metric changed, by the values of one or more dimensions: parts that sum to the change.

Sums are divided per value; ratios of sums into rate and mix, weighted by the denominator; counts of distinct people per value with one more
part for those who were counted in several. Rates over people (conversion) are divided on sessions, because people do not add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.period import Period
from windsock.metrics.answer import Answer, answer
from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.model.decomposition import Key, RatioPart, Share, split_ratio, split_sum
from windsock.metrics.model.definition import Metric, Words
from windsock.metrics.model.expression import Name, Node, Operation, evaluate, names
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.model.sentences import Sentence, Told, part_sentences, split_head
from windsock.metrics.notes import Note
from windsock.metrics.query import MetricQuery
from windsock.metrics.tree import figure, sentence_json, span_json, unique_notes

if TYPE_CHECKING:
    from windsock.workspace import Workspace

VALUES_MAX = 10_000
PARTS_MAX = 500
BY_MAX = 3
Kind = Literal["value", "several", "other"]
TellUnit = Literal["money", "count", "ratio"]
_SEVERAL = Words("in several (taken off once counted)", "多处重复计数（扣减）")
_OTHER = Words("all smaller values", "其余较小的值")
_NO_VALUE = Words("(no value)", "（无值）")
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
class Part:
    """A value's part of the change.

    Attributes:
        key: the values of the dimensions; None is a value that the data does not have.
        kind: an ordinary value; people counted in several values; or all the values too small to list.
        before: its own figure in the first period.
        after: its own figure in the second period.
        change: what it adds to the change.
        rate: for a ratio, what its own ratio's change adds.
        mix: for a ratio, what the change of its weight adds.
        share_before: its share of the figure (of the denominator, for a ratio) in the first period.
        share_after: the same in the second period.
    """

    key: Key
    kind: Kind
    before: Decimal | None
    after: Decimal | None
    change: Decimal | None
    rate: Decimal | None = None
    mix: Decimal | None = None
    share_before: Decimal | None = None
    share_after: Decimal | None = None


@dataclass(frozen=True)
class Decomposition:
    """A change and its parts."""

    metric: str
    title: Words
    unit: TellUnit
    by: tuple[str, ...]
    periods: tuple[Period, Period]
    before: Decimal | None
    after: Decimal | None
    parts: tuple[Part, ...]
    currency: str | None
    sentences: tuple[Sentence, ...]
    notes: tuple[Note, ...]
    complete_until_ms: int | None = None

    @property
    def change(self) -> Decimal | None:
        """The whole change; None when a period has no value."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def sums(self) -> bool:
        """Whether the parts sum to the change, to the last digit."""
        return self.change is None or sum((part.change or Decimal(0) for part in self.parts), Decimal(0)) == self.change

    def json(self) -> dict[str, Any]:
        """Return the decomposition as it travels over HTTP."""
        return {
            "metric": self.metric,
            "title": self.title.json(),
            "unit": self.unit,
            "currency": self.currency,
            "by": self.by[0] if len(self.by) == 1 else list(self.by),
            "from": {**span_json(self.periods[0]), "value": figure(self.before, self.unit)},
            "to": {**span_json(self.periods[1]), "value": figure(self.after, self.unit)},
            "change": figure(self.change, self.unit),
            "parts": [self._part(part) for part in self.parts],
            "sums": self.sums,
            "sentences": [sentence_json(sentence) for sentence in self.sentences],
            "notes": [note.json() for note in self.notes],
        }

    def _part(self, part: Part) -> dict[str, Any]:
        return {
            **dict(zip(self.by, part.key, strict=True)),
            "kind": part.kind,
            "from": figure(part.before, self.unit),
            "to": figure(part.after, self.unit),
            "change": figure(part.change, self.unit),
            "rate": figure(part.rate, self.unit),
            "mix": figure(part.mix, self.unit),
            "share_from": figure(part.share_before, "ratio"),
            "share_to": figure(part.share_after, "ratio"),
        }


@dataclass(frozen=True)
class _Formula:
    """How a metric is divided: the metrics to ask, and what to make of a row of them."""

    metric: Metric
    asked: tuple[str, ...]
    top: Node
    bottom: Node | None = None
    note: Note | None = None


@dataclass(frozen=True)
class _Cells:
    """One period's rows by dimension values, and its total row."""

    rows: Mapping[Key, Mapping[str, Any]]
    total: Mapping[str, Any]
    answer: Answer


def decompose(  # noqa: PLR0913, PLR0917 - a question has as many parts
    workspace: Workspace,
    metric: str,
    from_period: Period,
    to_period: Period,
    by: str | Sequence[str],
    where: Sequence[Predicate] = (),
    clock: str | None = None,
) -> Decomposition:
    """Divide the change of a metric between two periods over the values of dimensions.

    Args:
        workspace: where to ask.
        metric: a metric of the library.
        from_period: the first period.
        to_period: the second period.
        by: one to three dimensions.
        where: filters on both periods.
        clock: a clock for all metrics that go into it; None for each one's own.

    Raises:
        InvalidInput: an unknown metric, dimension, clock or filter, or a metric that can't be divided.
        TooLarge: more values than can be listed.
    """
    dimensions = (by,) if isinstance(by, str) else tuple(by)
    if not 1 <= len(dimensions) <= BY_MAX:
        raise InvalidInput(f"A change is divided over 1 to {BY_MAX} dimensions.", where="by", fix="For example: sales_channel.")
    fields = {*dimensions, *(predicate.field for predicate in where)}
    formula, periods = _formula(metric, catalogue_of(workspace), fields), (from_period, to_period)
    before, after = (_ask(workspace, formula, period, dimensions, tuple(where), clock) for period in periods)
    return (_of_sum if formula.bottom is None else _of_ratio)(formula, dimensions, periods, before, after)


def _formula(metric: str, library: Catalogue, fields: set[str]) -> _Formula:
    """Choose what to ask: the metric itself, or the two sums of its ratio; sessions in place of people where sessions know the fields."""
    definition = library.get(metric)
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


def _of_sum(formula: _Formula, by: tuple[str, ...], periods: tuple[Period, Period], before: _Cells, after: _Cells) -> Decomposition:
    first, last = ({key: _value(formula.top, row) for key, row in cells.rows.items()} for cells in (before, after))
    whole = (_value(formula.top, before.total), _value(formula.top, after.total))
    parts = [
        Part(part.key, "value", part.before, part.after, part.change, None, None, _share(part.before, whole[0]), _share(part.after, whole[1]))
        for part in split_sum(first, last)
    ]
    rest = (whole[0] - sum(first.values(), Decimal(0)), whole[1] - sum(last.values(), Decimal(0)))
    if any(rest):
        parts.append(Part((None,) * len(by), "several", *rest, rest[1] - rest[0], None, None, _share(rest[0], whole[0]), _share(rest[1], whole[1])))
    return _result(formula, by, periods, (before, after), whole, _bounded(parts, len(by)))


def _of_ratio(formula: _Formula, by: tuple[str, ...], periods: tuple[Period, Period], before: _Cells, after: _Cells) -> Decomposition:
    several: Key = ("several",) * (len(by) + 1)
    first, last = (_shares(formula, cells, several) for cells in (before, after))
    split = split_ratio(first, last)
    if split is None:
        ends = [Share(*_both(formula, cells.total)).ratio for cells in (before, after)]
        return _result(formula, by, periods, (before, after), (ends[0], ends[1]), (), _NO_CHANGE)
    parts = [_ratio_part(part, several, len(by)) for part in split.parts]
    found = _result(formula, by, periods, (before, after), (split.before, split.after), _bounded(parts, len(by)))
    if not split.rate and not split.mix:
        return found
    head = split_head(formula.metric.title, split, found.unit, found.currency)
    return replace(found, sentences=(found.sentences[0], head, *found.sentences[1:]))


def _shares(formula: _Formula, cells: _Cells, several: Key) -> dict[Key, Share]:
    """Return each cell's two sums, and in one more cell what makes them add up to the total (orders with lines in several cells)."""
    found = {key: Share(*_both(formula, row)) for key, row in cells.rows.items()}
    top, bottom = _both(formula, cells.total)
    rest = Share(
        top - sum((share.numerator for share in found.values()), Decimal(0)),
        bottom - sum((share.denominator for share in found.values()), Decimal(0)),
    )
    return {**found, several: rest} if rest.numerator or rest.denominator else found


def _both(formula: _Formula, row: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    return _value(formula.top, row), _value(formula.bottom or formula.top, row)


def _ratio_part(part: RatioPart, several: Key, width: int) -> Part:
    overlap = part.key == several
    return Part(
        (None,) * width if overlap else part.key,
        "several" if overlap else "value",
        None if overlap else part.before,
        None if overlap else part.after,
        part.change,
        part.rate,
        part.mix,
        part.weight_before,
        part.weight_after,
    )


def _share(value: Decimal, whole: Decimal) -> Decimal | None:
    return value / whole if whole else None


def _bounded(parts: Sequence[Part], width: int) -> tuple[Part, ...]:
    """Keep the largest parts and fold the rest into one, so that the list is bounded and still sums."""
    if len(parts) <= PARTS_MAX:
        return tuple(parts)
    kept, rest = list(parts[: PARTS_MAX - 1]), parts[PARTS_MAX - 1 :]
    folded = [_summed(rest, read) for read in _AMOUNTS]
    ratio = parts[0].rate is not None
    before, after = (None, None) if ratio else (folded[0], folded[1])
    return (*kept, Part((None,) * width, "other", before, after, *folded[2:]))


_AMOUNTS: tuple[Callable[[Part], Decimal | None], ...] = (
    lambda part: part.before,
    lambda part: part.after,
    lambda part: part.change,
    lambda part: part.rate,
    lambda part: part.mix,
    lambda part: part.share_before,
    lambda part: part.share_after,
)


def _summed(parts: Sequence[Part], read: Callable[[Part], Decimal | None]) -> Decimal | None:
    known = [value for part in parts if (value := read(part)) is not None]
    return sum(known, Decimal(0)) if known else None


def _unit(metric: Metric) -> TellUnit:
    if metric.unit in ("money", "money_ratio"):
        return "money"
    return "ratio" if metric.unit == "ratio" else "count"


def _result(
    formula: _Formula,
    by: tuple[str, ...],
    periods: tuple[Period, Period],
    cells: tuple[_Cells, _Cells],
    ends: tuple[Decimal | None, Decimal | None],
    parts: tuple[Part, ...],
    *more: Note,
) -> Decomposition:
    unit = _unit(formula.metric)
    currency = cells[1].answer.currency if unit == "money" else None
    told = [Told(_label(part), " / ".join(value or "" for value in part.key), part.change, part.rate, part.mix) for part in parts if part.change]
    known = None if ends[0] is None or ends[1] is None else (ends[0], ends[1])
    sentences = part_sentences(formula.metric.title, unit, known, told, currency) if known else []
    notes = [*((formula.note,) if formula.note else ()), *more, *cells[0].answer.notes, *cells[1].answer.notes]
    until = [cell.answer.complete_until_ms for cell in cells if cell.answer.complete_until_ms is not None]
    return Decomposition(
        formula.metric.name,
        formula.metric.title,
        unit,
        by,
        periods,
        *ends,
        parts,
        currency,
        tuple(sentences),
        unique_notes(notes),
        min(until, default=None),
    )


def _label(part: Part) -> Words:
    if part.kind == "several":
        return _SEVERAL
    if part.kind == "other":
        return _OTHER
    return Words(" / ".join(value or _NO_VALUE.en for value in part.key), " / ".join(value or _NO_VALUE.zh for value in part.key))
