"""A company whose days are known twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.metrics.restate.company import Company
from windsock.workspace import Workspace


@pytest.fixture
def company(workspace: Workspace, tmp_path: Path) -> Company:
    """An empty one."""
    return Company(workspace, tmp_path)
