"""The assessment of a period: a score for each owner, how it came about, and what later data would change of it.

A closed target stands as it was closed; one whose period still runs is scored by its pace, and said to be so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.model.definition import Words
from windsock.metrics.targets import store
from windsock.metrics.targets.measure import Measured, measure
from windsock.metrics.targets.model.explain import Lost, Subject, owner_sentence, pace_sentence, result_sentence, titled
from windsock.metrics.targets.model.pace import NO_PACE, Pace
from windsock.metrics.targets.model.score import Mark, OwnerScore, Scored, owner_score, score
from windsock.metrics.targets.model.target import Grain, Target
from windsock.metrics.targets.store import Result, Wanted
from windsock.metrics.value_names import Namer, namer

if TYPE_CHECKING:
    from windsock.workspace import Workspace

TARGETS_MAX = 500
_HUNDRED = Decimal(100)
Stage = Literal["coming", "running", "waiting", "closed"]


@dataclass(frozen=True)
class Standing:
    """A target and how it stands.

    Attributes:
        target: what is to be reached.
        stage: coming, running, waiting for whole data, or closed.
        about: title, unit and currency.
        direction: where the metric should go.
        counts: whether it counts in its owner's score.
        actual: what was reached.
        scored: what that is worth; while it runs, against what is due by now.
        pace: where it stands by now.
        until: the last date that ``actual`` holds.
        complete: its data was whole when it was closed.
        as_of_ms: when it was closed, None while it is not.
        now: what the same question gives now, where later data changed it; None where it holds.
        explanation: all that in words.
        problem: why it can't be measured.
    """

    target: Target
    stage: Stage
    about: Subject
    direction: str
    counts: bool
    actual: Decimal | None
    scored: Scored
    pace: Pace
    until: dt.date | None
    complete: bool
    as_of_ms: int | None
    now: Decimal | None
    explanation: Words
    problem: str
    few: bool


@dataclass(frozen=True)
class OwnerReport:
    """An owner, the score, and the targets behind it, those that cost most first."""

    owner: str
    found: OwnerScore
    explanation: Words
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Assessment:
    """The assessment of one period; ``cut`` says that it has more targets than are shown."""

    grain: Grain
    start: dt.date
    owners: tuple[OwnerReport, ...]
    closed: int
    open: int
    cut: bool


def standings(workspace: Workspace, targets: Sequence[Target]) -> list[Standing]:
    """Say how targets stand, in their order; closed ones from their results."""
    now_ms = workspace.clock.now_ms()
    with workspace.records.read() as session:
        results = store.results(session, [target.id for target in targets])
    version, library = workspace.warehouse.version(), catalogue_of(workspace)
    stale = [target for target in targets if target.id not in results or results[target.id].body["version"] != version]
    found, named = measure(workspace, stale, now_ms), namer(workspace)
    return [
        _closed(target, results[target.id], found.get(target.id), named) if target.id in results else _open(target, found[target.id], library, named)
        for target in targets
    ]


def assess(workspace: Workspace, grain: Grain, start: dt.date) -> Assessment:
    """Return the assessment of a period, the lowest score first, owners without one last."""
    with workspace.records.read() as session:
        targets = store.page(session, Wanted(grain=grain, start=start), TARGETS_MAX + 1)
    found = standings(workspace, targets[:TARGETS_MAX])
    by: dict[str, list[Standing]] = {}
    for one in found:
        by.setdefault(one.target.aim.owner, []).append(one)
    owners = sorted((_owner(name, group) for name, group in by.items()), key=lambda one: (one.found.score is None, one.found.score, one.owner))
    closed = sum(1 for one in found if one.stage == "closed")
    return Assessment(grain, start, tuple(owners), closed, len(found) - closed, len(targets) > TARGETS_MAX)


def _owner(name: str, group: list[Standing]) -> OwnerReport:
    found = owner_score([Mark(one.scored, one.target.aim.weight, one.counts) for one in group])
    weight = sum(one.target.aim.weight for one in group if one.counts and one.scored.score is not None)
    lost = {one.target.id: _lost(one, weight) for one in group}
    ranked = sorted(group, key=lambda one: (-lost[one.target.id], store.sort_key(one.target)))
    said = owner_sentence(found, [Lost(one.about.title, lost[one.target.id]) for one in ranked], running=any(one.stage != "closed" for one in group))
    return OwnerReport(name, found, said, tuple(ranked))


def _lost(one: Standing, weight: int) -> Decimal:
    """Return the points that a target took from its owner's score; a score above 100 takes none."""
    if not one.counts or one.scored.score is None or not weight:
        return Decimal(0)
    return max(Decimal(0), _HUNDRED - one.scored.score) * one.target.aim.weight / weight


def _open(target: Target, found: Measured, library: Catalogue, named: Namer) -> Standing:
    place, aim = target.place, target.aim
    metric = library.metrics.get(place.metric)
    title = Words(place.metric, place.metric) if metric is None else metric.title
    unit, direction = ("count", "up") if metric is None else (metric.unit, metric.direction)
    about = Subject(titled(title, named(place.dimension, place.member) if place.dimension else None), unit, found.currency)
    stage: Stage = "waiting" if found.over else "coming" if found.until is None else "running"
    known = None if found.few else found.actual
    due = aim.value if found.over else found.pace.expected
    scored = score(direction, due, known) if due else score(direction, aim.value, None)
    said = (
        result_sentence(about, aim.value, known, scored)
        if found.over
        else pace_sentence(about, found.pace.expected, known, found.pace.projected, found.pace.basis)
    )
    counts = metric is not None and "assess" in metric.use
    return Standing(
        target,
        stage,
        about,
        direction,
        counts,
        found.actual,
        scored,
        found.pace,
        found.until,
        found.complete,
        None,
        None,
        said,
        found.problem,
        found.few,
    )


def _closed(target: Target, result: Result, now: Measured | None, named: Namer) -> Standing:
    body: dict[str, Any] = result.body
    title = titled(Words(body["title"]["en"], body["title"]["zh"]), named(body["dimension"], body["member"]) if body["dimension"] else None)
    about = Subject(title, body["unit"], body["currency"])
    known = None if body["few"] else result.actual
    scored = score(body["direction"], Decimal(body["value"]), known)
    since = None if now is None or now.problem or now.actual == result.actual else now.actual
    said = result_sentence(about, Decimal(body["value"]), known, scored)
    return Standing(
        target,
        "closed",
        about,
        body["direction"],
        bool(body["counts"]),
        result.actual,
        scored,
        NO_PACE,
        target.place.period.end,
        result.complete,
        result.as_of_ms,
        since,
        said,
        body["problem"],
        bool(body["few"]),
    )
