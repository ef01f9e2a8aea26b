"""Lifetime models: equal to the formulas as printed, published figures on CDNOW, parameters of made worlds found again, and bad files refused."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.audiences import lifetime_oracle as slow
from windsock.audiences.commands import clv_file
from windsock.audiences.models.lifetime.buying import BgNbd, Histories, _Likelihood, fit_buying
from windsock.audiences.models.lifetime.purchases import Columns, known_until, read_purchases
from windsock.audiences.models.lifetime.spending import _Likelihood as Spending
from windsock.audiences.models.lifetime.spending import fit_spending
from windsock.kernel.errors import InvalidInput

DATA = Path(os.environ.get("WINDSOCK_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
size = st.floats(0.15, 6.0)
buyer = st.tuples(st.integers(0, 12), st.floats(0.01, 1.0), st.floats(1.0, 60.0)).map(
    lambda one: (one[0], one[1] * one[2] if one[0] else 0.0, one[2])
)


def histories(buyers: list[slow.Buyer]) -> Histories:
    x, last, age = zip(*buyers, strict=True)
    return Histories(np.array(x, np.int64), np.array(last, np.float64), np.array(age, np.float64))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine
@given(st.lists(buyer, min_size=1, max_size=8), size, st.floats(0.5, 30.0), size, size, st.floats(0.1, 50.0))
def test_it_is_the_formula_as_printed(buyers: list[slow.Buyer], r: float, alpha: float, a: float, b: float, ahead: float) -> None:
    seen, model = histories(buyers), BgNbd(r, alpha, a, b, 0.0, (0.0, 0.0, 0.0, 0.0))
    logs = np.log([r, alpha, a, b])
    value, slope = _Likelihood(seen)(logs)
    assert -value == pytest.approx(slow.likelihood(buyers, r, alpha, a, b), rel=1e-9, abs=1e-9)
    for number in range(4):
        step = np.eye(4)[number] * 1e-5
        up, down = (slow.likelihood(buyers, *np.exp(logs + way * step)) for way in (1, -1))
        assert -slope[number] == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-4)
    assert model.alive(seen) == pytest.approx([slow.alive(one, r, alpha, a, b) for one in buyers], rel=1e-9)
    if abs(a - 1) > 0.05:
        told = [slow.expected(one, ahead, r, alpha, a, b) for one in buyers]
        assert model.expected(seen, ahead) == pytest.approx(told, rel=1e-6, abs=1e-9)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # as above
@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0.05, 20.0)), min_size=1, max_size=8), size, st.floats(1.1, 6.0), size)
def test_so_is_what_people_spend(means: list[tuple[int, float]], p: float, q: float, v: float) -> None:
    x, m = (np.array(one, np.float64) for one in zip(*means, strict=True))
    logs = np.log([p, q, v])
    value, slope = Spending(x, m)(logs)
    assert -value == pytest.approx(slow.spending(means, p, q, v), rel=1e-9, abs=1e-9)
    for number in range(3):
        step = np.eye(3)[number] * 1e-5
        up, down = (slow.spending(means, *np.exp(logs + way * step)) for way in (1, -1))
        assert -slope[number] == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-4)


def test_the_parameters_of_a_made_world_are_found_again() -> None:
    """Forty thousand buyers who buy and go as the model says, seen for a year: within four standard errors of what they were made by."""
    random, number, truth = np.random.default_rng(7), 40_000, (0.6, 6.0, 0.8, 2.5)
    r, alpha, a, b = truth
    rate, leaving, age = random.gamma(r, 1 / alpha, number), random.beta(a, b, number), random.uniform(26, 52, number)
    now, last, repeats = np.zeros(number), np.zeros(number), np.zeros(number, np.int64)
    here = np.ones(number, np.bool_)
    while here.any():
        now = now + random.exponential(1 / np.maximum(rate, 1e-12))
        here &= now <= age
        last, repeats = np.where(here, now, last), repeats + here
        here &= random.random(number) >= leaving
    found = fit_buying(Histories(repeats, last, age))
    for name, true, error in zip(("r", "alpha", "a", "b"), truth, found.errors, strict=True):
        assert abs(getattr(found, name) - true) < 4 * error, name
        assert error < true / 5


def test_who_spends_more_is_drawn_to_the_mean_by_how_little_is_known() -> None:
    random = np.random.default_rng(3)
    x = random.integers(1, 10, 20_000)
    nu = random.gamma(3.7, 1 / 15.4, 20_000)
    model = fit_spending(x, random.gamma(6.2 * x, 1 / (nu * x)))
    assert (model.p, model.q, model.v) == (pytest.approx(6.2, rel=0.1), pytest.approx(3.7, rel=0.1), pytest.approx(15.4, rel=0.2))
    once, often, never = model.expected(np.array([1, 9, 0]), np.array([100.0, 100.0, 0.0])).tolist()
    assert never == pytest.approx(model.mean)
    assert model.mean < once < often < 100


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = DATA / "cdnow" / "CDNOW_sample.txt.gz"
    if not source.exists():
        pytest.skip(f"{source.name} of the shared data is not here")
    path = tmp_path_factory.mktemp("cdnow") / "sample.csv"
    with gzip.open(source, "rt", encoding="ascii") as lines:
        rows = [line.split() for line in lines if line.strip()]
    path.write_text("id,date,amount\n" + "".join(f"{one[1]},{one[2]},{one[4]}\n" for one in rows), "utf-8")
    return path


def test_the_published_figures_of_cdnow(cdnow: Path) -> None:
    """Fader, Hardie and Lee 2005, table 2 and its text; the Gamma-Gamma of Fader and Hardie 2013."""
    known = known_until(read_purchases(cdnow, Columns("id", "date", "amount")), dt.date(1997, 9, 30), "week")
    assert (len(known.buyers), int(np.count_nonzero(known.seen.repeats)), int(known.later.sum()), known.held) == (2357, 946, 1882, 39.0)
    model = fit_buying(known.seen)
    assert (model.r, model.alpha, model.a, model.b) == tuple(pytest.approx(one, abs=1.5e-3) for one in (0.2426, 4.414, 0.793, 2.426))
    assert model.log_likelihood == pytest.approx(-9582.43, abs=0.01)
    one = Histories(np.array([2]), np.array([30.43]), np.array([38.86]))
    assert model.expected(one, 39.0) == pytest.approx([1.226], abs=5e-4)
    assert model.of_new(39.0) == pytest.approx(1.195, abs=5e-4)
    assert known.spent is not None
    worth = fit_spending(known.seen.repeats, known.spent)
    assert (worth.p, worth.q, worth.v) == (pytest.approx(6.25, abs=0.005), pytest.approx(3.744, abs=0.005), pytest.approx(15.44, abs=0.01))


def test_the_command_tells_models_the_holdout_and_every_buyer(cdnow: Path) -> None:
    asked = [str(cdnow), "--customer", "id", "--date", "date", "--amount", "amount", "--calibration-end", "1997-09-30"]
    told = json.loads(CliRunner().invoke(clv_file, [*asked, "--format", "json"], catch_exceptions=False).output)
    assert round(told["bg_nbd"]["r"], 4) == 0.2426
    back = told["backtest"]
    assert (back["actual"], round(back["model"]["predicted"]), round(back["rate"]["predicted"])) == (1882, 1653, 2930)
    assert (round(back["model"]["auc"], 4), round(back["recency_auc"], 4)) == (0.7725, 0.7714)
    lines = CliRunner().invoke(clv_file, [*asked, "--format", "csv"], catch_exceptions=False).output.splitlines()
    assert len(lines) == 2358
    assert sum(float(line.split(",")[-1]) for line in lines[1:]) == pytest.approx(told["clv"], rel=1e-6)
    half = json.loads(CliRunner().invoke(clv_file, [*asked, "--margin", "0.5", "--format", "json"], catch_exceptions=False).output)
    assert half["clv"] == pytest.approx(told["clv"] / 2)
    by_day = json.loads(CliRunner().invoke(clv_file, [*asked, "--unit", "day", "--format", "json"], catch_exceptions=False).output)
    assert by_day["bg_nbd"]["alpha"] == pytest.approx(7 * told["bg_nbd"]["alpha"], rel=1e-3)
    assert by_day["clv"] == pytest.approx(told["clv"], rel=1e-3)


def test_purchases_of_a_day_are_one_and_refunds_are_none(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text(
        "who,when,worth\nb,2026-01-05,7\na,20260101,10\na,2026-01-01T18:00:00,5.50\na,2026-01-15,20\na,2026-01-20,-20\na,2026-02-01,4\n", "utf-8"
    )
    bought = read_purchases(path, Columns("who", "when", "worth"))
    assert bought.left_out == 1
    known = known_until(bought, dt.date(2026, 1, 22), "week")
    assert sorted(zip(known.buyers.to_pylist(), known.seen.repeats.tolist(), known.seen.last.tolist(), known.later.tolist(), strict=True)) == [
        ("a", 1, 2.0, 1), ("b", 0, 0.0, 0),
    ]  # fmt: skip
    assert known.spent is not None
    assert sorted(known.spent.tolist()) == [0.0, 20.0]
    assert known.held == pytest.approx(10 / 7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("who,when\na,2026-01-01\n", "no column 'worth'"), ("who,when,worth\n,2026-01-01,1\n", "no customer"),
        ("who,when,worth\na,1.2.2026,1\n", "'1.2.2026' of row 1 is no date"),
        ("who,when,worth\na,2026-01-01,1\na,2026-02-01,x\n", "row 2 is no amount"),
        ("who,when,worth\na,2026-01-01,1\n", "say nothing of how people buy"), ("who,when,worth\n", "no rows"),
        ("who,when,worth\na,2027-01-01,1\n", "Nobody had bought by 2026-06-01 (first on 2027-01-01)"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, "utf-8")
    asked = [str(path), "--customer", "who", "--date", "when", "--amount", "worth", "--calibration-end", "2026-06-01"]
    found = CliRunner().invoke(clv_file, asked)
    assert isinstance(found.exception, InvalidInput)
    assert words in str(found.exception)
