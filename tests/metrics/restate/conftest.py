"""A company whose days are known twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.metrics.restate.company import DAYS, LATER, Company
from windsock.workspace import Workspace


@pytest.fixture
def company(workspace: Workspace, tmp_path: Path) -> Company:
    """An empty one."""
    return Company(workspace, tmp_path)


@pytest.fixture
def traded(company: Company) -> Company:
    """Two orders and three visitors on the 1st and 2nd, all known at once; the week is over and closed since."""
    for day in DAYS[:2]:
        company.at(f"{day}T13:00")
        company.sell((f"A{day.day}", day, "100"), (f"B{day.day}", day, "50"))
        company.visit(day, "v1", "v2", "v3")
    company.at(LATER)
    return company
