"""Backtest with rolling origins: at each a model is made of what was closed then, and held against its baseline on what came after.

A row may be learned from at an origin only where its label was known by then (``closed_ms`` <= origin); it is judged at the first origin that is not
before its decision and before the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from windsock.audiences.models.learners import Learned, learn
from windsock.audiences.models.lifetime.value import auc
from windsock.audiences.models.measure import Cut, Flags, Floats, Ints, brier, deciles, difference, drift, gains, lift
from windsock.audiences.models.model import HITS_LEAST, ORIGINS, ROWS_LEAST, Task, leaks, why_not
from windsock.kernel.errors import InvalidInput

Step = Callable[[int, int, str], None]
ALONE_MOST = 200_000


@dataclass(frozen=True)
class Rows:
    """Rows to learn from and to be judged by.

    Attributes:
        names: the features.
        kinds: which of them are levels.
        key: a person or a booking, (rows,).
        when_ms: the decision, (rows,).
        closed_ms: from when on the label is known, (rows,).
        hit: what came, (rows,).
        features: nothing is NaN, (rows, features).
        notes: what a reader must know of how they were made.
        coverage: the share of all of whom something can be said.
    """

    names: tuple[str, ...]
    kinds: tuple[bool, ...]
    key: Ints
    when_ms: Ints
    closed_ms: Ints
    hit: Flags
    features: Floats
    notes: tuple[str, ...] = ()
    coverage: float = 1.0

    def column(self, name: str) -> Floats:
        """Return a feature."""
        return self.features[:, self.names.index(name)]

    def only(self, which: Flags) -> Rows:
        """Return some of the rows."""
        return Rows(
            self.names, self.kinds, self.key[which], self.when_ms[which], self.closed_ms[which], self.hit[which], self.features[which],
            self.notes, self.coverage,
        )  # fmt: skip


def backtest(task: Task, rows: Rows, origins: Sequence[int], step: Step | None = None) -> tuple[dict[str, Any], Learned]:
    """Return the card, and the model made of all rows.

    Args:
        task: what is predicted.
        rows: with labels that are closed.
        origins: ascending; the rows after the last are judged by it.
        step: told (done, total, note) before each origin; it may raise to stop.

    Raises:
        InvalidInput: there is too little to learn from or to judge by.
    """
    cuts: list[Cut] = []
    told: list[dict[str, Any]] = []
    ends = [*origins[1:], int(rows.when_ms.max()) + 1] if len(origins) else []
    last: tuple[Rows, Rows] | None = None
    for number, (origin, end) in enumerate(zip(origins, ends, strict=True)):
        if step is not None:
            step(number, len(origins) + 1, f"origin {number + 1} of {len(origins)}")
        seen = rows.only(rows.closed_ms <= origin)
        asked = rows.only((rows.when_ms >= origin) & (rows.when_ms < end))
        if not _enough(seen) or not asked.hit.any() or asked.hit.all():
            continue
        made = learn(seen.features, seen.hit, seen.names, seen.kinds, order=seen.when_ms.astype(np.float64))
        cuts.append(Cut(asked.key, asked.hit, made.says(asked.features), baseline(task, seen, asked)))
        told.append({"origin_ms": origin, "learner": made.learner, "learned": len(seen.hit), **_of_cut(cuts[-1])})
        last = seen, asked
    if last is None:
        fix = f"Give more time: labels must be closed for {ROWS_LEAST} rows, {HITS_LEAST} of each sort, before the first origin."
        raise InvalidInput("There is too little to learn from.", where=task.name, fix=fix)
    if step is not None:
        step(len(origins), len(origins) + 1, "the model of all rows")
    model = learn(rows.features, rows.hit, rows.names, rows.kinds, order=rows.when_ms.astype(np.float64))
    return _card(task, rows, cuts, told, model, last), model


def baseline(task: Task, seen: Rows, asked: Rows) -> Floats:
    """Return the score of the simple way: a feature as it is, or how often it came before in rows of the same kind, (rows,)."""
    if task.column is not None:
        column = asked.column(task.column)
        if np.isnan(column).all() and "fresh" in asked.names:
            column = asked.column("fresh")  # BG/NBD could not be fitted: a baseline of nothing would be beaten by anything.
        return np.where(np.isnan(column), np.nanmin(column) - 1 if (~np.isnan(column)).any() else 0.0, column)
    whole = float(seen.hit.mean())
    _, place = np.unique(np.vstack([_banded(task, seen), _banded(task, asked)]), axis=0, return_inverse=True)
    there, here = place[: len(seen.hit)], place[len(seen.hit) :]
    number, hits = np.bincount(there, minlength=int(place.max()) + 1), np.bincount(there, seen.hit, int(place.max()) + 1)
    return ((hits + 20 * whole) / (number + 20))[here]


LEAD_BANDS = (7.0, 30.0, 90.0, 180.0)


def _banded(task: Task, rows: Rows) -> Floats:
    columns = [rows.column(name) if rows.kinds[rows.names.index(name)] else np.digitize(rows.column(name), LEAD_BANDS) for name in task.by]
    return np.nan_to_num(np.column_stack(columns).astype(np.float64), nan=-1.0)


def _enough(seen: Rows) -> bool:
    hits = int(seen.hit.sum())
    return len(seen.hit) >= ROWS_LEAST and min(hits, len(seen.hit) - hits) >= HITS_LEAST


def _of_cut(cut: Cut) -> dict[str, Any]:
    model, simple, gain = difference([cut])
    return {
        "rows": len(cut.hit), "rate": float(cut.hit.mean()), "model": asdict(model), "baseline": asdict(simple), "difference": asdict(gain),
        "lift": lift(cut.model, cut.hit), "lift_baseline": lift(cut.baseline, cut.hit),
    }  # fmt: skip


def _card(task: Task, rows: Rows, cuts: Sequence[Cut], told: list[dict[str, Any]], model: Learned, last: tuple[Rows, Rows]) -> dict[str, Any]:
    ours, simple, gain = difference(cuts)
    said, hit = np.concatenate([cut.model for cut in cuts]), np.concatenate([cut.hit for cut in cuts])
    theirs = np.concatenate([cut.baseline for cut in cuts])
    alone = _alone(*last)
    notes = list(rows.notes)
    if len(cuts) < ORIGINS:
        notes.append(f"Only {len(cuts)} of {ORIGINS} origins have enough closed labels before them, so the interval is wider.")
    card: dict[str, Any] = {
        "task": task.name, "learner": model.learner, "origins": told, "rows": len(rows.hit), "rate": float(rows.hit.mean()),
        "auc": asdict(ours), "baseline": {"name": task.baseline, **asdict(simple)}, "difference": asdict(gain),
        "brier": brier(said, hit), "brier_rate": brier(np.full(len(hit), hit.mean()), hit),
        "lift": lift(said, hit), "lift_baseline": lift(theirs, hit), "gains": gains(said, hit), "gains_baseline": gains(theirs, hit),
        "calibration": {"deciles": deciles(said, hit), "said": float(said.mean()), "came": float(hit.mean())},
        "coverage": rows.coverage, "alone": alone, "leaks": leaks(ours.value, alone), "features": _weights(model, rows),
        "drift": {"score": drift(cuts[0].model, cuts[-1].model) if len(cuts) > 1 else 0.0, "features": _drifts(*last)}, "notes": notes,
        "quantiles": [float(one) for one in np.quantile(said, np.arange(0.01, 1, 0.01))],
    }  # fmt: skip
    return card | {"why_not": why_not(card)}


def _alone(seen: Rows, asked: Rows) -> dict[str, float]:
    """Return the AUC of each feature alone at the last origin, whichever way it ranks; a level ranks by how often it came before."""
    found: dict[str, float] = {}
    for place, name in enumerate(asked.names):
        column: Floats = np.asarray(asked.features[:ALONE_MOST, place], np.float64)
        if asked.kinds[place]:
            levels, at = np.unique(seen.features[:, place], return_inverse=True)
            rates = (np.bincount(at, seen.hit) + 5 * seen.hit.mean()) / (np.bincount(at) + 5)
            near = np.clip(np.searchsorted(levels, column), 0, len(levels) - 1)
            column = np.asarray(np.where(levels[near] == column, rates[near], seen.hit.mean()), np.float64)
        area = auc(np.nan_to_num(column, nan=-1e12), asked.hit[:ALONE_MOST])
        found[name] = max(area, 1 - area) if area is not None else 0.5
    return found


def _drifts(seen: Rows, asked: Rows) -> dict[str, float]:
    return {name: drift(seen.features[:, place], asked.features[:, place]) for place, name in enumerate(seen.names)}


def _weights(model: Learned, rows: Rows) -> list[dict[str, Any]]:
    """Return the features by how much they move the logit of the last rows on average, the most first."""
    latest = np.argsort(-rows.when_ms, kind="stable")[:2_000]
    mean = np.abs(model.adds(rows.features[latest])).mean(axis=0)
    return [{"name": rows.names[place], "weight": float(mean[place])} for place in np.argsort(-mean, kind="stable")]
