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
