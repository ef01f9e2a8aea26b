"""Worked cases: small tables whose causes anybody can see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from windsock.monitoring.root_cause.locate import locate
from windsock.monitoring.root_cause.model import leaves_of

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
FIGURES = {"additive": ("real", "predict"), "ratio": ("real", "predict", "visits_real", "visits_predict")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_worked_case_has_its_causes(case: dict[str, Any]):
    dims: list[str] = case["dims"]
    columns = list(zip(*case["rows"], strict=True))
    figures = {name: np.array(column, np.float64) for name, column in zip(FIGURES[case["kind"]], columns[len(dims) :], strict=True)}
    found = locate(leaves_of({name: list(column) for name, column in zip(dims, columns, strict=False)}, figures, case["kind"]), case["kind"])
    assert [dict(cause.element) for cause in found.causes] == case["causes"]
    assert found.mixed_by == case.get("mixed_by")
    if "changes" in case:
        assert [cause.change for cause in found.causes] == pytest.approx(case["changes"])
        assert (found.real, found.expected, found.rest) == pytest.approx((case["real"], case["expected"], case["rest"]))
    assert (found.everywhere.ratio if found.everywhere else None) == pytest.approx(case.get("everywhere"))


PAGE = (Path(__file__).parents[3] / "docs" / "concepts" / "root-causes.md").read_text(encoding="utf-8")


def _table(title: str) -> list[list[str]]:
    lines = PAGE.split(f"## {title}", 1)[1].split("\n## ", 1)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]


def test_the_table_of_amounts_on_the_page():
    rows = _table("A worked case: amounts")
    real, predict = (np.array([float(row[place]) for row in rows]) for place in (2, 3))
    assert [float(row[4]) for row in rows] == pytest.approx(((real - predict) / np.maximum(real, predict)).tolist(), abs=0.00051)
    dims = {"channel": [row[0] for row in rows], "route": [row[1] for row in rows]}
    found = locate(leaves_of(dims, {"real": real, "predict": predict}, "additive"), "additive")
    assert [dict(cause.element) for cause in found.causes] == [{"route": "PVG-NRT"}]
    assert (found.real, found.expected, found.change, found.causes[0].change, found.rest) == (1033, 1150, -117, -119, 2)
    assert found.causes[0].share == pytest.approx(1.017, abs=0.0005)


def test_the_table_of_a_ratio_on_the_page():
    rows = _table("A worked case: a ratio")
    figures = {name: np.array([float(row[place]) for row in rows]) for place, name in enumerate(FIGURES["ratio"], 2)}
    found = locate(leaves_of({"device": [row[0] for row in rows], "provider": [row[1] for row in rows]}, figures, "ratio"), "ratio")
    assert [dict(cause.element) for cause in found.causes] == [{"device": "android", "provider": "psp2"}]
    assert 200 * np.log(200 / 400) + 200 == pytest.approx(61.4, abs=0.05)
    assert 61.4 / 1.25 - np.log(6) - 3 == pytest.approx(44.3, abs=0.05)
    assert (602 * np.log(602 / 800) + 198) / 1.25 == pytest.approx(21.5, abs=0.05)
    assert found.causes[0].evidence == pytest.approx(44.3, abs=0.2)  # rates are drawn towards each other a little
