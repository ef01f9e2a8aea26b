"""A change and its parts, as they are handed about and travel: flat, or one dimension inside another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from windsock.kernel.money import text
from windsock.kernel.period import Period
from windsock.metrics.model.decomposition import Key
from windsock.metrics.model.definition import Words
from windsock.metrics.model.nested import worth_of
from windsock.metrics.model.sentences import Sentence, Told
from windsock.metrics.notes import Note
from windsock.metrics.tree import figure, sentence_json, span_json
from windsock.metrics.value_names import Namer

Kind = Literal["value", "several", "other"]
TellUnit = Literal["money", "count", "ratio"]
_SEVERAL = Words("in several (taken off once counted)", "多处重复计数（扣减）")
_OTHER = Words("all smaller values", "其余较小的值")
_NO_VALUE = Words("(no value)", "（无值）")


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
        share_before: its share of the figure (of the denominator, for a ratio) in the first period; inside a value, of that value.
        share_after: the same in the second period.
        money: what it is worth, where the whole change is known to be worth something.
        inside: its parts by the next dimension: their changes sum to ``rate`` for a ratio, to ``change`` for what adds up.
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
    money: Decimal | None = None
    inside: tuple[Part, ...] = ()

    def told(self, by: Sequence[str], named: Namer) -> Told:
        """Return it ready to be told: by its dimensions, with the names of their values."""
        name = " / ".join(value or "" for value in self.key)
        shares = (self.share_before, self.share_after)
        return Told(label(self, by, named), name, self.change or Decimal(0), self.rate, self.mix, self.money, (self.before, self.after), shares)


@dataclass(frozen=True)
class Decomposition:
    """A change and its parts.

    Attributes:
        worth: the money that the whole change stands for, such as a node's contribution to revenue; the parts' ``money`` sums to it.
        simpson: every part's own ratio moved one way and the whole the other, by the mix alone.
    """

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
    worth: Decimal | None = None
    simpson: bool = False

    @property
    def change(self) -> Decimal | None:
        """The whole change; None when a period has no value."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def sums(self) -> bool:
        """Whether the parts sum to the change, to the last digit, at every depth."""
        if self.change is None:
            return True
        return _total(self.parts) == self.change and all(_total(part.inside) == _divided(part) for part in walk(self.parts) if part.inside)

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
            "worth": None if self.worth is None else text(self.worth),
            "parts": [self._part(part) for part in self.parts],
            "sums": self.sums,
            "simpson": self.simpson,
            "sentences": [sentence_json(sentence) for sentence in self.sentences],
            "notes": [note.json() for note in self.notes],
        }

    def _part(self, part: Part) -> dict[str, Any]:
        return {
            **dict(zip(self.by, part.key, strict=False)),
            "kind": part.kind,
            "from": figure(part.before, self.unit),
            "to": figure(part.after, self.unit),
            "change": figure(part.change, self.unit),
            "rate": figure(part.rate, self.unit),
            "mix": figure(part.mix, self.unit),
            "share_from": figure(part.share_before, "ratio"),
            "share_to": figure(part.share_after, "ratio"),
            "money": None if part.money is None else text(part.money),
            "inside": [self._part(one) for one in part.inside],
        }


def _total(parts: Sequence[Part]) -> Decimal:
    return sum((part.change or Decimal(0) for part in parts), Decimal(0))


def _divided(part: Part) -> Decimal:
    """Return what the parts inside a part sum to."""
    return (part.change if part.rate is None else part.rate) or Decimal(0)


def walk(parts: Sequence[Part]) -> Iterator[Part]:
    """Go through parts and all that is inside them."""
    for part in parts:
        yield part
        yield from walk(part.inside)


def priced(parts: Sequence[Part], whole: Decimal | None, worth: Decimal | None) -> tuple[Part, ...]:
    """Give parts and what is inside them their money, which sums to ``worth`` to the cent; unchanged where there is none to divide."""
    cents = None if worth is None or whole is None else worth_of([part.change or Decimal(0) for part in parts], whole, worth)
    if cents is None:
        return tuple(parts)
    found: list[Part] = []
    for part, money in zip(parts, cents, strict=True):
        inner = part.inside
        if inner and part.change:
            # What is inside a ratio divides its rate, so only the rate's share of the money.
            own = worth_of([_divided(part), part.change - _divided(part)], part.change, money)
            inner = priced(inner, _divided(part), own[0] if own else None)
        found.append(replace(part, money=money, inside=inner))
    return tuple(found)


def label(part: Part, by: Sequence[str], named: Namer) -> Words:
    """Return the name of a part: its values' names, or what it stands for."""
    if part.kind == "several":
        return _SEVERAL
    if part.kind == "other":
        return _OTHER
    names = [named(dimension, value) if value else _NO_VALUE for dimension, value in zip(by, part.key, strict=False)]
    return Words(" / ".join(name.en for name in names), " / ".join(name.zh for name in names))


def bounded(parts: Sequence[Part], width: int, most: int) -> tuple[Part, ...]:
    """Keep the largest parts and fold the rest into one, so that the list is bounded and still sums."""
    if len(parts) <= most:
        return tuple(parts)
    kept, rest = list(parts[: most - 1]), parts[most - 1 :]
    folded = [_summed(rest, read) for read in _AMOUNTS]
    ratio = parts[0].rate is not None
    before, after = (None, None) if ratio else (folded[0], folded[1])
    change, rate, mix, share_before, share_after, money = folded[2:]
    return (*kept, Part((None,) * width, "other", before, after, change, rate, mix, share_before, share_after, money))


_AMOUNTS: tuple[Callable[[Part], Decimal | None], ...] = (
    lambda part: part.before,
    lambda part: part.after,
    lambda part: part.change,
    lambda part: part.rate,
    lambda part: part.mix,
    lambda part: part.share_before,
    lambda part: part.share_after,
    lambda part: part.money,
)


def _summed(parts: Sequence[Part], read: Callable[[Part], Decimal | None]) -> Decimal | None:
    known = [value for part in parts if (value := read(part)) is not None]
    return sum(known, Decimal(0)) if known else None
