"""Explain a funnel for one person: the attempt that was counted, and for each step the event that counted or why none did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from sqlglot import exp

from windsock.analyses.attempts import search_of
from windsock.analyses.funnel import PAGE_MOST, Wanted, people_behind
from windsock.analyses.model import Attempt, Funnel, Seen, StepProof, prove
from windsock.conditions import Frame, Plan, Reach, event_field, events, is_among, told_length
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

EVENTS_MOST = 20_000


@dataclass(frozen=True)
class Proof:
    """What became of a person: no attempt at all, or one with a reason for each step; steps in any order have no proof step by step."""

    person: int
    attempt: Attempt | None
    steps: tuple[StepProof, ...]
    names: tuple[str, ...]
    field: str | None
    zone: str

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for each step."""
        return [f"{proof.step + 1}. {self.names[proof.step]}: {self._line(proof, language)}" for proof in self.steps]

    def _line(self, proof: StepProof, language: Literal["zh", "en"]) -> str:
        words, seen, breaker = _words(), proof.seen, proof.breaker
        gap = "" if proof.gap_ms is None else told_length(proof.gap_ms, language)
        if proof.why == "counted":
            gap = str(words["gap"][language]).format(gap=gap) if proof.gap_ms is not None and proof.step else ""
        told = str(words[proof.why][language]).format(
            event="" if seen is None else seen.event,
            at="" if seen is None else self._at(seen.t_ms),
            gap=gap,
            limit="" if proof.limit_ms is None else told_length(proof.limit_ms, language),
            since="" if proof.since is None else proof.since + 1,
            field=self.field or "",
            value="" if seen is None else seen.held or "-",
            breaker="" if breaker is None else breaker.event,
            breaker_at="" if breaker is None else self._at(breaker.t_ms),
        )
        return told if seen is None else told + str(words["key"][language]).format(key=seen.key)

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.zone)).isoformat(timespec="milliseconds")

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        return {
            "person": self.person,
            "steps": [
                {
                    "step": self.names[proof.step],
                    "why": proof.why,
                    "event": None if proof.seen is None else {"event": proof.seen.event, "key": proof.seen.key, "at": self._at(proof.seen.t_ms)},
                    "gap_ms": proof.gap_ms,
                    "limit_ms": proof.limit_ms,
                    "en": en,
                    "zh": zh,
                }
                for proof, en, zh in zip(self.steps, self.lines("en"), self.lines("zh"), strict=True)
            ],
        }


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses").joinpath("words.yaml").read_text("utf-8"))


def explain_funnel(
    warehouse: Warehouse, funnel: Funnel, frame: Frame, person: int, *, start_ms: int | None = None, cancel: Cancel | None = None
) -> Proof:
    """Return the proof of a person.

    Args:
        warehouse: where to ask.
        funnel: the very definition that was answered.
        frame: the moment and circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        start_ms: the attempt that began at this instant; None: the one that is counted, of entries the first.
        cancel: a switch that stops the queries.

    Raises:
        InvalidInput: the funnel's steps may come in any order, or the person started nothing at that instant.
        TooLarge: the person has more events of the steps than can be shown.
        Broken: the statement and the rules disagree.
    """
    if funnel.order == "unordered":
        raise InvalidInput("Steps in any order are not explained step by step.", where="order", fix="Explain an ordered funnel.")
    frame = replace(frame, person=person)
    names = tuple(step.name for step in funnel.chain.steps)
    # An attempt of a person is also the one of its entry, so that any start can be told alone.
    asked, page = (funnel, (0, 1)) if start_ms is None else (replace(funnel, count="entries"), (0, PAGE_MOST))
    found = people_behind(warehouse, asked, frame, Wanted(), page=page, cancel=cancel).rows
    if start_ms is not None:
        found = sorted((row for row in found if row["times"][0] == start_ms), key=_steps_missed)
        if not found:
            raise InvalidInput("The person started nothing at that instant.", where="start_ms", fix="Take the first time of the list of people.")
    seen = _seen(warehouse, funnel, frame, cancel)
    if not found:
        proof = _no_start(funnel, frame, seen)
        return Proof(person, None, (proof,), names, funnel.chain.hold, frame.zone)
    attempt = Attempt(tuple(found[0]["times"]), found[0]["held"])
    return Proof(person, attempt, prove(funnel.chain, attempt, seen, frame.zone), names, funnel.chain.hold, frame.zone)


def _steps_missed(row: dict[str, Any]) -> int:
    return sum(t is None for t in row["times"])


def _no_start(funnel: Funnel, frame: Frame, seen: Sequence[Seen]) -> StepProof:
    """Say why a person has no attempt."""
    high = search_of(funnel, frame).high_ms
    starts = [one for one in seen if 0 in one.steps and (high is None or one.t_ms < high)]
    if not starts:
        return StepProof(0, "no_event")
    held = funnel.chain.hold is None or any(one.held is not None for one in starts)
    return StepProof(0, "not_asked" if held else "other_value", starts[0])


def _seen(warehouse: Warehouse, funnel: Funnel, frame: Frame, cancel: Cancel | None) -> Sequence[Seen]:
    """Return the person's events of steps and breakers, oldest first."""
    plan, chain, search = Plan(replace(frame, internal=funnel.internal or frame.internal)), funnel.chain, search_of(funnel, frame)
    columns = [exp.column("event", "e"), exp.column("key_hi", "e"), exp.column("key_lo", "e")]
    columns += [exp.alias_(is_among(rows, "funnel.steps", plan.params), f"k{index}") for index, rows in enumerate(chain.kinds)]
    columns += [exp.alias_(is_among(one.rows, "funnel.without", plan.params), f"x{index}") for index, one in enumerate(chain.breakers)]
    held = exp.cast(exp.null(), "TEXT") if chain.hold is None else event_field(chain.hold, "funnel.same").text()
    reach = Reach(search.low_ms, search.latest_ms, funnel.where, (*chain.kinds, *(one.rows for one in chain.breakers)))
    select = events(plan, [*columns, exp.alias_(held, "h")], reach).order_by("t").limit(EVENTS_MOST + 1)
    rows = warehouse.query(select, plan.params.values, cancel=cancel).to_pylist()
    if len(rows) > EVENTS_MOST:
        raise TooLarge(f"The person has more than {EVENTS_MOST:,} events of these steps.", fix="Ask for a shorter period.")
    return [_one(row, funnel) for row in rows]


def _one(row: dict[str, Any], funnel: Funnel) -> Seen:
    chain = funnel.chain
    steps = frozenset(step for step in range(len(chain.steps)) if row[f"k{chain.kind_of(step)}"])
    breakers = frozenset(index for index in range(len(chain.breakers)) if row[f"x{index}"])
    return Seen(int(row["t"]), row["event"], f"{row['key_hi']}:{row['key_lo']}", steps, breakers, row["h"])
