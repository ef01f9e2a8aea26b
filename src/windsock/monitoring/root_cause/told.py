"""A located change in one sentence, in both languages: what moved, where, how much of it, what it costs an hour, and what else was going on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from windsock.kernel.counted import counted
from windsock.kernel.written import read_yaml
from windsock.monitoring.root_cause.model import DEPTH, Cause, Located

Language = Literal["en", "zh"]
FlagKind = Literal["known_event", "release", "campaign", "competitor", "weather", "calendar"]
LISTED = 3
"""Causes named in the sentence; the rest is counted."""
_MINUS = "\u2212"
_ALIKE = 1e-9


@dataclass(frozen=True)
class Flag:
    """Something that went on at the same time: an entry of the event library, a release, the weather.

    Attributes:
        kind: what it is.
        name: what it is called, by language; one text for both is fine.
    """

    kind: FlagKind
    name: Mapping[Language, str]


@dataclass(frozen=True)
class Telling:
    """What the sentence is to say beside the causes.

    Attributes:
        title: the metric's, by language; empty for "the figure".
        dimensions: titles of dimensions, by language; those without one are told by their names.
        currency: of amounts and of ``order_value``; "" where it is not known.
        hours: how long the figures stand for, so that a loss can be told by the hour.
        order_value: what an order is worth, so that lost orders can be told as money.
        flags: what went on at the same time, the likeliest first.
        value_name: from a dimension and a value to what it is called, by language; None tells values as they are.
    """

    title: Mapping[Language, str] = field(default_factory=dict[Language, str])
    dimensions: Mapping[str, Mapping[Language, str]] = field(default_factory=dict[str, Mapping[Language, str]])
    currency: str = ""
    hours: float | None = None
    order_value: float | None = None
    flags: tuple[Flag, ...] = ()
    value_name: Callable[[str, str], Mapping[Language, str]] | None = None


@cache
def words() -> dict[str, Any]:
    """Return the pieces of sentences by name and language."""
    return read_yaml(files("windsock.monitoring.root_cause").joinpath("words.yaml").read_text("utf-8"))


def tell(located: Located, telling: Telling | None = None) -> dict[Language, str]:
    """Return the sentence by language."""
    return {"en": _Teller(located, telling or Telling(), "en").sentence(), "zh": _Teller(located, telling or Telling(), "zh").sentence()}


def figure(value: float, *, sign: bool = False) -> str:
    """Return a number with separators and at most two decimals, none from 1,000 on.

    >>> figure(-1234.5), figure(0.126), figure(12.0, sign=True)
    ('−1,234', '0.13', '+12')
    """
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}".rstrip("0").rstrip(".")
    text = "0" if text in {"-0", ""} else text
    return (f"+{text}" if sign and value > 0 and text != "0" else text).replace("-", _MINUS)


def orders(value: float) -> str:
    """Return a count of orders with its sign; expected ones are no whole numbers, which nobody needs to see from 10 on.

    >>> orders(-884.01), orders(3.26)
    ('−884', '+3.3')
    """
    return figure(round(value, 0 if abs(value) >= 10 else 1), sign=True)


def percent(value: float) -> str:
    """Return a share as per cent with three significant digits at most.

    >>> percent(0.0451), percent(0.876), percent(12.5), percent(0.999)
    ('4.51 %', '87.6 %', '1,250 %', '99.9 %')
    """
    size = abs(value) * 100
    places = 0 if size >= 100 else 1 if size >= 10 else 2
    text = f"{value * 100:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return ("0" if text == "-0" else text).replace("-", _MINUS) + " %"


class _Teller:
    """One sentence in one language."""

    def __init__(self, located: Located, telling: Telling, language: Language) -> None:
        self.located, self.telling = located, telling
        self.language: Language = language
        self.title = telling.title.get(language) or self._say("title", located.kind)

    def _say(self, *path: str, **given: object) -> str:
        piece: Any = words()
        for step in (*path, self.language):
            piece = piece[step]
        return str(piece).format(**given)

    def sentence(self) -> str:
        """Return it whole."""
        fault = self._say("fault") if self.located.data_fault else ""
        found = self.located.causes
        if self.way == "flat" and not self.located.all:
            return fault + self._say("alike", title=self.title)
        said = fault + self._head() + (self._places() if found else self._nowhere())
        return said + self._shallow() + self._money() + self._flags() + ("." if self.language == "en" else "。")

    @property
    def way(self) -> Literal["up", "down", "flat"]:
        """Where the figure went as a whole."""
        before, after = self.located.before, self.located.after
        if abs(after - before) <= _ALIKE * max(abs(before), abs(after)):
            return "flat"
        return "up" if after > before else "down"

    def _head(self) -> str:
        before, after = self.located.before, self.located.after
        if self.located.kind == "ratio":
            return self._say("rate", self.way, title=self.title, before=percent(before), after=percent(after))
        share = percent(abs(after - before) / before) if before else "—"
        return self._say("amount", self.way, title=self.title, amount=self._unit(abs(after - before)), percent=share)

    def _places(self) -> str:
        found = self.located.causes
        listed = ("; " if self.language == "en" else "；").join(self._place(cause) for cause in found[:LISTED])
        also = self._say("also", count=len(found) - LISTED) if len(found) > LISTED else ""
        return self._say("places", places=listed + also) + self._share()

    def _place(self, cause: Cause) -> str:
        unit = self._say("orders") if self.located.kind == "ratio" else ""
        change = orders(cause.change) if unit else figure(cause.change, sign=True)
        name = self.element(cause.element)
        if cause.ratio is None:
            return self._say("fresh", element=name, change=change, unit=unit)
        return self._say("place", element=name, ratio=percent(cause.ratio), change=change, unit=unit)

    def element(self, element: Mapping[str, str]) -> str:
        """Name an element: ``device = android, route = PVG-NRT``."""
        titles = self.telling.dimensions
        parts = [f"{titles.get(name, {}).get(self.language) or name} = {self._value(name, value)}" for name, value in element.items()]
        return (", " if self.language == "en" else "，").join(parts)

    def _value(self, dimension: str, value: str) -> str:
        if self.telling.value_name is None:
            return value
        return self.telling.value_name(dimension, value).get(self.language) or value

    def _share(self) -> str:
        share = self.located.explained
        if share is None or self.way == "flat":
            return ""
        if share <= 0:
            return self._say("against")
        way = self._say("way", "up" if self.located.change > 0 else "down")
        return self._say("over", way=way) if share > 1.005 else self._say("share", share=percent(share), way=way)

    def _nowhere(self) -> str:
        located = self.located
        if located.mixed_by:
            title = self.telling.dimensions.get(located.mixed_by, {}).get(self.language) or located.mixed_by
            return self._say("simpson", self.way, dimension=title) if self.way != "flat" else ""
        if located.everywhere and located.everywhere.ratio is not None:
            return self._say("everywhere", ratio=percent(located.everywhere.ratio))
        if located.looked_at == 0:
            return self._say("single")
        return self._say("mixed" if located.kind == "ratio" and abs(located.mix) > abs(located.change) else "none")

    def _shallow(self) -> str:
        """Say that fewer dimensions were combined than are there, as the leaves were so many."""
        least = min(DEPTH, self.located.dimensions)
        said = counted(self.located.depth, "dimension was", "dimensions at once were")
        return self._say("shallow", depth=self.located.depth, dimensions=said) if 0 < self.located.depth < least else ""

    def _money(self) -> str:
        """Tell what the causes cost: amounts as they are, orders by their value; by the hour where the hours are known."""
        change = sum(cause.change for cause in self.located.all)
        if self.located.kind == "ratio":
            if self.telling.order_value is None:
                return ""
            change *= self.telling.order_value
        elif self.telling.hours is None:
            return ""
        if not change:
            return ""
        way = "up" if change > 0 else "down"
        if self.telling.hours:
            return self._say("hour", way, money=self._unit(abs(change) / self.telling.hours))
        return self._say("worth", way, money=self._unit(abs(change)))

    def _unit(self, value: float) -> str:
        return f"{figure(value)} {self.telling.currency}".rstrip()

    def _flags(self) -> str:
        named = [
            self._say("flags", flag.kind, name=flag.name.get(self.language) or next(iter(flag.name.values()), "")) for flag in self.telling.flags
        ]
        return self._say("meanwhile", flags=("; " if self.language == "en" else "；").join(named)) if named else ""
