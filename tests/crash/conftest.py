"""No server outlives its test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash.intake import STARTED


@pytest.fixture(autouse=True)
def _no_server_outlives_its_test() -> Iterator[None]:
    yield
    while STARTED:
        STARTED.pop().kill()
