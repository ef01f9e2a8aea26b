"""The slow, obvious form of BG/NBD and Gamma-Gamma: the formulas as printed, one buyer at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

Buyer = tuple[int, float, float]
"""Repeats, time of the last purchase, age."""


def likelihood(buyers: Sequence[Buyer], r: float, alpha: float, a: float, b: float) -> float:
    """Return the log-likelihood (formula 6)."""
    total = 0.0
    for x, last, age in buyers:
        still = math.exp(_beta(a, b + x) - _beta(a, b)) * math.exp(_poisson(r, alpha, x, age))
        gone = math.exp(_beta(a + 1, b + x - 1) - _beta(a, b)) * math.exp(_poisson(r, alpha, x, last)) if x else 0.0
        total += math.log(still + gone)
    return total


def alive(buyer: Buyer, r: float, alpha: float, a: float, b: float) -> float:
    """Return the share of the likelihood that is of those who still buy."""
    x, last, age = buyer
    still = math.exp(_beta(a, b + x) + _poisson(r, alpha, x, age))
    gone = math.exp(_beta(a + 1, b + x - 1) + _poisson(r, alpha, x, last)) if x else 0.0
    return still / (still + gone)


def expected(buyer: Buyer, ahead: float, r: float, alpha: float, a: float, b: float) -> float:
    """Return the purchases to come (formula 10), with the series of 2F1 added up."""
    x, _, age = buyer
    whole = alpha + age + ahead
    series = _hypergeometric(r + x, b + x, a + b + x - 1, ahead / whole)
    return (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / whole) ** (r + x) * series) * alive(buyer, r, alpha, a, b)


def spending(means: Sequence[tuple[int, float]], p: float, q: float, v: float) -> float:
    """Return the log-likelihood of means of so many purchases (formula 1a)."""
    total = 0.0
    for x, m in means:
        total += math.lgamma(p * x + q) - math.lgamma(p * x) - math.lgamma(q)
        total += q * math.log(v) + (p * x - 1) * math.log(m) + p * x * math.log(x) - (p * x + q) * math.log(x * m + v)
    return total


def _poisson(r: float, alpha: float, x: int, time: float) -> float:
    return math.lgamma(r + x) - math.lgamma(r) + r * math.log(alpha) - (r + x) * math.log(alpha + time)


def _beta(first: float, second: float) -> float:
    return math.lgamma(first) + math.lgamma(second) - math.lgamma(first + second)


def _hypergeometric(first: float, second: float, third: float, z: float) -> float:
    term, total, number = 1.0, 1.0, 0
    while abs(term) > 1e-16 * abs(total) and number < 200_000:
        term *= (first + number) * (second + number) / (third + number) * z / (number + 1)
        total += term
        number += 1
    return total
