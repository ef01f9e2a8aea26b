"""Explain a correlation for one person: their attempts, whether each converted, and each fact that was true of it, with the instant."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from windsock.analyses.correlation.ask import CellWanted, attempts_behind
from windsock.analyses.correlation.facts import FACTS, plan_facts
from windsock.analyses.correlation.model import Correlation, Kind
from windsock.conditions import Frame, ours
from windsock.kernel.errors import TooLarge
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

FACTS_MOST = 2_000


@dataclass(frozen=True)
class Known:
    """A fact of an attempt: its kind, its value, and the first instant at which it was so (None of a trait)."""

    kind: int
    value: str
    at_ms: int | None


@dataclass(frozen=True)
class AttemptProof:
    """An attempt: when it reached the first step, when the last one (None: it did not), and its facts."""

    from_ms: int
    to_ms: int | None
    held: str | None
    facts: tuple[Known, ...]


@dataclass(frozen=True)
class CorrelationProof:
    """What a person's attempts were, oldest first; none at all is said."""

    person: int
    correlation: Correlation
    attempts: tuple[AttemptProof, ...]
    zone: str

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for each attempt, and one for each of its facts."""
        words = _words()
        first, last = self.correlation.steps
        if not self.attempts:
            return [words["none"][language].format(step=first)]
        found: list[str] = []
        for number, attempt in enumerate(self.attempts, 1):
            held = "" if attempt.held is None else words["held"][language].format(field=self.correlation.funnel.chain.hold, value=attempt.held)
            to = None if attempt.to_ms is None else self._at(attempt.to_ms)
            line = words["reached" if to else "dropped"][language].format(
                number=number, step=first, last=last, at=self._at(attempt.from_ms), to=to, held=held
            )
            found += [line, *(f"   {self._fact(fact, language)}" for fact in attempt.facts)]
        return found

    def _fact(self, fact: Known, language: Literal["zh", "en"]) -> str:
        kind = self.correlation.kinds[fact.kind]
        at = "" if fact.at_ms is None else self._at(fact.at_ms)
        return _words()[kind.family][language].format(fact=fact_told(kind, fact.value), at=at)

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.zone)).isoformat(timespec="milliseconds")

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        return {
            "person": self.person,
            "attempts": [
                {
                    "from": self._at(attempt.from_ms),
                    "to": None if attempt.to_ms is None else self._at(attempt.to_ms),
                    "held": attempt.held,
                    "facts": [
                        {"kind": fact.kind + 1, "value": fact.value, "at": None if fact.at_ms is None else self._at(fact.at_ms)}
                        for fact in attempt.facts
                    ],
                }
                for attempt in self.attempts
            ],
            "en": self.lines("en"),
            "zh": self.lines("zh"),
        }


def fact_told(kind: Kind, value: str) -> str:
    """Return a fact as people read it: ``provider = alipay × device = ios``, ``tier = gold``, ``page_view``, ``page_view: outcome = failed``."""
    if kind.family == "between":
        if not kind.fields:
            return value
        event, held = json.loads(value)
        return f"{event}: {kind.fields[0]} = {held}"
    values: list[str | None] = json.loads(value) if len(kind.fields) > 1 else [value]
    return " × ".join(f"{field} = {'-' if one is None else one}" for field, one in zip(kind.fields, values, strict=True))


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.correlation").joinpath("words.yaml").read_text("utf-8"))


def explain_correlation(
    warehouse: Warehouse, correlation: Correlation, frame: Frame, person: int, *, cancel: Cancel | None = None
) -> CorrelationProof:
    """Return the proof of a person.

    Args:
        warehouse: where to ask.
        correlation: the very definition that was answered.
        frame: the moment and circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the queries.

    Raises:
        TooLarge: the person has more facts than can be shown.
    """
    frame = replace(frame, person=person)
    behind = attempts_behind(warehouse, correlation, frame, CellWanted(), page=(0, FACTS_MOST), cancel=cancel)
    plan, _days = plan_facts(correlation, frame)
    every = plan.statement(ours(f"SELECT f.* FROM {FACTS} AS f ORDER BY f.t0, f.kind, f.at, f.value LIMIT {FACTS_MOST + 1}"))  # noqa: S608 - names of ours
    rows = warehouse.query(every, plan.params.values, cancel=cancel).to_pylist()
    if len(rows) > FACTS_MOST or behind.next_cursor is not None:
        raise TooLarge(f"The person has more than {FACTS_MOST:,} facts.", fix="Ask for a shorter period.")
    # An attempt is known by its start and its held value.
    facts: dict[tuple[int, str | None], list[Known]] = {}
    for row in rows:
        facts.setdefault((int(row["t0"]), row["h"]), []).append(Known(int(row["kind"]), row["value"], None if row["at"] is None else int(row["at"])))
    found = [AttemptProof(row["from"], row["to"], row["held"], tuple(facts.get((row["start"], row["held"]), ()))) for row in behind.rows]
    return CorrelationProof(person, correlation, tuple(found), frame.zone)
