"""Random definitions on every engine: the strategies of the analyses' own tests, each definition asked of the whole crowd in one statement.

A case is one person's events under one definition: what a person did is told apart by their id, so that some 250 cases are packed into one
statement. What is right is told by our own engine, which the tests of the analyses hold against slow tellings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from tests.analyses.test_funnel import EASY, funnels, plain_funnels
from tests.analyses.test_interval import asked as intervals
from tests.analyses.test_paths import definitions as paths
from tests.analyses.test_retention import retentions
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE
from tests.engines.golden import PEOPLE, Case, outcome
from windsock.analyses import ask_funnel, ask_interval, ask_paths, ask_retention, read_funnel, read_interval, read_paths, read_retention
from windsock.conditions import Frame
from windsock.warehouse.engines import Link, MovedWarehouse
from windsock.workspace import Workspace

pytestmark = [pytest.mark.engines, pytest.mark.timeout(0), pytest.mark.filterwarnings("default")]
NOW = T0 + 2 * DAY + 5 * HOUR
CASES = 500
"""So many cases of each analysis at least; DEFINITIONS multiplies them."""
ASKED: dict[str, tuple[st.SearchStrategy[dict[str, Any]], Callable[[dict[str, Any]], Any], Callable[..., Any]]] = {
    "funnels": (funnels(), read_funnel, ask_funnel),
    "plain funnels": (plain_funnels(), read_funnel, ask_funnel),
    "retention": (retentions(), read_retention, ask_retention),
    "paths": (paths(), read_paths, ask_paths),
    "intervals": (intervals, read_interval, ask_interval),
}
"""What is drawn, how it is read and how it is asked."""


@pytest.mark.parametrize("kind", list(ASKED))
def test_random_definitions_are_answered_alike_or_refused(kind: str, golden: Workspace, link: Link, moved: MovedWarehouse):
    """What may be refused is said by hand: a definition that is refused counts as no case, so enough others have to be equal."""
    drawn, read, ask = ASKED[kind]
    found: list[str] = []

    @seed(20261123)
    @settings(max_examples=-(-CASES // PEOPLE) * 3 * MANY, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=EASY)
    @given(written=drawn, as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY]))
    def each(written: dict[str, Any], as_of_ms: int | None) -> None:
        frame = Frame(NOW, ZONE, as_of_ms=as_of_ms)
        found.append(outcome(Case(kind, str(written), lambda workspace: ask(workspace.warehouse, read(written), frame)), golden, moved))

    each()
    equal = found.count("equal")
    assert equal * PEOPLE >= CASES * MANY, f"{equal} of {len(found)} equal on {link.name}; refused: {sorted(set(found) - {'equal'})}"
    assert set(found) - {"equal"} <= {f"{what} is not available on {link.name}." for what in REFUSED}


REFUSED = ("Steps in any order within a time",)
"""What the analyses can ask and other engines can't answer exactly."""
