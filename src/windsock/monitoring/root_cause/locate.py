"""Find the causes of a change among leaves, and say of any part whether it is as expected once they are known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from windsock.kernel.errors import InvalidInput
from windsock.monitoring.root_cause import amounts, ratios
from windsock.monitoring.root_cause.cuboids import Cuboid, cuboids, depth_for
from windsock.monitoring.root_cause.model import KINDS, Cause, Flags, Floats, Ints, Kind, Leaves, Located, added

NORMAL = 4.0
"""Standard deviations within which a part is as expected; as an alert on it would have to be wider than chance among thousands of parts."""
SURE = 700.0
RARE = 0.5
"""Up to this ratio the successes are looked at, above it the failures."""


def locate(leaves: Leaves, kind: Kind, *, data_fault: bool = False, few: bool = False) -> Located:
    """Return the causes of the difference between what came and what was expected.

    Leaves with nothing on either side tell nothing and are passed over; one leaf can't be told apart from anything, so it has no cause.

    Args:
        leaves: what came and what was expected.
        kind: ``additive`` amounts, or a ``ratio`` of orders by visits.
        data_fault: whether the asker knows that the data may be late or wrong; it is said before any cause.
        few: whether additive leaves are counts of a few each: then their noise is that of counts, whatever the forecast's is.

    Raises:
        InvalidInput: no such kind, or a ratio without visits.
    """
    if kind not in KINDS:
        raise InvalidInput(f"There is no kind '{kind}'.", where="kind", fix=f"Use: {', '.join(KINDS)}.")
    if kind == "ratio":
        return _ratios(leaves, data_fault)
    return (_counts if few else _amounts)(leaves, data_fault)


@dataclass(frozen=True, eq=False)
class _Searched:
    """The leaves that tell something, and where the search looks among them."""

    live: Flags
    codes: Ints
    depth: int
    cubes: list[Cuboid]

    @property
    def looked_at(self) -> int:
        return sum(int(np.count_nonzero(cube.counts)) for cube in self.cubes)


def _searched(leaves: Leaves, live: Flags) -> _Searched:
    codes = leaves.codes[live]
    depth = depth_for(len(codes), len(leaves.dims)) if len(codes) > 1 else 0
    return _Searched(live, codes, depth, list(cuboids(codes, leaves.sizes, depth)) if len(codes) > 1 else [])


def _amounts(leaves: Leaves, data_fault: bool) -> Located:  # noqa: FBT001 - handed on
    live = np.maximum(leaves.real, leaves.predict) > 0
    seen = _searched(leaves, live)
    real, predict = leaves.real[live], leaves.predict[live]
    fitted, spread = leaves.predict.copy(), np.zeros(len(leaves))
    causes: list[Cause] = []
    total = float(leaves.real.sum() - leaves.predict.sum())
    if seen.cubes:
        fit = amounts.search(seen.codes, leaves.sizes, seen.cubes, real, predict)
        due, sigma = predict.copy(), fit.noise * np.maximum(real, predict)
        for place, one in enumerate(fit.found):
            mine = fit.owner == place
            due[mine] = predict[mine] * (1 + one.deviation) if one.deviation < 0 else predict[mine] / max(1 - one.deviation, 1e-9)
            # What an element grew or fell by in all is what its leaves are expected to do together.
            due[mine] *= _scale(real[mine], due[mine])
            sigma[mine] = np.maximum(one.spread, fit.noise[mine]) * np.maximum(real[mine], due[mine])
            held = seen.cubes[one.cuboid].ids == one.element
            change = float((real - predict)[mine].sum())
            causes.append(_cause(leaves, seen, (one.cuboid, one.element), (real[held], predict[held]), (change, total, fit.evidence[place])))
        fitted[live], spread[live] = due, sigma
    return _located("additive", leaves, seen, causes, (0.0, leaves.predict, fitted, spread), data_fault=data_fault)


def _counts(leaves: Leaves, data_fault: bool) -> Located:  # noqa: FBT001 - handed on
    """Return the causes of few: as of a ratio whose visits are the same as ever."""
    live = np.maximum(leaves.real, leaves.predict) > 0
    seen = _searched(leaves, live)
    real, predict = leaves.real[live], leaves.predict[live]
    fitted, spread = leaves.predict.copy(), np.sqrt(leaves.predict)
    causes: list[Cause] = []
    if seen.cubes:
        fit = ratios.search(seen.cubes, real, predict)
        total = float(leaves.real.sum() - leaves.predict.sum())
        for place, step, evidence in zip(fit.found, fit.steps, fit.evidence, strict=True):
            held = seen.cubes[place[0]].ids == place[1]
            causes.append(_cause(leaves, seen, place, (real[held], predict[held]), (step, total, evidence)))
        fitted[live], spread[live] = fit.fitted, np.sqrt(fit.spread * np.maximum(fit.fitted, 0))
    return _located("additive", leaves, seen, causes, (0.0, leaves.predict, fitted, spread), data_fault=data_fault)


def _scale(real: Floats, due: Floats) -> float:
    whole = float(due.sum())
    return float(real.sum()) / whole if whole > 0 else 1.0


def _ratios(leaves: Leaves, data_fault: bool) -> Located:  # noqa: FBT001 - handed on
    if leaves.visits_real is None or leaves.visits_predict is None:
        raise InvalidInput("A ratio needs visits beside orders.", where="leaves", fix="Give visits_real and visits_predict, or use kind additive.")
    # An order has had a visit, seen or not.
    came, due_visits = np.maximum(leaves.visits_real, leaves.real), np.maximum(leaves.visits_predict, leaves.predict)
    live = came + due_visits > 0
    seen = _searched(leaves, live)
    # Of what nearly always succeeds the failures tell: they are counts with the noise of counts, the successes hardly vary.
    rare = float(leaves.predict.sum()) <= RARE * float(due_visits.sum())
    counts, due = (leaves.real, leaves.predict) if rare else (came - leaves.real, due_visits - leaves.predict)
    if not due.any():
        # What never happened can't be multiplied: it may have been seen by half, as likely at each visit.
        due = due_visits * (0.5 / max(float(due_visits.sum()), 0.5))
    awaited = np.zeros(len(leaves))
    awaited[live] = came[live] * ratios.rates(seen.codes, leaves.sizes, due[live], due_visits[live])
    expected = awaited.copy() if rare else came - awaited
    whole = float(leaves.predict.sum() / due_visits.sum()) * float(came.sum()) if due_visits.any() else 0.0
    mix = float(expected.sum()) - whole
    fitted, spread = expected.copy(), np.sqrt(awaited)
    causes: list[Cause] = []
    if seen.cubes:
        fit = ratios.search(seen.cubes, counts[live], awaited[live])
        total = float(leaves.real[live].sum() - expected[live].sum())
        for place, step, evidence in zip(fit.found, fit.steps, fit.evidence, strict=True):
            held = seen.cubes[place[0]].ids == place[1]
            sums = leaves.real[live][held], expected[live][held]
            causes.append(_cause(leaves, seen, place, sums, (step if rare else -step, total, evidence)))
        awaited[live] = fit.fitted
        fitted = awaited if rare else came - awaited
        spread = np.sqrt(fit.spread * np.maximum(awaited, 0))
    return _located("ratio", leaves, seen, causes, (mix, expected, fitted, spread), data_fault=data_fault)


def _cause(
    leaves: Leaves, seen: _Searched, place: tuple[int, int], sums: tuple[Floats, Floats], told: tuple[float, float, float]
) -> Cause:  # fmt: skip
    """Word a cause: its place, the figures of its leaves, and (its part of the change, the whole change, its evidence)."""
    cube = seen.cubes[place[0]]
    row = seen.codes[int(np.flatnonzero(cube.ids == place[1])[0])]
    change, total, evidence = told
    return Cause(
        {leaves.dims[at]: leaves.labels[at][int(row[at])] for at in cube.dims},
        len(sums[0]),
        float(sums[0].sum()),
        float(sums[1].sum()),
        change,
        change / total if total else None,
        evidence,
        1 / (1 + math.exp(-min(evidence, SURE))),
    )


def against_all(leaves: Leaves) -> str | None:
    """Return the first dimension in whose every value a ratio went the other way than as a whole, by more or fewer visits alone (Simpson)."""
    before, after = _whole_ratio(leaves)
    if leaves.visits_real is None or leaves.visits_predict is None or before == after:
        return None
    for place, name in enumerate(leaves.dims):
        codes, count = leaves.codes[:, place], len(leaves.labels[place])
        orders, due = added(codes, leaves.real, count), added(codes, leaves.predict, count)
        visits, due_visits = added(codes, leaves.visits_real, count), added(codes, leaves.visits_predict, count)
        both = (visits > 0) & (due_visits > 0)
        moves = orders[both] / visits[both] - due[both] / due_visits[both]
        moves = moves[moves != 0]
        if len(moves) > 1 and bool(np.all((moves > 0) != (after > before))):
            return name
    return None


def _whole_ratio(leaves: Leaves) -> tuple[float, float]:
    """Return what was expected and what came, as a whole: amounts, or ratios (0 where there are no visits)."""
    before, after = float(leaves.predict.sum()), float(leaves.real.sum())
    if leaves.visits_real is None or leaves.visits_predict is None:
        return before, after
    due, came = float(leaves.visits_predict.sum()), float(leaves.visits_real.sum())
    return before / due if due else 0.0, after / came if came else 0.0


def _located(
    kind: Kind, leaves: Leaves, seen: _Searched, causes: list[Cause], told: tuple[float, Floats, Floats, Floats], *, data_fault: bool
) -> Located:  # fmt: skip
    mix, expected, fitted, spread = told
    real, due = float(leaves.real.sum()), float(expected.sum())
    before, after = _whole_ratio(leaves)
    mixed_by = against_all(leaves)
    told_causes = [cause for cause in causes if mixed_by is None or (cause.change > 0) == (after > before)]
    everywhere = next((cause for cause in told_causes if not cause.element), None)
    placed = sorted((cause for cause in told_causes if cause.element), key=lambda cause: (-abs(cause.change), sorted(cause.element.items())))
    return Located(
        kind,
        tuple(placed),
        everywhere,
        before,
        after,
        real,
        due,
        mix,
        mixed_by,
        real - due - sum(cause.change for cause in told_causes),
        data_fault,
        len(leaves.dims),
        seen.depth,
        seen.looked_at,
        fitted,
        spread,
    )


@dataclass(frozen=True)
class Rest:
    """What a part of the whole still differs by, once the causes are known.

    Attributes:
        real: what came in it.
        expected: what is expected in it with the causes.
        deviations: the difference in standard deviations; 0 where there is nothing to differ.
    """

    real: float
    expected: float
    deviations: float

    @property
    def normal(self) -> bool:
        """Whether an alert on it is absorbed: it says no more than the causes do."""
        return abs(self.deviations) <= NORMAL


def rest_of(leaves: Leaves, located: Located, cut: Mapping[str, str]) -> Rest:
    """Return what is left of a cut's deviation after the causes are taken out.

    Args:
        leaves: those that were located.
        located: their causes.
        cut: a value by dimension; empty for the whole.

    Raises:
        InvalidInput: a dimension that the leaves do not have.
    """
    held = leaves.inside(cut)
    real, expected = float(leaves.real[held].sum()), float(located.fitted[held].sum())
    spread = math.sqrt(float((located.spread[held] ** 2).sum()))
    difference = real - expected
    return Rest(real, expected, difference / spread if spread > 0 else (0.0 if abs(difference) <= 1e-9 * max(real, 1.0) else math.inf))
