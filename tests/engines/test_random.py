"""Random definitions over the golden data: each asks of some 250 people at once, and is answered as by our own engine, or refused.

Our own engine's answers to the same definitions are held against slow tellings in the tests of analyses and conditions.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analyses.test_funnel import EASY, funnels, plain_funnels
from tests.analyses.test_paths import definitions
from tests.analyses.test_retention import retentions
from tests.conditions.test_people import conditions
from tests.conditions.world import DAY, MANY, T0, ZONE
from tests.engines.golden import NOW, Case, statements_of
from tests.engines.test_conformance import same
from windsock.analyses import ask_funnel, ask_paths, ask_retention, read_funnel, read_paths, read_retention
from windsock.conditions import Frame, people_of
from windsock.conditions.model import read_condition
from windsock.kernel.errors import NotAvailable
from windsock.warehouse.engines import MovedWarehouse
from windsock.workspace import Workspace

pytestmark = [pytest.mark.engines, pytest.mark.timeout(0), pytest.mark.filterwarnings("default")]
ASKS: dict[str, tuple[st.SearchStrategy[Any], Any]] = {
    "conditions": (conditions, lambda facts, one, frame: people_of(facts, read_condition(one), frame, limit=10_000)),
    "funnels": (st.one_of(funnels(), plain_funnels()), lambda facts, one, frame: ask_funnel(facts, read_funnel(one), frame)),
    "paths": (definitions(), lambda facts, one, frame: ask_paths(facts, read_paths(one), frame)),
    "retention": (retentions(), lambda facts, one, frame: ask_retention(facts, read_retention(one), frame)),
}


def agree(kind: str, many: int, golden: Workspace, moved: MovedWarehouse) -> dict[str, int]:
    """Ask so many random definitions; returns how many statements were equal, and how many refused."""
    strategy, ask = ASKS[kind]
    found = {"equal": 0, "refused": 0}

    @settings(max_examples=many, deadline=None, derandomize=True, database=None, suppress_health_check=EASY)
    @given(written=strategy, as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 2 * DAY]))
    def one(written: dict[str, Any], as_of_ms: int | None) -> None:
        case = Case(kind, "random", lambda workspace: ask(workspace.warehouse, written, Frame(NOW, ZONE, as_of_ms=as_of_ms)))
        for put in statements_of(case, golden):
            try:
                rows = moved.query(put.statement, put.params)
            except NotAvailable:
                found["refused"] += 1
            else:
                same(put, rows)
                found["equal"] += 1

    one()
    return found


@pytest.mark.parametrize("kind", sorted(ASKS))
def test_random_definitions_on_clickhouse(kind: str, golden: Workspace, clickhouse_moved: MovedWarehouse):
    found = agree(kind, 8 * MANY, golden, clickhouse_moved)
    assert found["equal"] > found["refused"]


@pytest.mark.parametrize("kind", sorted(ASKS))
def test_random_definitions_on_spark(kind: str, golden: Workspace, spark_moved: MovedWarehouse):
    assert agree(kind, MANY, golden, spark_moved)["equal"]
