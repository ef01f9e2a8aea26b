"""Funnels that are followed beside the engine: the same as by statements, to the row, and void with whatever changes their events."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.test_funnel import NOW, PERIODS, _agree
from tests.conditions.test_people import lengths, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World, crowd
from windsock.analyses import Wanted, ask_funnel, people_behind, read_funnel
from windsock.analyses.funnel import planned
from windsock.conditions import Frame
from windsock.kernel.errors import Busy, Cancelled, QueryTimeout
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import Cancel, LocalWarehouse, Run, connect_socket, open_local, schema, serve_socket, statement
from windsock.warehouse.runs import keys, made

EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
Stage = tuple[LocalWarehouse, World]
FRAME = Frame(NOW, ZONE)
PLAIN = {"steps": ["a", "b"], "window": "6 hours", "period": {"from": "2026-10-30", "to": "2026-11-04"}}


class Statements:
    """A warehouse that only runs statements."""

    follows = False

    def __init__(self, warehouse: LocalWarehouse) -> None:
        self.query = warehouse.query


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = crowd(20261123, most=14)
    warehouse = open_local(tmp_path_factory.mktemp("followed") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse, world
    warehouse.close()


@st.composite
def followed(draw: st.DrawFn) -> dict[str, Any]:
    """Funnels that have a run: no event could be two steps, none may be left out, nothing is held."""
    names = draw(st.permutations(["a", "b", "c", "x"]))
    size = draw(st.integers(2, 3))
    steps: list[dict[str, Any]] = []
    for number, name in enumerate(names[:size]):
        step: dict[str, Any] = {"name": f"s{number}", "event": name}
        step |= {"where": draw(st.lists(tests, min_size=1, max_size=1))} if draw(st.integers(0, 3)) == 0 else {}
        step |= {"within": draw(lengths)} if number and draw(st.integers(0, 2)) == 0 else {}
        steps.append(step)
    more: dict[str, Any] = {"without": [{"event": draw(st.sampled_from(names))}]} if draw(st.integers(0, 2)) == 0 else {}
    if more and draw(st.booleans()):
        more["without"][0] |= {"after": "s0", "before": f"s{draw(st.integers(1, size - 1))}"}
    more |= {"who": draw(st.sampled_from([{"did": "a"}, {"did_not": "x"}]))} if draw(st.integers(0, 3)) == 0 else {}
    more |= {"where": draw(st.lists(tests, max_size=1))} if draw(st.integers(0, 3)) == 0 else {}
    if draw(st.booleans()):
        field = draw(st.sampled_from(["sales_channel", "properties.s", "price", ["sales_channel", "properties.s"]]))
        more["breakdown"] = {"field": field, "step": f"s{draw(st.integers(0, size - 1))}", "top": draw(st.sampled_from([1, 2, 20]))}
    return {
        "steps": steps, "window": draw(st.one_of(lengths, st.just("same day"))), "period": draw(st.sampled_from(PERIODS)),
        "order": draw(st.sampled_from(["ordered", "ordered", "strict"])), "count": draw(st.sampled_from(["people", "people", "first", "entries"])),
        "trend": draw(st.sampled_from(["day", "week", "month"])), **more,
    }  # fmt: skip


def _by_both(warehouse: LocalWarehouse, written: dict[str, Any], frame: Frame) -> None:
    """The answer, and every list behind it, are those of the statements."""
    funnel, other = read_funnel(written), Statements(warehouse)
    assert planned(funnel, frame, follow=True)[0].run is not None
    answer = ask_funnel(warehouse, funnel, frame)
    assert answer.json() == ask_funnel(other, funnel, frame).json()  # type: ignore[arg-type] - it asks nothing else
    cells = [None, *answer.trend[:2], *(cell for cell in answer.breakdown if cell.kind != "other")]
    for cell in cells:
        wanted = Wanted(len(funnel.chain.steps) - 2, dropped=True, cell=cell) if cell is None else Wanted(0, cell=cell)
        rows = people_behind(warehouse, funnel, frame, wanted, page=(0, 10_000))
        assert rows == people_behind(other, funnel, frame, wanted, page=(0, 10_000))  # type: ignore[arg-type] - as above


@pytest.fixture(params=["as it is", "in many ranges", "in spans of people"])
def split(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "as it is":
        monkeypatch.setattr(made, "RANGE_LEAST", 0)
        monkeypatch.setattr(made, "RANGE_MOST", 40)
    if request.param == "in spans of people":
        monkeypatch.setattr(made, "KEY_BITS", (4 * DAY).bit_length() + 6)


AT = st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY])


@settings(max_examples=6, deadline=None, suppress_health_check=EASY)
@given(written=followed(), as_of_ms=AT)
def test_a_run_is_what_the_statements_say(stage: Stage, split: None, written: dict[str, Any], as_of_ms: int | None):
    _by_both(stage[0], written, replace(FRAME, as_of_ms=as_of_ms))


@settings(max_examples=3, deadline=None, suppress_health_check=EASY)
@given(written=followed(), as_of_ms=AT)
def test_a_run_is_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=40 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=followed(), as_of_ms=AT)
def test_many_runs_are_what_the_statements_say(stage: Stage, split: None, written: dict[str, Any], as_of_ms: int | None):
    _by_both(stage[0], written, replace(FRAME, as_of_ms=as_of_ms))


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=15 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=followed(), as_of_ms=AT)
def test_many_runs_are_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)
