"""Every metric of the library has a worked example, and gives the figure that it says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.metrics import make
from windsock.kernel.period import parse_period
from windsock.metrics import MetricQuery, answer, catalogue
from windsock.metrics.answer import metric_value
from windsock.metrics.model.definition import CLASSES
from windsock.workspace import Workspace

LIBRARY = catalogue()
MEASURED = [name for name, metric in LIBRARY.metrics.items() if metric.measures]
MADE = [name for name, metric in LIBRARY.metrics.items() if metric.expression]


def plain(name: str, expected: str) -> str | int:
    return expected if LIBRARY.get(name).unit == "money" else int(expected)


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
