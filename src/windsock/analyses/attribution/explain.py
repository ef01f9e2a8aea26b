"""Explain an attribution for one person: each conversion, the touches that were credited and with what, and why another touch was not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from sqlglot import exp

from windsock.analyses.attribution.ask import PAGE_MOST, Wanted, conversions_behind
from windsock.analyses.attribution.credit import Spot, weight_of
from windsock.analyses.attribution.model import Attribution, Model
from windsock.analyses.attribution.touches import read_events
from windsock.analyses.model.asked import days_of
from windsock.conditions import Frame, Plan, told_length
from windsock.kernel.errors import Broken, TooLarge
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

    Language = Literal["zh", "en"]

EVENTS_MOST = 20_000
Why = Literal["credited", "early", "other_value"]


@dataclass(frozen=True)
class Happened:
    """An event of the person that takes part."""

    t_ms: int
    event: str
    key: tuple[int, int]
    converts: bool
    touches: bool
    value: str | None
    held: str | None


@dataclass(frozen=True)
class Told:
    """A touch and its share of the conversion by each model that shares one by one; none of it where it was not credited."""

    seen: Happened
    why: Why
    gap_ms: int
    shares: tuple[tuple[Model, float], ...] = ()


@dataclass(frozen=True)
class Conversion:
    """A conversion with the touches before it, oldest first."""

    seen: Happened
    touches: tuple[Told, ...]


@dataclass(frozen=True)
class AttributionProof:
    """What became of a person: their conversions of the period; ``asked`` says whether the person meets the condition on people."""

    person: int
    conversions: tuple[Conversion, ...]
    asked: bool
    look_back_ms: int
    zone: str

    def lines(self, language: Language) -> list[str]:
        """Return a line for each conversion and for each touch before it."""
        return list(self._lines(language))

    def _lines(self, language: Language) -> Iterator[str]:
        words = _words()
        if not self.conversions:
            yield words["nothing"][language]
        elif not self.asked:
            yield words["not_asked"][language]
        for number, conversion in enumerate(self.conversions, 1):
            yield words["conversion"][language].format(number=number, event=conversion.seen.event, at=self._at(conversion.seen.t_ms))
            if not any(told.why == "credited" for told in conversion.touches):
                yield words["untouched"][language].format(limit=told_length(self.look_back_ms, language))
            for told in conversion.touches:
                yield self._line(told, language)

    def whys(self) -> list[str]:
        """Return what each line says, in a word."""
        found = ["nothing"] if not self.conversions else [] if self.asked else ["not_asked"]
        for conversion in self.conversions:
            lonely = () if any(told.why == "credited" for told in conversion.touches) else ("untouched",)
            found += ["conversion", *lonely, *(told.why for told in conversion.touches)]
        return found

    def _line(self, told: Told, language: Language) -> str:
        words, seen = _words(), told.seen
        value = words["missing"][language] if seen.value is None else seen.value
        shares = words["comma"][language].join(f"{words[model][language]} {share:.4g}" for model, share in told.shares if share)
        gap, limit = told_length(told.gap_ms, language), told_length(self.look_back_ms, language)
        text = words[told.why][language].format(event=seen.event, at=self._at(seen.t_ms), value=value, gap=gap, limit=limit, shares=shares)
        return text + words["key"][language].format(key=f"{seen.key[0]}:{seen.key[1]}")

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.zone)).isoformat(timespec="milliseconds")

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        return {
            "person": self.person,
            "meets_condition": self.asked,
            "conversions": [
                {
                    **self._event(one.seen),
                    "touches": [
                        {**self._event(told.seen), "value": told.seen.value, "why": told.why, "before_ms": told.gap_ms, "shares": dict(told.shares)}
                        for told in one.touches
                    ],
                }
                for one in self.conversions
            ],
            "en": self.lines("en"),
            "zh": self.lines("zh"),
        }

    def _event(self, seen: Happened) -> dict[str, Any]:
        return {"event": seen.event, "at": self._at(seen.t_ms), "key": f"{seen.key[0]}:{seen.key[1]}"}


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.attribution").joinpath("words.yaml").read_text("utf-8"))


def explain_attribution(warehouse: Warehouse, asked: Attribution, frame: Frame, person: int, *, cancel: Cancel | None = None) -> AttributionProof:
    """Return the proof of a person, told from their events and compared with what was counted.

    Raises:
        TooLarge: the person has more events or conversions than can be shown.
        Broken: the statement and the rules disagree.
    """
    frame = replace(frame, person=person)
    plan = Plan(replace(frame, internal=asked.asked.internal or frame.internal))
    select = read_events(plan, asked, [exp.column("event", "e")]).limit(EVENTS_MOST + 1)
    rows = warehouse.query(select, plan.params.values, cancel=cancel).to_pylist()
    behind = conversions_behind(warehouse, asked, frame, Wanted(), page=(0, PAGE_MOST), cancel=cancel)
    if len(rows) > EVENTS_MOST or behind.next_cursor is not None:
        raise TooLarge(f"The person has more than {EVENTS_MOST:,} events that take part.", fix="Ask for a shorter period.")
    low, high, _ = days_of(asked.asked.span, (frame.now_ms, frame.zone, frame.week_start), "attribution.period")
    seen = [_happened(row) for row in rows]
    conversions = tuple(prove(asked, seen, low, high))
    meets = bool(behind.rows) or not conversions or asked.asked.who is None
    counted = [(row["t"], [(touch["t"], touch["value"]) for touch in row["touches"]]) for row in behind.rows]
    if meets and counted != [(one.seen.t_ms, [(told.seen.t_ms, told.seen.value) for told in _credited(one)]) for one in conversions]:
        raise Broken("The touches that were credited are not those of the person's events.", where=f"person {person}")
    return AttributionProof(person, conversions, meets, asked.look_back_ms, frame.zone)


def _happened(row: Mapping[str, Any]) -> Happened:
    return Happened(int(row["t"]), str(row["event"]), (row["key_hi"], row["key_lo"]), bool(row["c"]), bool(row["k"]), row["ch"], row["h"])


def _credited(conversion: Conversion) -> list[Told]:
    return [told for told in conversion.touches if told.why == "credited"]


def prove(asked: Attribution, events: Sequence[Happened], low: int, high: int) -> Iterator[Conversion]:
    """Yield the conversions of a period, oldest first, each with every touch before it."""
    ordered = sorted(events, key=lambda seen: (seen.t_ms, seen.key))
    for conversion in (seen for seen in ordered if seen.converts and low <= seen.t_ms < high):
        before = [seen for seen in ordered if seen.touches and seen.t_ms <= conversion.t_ms and seen.key != conversion.key]
        good = [seen for seen in before if _why(asked, seen, conversion) == "credited"]
        shares = dict(zip((seen.key for seen in good), _shares(asked, good), strict=True))
        told = [Told(seen, _why(asked, seen, conversion), conversion.t_ms - seen.t_ms, shares.get(seen.key, ())) for seen in before]
        yield Conversion(conversion, tuple(told))


def _why(asked: Attribution, seen: Happened, conversion: Happened) -> Why:
    if asked.same is not None and (seen.held is None or seen.held != conversion.held):
        return "other_value"
    return "early" if conversion.t_ms - seen.t_ms > asked.look_back_ms else "credited"


def _shares(asked: Attribution, touches: Sequence[Happened]) -> Iterator[tuple[tuple[Model, float], ...]]:
    named = [index for index, seen in enumerate(touches) if seen.value not in asked.direct]
    chosen = named[-1] if named else len(touches) - 1
    different = len({seen.value for seen in touches})
    pulls = [2.0 ** (-(touches[-1].t_ms - seen.t_ms) / asked.half_life_ms) for seen in touches]
    for index, seen in enumerate(touches):
        new = all(other.value != seen.value for other in touches[:index])
        spot = Spot(seen.value, len(touches), index == 0, index == len(touches) - 1, index == chosen, new, different, 1)
        by = {"decay": Fraction(pulls[index] / sum(pulls))}
        yield tuple((model, float(by.get(model) or weight_of(spot, model, asked.ends))) for model in asked.models if model != "markov")
