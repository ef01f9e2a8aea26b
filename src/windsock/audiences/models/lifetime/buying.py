"""BG/NBD: how often somebody buys, and whether they still do. Rules only.

While alive a buyer buys as a Poisson process of a rate that is gamma(r, alpha) over people; after each purchase they are gone for good with a
probability that is beta(a, b) over people. Fader, Hardie and Lee, "Counting Your Customers" the Easy
Way, Marketing Science 24 (2005), formulas 6 and 10.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special  # pyright: ignore[reportMissingTypeStubs] - it ships none

from windsock.kernel.errors import InvalidInput

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST = 50
"""Fewer buyers than this say nothing of four parameters."""
NEAR_ONE = 1e-6
FAR = 14.0
"""Parameters lie within e to the minus and plus fourteen; one at the end has run away."""
_ASKED = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-8}


@dataclass(frozen=True)
class Histories:
    """Buyers by what is known of them at the end of the calibration, each (buyers,).

    Attributes:
        repeats: purchases after the first; of one day together.
        last: time from the first purchase to the last.
        age: time from the first purchase to the end.
    """

    repeats: Ints
    last: Floats
    age: Floats


@dataclass(frozen=True)
class BgNbd:
    """The fitted model; ``errors`` are standard errors of the four parameters, in their order."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    errors: tuple[float, float, float, float]

    def alive(self, seen: Histories) -> Floats:
        """Return the probability that each buyer still buys; of one who bought once it is 1, as nobody is gone before a repeat."""
        x, held = seen.repeats, np.maximum(seen.repeats, 1)
        odds = np.log(self.a / (self.b + held - 1)) + (self.r + x) * (np.log(self.alpha + seen.age) - np.log(self.alpha + seen.last))
        return np.where(x > 0, special.expit(-odds), 1.0)

    def expected(self, seen: Histories, ahead: float) -> Floats:
        """Return how many purchases of each buyer are to be expected within a time to come (formula 10), (buyers,).

        By Euler's transformation of 2F1, in which purchases so far stand below alone: the formula as printed overflows for those who bought often.
        """
        # At 1 the formula is a limit; so near to it the difference is far below what the parameters are known to.
        a = self.a if abs(self.a - 1) > NEAR_ONE else 1 + NEAR_ONE
        third = a + self.b + seen.repeats - 1
        part = (self.alpha + seen.age) / (self.alpha + seen.age + ahead)
        series = np.asarray(special.hyp2f1(a + self.b - 1 - self.r, a - 1, third, 1 - part), np.float64)
        return np.maximum(third / (a - 1) * (1 - part ** (a - 1) * series), 0.0) * self.alive(seen)

    def of_new(self, ahead: float) -> float:
        """Return how many repeats somebody is to be expected to have within a time after their first purchase."""
        return float(self.expected(Histories(np.zeros(1, np.int64), np.zeros(1), np.zeros(1)), ahead)[0])


def fit_buying(seen: Histories) -> BgNbd:
    """Return the parameters that make the histories likeliest.

    Raises:
        InvalidInput: there are fewer than 50 buyers, nobody bought again, or no parameters are likeliest.
    """
    if len(seen.repeats) < LEAST or not seen.repeats.any():
        what = f"{len(seen.repeats)} buyers, of whom {np.count_nonzero(seen.repeats)} bought again, say nothing of how people buy."
        raise InvalidInput(what, where="transactions", fix=f"Give at least {LEAST} buyers, and a calibration that is long enough for repeats.")
    told = _Likelihood(seen)
    scale = max(float(seen.age.mean()), 1e-9)
    found = likeliest(told, np.log([0.5, 0.5 * scale, 1.0, 2.0]), len(seen.repeats))
    r, alpha, a, b = (float(one) for one in np.exp(found))
    return BgNbd(r, alpha, a, b, -told(found)[0], _errors(told, found))


def likeliest(told: Callable[[Floats], tuple[float, Floats]], start: Floats, number: int) -> Floats:
    """Return the logs of the parameters at which a negative log-likelihood is least.

    Args:
        told: gives it with its gradient by the logs of the parameters.
        start: where to begin; three other starts are tried beside it.
        number: how many people it is summed over.

    Raises:
        InvalidInput: every start runs away.
    """

    def a_head(at: Floats) -> tuple[float, Floats]:
        value, slope = told(at)
        return value / number, slope / number

    found: list[tuple[float, Floats]] = []
    for shift in (0.0, -1.5, 1.5, 0.7):
        done = cast("Any", optimize).minimize(a_head, start + shift, jac=True, method="L-BFGS-B", bounds=[(-FAR, FAR)] * len(start), options=_ASKED)
        if np.isfinite(done.fun) and np.all(np.abs(done.x) < FAR - 0.1):
            found.append((float(done.fun), np.asarray(done.x, np.float64)))
            if shift == 0.0 and done.success:
                break
    if not found:
        fix = "Look at the transactions: are all of them there, and is the calibration longer than the usual gap?"
        raise InvalidInput("No parameters are likeliest: these people don't buy as the model supposes.", where="transactions", fix=fix)
    return min(found, key=lambda one: one[0])[1]


class _Likelihood:
    """The negative log-likelihood with its gradient; what depends on repeats alone is worked out once for each number of them."""

    def __init__(self, seen: Histories) -> None:
        self.x, self.place, self.times = np.unique(seen.repeats, return_inverse=True, return_counts=True)
        self.seen, self.again = seen, seen.repeats > 0

    def __call__(self, logs: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = np.exp(logs)
        x, seen = self.x, self.seen
        held = np.maximum(x, 1)
        by_x = _ln(r + x) - _ln(r) + r * np.log(alpha) + _ln(a + b) + _ln(b + x) - _ln(b) - _ln(a + b + x)
        gone = np.where(x > 0, np.log(a) - np.log(b + held - 1), -np.inf)
        power = (r + x)[self.place]
        to_end, to_last = np.log(alpha + seen.age), np.log(alpha + seen.last)
        still, left = -power * to_end, gone[self.place] - power * to_last
        both = np.logaddexp(still, left)
        value = float(by_x @ self.times + both.sum())
        share = np.exp(still - both)
        away = 1 - share
        sums = np.bincount(self.place, away, len(x))
        psi, at_sum = special.psi(r + x) - special.psi(r) + np.log(alpha), special.psi(a + b) - special.psi(a + b + x)
        slope = np.array(
            [
                psi @ self.times - float(share @ to_end + away @ to_last),
                r / alpha * self.times.sum() - float((share * power) @ (1 / (alpha + seen.age)) + (away * power) @ (1 / (alpha + seen.last))),
                at_sum @ self.times + sums.sum() / a,
                (at_sum + special.psi(b + x) - special.psi(b)) @ self.times - float((sums / (b + held - 1)).sum()),
            ]
        )
        return -value, -slope * np.exp(logs)


def _errors(told: Callable[[Floats], tuple[float, Floats]], logs: Floats) -> tuple[float, float, float, float]:
    """Return standard errors by the curvature at the likeliest point: differences of the gradient, carried over from logs by the delta method."""
    step = 1e-4
    curve = np.array([(told(logs + step * unit)[1] - told(logs - step * unit)[1]) / (2 * step) for unit in np.eye(len(logs))])
    spread = np.sqrt(np.maximum(np.diag(np.linalg.pinv((curve + curve.T) / 2)), 0.0)) * np.exp(logs)
    r, alpha, a, b = (float(one) for one in spread)
    return r, alpha, a, b


def _ln(value: Floats | np.float64) -> Floats:
    return np.asarray(special.gammaln(value), np.float64)
