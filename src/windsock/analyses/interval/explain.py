"""Explain intervals for one person: with which start each end was paired, or why with none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from sqlglot import exp

from windsock.analyses.interval.measure import PAGE_MOST, WantedSpans, read_ends, spans_behind
from windsock.analyses.interval.model import Interval
from windsock.analyses.interval.pairs import Pairing, Seen, pair_up
from windsock.analyses.model.asked import days_of
from windsock.conditions import Frame, Plan, told_length
from windsock.kernel.errors import Broken, TooLarge
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

EVENTS_MOST = 20_000


@dataclass(frozen=True)
class IntervalProof:
    """What became of a person's starts and ends; ``asked`` is whether the person is looked at."""

    person: int
    interval: Interval
    pairings: tuple[Pairing, ...]
    asked: bool
    zone: str

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for each end and each start that no end was paired with."""
        return [self._line(one, language) for one in self.pairings] or [_words()["nothing"][language]]

    def whys(self) -> list[str]:
        """Return what each line says, in a word."""
        return [self._why(one) for one in self.pairings] or ["nothing"]

    def _line(self, one: Pairing, language: Literal["zh", "en"]) -> str:
        words, start = _words(), one.start
        told = words[f"{one.role}_{self._why(one)}"][language].format(
            event=one.seen.event,
            at=self._at(one.seen.t_ms),
            start="" if start is None else start.event,
            start_at="" if start is None else self._at(start.t_ms),
            gap="" if one.length_ms is None else told_length(one.length_ms, language),
            window=told_length(self.interval.window_ms, language),
            field=self.interval.same or "",
        )
        return told + words["key"][language].format(key=_key(one.seen))

    def _why(self, one: Pairing) -> str:
        return one.why if self.asked else "not_asked"

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.zone)).isoformat(timespec="milliseconds")

    def _event(self, seen: Seen) -> dict[str, str]:
        return {"event": seen.event, "key": _key(seen), "at": self._at(seen.t_ms)}

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        return {
            "person": self.person,
            "events": [
                {
                    "as": one.role,
                    "why": self._why(one),
                    **self._event(one.seen),
                    "start": None if one.start is None else self._event(one.start),
                    "length_ms": one.length_ms,
                }
                for one in self.pairings
            ],
            "en": self.lines("en"),
            "zh": self.lines("zh"),
        }


def _key(seen: Seen) -> str:
    return f"{seen.key[0]}:{seen.key[1]}"


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.interval").joinpath("words.yaml").read_text("utf-8"))


def explain_interval(warehouse: Warehouse, interval: Interval, frame: Frame, person: int, *, cancel: Cancel | None = None) -> IntervalProof:
    """Return the proof of a person.

    Args:
        warehouse: where to ask.
        interval: the very definition that was answered.
        frame: the moment and circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the queries.

    Raises:
        TooLarge: the person has more such events than can be shown.
        Broken: the statement and the rules disagree.
    """
    frame = replace(frame, person=person)
    plan = Plan(replace(frame, internal=interval.asked.internal or frame.internal))
    select = read_ends(plan, interval, [exp.column("event", "e")]).limit(EVENTS_MOST + 1)
    rows = warehouse.query(select, plan.params.values, cancel=cancel).to_pylist()
    behind = spans_behind(warehouse, interval, frame, WantedSpans(), page=(0, PAGE_MOST), cancel=cancel)
    if len(rows) > EVENTS_MOST or behind.next_cursor is not None:
        raise TooLarge(f"The person has more than {EVENTS_MOST:,} events of these kinds.", fix="Ask for a shorter period.")
    seen = [Seen(int(row["t"]), row["event"], (row["key_hi"], row["key_lo"]), bool(row["s"]), bool(row["f"]), row["h"]) for row in rows]
    low, high, _ = days_of(interval.asked.span, (frame.now_ms, frame.zone, frame.week_start), "interval.period")
    pairings = pair_up(interval, seen, low, high)
    asked = interval.asked.who is None or bool(behind.rows)
    counted = [(one.seen.held, one.start.t_ms, one.seen.t_ms) for one in pairings if one.why == "counted" and one.start is not None]
    if asked and sorted(counted, key=str) != sorted(((row["held"], row["t0"], row["t1"]) for row in behind.rows), key=str):
        raise Broken("The intervals that were counted are not those of the person's events.", where=f"person {person}")
    return IntervalProof(person, interval, pairings, asked or not counted, frame.zone)
