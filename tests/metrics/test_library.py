"""Every metric of the library has a worked example, and gives the figure that it says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.metrics import make
from windsock.kernel.period import parse_period
from windsock.metrics import MetricQuery, answer, catalogue
from windsock.metrics.answer import metric_value
from windsock.metrics.facts import FACTS
from windsock.metrics.model.definition import CLASSES, WHOLE_UNITS
from windsock.workspace import Workspace

LIBRARY = catalogue()
MEASURED = [name for name, metric in LIBRARY.metrics.items() if metric.measures]
MADE = [name for name, metric in LIBRARY.metrics.items() if metric.expression]


def plain(name: str, expected: str) -> str | int:
    return int(expected) if LIBRARY.get(name).unit in WHOLE_UNITS else expected


@pytest.mark.parametrize("name", MEASURED)
def test_measured_example(name: str, workspace: Workspace) -> None:
    example = LIBRARY.get(name).example
    assert example is not None
    make.load(workspace, example["rows"])
    period = parse_period(example["period"], name)
    found = answer(workspace, MetricQuery(metrics=(name,), period=period))
    assert found.json()["rows"][0][name] == plain(name, example["expect"])
    if "clock_night" in example:
        night = answer(workspace, MetricQuery(metrics=(name,), period=period, clock="night"))
        assert night.json()["rows"][0][name] == plain(name, example["clock_night"])


@pytest.mark.parametrize("name", MADE)
def test_made_example(name: str) -> None:
    example = LIBRARY.get(name).example
    assert example is not None
    values = {part: Decimal(str(value)) for part, value in example["given"].items()}
    assert f"{metric_value(name, values, LIBRARY)}" == example["expect"]


def test_the_eight_classes_and_three_views_are_there() -> None:
    assert {metric.class_ for metric in LIBRARY.metrics.values()} == set(CLASSES)
    assert {metric.scope for metric in LIBRARY.metrics.values()} == {"people", "goods", "place"}


def test_ratios_are_made_of_sums() -> None:
    for metric in LIBRARY.metrics.values():
        assert (metric.additivity == "ratio") == (metric.expression is not None and "/" in metric.expression), metric.name


def test_there_is_a_library_to_speak_of() -> None:
    assert len(LIBRARY.metrics) >= 120
    for class_ in CLASSES:
        assert sum(metric.class_ == class_ for metric in LIBRARY.metrics.values()) >= 10, class_


def test_each_metric_says_how_late_and_how_many() -> None:
    for name, body in LIBRARY.bodies.items():
        assert {"lag_hours", "minimum_sample"} <= set(body), name
        metric = LIBRARY.get(name)
        parts = LIBRARY.bases([name])
        assert metric.lag_hours >= max(part.lag_hours for part in parts) or metric.measures, name
        if metric.sample is not None:
            assert {base.name for base in LIBRARY.bases([metric.sample])} <= {base.name for base in parts}, name
            assert LIBRARY.get(metric.sample).unit in WHOLE_UNITS, name


def test_every_number_can_be_cut_and_opened() -> None:
    for name in LIBRARY.metrics:
        assert LIBRARY.clocks(name), name
        for base in LIBRARY.bases([name]):
            for measure in base.measures:
                fact = FACTS[measure.fact]
                assert set(fact.rows) <= set(fact.fields), (fact.name, set(fact.rows) - set(fact.fields))
                assert set(fact.key) <= set(fact.fields), fact.name
                assert set(fact.dimensions) <= set(fact.fields), fact.name


def test_cost_profit_and_market_figures_are_not_watched_by_default() -> None:
    for metric in LIBRARY.metrics.values():
        if metric.unit == "money" and metric.class_ in {"campaign", "competition"}:
            assert not metric.monitorable, metric.name
