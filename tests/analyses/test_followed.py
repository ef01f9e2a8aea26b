"""Funnels that are followed beside the engine: the same as by statements, to the row, and void with whatever changes their events."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.stages import Stage
from tests.analyses.test_funnel import NOW, PERIODS, _agree
from tests.conditions.test_people import lengths, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World, crowd
from windsock.analyses import Wanted, ask_funnel, people_behind, read_funnel
from windsock.analyses.funnel import planned
from windsock.conditions import Frame
from windsock.kernel.errors import Cancelled, QueryTimeout, TooLarge
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import Cancel, LocalWarehouse, Run, connect_socket, open_local, schema, serve_socket, statement
from windsock.warehouse.runs import compiled, keys, made

EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
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
    yield Stage((warehouse, world))
    warehouse.close()


@st.composite
def followed(draw: st.DrawFn) -> dict[str, Any]:
    """Funnels that have a run: no event could be two steps, none may be left out, nothing is held."""
    names, bare = draw(st.permutations(["a", "b", "c", "x"])), draw(st.booleans())
    size = draw(st.integers(2, 3))
    steps: list[dict[str, Any]] = []
    for number, name in enumerate(names[:size]):
        step: dict[str, Any] = {"name": f"s{number}", "event": name}
        step |= {"where": draw(st.lists(tests, min_size=1, max_size=1))} if draw(st.integers(0, 3)) == 0 else {}
        step |= {"within": draw(lengths)} if number and not bare and draw(st.booleans()) else {}
        steps.append(step)
    more: dict[str, Any] = {"without": [{"event": draw(st.sampled_from(names))}]} if not bare and draw(st.booleans()) else {}
    if more and draw(st.booleans()):
        more["without"][0] |= {"after": "s0", "before": f"s{draw(st.integers(1, size - 1))}"}
    more |= {"who": draw(st.sampled_from([{"did": "a"}, {"did_not": "x"}]))} if draw(st.integers(0, 3)) == 0 else {}
    more |= {"where": draw(st.lists(tests, max_size=1))} if draw(st.integers(0, 3)) == 0 else {}
    if draw(st.booleans()):
        field = draw(st.sampled_from(["sales_channel", "properties.s", "price", ["sales_channel", "properties.s"]]))
        more["breakdown"] = {"field": field, "step": f"s{draw(st.integers(0, size - 1))}", "top": draw(st.sampled_from([1, 2, 20]))}
    return {
        "steps": steps, "window": draw(st.one_of(lengths, st.just("same day"))), "period": draw(st.sampled_from(PERIODS)),
        "order": "ordered" if bare else draw(st.sampled_from(["ordered", "ordered", "strict"])),
        "count": draw(st.sampled_from(["people", "people", "first", "entries"])),
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


FORMS = [
    pytest.param(("numpy", "ranges"), id="numpy in ranges"),
    pytest.param(("numpy", "whole"), id="numpy in whole", marks=pytest.mark.slow),
    pytest.param(("not compiled", "spans"), id="not compiled in spans", marks=pytest.mark.slow),
    pytest.param(("compiled", "ranges"), id="compiled in ranges"),
]


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With numpy, or by the pass, run by Python itself or compiled; all people at once, in many ranges, or with room for few above their ms."""
    way, cut = request.param
    if way == "compiled":
        pytest.importorskip("numba", reason="the extra 'fast' is not installed")
    else:
        monkeypatch.setattr(compiled, "_pass", lambda: compiled._follow if way == "not compiled" else None)
    if cut != "whole":
        monkeypatch.setattr(made, "RANGE_LEAST", 0)
        monkeypatch.setattr(made, "RANGE_MOST", 40)
    if cut == "spans":
        monkeypatch.setattr(made, "KEY_BITS", (4 * DAY).bit_length() + 6)


told = followed().map(lambda one: one | {"trend": "week" if one["trend"] == "month" else one["trend"]})  # the telling knows no months
AT = st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY])


@settings(max_examples=4, deadline=None, suppress_health_check=EASY)
@given(written=followed(), as_of_ms=AT)
def test_a_run_is_what_the_statements_say(stage: Stage, form: None, written: dict[str, Any], as_of_ms: int | None):
    _by_both(stage[0], written, replace(FRAME, as_of_ms=as_of_ms))


@settings(max_examples=1, deadline=None, suppress_health_check=EASY)
@given(written=told, as_of_ms=AT)
def test_a_run_is_what_the_telling_says(stage: Stage, form: None, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=20 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=followed(), as_of_ms=AT)
def test_many_runs_are_what_the_statements_say(stage: Stage, form: None, written: dict[str, Any], as_of_ms: int | None):
    _by_both(stage[0], written, replace(FRAME, as_of_ms=as_of_ms))


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=15 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=told, as_of_ms=AT)
def test_many_runs_are_what_the_telling_says(stage: Stage, form: None, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


def _events(*rows: dict[str, Any]) -> pa.Table:
    world = World()
    for number, row in enumerate(rows, 1_000_000):
        world.event(**row)
        world.rows["event"][-1] |= {"key_hi": number}
    return pa.Table.from_pylist(world.rows["event"], schema=schema.BY_NAME["event"].arrow())


def _append(warehouse: LocalWarehouse, table: str, *rows: dict[str, Any]) -> None:
    given = _events(*rows) if table == "event" else pa.Table.from_pylist(list(rows), schema=schema.BY_NAME[table].arrow())
    with warehouse.transaction() as tx:
        tx.append(table, given)


def _run(warehouse: LocalWarehouse, sql: str) -> None:
    with warehouse.transaction() as tx:
        tx.execute(statement(sql))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LocalWarehouse]:
    warehouse = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings())
    crowd(20261124, people=40, most=14).save(warehouse)
    yield warehouse
    warehouse.close()


NEW = ({"did": 900, "t": T0 + HOUR, "event": "a"}, {"did": 901, "t": T0 + 3 * HOUR, "event": "b"})
WRITES: Mapping[str, Any] = {
    "events of a day": lambda one: _append(one, "event", *NEW, {"did": 902, "t": T0 + HOUR, "event": "a"}),
    "a merge": lambda one: _append(one, "alias", {"did": 901, "pid": 900, "known_from_ms": 0, "known_to_ms": None}),
    "an un-merge": lambda one: _run(one, f"UPDATE alias SET known_to_ms = {NOW} WHERE did = 901"),
    "a merge anew": lambda one: _append(one, "alias", {"did": 901, "pid": 900, "known_from_ms": NOW, "known_to_ms": None}),
    "a robot found later": lambda one: _run(one, "UPDATE event SET bot = TRUE WHERE did = 902"),
    "an erasure": lambda one: _run(one, "DELETE FROM event WHERE did = 900"),
}


def test_whatever_is_written_is_in_the_next_answer(own: LocalWarehouse):
    funnel, seen = read_funnel(PLAIN), []
    for name, write in [("nothing", lambda _: None), *WRITES.items()]:
        write(own)
        answer = ask_funnel(own, funnel, FRAME)
        assert answer.json() == ask_funnel(Statements(own), funnel, FRAME).json(), name  # type: ignore[arg-type] - it asks nothing else
        seen.append(answer.total.counts)
    changed = [before != after for before, after in itertools.pairwise(seen)]
    assert changed == [True, True, True, True, True, True]


def test_an_erasure_takes_the_keys_with_it_and_a_load_those_of_its_days_alone(own: LocalWarehouse, monkeypatch: pytest.MonkeyPatch):
    funnel, fetched = read_funnel(PLAIN), []
    fetch = keys._fetch
    monkeypatch.setattr(keys, "_fetch", lambda cursor, run, places, days, room: fetched.append(len(days)) or fetch(cursor, run, places, days, room))
    ask_funnel(own, funnel, FRAME)
    whole = own._keys.bytes
    assert whole > 0
    ask_funnel(own, funnel, FRAME)
    _append(own, "alias", {"did": 1, "pid": 2, "known_from_ms": 0, "known_to_ms": None})
    ask_funnel(own, funnel, FRAME)
    assert len(fetched) == 1  # neither the same question nor a merge reads an event again
    _append(own, "event", *NEW)
    assert 0 < own._keys.bytes < whole
    ask_funnel(own, read_funnel(PLAIN | {"window": "3 hours", "count": "entries"}), FRAME)
    assert fetched[1:] == [1]
    assert own._keys.bytes == whole + 32  # two keys as they were read, and in order
    _run(own, "DELETE FROM event WHERE did = 900")
    assert own._keys.bytes == 0
    ask_funnel(own, funnel, FRAME)
    assert all(int(block[1].max(initial=0)) >> keys.MS_BITS != 900 for shelf in own._keys._shelves.values() for block in shelf.blocks.values())


def test_keys_that_were_read_before_an_erasure_are_not_kept_after_it(own: LocalWarehouse, monkeypatch: pytest.MonkeyPatch):
    fetch = keys._fetch

    def slow(*given: Any) -> Any:
        found = fetch(*given)
        _run(own, "DELETE FROM event WHERE did = 3")
        return found

    before = ask_funnel(Statements(own), read_funnel(PLAIN), FRAME).total.counts  # type: ignore[arg-type] - it asks nothing else
    monkeypatch.setattr(keys, "_fetch", slow)
    assert ask_funnel(own, read_funnel(PLAIN), FRAME).total.counts == before
    assert own._keys.bytes == 0


def test_what_is_kept_and_what_is_read_is_bounded(own: LocalWarehouse, monkeypatch: pytest.MonkeyPatch):
    own._keys._most = 400
    for name in "abcx":
        ask_funnel(own, read_funnel(PLAIN | {"steps": [name, "a" if name != "a" else "b"]}), FRAME)
    assert own._keys.bytes <= 400
    assert own._keys.bytes == sum(shelf.bytes for shelf in own._keys._shelves.values())
    monkeypatch.setattr(keys, "KEYS_MOST", 10)
    own._keys.bytes, own._keys._shelves = 0, keys.OrderedDict()
    with pytest.raises(TooLarge, match="More than 10 events"):
        ask_funnel(own, read_funnel(PLAIN), FRAME)


def test_the_moment_of_another_time_is_not_kept(own: LocalWarehouse):
    ask_funnel(own, read_funnel(PLAIN), replace(FRAME, as_of_ms=T0 + DAY))
    assert own._keys.bytes == 0


def test_a_run_can_be_stopped_and_has_the_time_of_a_query(own: LocalWarehouse, monkeypatch: pytest.MonkeyPatch):
    cancel, fetch = Cancel(), keys._fetch
    monkeypatch.setattr(keys, "_fetch", lambda *given: cancel.cancel() or fetch(*given))
    with pytest.raises(Cancelled):
        ask_funnel(own, read_funnel(PLAIN), FRAME, cancel=cancel)
    monkeypatch.setattr(keys, "_fetch", fetch)
    own._settings = WarehouseSettings(timeout_s=0.2, wait_s=0.1, threads=1)
    followed_on: list[int] = []
    entries = made.entries

    def slow(*given: Any) -> Any:
        followed_on.append(1)
        threading.Event().wait(0.3)
        return entries(*given)

    monkeypatch.setattr(compiled, "_pass", lambda: None)
    monkeypatch.setattr(made, "entries", slow)
    monkeypatch.setattr(made, "RANGE_LEAST", 0)
    monkeypatch.setattr(made, "RANGE_MOST", 40)
    with pytest.raises(QueryTimeout):
        ask_funnel(own, read_funnel(PLAIN), FRAME)
    assert len(followed_on) <= 2  # of many ranges


def test_who_asks_over_the_socket_gets_the_same(own: LocalWarehouse, tmp_path: Path):
    server = serve_socket(own, tmp_path / "owner.sock")
    guest = connect_socket(tmp_path / "owner.sock")
    written = PLAIN | {
        "steps": ["a", {"event": "b", "where": [{"field": "price", "op": ">", "value": 5}], "within": "5 hours"}], "without": [{"event": "x"}],
        "who": {"did": "a"}, "trend": "day", "breakdown": {"field": "sales_channel", "step": 2},
    }  # fmt: skip
    funnel = read_funnel(written)
    run = planned(funnel, FRAME, follow=True)[0].run
    assert run is not None
    assert Run.of(run.json(), run.values) == run
    assert ask_funnel(guest, funnel, FRAME).json() == ask_funnel(own, funnel, FRAME).json()
    guest.close()
    server.close()


def test_a_day_without_events_is_known_as_such(tmp_path: Path):
    warehouse = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings())
    funnel = read_funnel(PLAIN | {"trend": "day"})
    answer = ask_funnel(warehouse, funnel, FRAME)
    assert (answer.total.counts, answer.trend) == ((0, 0), ())
    warehouse.close()
