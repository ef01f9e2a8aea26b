"""What a known event is, and how like it a finding is. Rules only.

A signature is a list of parts, each with a weight: metrics that move (3 for a lead, 1 for another), metrics that hold still (1), dimensions that the
cause names (2), values of a dimension (1), what is going on beside it (2), hours (1), how it began (1), how long it lasts (1). A part fits (+1),
is contradicted (-1), is simply not so (0), or can't be told yet. With g the sum of weight x fit and k the weights of the parts that can be told::

    likeness = max(0, g) / (k + half the weights of the parts that can't be told)

which is 1 only for a finding that is known whole and fits whole. Without a lead that moves its way there is no likeness at all; beside one that
does, another lead that did not move, or that can't be told, weighs 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from windsock.metrics.model.definition import Words

Direction = Literal["up", "down"]
Course = Literal["sudden", "slow"]
Mode = Literal["auto", "manual"]
LEAD, PART, NAMED, BESIDE = 3.0, 1.0, 2.0, 2.0
UNKNOWN_COUNTS = 0.5
LIKE_ENOUGH = 0.5
"""From here on a known event is named beside an alert."""


@dataclass(frozen=True)
class Moves:
    """A metric and the way it goes; a lead is one without which it is not this event."""

    metric: str
    direction: Direction
    lead: bool = False


@dataclass(frozen=True)
class Signature:
    """How an event looks in the figures.

    Attributes:
        moves: metrics that move, at least one of them a lead.
        steady: metrics that are watched and hold still.
        named: dimensions of which the cause names at least one; empty where any will do.
        values: values of a dimension the cause has to name, by dimension.
        beside: what is going on at the time, at least one of these: release, campaign, fare_sale, holiday, weather, competitor ...
        hours: local hours [from, to) in which it happens; from > to goes over midnight.
        course: how it begins.
        lasts_min: shortest and longest time that it lasts, in minutes.
    """

    moves: tuple[Moves, ...]
    steady: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    beside: tuple[str, ...] = ()
    hours: tuple[int, int] | None = None
    course: Course | None = None
    lasts_min: tuple[int, int] | None = None


@dataclass(frozen=True)
class Finding:
    """What an alert knows, as a signature is held against it. What is left out can't be told yet.

    Attributes:
        moved: metrics that are not as expected, and the way they went.
        quiet: metrics that are watched and as expected.
        where: what the cause names: combinations of dimension values; None where it was not looked for.
        beside: what is going on; None where nobody knows.
        hour: local hour of the beginning.
        course: how it began.
        minutes: how long it has lasted, once it is over.
    """

    moved: Mapping[str, Direction]
    quiet: frozenset[str] = frozenset()
    where: tuple[Mapping[str, str], ...] | None = None
    beside: frozenset[str] | None = None
    hour: int | None = None
    course: Course | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Reason:
    """Why a finding is like an event or is not: which part, of what, and whether it fits (None: can't be told)."""

    part: Literal["moves", "steady", "named", "values", "beside", "hours", "course", "lasts"]
    what: str
    weight: float
    fit: int | None


@dataclass(frozen=True)
class Step:
    """One step of a playbook: an action by its kind, what it is called, and whether it may run by itself."""

    action: str
    title: Words
    mode: Mode
    given: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Check:
    """What to look at, and the metric and the dimensions that show it, where there are some."""

    title: Words
    metric: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Window:
    """A piece of history the entry is tested on: what was found, and whether it was this event."""

    name: str
    finding: Finding
    expect: bool


@dataclass(frozen=True)
class KnownEvent:
    """An entry of the library.

    Attributes:
        name: what it is kept by.
        title: what it is called.
        about: what happens, in a sentence or two.
        owner: the team it belongs to.
        signature: how it looks.
        sources: where its figures come from, for people.
        checks: what to look at, in this order.
        causes: what it was, the likeliest first.
        playbook: what to do, in this order.
        tests: its windows of history.
    """

    name: str
    title: Words
    about: Words
    owner: str
    signature: Signature
    sources: tuple[str, ...]
    checks: tuple[Check, ...]
    causes: tuple[Words, ...]
    playbook: tuple[Step, ...]
    tests: tuple[Window, ...]


@dataclass(frozen=True)
class Match:
    """How like an event a finding is, from 0 to 1, and why."""

    event: str
    likeness: float
    reasons: tuple[Reason, ...]


def likeness(signature: Signature, finding: Finding) -> tuple[float, tuple[Reason, ...]]:
    """Return how like a signature a finding is (0 to 1, see this file's head), with a reason for each part."""
    reasons = tuple(_alternatives(signature, _reasons(signature, finding)))
    leads = {move.metric: move.direction for move in signature.moves if move.lead}
    if not any(finding.moved.get(metric) == direction for metric, direction in leads.items()):
        return 0.0, reasons
    gained = sum(reason.weight * reason.fit for reason in reasons if reason.fit is not None)
    known = sum(reason.weight for reason in reasons if reason.fit is not None)
    unknown = sum(reason.weight for reason in reasons if reason.fit is None)
    return max(0.0, gained) / (known + UNKNOWN_COUNTS * unknown), reasons


def _alternatives(signature: Signature, reasons: Iterable[Reason]) -> list[Reason]:
    """Let leads stand in for each other: beside one that fits, another that did not move or can't be told counts as any other part."""
    leads, found = {move.metric for move in signature.moves if move.lead}, list(reasons)
    if not any(one.part == "moves" and one.what in leads and one.fit == 1 for one in found):
        return found
    return [replace(one, weight=PART) if one.part == "moves" and one.what in leads and one.fit in (0, None) else one for one in found]


def matches(finding: Finding, events: Iterable[KnownEvent], least: float = LIKE_ENOUGH) -> list[Match]:
    """Return the events that a finding is like, the likest first; of two that are equally like it, the one with more parts that fit, then by name."""
    found = [Match(event.name, *likeness(event.signature, finding)) for event in events]
    return sorted((match for match in found if match.likeness >= least), key=lambda match: (-match.likeness, -_fitting(match), match.event))


@dataclass(frozen=True)
class Record:
    """How a library does on windows of history: those named rightly, and those named wrongly, as (window, event that was named)."""

    right: frozenset[str]
    wrong: frozenset[tuple[str, str]]


def record_of(events: Sequence[KnownEvent], windows: Iterable[tuple[str, Window]]) -> Record:
    """Name each window by the likest event.

    Args:
        events: the library.
        windows: each with the name of the event that keeps it.
    """
    right, wrong = set[str](), set[tuple[str, str]]()
    for keeper, window in windows:
        found = matches(window.finding, events)
        named, key = found[0].event if found else None, f"{keeper}/{window.name}"
        if named == keeper and window.expect:
            right.add(key)
        elif named is not None and (window.expect or named == keeper):
            wrong.add((key, named))
    return Record(frozenset(right), frozenset(wrong))


def lost_by(before: Record, after: Record) -> tuple[list[str], list[tuple[str, str]]]:
    """Return what an edit breaks: windows that were named rightly and are not any more, and those that are named wrongly now and were not."""
    return sorted(before.right - after.right), sorted(after.wrong - before.wrong)


def _fitting(match: Match) -> float:
    return sum(reason.weight for reason in match.reasons if reason.fit == 1)


def _reasons(signature: Signature, finding: Finding) -> Iterator[Reason]:
    for move in signature.moves:
        yield Reason("moves", move.metric, LEAD if move.lead else PART, _moves(move, finding))
    for metric in signature.steady:
        fit = 1 if metric in finding.quiet else -1 if metric in finding.moved else None
        yield Reason("steady", metric, PART, fit)
    if signature.named:
        yield Reason("named", " | ".join(signature.named), NAMED, _names(signature.named, finding))
    for dimension, values in signature.values.items():
        yield Reason("values", f"{dimension} = {' | '.join(values)}", PART, _has(dimension, values, finding))
    if signature.beside:
        yield Reason(
            "beside", " | ".join(signature.beside), BESIDE, None if finding.beside is None else int(bool(finding.beside & set(signature.beside)))
        )
    yield from _of_time(signature, finding)


def _of_time(signature: Signature, finding: Finding) -> Iterator[Reason]:
    if signature.hours is not None:
        begin, end = signature.hours
        fit = None if finding.hour is None else int((finding.hour - begin) % 24 < ((end - begin) % 24 or 24))
        yield Reason("hours", f"{begin}-{end}", PART, fit)
    if signature.course is not None:
        yield Reason("course", signature.course, PART, None if finding.course is None else 1 if finding.course == signature.course else -1)
    if signature.lasts_min is not None:
        least, most = signature.lasts_min
        yield Reason("lasts", f"{least}-{most}", PART, None if finding.minutes is None else int(least <= finding.minutes <= most))


def _moves(move: Moves, finding: Finding) -> int | None:
    went = finding.moved.get(move.metric)
    if went is None:
        return 0 if move.metric in finding.quiet else None
    return 1 if went == move.direction else -1


def _names(dimensions: tuple[str, ...], finding: Finding) -> int | None:
    if finding.where is None:
        return None
    return int(any(dimension in element for element in finding.where for dimension in dimensions))


def _has(dimension: str, values: tuple[str, ...], finding: Finding) -> int | None:
    if finding.where is None:
        return None
    named = {element[dimension] for element in finding.where if dimension in element}
    return 0 if not named else 1 if named & set(values) else -1
