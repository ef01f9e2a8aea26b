"""How like a known event a finding is: worked by hand, told slowly, and never out of its bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from windsock.monitoring.event_library.model import Finding, Moves, Signature, likeness
from windsock.monitoring.event_library.read import read_finding, read_signature

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("likeness.yaml").read_text("utf-8"))
METRICS, DIMENSIONS, BESIDE = ("orders", "sessions", "uv", "sales"), ("device", "route", "provider"), ("release", "holiday", "weather")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_by_hand(case: dict[str, Any]):
    found, _ = likeness(read_signature(case["signature"], "signature"), read_finding(case["finding"]))
    assert found == pytest.approx(float(Fraction(case["likeness"])))


def told(signature: Signature, finding: Finding) -> Fraction:
    """Say it part by part, as the prose does."""
    if not any(one.lead and finding.moved.get(one.metric) == one.direction for one in signature.moves):
        return Fraction(0)
    parts = [*of_metrics(signature, finding), *of_the_cause(signature, finding), *of_the_rest(signature, finding)]
    gained = sum(weight * fit for weight, fit in parts if fit is not None)
    known = sum(weight for weight, fit in parts if fit is not None)
    return max(Fraction(0), Fraction(gained)) / (known + Fraction(sum(weight for weight, fit in parts if fit is None), 2))


def of_metrics(signature: Signature, finding: Finding) -> Iterator[tuple[int, int | None]]:
    for one in signature.moves:
        went = finding.moved.get(one.metric)
        fit = (1 if went == one.direction else -1) if went else (0 if one.metric in finding.quiet else None)
        # A lead has fitted (told has seen to it): the others are alternatives to it, and weigh only where they moved.
        yield 3 if one.lead and went else 1, fit
    for metric in signature.steady:
        yield 1, 1 if metric in finding.quiet else -1 if metric in finding.moved else None


def of_the_cause(signature: Signature, finding: Finding) -> Iterator[tuple[int, int | None]]:
    if signature.named:
        yield 2, None if finding.where is None else 1 if any(name in one for name in signature.named for one in finding.where) else 0
    for dimension, values in signature.values.items():
        if finding.where is None:
            yield 1, None
        else:
            has = [one[dimension] for one in finding.where if dimension in one]
            yield 1, 0 if not has else 1 if any(value in values for value in has) else -1


def of_the_rest(signature: Signature, finding: Finding) -> Iterator[tuple[int, int | None]]:
    if signature.beside:
        yield 2, None if finding.beside is None else 1 if any(one in finding.beside for one in signature.beside) else 0
    if signature.hours:
        begin, end = signature.hours
        inside = [hour % 24 for hour in range(begin, end if end > begin else end + 24)]
        yield 1, None if finding.hour is None else 1 if finding.hour in inside else 0
    if signature.course:
        yield 1, None if finding.course is None else 1 if finding.course == signature.course else -1
    if signature.lasts_min:
        low, high = signature.lasts_min
        yield 1, None if finding.minutes is None else 1 if low <= finding.minutes <= high else 0


ways = st.sampled_from(("up", "down"))
some = st.lists(st.sampled_from(METRICS), unique=True, max_size=3).map(tuple)
elements = st.dictionaries(st.sampled_from(DIMENSIONS), st.sampled_from("ab"), max_size=2)


@st.composite
def signatures(draw: st.DrawFn) -> Signature:
    names = draw(st.lists(st.sampled_from(METRICS), min_size=1, max_size=3, unique=True))
    moves = tuple(Moves(name, draw(ways), at == 0 or draw(st.booleans())) for at, name in enumerate(names))
    return Signature(
        moves,
        draw(some),
        tuple(draw(st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=2))),
        draw(st.dictionaries(st.sampled_from(DIMENSIONS), st.sampled_from((("a",), ("a", "b"))), max_size=2)),
        tuple(draw(st.lists(st.sampled_from(BESIDE), unique=True, max_size=2))),
        draw(st.none() | st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(lambda ends: ends[0] != ends[1])),
        draw(st.none() | st.sampled_from(("sudden", "slow"))),
        draw(st.none() | st.just((10, 60))),
    )


findings = st.builds(
    Finding,
    moved=st.dictionaries(st.sampled_from(METRICS), ways, min_size=1, max_size=3),
    quiet=st.frozensets(st.sampled_from(METRICS), max_size=2),
    where=st.none() | st.lists(elements, max_size=2).map(tuple),
    beside=st.none() | st.frozensets(st.sampled_from(BESIDE), max_size=2),
    hour=st.none() | st.integers(0, 23),
    course=st.none() | st.sampled_from(("sudden", "slow")),
    minutes=st.none() | st.integers(0, 100),
)


@given(signatures(), findings)
def test_it_is_what_the_telling_says(signature: Signature, finding: Finding):
    finding = replace(finding, quiet=finding.quiet - finding.moved.keys())
    found, reasons = likeness(signature, finding)
    assert found == pytest.approx(float(told(signature, finding)))
    assert 0 <= found <= 1
    assert len(reasons) == len(signature.moves) + len(signature.steady) + len(signature.values) + sum(
        bool(one) for one in (signature.named, signature.beside, signature.hours, signature.course, signature.lasts_min)
    )


@given(signatures(), findings)
def test_to_learn_that_it_fits_makes_it_no_less_like(signature: Signature, finding: Finding):
    finding = replace(finding, quiet=finding.quiet - finding.moved.keys(), course=None)
    before, _ = likeness(signature, finding)
    after, _ = likeness(signature, replace(finding, course=signature.course))
    assert after >= before
