"""Explain a trend for one person: in which series and bucket each event counts, and why others count in none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from windsock.analyses.trend.behind import Wanted, people_behind_point
from windsock.analyses.trend.measure import Key, asking, read_rows_of
from windsock.analyses.trend.model import Trend
from windsock.conditions import Frame, Plan
from windsock.kernel.clock import iso
from windsock.kernel.errors import Broken, TooLarge
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

EVENTS_MOST = 20_000


@dataclass(frozen=True)
class SeenEvent:
    """An event of the person: its bucket, the series it counts in (from 0), and of those the ones whose field is no number."""

    t_ms: int
    event: str
    key: str
    bucket: Key
    series: tuple[int, ...]
    without: tuple[int, ...] = ()

    @property
    def why(self) -> str:
        """What became of it: counted, no_number or tests."""
        return "tests" if not self.series else "no_number" if self.without else "counted"


@dataclass(frozen=True)
class TrendProof:
    """A person's events in a trend; ``asked`` is whether the person is looked at."""

    person: int
    trend: Trend
    seen: tuple[SeenEvent, ...]
    asked: bool
    zone: str

    @property
    def counts(self) -> tuple[int, ...]:
        """How many of the events count in each series."""
        return tuple(sum(1 for one in self.seen if index in one.series and self.asked) for index in range(len(self.trend.series)))

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for each event, and one for all of them."""
        words = _words()
        if not self.asked or not self.seen:
            return [words["not_asked" if self.seen else "nothing"][language]]
        counts = ", ".join(f"{one.letter} {count}" for one, count in zip(self.trend.series, self.counts, strict=True))
        return [*(self._line(one, language) for one in self.seen), words["sum"][language].format(counts=counts)]

    def _line(self, one: SeenEvent, language: Literal["zh", "en"]) -> str:
        return _words()[one.why][language].format(
            event=one.event, at=self._at(one.t_ms), key=one.key, letters=self._letters(one.series), without=self._letters(one.without),
            field=", ".join(dict.fromkeys(self.trend.series[index].of or "" for index in one.without)),
        )  # fmt: skip

    def _letters(self, series: tuple[int, ...]) -> str:
        return ", ".join(self.trend.series[index].letter for index in series)

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.zone)).isoformat(timespec="milliseconds")

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        events = [
            {
                "event": one.event,
                "key": one.key,
                "at": self._at(one.t_ms),
                "bucket": iso(one.bucket, self.zone) if isinstance(one.bucket, int) else one.bucket.isoformat(),
                "why": one.why,
                "series": [self.trend.series[index].letter for index in one.series],
            }
            for one in self.seen
        ]
        counts = {one.letter: count for one, count in zip(self.trend.series, self.counts, strict=True)}
        return {
            "person": self.person, "asked": self.asked, "counts": counts, "events": events, "en": self.lines("en"), "zh": self.lines("zh"),
        }  # fmt: skip


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.trend").joinpath("words.yaml").read_text("utf-8"))


def explain_trend(warehouse: Warehouse, trend: Trend, frame: Frame, person: int, *, cancel: Cancel | None = None) -> TrendProof:
    """Return the proof of a person, over the whole period.

    Args:
        warehouse: where to ask.
        trend: the very definition that was answered.
        frame: the moment and circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: as ``ask_trend``.
        TooLarge: the person has more such events than can be shown.
        Broken: the list of people says another number.
    """
    frame = replace(frame, person=person)
    made = asking(trend, frame)
    plan = Plan(made.frame)
    rows = warehouse.query(read_rows_of(plan, made).limit(EVENTS_MOST + 1), plan.params.values, cancel=cancel).to_pylist()
    if len(rows) > EVENTS_MOST:
        raise TooLarge(f"The person has more than {EVENTS_MOST:,} such events.", fix="Ask for a shorter period.")
    rows.sort(key=lambda row: (row["t"], row["key_hi"], row["key_lo"]))
    seen = tuple(_seen(trend, row) for row in rows)
    asked = trend.asked.who is None
    for index, one in enumerate(trend.series):
        behind = people_behind_point(warehouse, trend, frame, Wanted(index), cancel=cancel)
        listed = behind.rows[0]["events"] if behind.rows else 0
        asked = asked or listed > 0
        if listed not in ({0, _count(seen, index)} if trend.asked.who is not None else {_count(seen, index)}):
            raise Broken("The events that were counted are not those of the person.", where=f"person {person}, series {one.letter}")
    return TrendProof(person, trend, seen, asked, frame.zone)


def _count(seen: tuple[SeenEvent, ...], index: int) -> int:
    return sum(1 for one in seen if index in one.series)


def _seen(trend: Trend, row: dict[str, Any]) -> SeenEvent:
    among = tuple(index for index in range(len(trend.series)) if row[f"s{index}"])
    numbers: dict[int, Decimal | None] = {index: row[f"x{index}"] for index in among if trend.series[index].of is not None}
    without = tuple(index for index, number in numbers.items() if number is None)
    bucket = row["bucket"] if isinstance(row["bucket"], dt.date) else int(row["bucket"])
    return SeenEvent(int(row["t"]), row["event"], f"{row['key_hi']}:{row['key_lo']}", bucket, among, without)
