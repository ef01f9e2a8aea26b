"""Explain a distribution for one person: what each event added to the figure, and in which bin it lies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from sqlglot import exp

from windsock.analyses.distribution.add_up import Added, Seen, add_up
from windsock.analyses.distribution.measure import heap_behind, plain, read_rows_of
from windsock.analyses.distribution.model import Distribution
from windsock.conditions import Frame, Plan
from windsock.kernel.errors import Broken, TooLarge
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

EVENTS_MOST = 20_000


@dataclass(frozen=True)
class DistributionProof:
    """What a person's events added up to; ``asked`` is whether the person is looked at."""

    person: int
    distribution: Distribution
    added: tuple[Added, ...]
    asked: bool
    zone: str

    @property
    def bin(self) -> int | None:
        """The bin of the figure, from 0."""
        if not self.added or not self.asked:
            return None
        figure = self.added[-1].figure
        return sum(1 for edge in self.distribution.bins if figure >= edge)

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for each event, and one for the bin."""
        words = _words()
        if self.bin is None:
            return [words["not_asked" if self.added else "nothing"][language]]
        last = words["bin"][language].format(figure=plain(self.added[-1].figure), number=self.bin + 1)
        return [*(self._line(one, language) for one in self.added), last]

    def whys(self) -> list[str]:
        """Return what each line says, in a word."""
        if self.bin is None:
            return ["not_asked" if self.added else "nothing"]
        return [*(self._why(one) for one in self.added), "bin"]

    def _line(self, one: Added, language: Literal["zh", "en"]) -> str:
        return _words()[self._why(one)][language].format(
            event=one.seen.event,
            at=self._at(one.seen.t_ms),
            adds=plain(one.adds),
            figure=plain(one.figure),
            field=self.distribution.field or "",
            key=f"{one.seen.key[0]}:{one.seen.key[1]}",
        )

    def _why(self, one: Added) -> str:
        if self.distribution.of == "sum":
            return "no_number" if one.seen.value is None else "adds"
        return "adds" if one.adds else f"same_{self.distribution.of}"

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.zone)).isoformat(timespec="milliseconds")

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        return {
            "person": self.person,
            "bin": None if self.bin is None else self.bin + 1,
            "figure": None if self.bin is None else plain(self.added[-1].figure),
            "events": [
                {
                    "event": one.seen.event,
                    "key": f"{one.seen.key[0]}:{one.seen.key[1]}",
                    "at": self._at(one.seen.t_ms),
                    "why": self._why(one),
                    "adds": plain(one.adds),
                    "figure": plain(one.figure),
                }
                for one in self.added
            ],
            "en": self.lines("en"),
            "zh": self.lines("zh"),
        }


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.distribution").joinpath("words.yaml").read_text("utf-8"))


def explain_distribution(
    warehouse: Warehouse, distribution: Distribution, frame: Frame, person: int, *, cancel: Cancel | None = None
) -> DistributionProof:
    """Return the proof of a person, over the whole period.

    Args:
        warehouse: where to ask.
        distribution: the very definition that was answered.
        frame: the moment and circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the queries.

    Raises:
        TooLarge: the person has more such events than can be shown.
        Broken: the statement and the rules disagree.
    """
    frame = replace(frame, person=person)
    plan = Plan(replace(frame, internal=distribution.asked.internal or frame.internal))
    extra = [exp.column(name, "e") for name in ("event", "key_hi", "key_lo")]
    select = read_rows_of(plan, distribution, extra).limit(EVENTS_MOST + 1)
    rows = warehouse.query(select, plan.params.values, cancel=cancel).to_pylist()
    if len(rows) > EVENTS_MOST:
        raise TooLarge(f"The person has more than {EVENTS_MOST:,} such events.", fix="Ask for a shorter period.")
    summed = distribution.of == "sum"
    values = [Decimal(row["x"]) if summed and row["x"] is not None else None for row in rows]
    seen = [Seen(int(row["t"]), row["event"], (row["key_hi"], row["key_lo"]), value) for row, value in zip(rows, values, strict=True)]
    added = add_up(distribution, seen, frame.zone)
    behind = heap_behind(warehouse, distribution, frame, cancel=cancel)
    asked = distribution.asked.who is None or bool(behind.rows)
    if asked and [one.figure for one in added[-1:]] != [row["figure"] for row in behind.rows]:
        raise Broken("The figure that was counted is not that of the person's events.", where=f"person {person}")
    return DistributionProof(person, distribution, added, asked, frame.zone)
