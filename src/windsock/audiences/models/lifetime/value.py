"""What buyers are worth in a time to come, and how such a forecast did on what came after its calibration. Rules only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from scipy import stats  # pyright: ignore[reportMissingTypeStubs] - it ships none

from windsock.audiences.models.lifetime.buying import BgNbd, Floats, Ints, fit_buying
from windsock.audiences.models.lifetime.purchases import DAYS, Known, known_until
from windsock.audiences.models.lifetime.spending import GammaGamma, fit_spending

if TYPE_CHECKING:
    from windsock.audiences.models.lifetime.buying import Histories
    from windsock.audiences.models.lifetime.purchases import Purchases

MONTHS_MOST = 60
YEAR = 12


@dataclass(frozen=True)
class Terms:
    """How worth is counted: months ahead, how much of an amount is margin, and what money costs a year."""

    months: int = 12
    margin: float = 1.0
    discount: float = 0.1


@dataclass(frozen=True)
class Score:
    """How a forecast of purchases of the holdout did.

    Attributes:
        predicted: purchases in all.
        mean_error: mean of the absolute errors of people.
        correlation: of what was forecast and what came; None where one of them is the same for all.
        auc: how often somebody who bought again was placed before somebody who did not; None where all or nobody did.
    """

    predicted: float
    mean_error: float
    correlation: float | None
    auc: float | None


@dataclass(frozen=True)
class Backtest:
    """What came after the calibration, beside what was said of it.

    Attributes:
        time: how much of it is known, in units.
        actual: purchases that came.
        model: the model.
        rate: each buyer goes on as often as before: the simple way for totals.
        recency_auc: whoever bought last comes first: the simple way for rankings.
    """

    time: float
    actual: int
    model: Score
    rate: Score
    recency_auc: float | None


@dataclass(frozen=True)
class Lifetimes:
    """Buyers, the models, and what is said of each buyer, each (buyers,); worth is None where no amount is known.

    Attributes:
        known: the buyers at the end of the calibration.
        end: its last day.
        unit: of time: day, week or month.
        terms: of worth.
        buying: how often they buy.
        spending: what a purchase is worth.
        alive: the probability that they still buy.
        purchases: to be expected in the months asked for.
        purchase: what one is worth.
        value: what all are worth, discounted.
        backtest: None where nothing is known after the calibration.
    """

    known: Known
    end: dt.date
    unit: str
    terms: Terms
    buying: BgNbd
    spending: GammaGamma | None
    alive: Floats
    purchases: Floats
    purchase: Floats | None
    value: Floats | None
    backtest: Backtest | None


def lifetimes(bought: Purchases, end: dt.date, unit: str, terms: Terms) -> Lifetimes:
    """Fit both models on what was known on a day, and say what each buyer is worth in the months that come.

    Raises:
        InvalidInput: nobody had bought, or there are too few people or repeats to say anything.
    """
    known = known_until(bought, end, unit)
    buying = fit_buying(known.seen)
    spending = None if known.spent is None else fit_spending(known.seen.repeats, known.spent)
    month = DAYS["month"] / DAYS[unit]
    purchase = None if spending is None or known.spent is None else spending.expected(known.seen.repeats, known.spent)
    value = None if purchase is None else purchase * terms.margin * _discounted(buying, known.seen, month, terms)
    ahead = buying.expected(known.seen, terms.months * month)
    return Lifetimes(known, end, unit, terms, buying, spending, buying.alive(known.seen), ahead, purchase, value, _backtest(buying, known))


def _discounted(buying: BgNbd, seen: Histories, month: float, terms: Terms) -> Floats:
    """Return the purchases to be expected, those of each month by what money is worth in its middle."""
    total, before = np.zeros(len(seen.repeats)), np.zeros(len(seen.repeats))
    for number in range(1, terms.months + 1):
        until = buying.expected(seen, number * month)
        total += (until - before) / (1 + terms.discount) ** ((number - 0.5) / YEAR)
        before = until
    return total


def _backtest(buying: BgNbd, known: Known) -> Backtest | None:
    if known.held <= 0:
        return None
    seen, came = known.seen, known.later
    model = buying.expected(seen, known.held)
    # Whoever came on the last day has no time behind them yet, and by this way comes no more.
    rate = np.divide(seen.repeats, seen.age, out=np.zeros(len(seen.age)), where=seen.age > 0) * known.held
    return Backtest(known.held, int(came.sum()), _score(model, came), _score(rate, came), auc(seen.last - seen.age, came > 0))


def _score(said: Floats, came: Ints) -> Score:
    together = float(np.corrcoef(said, came)[0, 1]) if np.ptp(said) > 0 and np.ptp(came) > 0 else None
    return Score(float(said.sum()), float(np.abs(said - came).mean()), together, auc(said, came > 0))


def auc(score: Floats, hit: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float | None:
    """Return the area under the ROC curve: the share of pairs of one that is hit and one that is not in which the hit has the greater score.

    >>> auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True]))
    0.75
    """
    hits = int(hit.sum())
    if not 0 < hits < len(hit):
        return None
    ranks = np.asarray(cast("Any", stats).rankdata(score), np.float64)
    return float((ranks[hit].sum() - hits * (hits + 1) / 2) / (hits * (len(hit) - hits)))
