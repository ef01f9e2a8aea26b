"""Explain sessions for one person: why each begins where it does, which events it has, and what is said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from sqlglot import exp

from windsock.analyses.model.asked import days_of
from windsock.analyses.sessions.cells import Visit
from windsock.analyses.sessions.model import Sessions
from windsock.analyses.sessions.proof import SeenEvent, Session, prove_sessions
from windsock.analyses.sessions.visits import PAGE_MOST, WantedSessions, read_events, sessions_behind, today_ms
from windsock.conditions import Frame, Plan, told_length
from windsock.kernel.errors import Broken, TooLarge
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

EVENTS_MOST = 20_000
_Line = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class SessionsProof:
    """What became of a person's events."""

    person: int
    sessions: tuple[Session, ...]
    gap_ms: int
    frame: Frame
    still: frozenset[int]

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return lines for each session: why it begins, its events, and what it comes to."""
        return [_words()[why][language].format(**self._said(told, language)) for why, told in self._told()]

    def whys(self) -> list[str]:
        """Return what each line says, in a word."""
        return [why for why, _ in self._told()]

    def _told(self) -> Iterator[_Line]:
        if not self.sessions:
            yield "nothing", {}
        number = 0
        for place, session in enumerate(self.sessions):
            number += session.verdict == "counted"
            yield from self._session(session, number, still=place in self.still)

    def _session(self, session: Session, number: int, *, still: bool) -> Iterator[_Line]:
        first, last = session.events[0], session.events[-1]
        pause = 0 if session.before is None else first.t_ms - session.before.t_ms
        begins = {"number": number, "at": first.t_ms, "pause": pause, "gap": self.gap_ms, "campaign": first.campaign}
        yield (session.began if session.verdict == "counted" else session.verdict), begins
        for seen in session.events:
            yield "event", _event(seen)
        for seen in session.later:
            yield "later", _event(seen)
        if session.verdict == "counted":
            ends = {"entry": _node(first), "exit": _node(last)}
            yield "bounce" if len(session.events) == 1 else "length", {"events": len(session.events), "length": session.length_ms, **ends}
            if still:
                yield "open", {"ago": max(0, self.frame.now_ms - last.t_ms), "gap": self.gap_ms}

    def _said(self, told: dict[str, Any], language: Literal["zh", "en"]) -> dict[str, Any]:
        """Return what a line has in it as people write it: instants and lengths of time."""
        lengths = {key: told_length(told[key], language) for key in ("pause", "gap", "length", "ago") if key in told}
        return told | lengths | ({"at": self._at(told["at"])} if "at" in told else {})

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.frame.zone)).isoformat(timespec="milliseconds")

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        return {
            "person": self.person,
            "sessions": [
                {
                    "start": self._at(session.t0_ms),
                    "began": session.began,
                    "why": session.verdict,
                    "after_ms": None if session.before is None else session.t0_ms - session.before.t_ms,
                    "length_ms": session.length_ms,
                    "still_open": place in self.still,
                    "events": [
                        {"event": seen.event, "key": f"{seen.key[0]}:{seen.key[1]}", "at": self._at(seen.t_ms), "name": seen.node[0],
                         "value": seen.node[1], "campaign": seen.campaign, "left_out": seen in session.later}
                        for seen in (*session.events, *session.later)
                    ],
                }
                for place, session in enumerate(self.sessions)
            ],
            "en": self.lines("en"),
            "zh": self.lines("zh"),
        }  # fmt: skip


def _event(seen: SeenEvent) -> dict[str, Any]:
    return {"node": _node(seen), "at": seen.t_ms, "key": f"{seen.key[0]}:{seen.key[1]}"}


def _node(seen: SeenEvent) -> str:
    name, value = seen.node
    return name if value is None else f"{name} {value}"


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.sessions").joinpath("words.yaml").read_text("utf-8"))


def explain_sessions(warehouse: Warehouse, sessions: Sessions, frame: Frame, person: int, *, cancel: Cancel | None = None) -> SessionsProof:
    """Return the proof of a person.

    Args:
        warehouse: where to ask.
        sessions: the very definition that was answered.
        frame: the moment and circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the queries.

    Raises:
        TooLarge: the person has more events, or more sessions, than can be shown.
        Broken: the statement and the rules disagree.
    """
    frame = replace(frame, person=person)
    plan = Plan(replace(frame, internal=sessions.asked.internal or frame.internal))
    rows = warehouse.query(
        read_events(plan, sessions, [exp.column("event", "e")]).limit(EVENTS_MOST + 1), plan.params.values, cancel=cancel
    ).to_pylist()
    behind = sessions_behind(warehouse, sessions, frame, WantedSessions(), page=(0, PAGE_MOST), cancel=cancel)
    if len(rows) > EVENTS_MOST or behind.next_cursor is not None:
        raise TooLarge(f"The person has more than {EVENTS_MOST:,} events that take part.", fix="Ask for a shorter period.")
    seen = [
        SeenEvent(int(row["t"]), row["event"], (row["key_hi"], row["key_lo"]), (row["n"], row["v"]), row["b"], row.get("day"), row.get("c"))
        for row in rows
    ]
    low, high, _ = days_of(sessions.asked.span, (frame.now_ms, frame.zone, frame.week_start), "sessions.period")
    found = prove_sessions(sessions, seen, low, high)
    if sessions.asked.who is not None and not behind.rows:
        found = tuple(replace(one, verdict="not_asked") if one.verdict == "counted" else one for one in found)
    still = frozenset(place for place, one in enumerate(found) if one.verdict == "counted" and _open(sessions, one, frame))
    if [_as_visit(person, one, still=place in still) for place, one in enumerate(found) if one.verdict == "counted"] != behind.rows:
        raise Broken("The sessions that were counted are not those of the person's events.", where=f"person {person}")
    return SessionsProof(person, found, sessions.rule.gap_ms, frame, still)


def _open(sessions: Sessions, session: Session, frame: Frame) -> bool:
    last = max(seen.t_ms for seen in (*session.events, *session.later))
    return frame.now_ms - last <= sessions.rule.gap_ms and (not sessions.rule.midnight or last >= today_ms(frame))


def _as_visit(person: int, session: Session, *, still: bool) -> Visit:
    first, last = session.events[0], session.events[-1]
    figures = session.t0_ms, last.t_ms, len(session.events)
    return Visit(person, *figures, first.node, last.node, first.value, still, bool(session.later))
