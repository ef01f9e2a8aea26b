"""Small trees, so that a workspace is learned from within a second."""

from __future__ import annotations

import pytest

from windsock.audiences.models import learners


@pytest.fixture(autouse=True)
def _small_trees(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("slow") is None:
        monkeypatch.setattr(learners, "ROUNDS", 30)
