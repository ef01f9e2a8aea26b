"""One suite for every engine: what is asked of the golden data is answered exactly alike, or refused; which of both is written down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engines.golden import every_case, outcome
from windsock.warehouse.engines import Link, MovedWarehouse
from windsock.workspace import Workspace

pytestmark = [pytest.mark.engines, pytest.mark.timeout(0), pytest.mark.filterwarnings("default")]
OUTCOMES = Path(__file__).parent / "outcomes.yaml"
EVERY = {"ClickHouse": 1, "Spark": int(os.environ.get("SPARK_EVERY", "8"))}
"""Of Spark one case in so many is asked where a change is judged; SPARK_EVERY=1 asks all of them."""
CASES = every_case()


@pytest.mark.parametrize("family", sorted({case.family for case in CASES}))
def test_a_family_is_answered_alike_or_refused(family: str, golden: Workspace, link: Link, moved: MovedWarehouse):
    known: dict[str, dict[str, str]] = yaml.safe_load(OUTCOMES.read_text("utf-8")) if OUTCOMES.exists() else {}
    asked = [case for case in CASES if case.family == family][:: EVERY[link.name]]
    found = {case.name: outcome(case, golden, moved) for case in asked}
    if "OUTCOMES" in os.environ:
        told = {name: what for name, what in found.items() if what != "equal"}
        _write(f"{family} on {link.name}", {"cases": len(found), "refused": told})
        return
    kept: Any = known.get(f"{family} on {link.name}", {"cases": 0})
    if kept["cases"] == sum(case.family == family for case in CASES):  # else it was not asked as a whole yet, and equal or refused is all there is
        assert found == {case.name: kept["refused"].get(case.name, "equal") for case in asked}
    else:
        assert link.name == "Spark"


def _write(name: str, what: dict[str, Any]) -> None:
    known: dict[str, Any] = yaml.safe_load(OUTCOMES.read_text("utf-8")) if OUTCOMES.exists() else {}
    OUTCOMES.write_text(yaml.safe_dump(known | {name: what}, allow_unicode=True, width=140), "utf-8")
