"""A workspace whose records are on each of the two databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from windsock.records import Records
from windsock.workspace import Workspace


@pytest.fixture
def desk(workspace: Workspace, records: Records) -> Workspace:
    return replace(workspace, records=records)
