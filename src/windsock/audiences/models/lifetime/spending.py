"""Gamma-Gamma: what a purchase of somebody is worth, apart from how often they buy. Rules only.

Amounts of one person are gamma(p, nu), nu is gamma(q, gamma) over people; the third parameter is called v here. Fader and Hardie, The Gamma-Gamma
Model of Monetary Value (2013), formulas 1a and 5. It supposes that what people spend has nothing to do with how often: see ``together``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special  # pyright: ignore[reportMissingTypeStubs] - it ships none

from windsock.audiences.models.lifetime.buying import LEAST, Floats, Ints, likeliest
from windsock.kernel.errors import InvalidInput


@dataclass(frozen=True)
class GammaGamma:
    """The fitted model: ``people`` bought again and spent something; ``correlation`` of how often and how much, near 0 where it fits."""

    p: float
    q: float
    v: float
    log_likelihood: float
    people: int
    correlation: float

    @property
    def mean(self) -> float:
        """What a purchase of somebody of whom nothing is known is worth; infinite where q is not above 1."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else float("inf")

    def expected(self, repeats: Ints, mean: Floats) -> Floats:
        """Return what a purchase of each person is worth: their own mean, drawn to that of all by how few purchases it is of (formula 5).

        Args:
            repeats: purchases that the mean is of, (people,).
            mean: what they were worth, (people,); of those without one it does not count.
        """
        known = (repeats > 0) & (mean > 0)
        weight = self.p * np.where(known, repeats, 0)
        return (self.p * self.v + weight * np.where(known, mean, 0.0)) / (weight + self.q - 1)


def fit_spending(repeats: Ints, mean: Floats) -> GammaGamma:
    """Return the parameters that make the means likeliest, of those who bought again and spent something.

    Raises:
        InvalidInput: they are fewer than 50, spend all the same, or their mean can't be told (q is not above 1).
    """
    known = (repeats > 0) & (mean > 0)
    x, m = repeats[known].astype(np.float64), mean[known]
    if len(x) < LEAST or float(np.std(m)) <= 1e-9 * float(np.mean(m)):
        what = f"{len(x)} buyers have repeats that are worth something, or all are worth the same: that says nothing of what people spend."
        raise InvalidInput(what, where="amounts", fix=f"Give at least {LEAST}, or leave --amount out.")
    unit = float(np.mean(m))
    # In units of the mean, so that the start fits any currency.
    told = _Likelihood(x, m / unit)
    found = likeliest(told, np.log([1.5, 2.5, 1.5]), len(x))
    p, q, v = (float(one) for one in np.exp(found))
    if q <= 1:
        raise InvalidInput("What people spend has no mean: a few spend nearly all.", where="amounts", fix="Look for rows that are no purchases.")
    likelihood = -told(found)[0] - len(x) * float(np.log(unit))
    return GammaGamma(p, q, v * unit, likelihood, len(x), float(np.corrcoef(x, m)[0, 1]) if np.ptp(x) > 0 else 0.0)


class _Likelihood:
    """The negative log-likelihood with its gradient, by the logs of p, q and v."""

    def __init__(self, x: Floats, m: Floats) -> None:
        self.counts, self.place, self.times = np.unique(x, return_inverse=True, return_counts=True)
        self.x, self.m, self.total = x, m, x * m
        self.logs = np.log(m).sum(), float(x @ np.log(m) + x @ np.log(x))

    def __call__(self, logs: Floats) -> tuple[float, Floats]:
        p, q, v = np.exp(logs)
        count, number = self.counts, len(self.x)
        power, above = p * self.x + q, np.log(self.total + v)
        by_x = special.gammaln(p * count + q) - special.gammaln(p * count)
        value = float(by_x @ self.times) + number * (q * np.log(v) - special.gammaln(q)) + p * self.logs[1] - self.logs[0] - float(power @ above)
        ends = special.psi(p * count + q)
        slope = np.array(
            [
                float((count * (ends - special.psi(p * count))) @ self.times) + self.logs[1] - float(self.x @ above),
                float(ends @ self.times) + number * (np.log(v) - special.psi(q)) - float(above.sum()),
                number * q / v - float((power / (self.total + v)).sum()),
            ]
        )
        return -float(value), -slope * np.exp(logs)
