"""Every metric of the library has a worked example, and gives the figure that it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from windsock.kernel.period import parse_period
from windsock.metrics import MetricQuery, answer, catalogue
from windsock.metrics.answer import metric_value
from windsock.metrics.model.definition import CLASSES
from windsock.warehouse import schema
from windsock.workspace import Workspace

LIBRARY = catalogue()
MEASURED = [name for name, metric in LIBRARY.metrics.items() if metric.measures]
MADE = [name for name, metric in LIBRARY.metrics.items() if metric.expression]
DEFAULTS: dict[str, Any] = {
    "known_from_ms": 0,
    "cancelled": False,
    "no_show": False,
    "sold_as": "own",
    "kind": "hotel",
    "quantity": 1,
    "payment_known": True,
    "currency": "CNY",
}


def load_example(workspace: Workspace, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Append rows of an example, whose columns that matter not are given a plain value or none."""
    zone = ZoneInfo(workspace.settings.workspace.timezone)
    with workspace.warehouse.transaction() as tx:
        for table, given in rows.items():
            wanted = schema.BY_NAME[table].arrow()
            full: list[dict[str, Any]] = []
            for row in given:
                record = {name: value for name, value in DEFAULTS.items() if name in wanted.names} | dict(row)
                if "at" in record:
                    moment = dt.datetime.fromisoformat(str(record.pop("at"))).replace(tzinfo=zone)
                    record["ts_ms"] = round(moment.timestamp() * 1000)
                    record["dt"] = moment.astimezone(dt.UTC).date()
                for name, value in record.items():
                    if pa.types.is_decimal(wanted.field(name).type):
                        record[name] = Decimal(str(value))
                full.append(record)
            tx.append(table, pa.Table.from_pylist(full, schema=wanted))


def plain(name: str, expected: str) -> str | int:
    return expected if LIBRARY.get(name).unit == "money" else int(expected)


@pytest.mark.parametrize("name", MEASURED)
def test_measured_example(name: str, workspace: Workspace) -> None:
    example = LIBRARY.get(name).example
    assert example is not None
    load_example(workspace, example["rows"])
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
