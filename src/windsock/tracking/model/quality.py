"""How good a source's data is: volume against expectation, shares, drift, and the one state that follows. Rules only."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

State = Literal["ok", "warn", "bad", "late", "silent", "no_data"]
ORDER: tuple[State, ...] = ("bad", "silent", "late", "warn", "no_data", "ok")
"""The worst first."""
WEEKS = 4
WEEKS_LEAST = 2
BAND_LEAST = 0.15
"""The band is at least 15 % wide to each side: four weeks say little about how much a week may differ."""
PSI_MOST = 0.25
"""Population stability index from which a distribution has shifted: the usual rule of thumb."""
ROWS_LEAST = 200
KIND_SHARE, NEW_SHARE, GONE_SHARE, FILL_SHARE = 0.02, 0.01, 0.02, 0.1
NEW_LEAST, CELLS_MOST = 5, 30
OTHER = "\x00other"
LIMITS: Mapping[str, tuple[float, float]] = {
    "validity": (0.99, 0.95),
    "uniqueness": (0.95, 0.8),
    "completeness": (0.98, 0.9),
    "late_share": (0.05, 0.25),
    "bot_share": (0.4, 0.8),
}
"""Share -> from where on it is a warning, and from where on bad; the last two are the better the smaller."""
DriftKind = Literal["type", "new_values", "gone_values", "shift", "share"]


@dataclass(frozen=True)
class Expected:
    """What the same hours of the last weeks let expect, with the band outside of which a figure is worth a look."""

    middle: int
    low: int
    high: int


@dataclass(frozen=True)
class Cell:
    """How often one value (or bin of numbers) of a property came before and lately."""

    kind: str
    value: str
    before: int
    after: int


@dataclass(frozen=True)
class Drift:
    """What changed in the data of an event; ``measure`` names the measure and gives its size."""

    event: str
    property: str | None
    what: DriftKind
    before: str
    after: str
    measure: str


def expect(weeks: Sequence[int]) -> Expected | None:
    """Return the median of the same hours of earlier weeks with a band; None where less than two weeks are known.

    The band is the largest of: three robust standard deviations (MAD), three of a Poisson count, and 15 %.

    >>> expect([100, 110, 90, 100])
    Expected(middle=100, low=70, high=130)
    >>> expect([10_000, 10_400, 9_900, 10_100]), expect([5])
    (Expected(middle=10050, low=8543, high=11557), None)
    """
    if len(weeks) < WEEKS_LEAST:
        return None
    middle = median(weeks)
    spread = median(abs(count - middle) for count in weeks) * 1.4826
    half = max(3 * spread, 3 * math.sqrt(middle), BAND_LEAST * middle)
    return Expected(round(middle), max(math.ceil(middle - half), 0), math.floor(middle + half))


def judge_volume(actual: int, expected: Expected | None) -> State:
    """Return ok within the band, bad where the distance to the middle is over twice that of the band's edge, warn between.

    >>> band = Expected(100, 70, 130)
    >>> [judge_volume(count, band) for count in (100, 60, 20, 200)], judge_volume(0, None)
    (['ok', 'warn', 'bad', 'bad'], 'ok')
    """
    if expected is None or expected.low <= actual <= expected.high:
        return "ok"
    edge = expected.high - expected.middle if actual > expected.high else expected.middle - expected.low
    return "bad" if abs(actual - expected.middle) > 2 * max(edge, 1) else "warn"


def judge_share(name: str, share: float | None) -> State:
    """Return the state of a share.

    >>> judge_share("validity", 0.97), judge_share("late_share", 0.3), judge_share("completeness", None)
    ('warn', 'bad', 'ok')
    """
    if share is None:
        return "ok"
    warn, bad = LIMITS[name]
    sign = 1 if bad > warn else -1
    return "bad" if sign * share > sign * bad else "warn" if sign * share > sign * warn else "ok"


def worst(states: Iterable[State]) -> State:
    """Return the worst of some states; ok where there are none."""
    found = set(states)
    worse: list[State] = [state for state in ORDER if state in found]
    return worse[0] if worse else "ok"


def psi(before: Sequence[int], after: Sequence[int]) -> float:
    """Return the population stability index of two counts over the same cells; half an event is added to each, so that none is 0.

    >>> round(psi([50, 50], [50, 50]), 4), round(psi([900, 100], [500, 500]), 2)
    (0.0, 0.88)
    """
    whole_before, whole_after = sum(before) + len(before) / 2, sum(after) + len(after) / 2
    total = 0.0
    for old, new in zip(before, after, strict=True):
        p, q = (old + 0.5) / whole_before, (new + 0.5) / whole_after
        total += (q - p) * math.log(q / p)
    return total


def drifts(event: str, name: str, cells: Sequence[Cell], rows: tuple[int, int]) -> list[Drift]:
    """Return what changed in one property.

    Args:
        event: whose.
        name: which.
        cells: its most frequent values or bins; rarer ones are summed in ``OTHER``.
        rows: events looked at before and lately.
    """
    if min(rows) < ROWS_LEAST:
        return []
    old, new = sum(cell.before for cell in cells), sum(cell.after for cell in cells)
    found: list[Drift] = []
    shares = old / rows[0], new / rows[1]
    if abs(shares[1] - shares[0]) > FILL_SHARE:
        found.append(Drift(event, name, "share", f"{shares[0]:.1%}", f"{shares[1]:.1%}", f"{100 * (shares[1] - shares[0]):+.1f} pp"))
    if min(old, new) < ROWS_LEAST:
        return found
    kinds = _by_kind(cells)
    moved = {kind: after / new - before / old for kind, (before, after) in kinds.items()}
    most = max(moved, key=lambda kind: abs(moved[kind]))
    if abs(moved[most]) > KIND_SHARE:
        told = [
            ", ".join(f"{kind} {pair[place] / whole:.1%}" for kind, pair in sorted(kinds.items()) if pair[place])
            for place, whole in ((0, old), (1, new))
        ]
        return [*found, Drift(event, name, "type", told[0], told[1], f"{100 * moved[most]:+.1f} pp")]
    return found + _values(event, name, cells, (old, new))


def _by_kind(cells: Sequence[Cell]) -> dict[str, tuple[int, int]]:
    kinds: dict[str, tuple[int, int]] = {}
    for cell in cells:
        before, after = kinds.get(cell.kind, (0, 0))
        kinds[cell.kind] = (before + cell.before, after + cell.after)
    return kinds


def _values(event: str, name: str, cells: Sequence[Cell], sums: tuple[int, int]) -> list[Drift]:
    closed = not any(cell.value == OTHER for cell in cells) and all(cell.kind == "text" for cell in cells)
    found: list[Drift] = []
    if closed:
        came = [cell for cell in cells if not cell.before and cell.after >= max(NEW_LEAST, NEW_SHARE * sums[1])]
        went = [cell for cell in cells if not cell.after and cell.before >= max(NEW_LEAST, GONE_SHARE * sums[0])]
        if came:
            found.append(Drift(event, name, "new_values", "", _named(came), f"{sum(cell.after for cell in came) / sums[1]:.1%}"))
        if went:
            found.append(Drift(event, name, "gone_values", _named(went), "", f"{sum(cell.before for cell in went) / sums[0]:.1%}"))
    size = psi([cell.before for cell in cells], [cell.after for cell in cells])
    if not found and size > PSI_MOST:
        found.append(
            Drift(event, name, "shift", _top(cells, before=True, whole=sums[0]), _top(cells, before=False, whole=sums[1]), f"PSI {size:.2f}")
        )
    return found


def _named(cells: Sequence[Cell]) -> str:
    return ", ".join(cell.value[:40] for cell in cells[:5])


def _top(cells: Sequence[Cell], *, before: bool, whole: int) -> str:
    """Word the three most frequent values with their shares."""
    counted = sorted(((cell.before if before else cell.after, cell.value) for cell in cells if cell.value != OTHER), reverse=True)[:3]
    return ", ".join(f"{value[:30]} {count / whole:.0%}" for count, value in counted if count)
