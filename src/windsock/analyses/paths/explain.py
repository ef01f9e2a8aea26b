"""Explain paths for one person: the sessions, the steps of each, and what became of every other event."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from sqlglot import exp

from windsock.analyses.model.asked import days_of
from windsock.analyses.paths.flow import PAGE_MOST, Wanted, paths_behind, read_events
from windsock.analyses.paths.model import Paths
from windsock.analyses.paths.proof import SeenNode, Session, Told, prove_paths
from windsock.conditions import Frame, Plan, told_length
from windsock.kernel.errors import Broken, TooLarge
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

EVENTS_MOST = 20_000


@dataclass(frozen=True)
class PathsProof:
    """What became of a person's events."""

    person: int
    sessions: tuple[Session, ...]
    gap_ms: int
    zone: str

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for each session, each of its events and the pause after it."""
        if not self.sessions:
            return [_words()["nothing"][language]]
        found: list[str] = []
        for session in self.sessions:
            found.append(_words()[session.why][language].format(at=self._at(session.t0_ms)))
            found += [self._line(told, language) for told in session.events]
            if session.pause_ms is not None:
                pause, gap = told_length(session.pause_ms, language), told_length(self.gap_ms, language)
                found.append(_words()["pause"][language].format(pause=pause, gap=gap))
        return found

    def whys(self) -> list[str]:
        """Return what each line says, in a word."""
        found: list[str] = []
        for session in self.sessions:
            found += [session.why, *(told.why for told in session.events), *(() if session.pause_ms is None else ("pause",))]
        return found or ["nothing"]

    def _line(self, told: Told, language: Literal["zh", "en"]) -> str:
        seen = told.seen
        name, value = seen.node
        key = f"{seen.key[0]}:{seen.key[1]}"
        node = name if value is None else f"{name} {value}"
        return _words()[told.why][language].format(step=told.step or "", node=node, event=seen.event, at=self._at(seen.t_ms), key=key)

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.zone)).isoformat(timespec="milliseconds")

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        return {
            "person": self.person,
            "sessions": [
                {
                    "start": self._at(session.t0_ms),
                    "why": session.why,
                    "pause_after_ms": session.pause_ms,
                    "events": [
                        {
                            "event": told.seen.event,
                            "key": f"{told.seen.key[0]}:{told.seen.key[1]}",
                            "at": self._at(told.seen.t_ms),
                            "name": told.seen.node[0],
                            "value": told.seen.node[1],
                            "why": told.why,
                            "step": told.step,
                        }
                        for told in session.events
                    ],
                }
                for session in self.sessions
            ],
            "en": self.lines("en"),
            "zh": self.lines("zh"),
        }


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.paths").joinpath("words.yaml").read_text("utf-8"))


def explain_paths(warehouse: Warehouse, paths: Paths, frame: Frame, person: int, *, cancel: Cancel | None = None) -> PathsProof:
    """Return the proof of a person.

    Args:
        warehouse: where to ask.
        paths: the very definition that was answered.
        frame: the moment and circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the queries.

    Raises:
        TooLarge: the person has more events, or more paths, than can be shown.
        Broken: the statement and the rules disagree.
    """
    frame = replace(frame, person=person)
    plan = Plan(replace(frame, internal=paths.asked.internal or frame.internal))
    select = read_events(plan, paths, [exp.column("event", "e")]).limit(EVENTS_MOST + 1)
    rows = warehouse.query(select, plan.params.values, cancel=cancel).to_pylist()
    behind = paths_behind(warehouse, paths, frame, Wanted(), page=(0, PAGE_MOST), cancel=cancel)
    if len(rows) > EVENTS_MOST or behind.next_cursor is not None:
        raise TooLarge(f"The person has more than {EVENTS_MOST:,} events that take part.", fix="Ask for a shorter period.")
    seen = [SeenNode(int(row["t"]), row["event"], (row["key_hi"], row["key_lo"]), (row["n"], row["v"]), bool(row["a"])) for row in rows]
    low, high, _ = days_of(paths.asked.span, (frame.now_ms, frame.zone, frame.week_start), "paths.period")
    sessions = prove_paths(paths, seen, low, high)
    if paths.asked.who is not None and not behind.rows:
        sessions = tuple(replace(session, why="not_asked") if session.why == "counted" else session for session in sessions)
    counted = [(session.t0_ms, [(*one.seen.node, one.seen.t_ms) for one in session.steps]) for session in sessions if session.why == "counted"]
    if counted != [(row["t0"], [(step["name"], step["value"], step["t"]) for step in row["steps"]]) for row in behind.rows]:
        raise Broken("The paths that were counted are not those of the person's events.", where=f"person {person}")
    return PathsProof(person, sessions, paths.gap_ms, frame.zone)
