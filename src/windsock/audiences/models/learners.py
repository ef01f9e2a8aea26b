"""The learners: boosted trees and logistic regression; what they learned is kept as text, never as a programme.

Chance has a fixed seed and there is one thread, so that the same rows give the same model. Of the rows to learn from the last fifth by time is held
back: it chooses the learner, and it recalibrates (Platt): what is said is as often true as it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

import numpy as np
from scipy import special  # pyright: ignore[reportMissingTypeStubs] - it ships none

from windsock.audiences.models.lifetime.value import auc
from windsock.audiences.models.measure import Flags, Floats
from windsock.kernel.errors import InvalidInput

TREES: Mapping[str, Any] = {
    "objective": "binary", "learning_rate": 0.05, "num_leaves": 15, "min_data_in_leaf": 40, "lambda_l2": 5.0, "feature_fraction": 0.8,
    "bagging_fraction": 0.8, "bagging_freq": 1, "max_cat_threshold": 16, "cat_smooth": 20.0,
    "seed": 7, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
}  # fmt: skip
ROUNDS, LEVELS, HELD = 120, 12, 0.2
CHUNK = 50_000
_NEAR = 1e-6


@dataclass(frozen=True)
class Learned:
    """A model as it is kept.

    Attributes:
        learner: ``trees`` or ``logistic``.
        names: the features, in their order.
        kinds: which of them are levels and not figures.
        body: of trees LightGBM's own text; of a logistic regression its coefficients, means and levels.
        slope, shift: of the recalibration, on the logit of what is said.
    """

    learner: str
    names: tuple[str, ...]
    kinds: tuple[bool, ...]
    body: Mapping[str, Any]
    slope: float = 1.0
    shift: float = 0.0

    def json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "learner": self.learner, "names": list(self.names), "kinds": list(self.kinds), "body": dict(self.body),
            "slope": self.slope, "shift": self.shift,
        }  # fmt: skip

    def says(self, rows: Floats) -> Floats:
        """Return the probability of each row, (rows,)."""
        if self.learner == "trees":
            logit = np.asarray(_booster(self).predict(rows, raw_score=True, num_threads=1), np.float64)
        else:
            added, base = _logistic_adds(self, rows)
            logit = added.sum(axis=1) + base
        return np.asarray(special.expit(self.slope * logit + self.shift), np.float64)

    def adds(self, rows: Floats) -> Floats:
        """Return how much each feature adds to the logit, (rows, features); of trees by TreeSHAP, which takes longer than ``says``."""
        if self.learner != "trees":
            return _logistic_adds(self, rows)[0] * self.slope
        found = np.asarray(_booster(self).predict(rows, pred_contrib=True, num_threads=1), np.float64)
        return found[:, :-1] * self.slope


def learned_from(kept: Mapping[str, Any]) -> Learned:
    """Return a model that was kept."""
    return Learned(kept["learner"], tuple(kept["names"]), tuple(kept["kinds"]), kept["body"], kept["slope"], kept["shift"])


def learn(rows: Floats, hit: Flags, names: Sequence[str], kinds: Sequence[bool], *, order: Floats) -> Learned:
    """Learn, choose and recalibrate.

    Args:
        rows: features; nothing is NaN, a level its number, (rows, features).
        hit: what came, (rows,).
        names: of the features.
        kinds: which features are levels.
        order: the instants of the rows: those that are held back are the last.

    Raises:
        InvalidInput: the extra is not installed.
    """
    place = np.argsort(order, kind="stable")
    cut = int(len(place) * (1 - HELD))
    first, held = place[:cut], place[cut:]
    if hit[first].all() or not hit[first].any() or hit[held].all() or not hit[held].any():
        first = held = place
    tried = [make(rows[first], hit[first], tuple(names), tuple(kinds)) for make in (_logistic, _trees)]
    logits = [_logit(one.says(rows[held])) for one in tried]
    # A tie goes to the plain learner.
    best = int((auc(logits[1], hit[held]) or 0) > (auc(logits[0], hit[held]) or 0))
    slope, shift = _platt(logits[best], hit[held])
    one = tried[best]
    return Learned(one.learner, one.names, one.kinds, one.body, slope, shift)


def _trees(rows: Floats, hit: Flags, names: tuple[str, ...], kinds: tuple[bool, ...]) -> Learned:
    engine = _part("lightgbm")
    levels = [place for place, level in enumerate(kinds) if level]
    data = engine.Dataset(rows, label=hit.astype(np.float64), categorical_feature=levels, params=dict(TREES), free_raw_data=True)
    return Learned("trees", names, kinds, {"text": engine.train(dict(TREES), data, num_boost_round=ROUNDS).model_to_string()})


def _booster(model: Learned) -> Any:  # noqa: ANN401 - an extra, whose types are partly unknown
    return _part("lightgbm").Booster(model_str=model.body["text"])


def _logistic(rows: Floats, hit: Flags, names: tuple[str, ...], kinds: tuple[bool, ...]) -> Learned:
    columns: list[dict[str, Any]] = [_column(rows[:, place], level=level) for place, level in enumerate(kinds)]
    wide = np.hstack([_wide(rows[:, place], column) for place, column in enumerate(columns)])
    made = _part("sklearn.linear_model").LogisticRegression(C=0.5, max_iter=500, random_state=7)
    made.fit(wide, hit)
    weights = [float(one) for one in made.coef_[0]]
    first = 0
    for place, column in enumerate(columns):
        number = len(column.get("levels", ())) if kinds[place] else 2
        column["weights"], first = weights[first : first + number], first + number
    return Learned("logistic", names, kinds, {"columns": columns, "base": float(made.intercept_[0])})


def _logistic_adds(model: Learned, rows: Floats) -> tuple[Floats, float]:
    added = np.empty(rows.shape)
    for place, column in enumerate(model.body["columns"]):
        added[:, place] = _wide(rows[:, place], column) @ np.asarray(column["weights"], np.float64)
    return added, float(model.body["base"])


def _column(values: Floats, *, level: bool) -> dict[str, Any]:
    """Return how a feature is spread: a level by its commonest ones, a figure by its mean and deviation on a scale that tames long tails."""
    if level:
        found, times = np.unique(values[~np.isnan(values)], return_counts=True)
        return {"levels": [float(one) for one in found[np.argsort(-times, kind="stable")][:LEVELS]]}
    tamed = _tame(values[~np.isnan(values)])
    return {"mean": float(tamed.mean()) if len(tamed) else 0.0, "spread": max(float(tamed.std()), _NEAR) if len(tamed) else 1.0}


def _wide(values: Floats, column: Mapping[str, Any]) -> Floats:
    if "levels" in column:
        return (values[:, None] == np.asarray(column["levels"], np.float64)[None, :]).astype(np.float64)
    nothing = np.isnan(values)
    even = np.clip((_tame(np.where(nothing, 0.0, values)) - column["mean"]) / column["spread"], -5, 5)
    return np.column_stack([np.where(nothing, 0.0, even), nothing.astype(np.float64)])


def _tame(values: Floats) -> Floats:
    return np.sign(values) * np.log1p(np.abs(values))


def _platt(logit: Floats, hit: Flags) -> tuple[float, float]:
    """Return slope and shift by which the logit is truest; a slope below zero would turn the ranking round, so it is at least a little more."""
    made = _part("sklearn.linear_model").LogisticRegression(C=1e6, max_iter=500)
    made.fit(logit[:, None], hit)
    slope = float(made.coef_[0][0])
    if slope > 0:
        return slope, float(made.intercept_[0])
    return _NEAR, float(special.logit(np.clip(hit.mean(), _NEAR, 1 - _NEAR)))


def _logit(said: Floats) -> Floats:
    return np.asarray(special.logit(np.clip(said, _NEAR, 1 - _NEAR)), np.float64)


def _part(name: str) -> Any:  # noqa: ANN401 - an extra, whose types are partly unknown
    try:
        return cast("Any", import_module(name))
    except ImportError:
        raise InvalidInput("Models need the extra 'models'.", where=name.partition(".")[0], fix="pip install 'windsock[models]'") from None
