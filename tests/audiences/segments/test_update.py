"""Incremental evaluation gives what whole evaluation gives, after every step of any history; the oracle is the third voice."""

from __future__ import annotations

import datetime as dt
import random
from importlib import import_module
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conditions.oracle import Oracle
from tests.conditions.world import DAY, HOUR, T0, World
from windsock.audiences.segments import plug, queries, save_segment, show, update
from windsock.audiences.segments.keep import segments_in_force
from windsock.audiences.segments.port import told_segment
from windsock.conditions import NamedPort, Plan, named, ours, plug_named
from windsock.definitions import Change
from windsock.governance import cli_actor
from windsock.kernel.clock import FixedClock
from windsock.kernel.ids import CountedIds
from windsock.warehouse import schema, statement
from windsock.workspace import Workspace, create_workspace, open_workspace

evaluation = import_module("windsock.audiences.segments.update")
plug()
SEGMENTS: list[dict[str, Any]] = [
    {"segment": "lookers", "condition": {"did": "a", "times": 2, "period": {"past": "6 hours"}}},
    {"segment": "quiet", "condition": {"did_not": "b", "period": {"last": 2, "unit": "day"}}},
    {"segment": "steps", "condition": {"sequence": ["a", "b"], "within": "3 hours", "period": {"previous": 1, "unit": "day"}}},
    {"segment": "fresh", "condition": {"last": "a", "during": {"past": "2 hours"}}},
    {"segment": "buyers", "condition": {"orders": "count", "is": 1, "period": {"past": "1 day"}}},
    {"segment": "often", "condition": {"did": "a", "times": 2, "same": "route", "within": "4 hours"}},
    {"segment": "of-both", "condition": {"all": [{"segment": "lookers"}, {"not": {"segment": "buyers"}}]}},
    {"segment": "outer", "condition": {"any": [{"segment": "of-both"}, {"has_id": "member"}]}},
    {"segment": "gold", "condition": {"trait": "tier", "op": "=", "value": "gold"}},
    {"segment": "leaving", "condition": {"trip": "departs", "within": {"next": 2, "unit": "day"}}},
]


class Life:
    """A world that goes on: each step writes rows as known at the clock's time."""

    def __init__(self, workspace: Workspace, clock: FixedClock, seed: int) -> None:
        self.workspace, self.clock, self.world = workspace, clock, World()
        self.chance = random.Random(seed)  # noqa: S311 - a made-up life
        self.orders = 0

    def append(self, table: str, **row: Any) -> None:
        self.world.add(table, **row)
        with self.workspace.warehouse.transaction() as tx:
            tx.append(table, pa.Table.from_pylist([row], schema=schema.BY_NAME[table].arrow()))

    def step(self, kind: str) -> None:
        now, chance = self.clock.now_ms(), self.chance
        did = chance.randint(1, 6)
        if kind == "event":
            late = chance.choice([0, 0, HOUR, 5 * HOUR, DAY, -HOUR])
            self.world.event(did, now - late, chance.choice("abx"), route=chance.choice(["r1", "r2", None]), known_from_ms=now)
            row = self.world.rows["event"][-1]
            with self.workspace.warehouse.transaction() as tx:
                tx.append("event", pa.Table.from_pylist([row], schema=schema.BY_NAME["event"].arrow()))
        elif kind == "order":
            self.orders += 1
            self.append("orders", order_key=self.orders, did=did, source="s", order_ref=f"o{self.orders}", state="paid", currency="CNY",
                        booked_ms=now - chance.choice([0, HOUR, DAY]), known_from_ms=now, known_to_ms=None)  # fmt: skip
            day = (T0 // DAY + chance.randrange(6)) * 86_400
            date = dt.datetime.fromtimestamp(day, dt.UTC).date()
            self.append("order_line", order_key=self.orders, line_no=1, did=did, arrival_date=date, departure_date=None, cancelled=False,
                        booked_ms=now, known_from_ms=now, known_to_ms=None)  # fmt: skip
        elif kind == "trait":
            self.append("trait", did=did, name="tier", value=chance.choice(["gold", "plain"]), source="crm", trust="server", at_ms=now,
                        known_from_ms=now, op="set")  # fmt: skip
        elif kind == "id":
            self.append("identity", did=did, namespace=chance.choice(["anon", "member"]), id=f"i{len(self.world.rows.get('identity', []))}",
                        first_ms=now, known_from_ms=now)  # fmt: skip
        elif kind == "merge":
            held = self.world.persons()
            free = [one for one in range(2, 7) if one not in held and one not in held.values()]
            if free:
                one = chance.choice(free)
                self.append(
                    "alias", did=one, pid=chance.choice([p for p in range(1, one) if p not in held] or [1]), known_from_ms=now, known_to_ms=None
                )
        elif kind == "part":
            open_rows = [row for row in self.world.rows.get("alias", []) if row["known_to_ms"] is None]
            if open_rows:
                row = chance.choice(open_rows)
                row["known_to_ms"] = now
                with self.workspace.warehouse.transaction() as tx:
                    tx.execute(
                        statement("UPDATE alias SET known_to_ms = $now WHERE did = $did AND known_to_ms IS NULL"), {"now": now, "did": row["did"]}
                    )
        else:
            self.clock.ms = now + chance.choice([1, HOUR, 3 * HOUR, 9 * HOUR, DAY])

    def told(self) -> dict[str, set[int]]:
        oracle = Oracle(self.world, self.clock.now_ms(), self.workspace.zone)
        found: dict[str, set[int]] = {}
        for one in segments_in_force(self.workspace):
            oracle.named = found
            assert one.segment.condition is not None
            found[one.segment.name] = oracle.who(one.segment.condition)
        return found

    def held(self) -> dict[str, set[int]]:
        return {
            one.segment.name: {
                row["person"]
                for row in self.workspace.warehouse.query(queries.PAGE, {"segment": one.segment.name, "after": -1, "limit": 1000}).to_pylist()
            }
            for one in segments_in_force(self.workspace)
        }


STEPS = ("event", "event", "event", "order", "trait", "id", "merge", "part", "time", "time")


def live(life: Life, steps: list[str]) -> None:
    for step in steps:
        life.step(step)
        if life.chance.random() < 0.6:
            runs = update(life.workspace)
            assert life.held() == life.told(), step
            assert {run.kind for run in runs} == {"touched"}
    update(life.workspace)
    before = life.held()
    assert before == life.told()
    for run in update(life.workspace, kind="check"):
        assert (run.entered, run.left) == (0, 0), run
    assert life.held() == before


def begin(workspace: Workspace, clock: FixedClock, seed: int, most: int = len(SEGMENTS)) -> Life:
    clock.ms = T0 + 3 * DAY
    change = Change(cli_actor(), "test", clock.now_ms())
    for one in SEGMENTS[:most]:
        save_segment(workspace, change, one)
    life = Life(workspace, clock, seed)
    update(workspace)
    return life


@pytest.mark.parametrize("seed", [1])
def test_touched_people_are_judged_as_everybody_is(workspace: Workspace, clock: FixedClock, seed: int) -> None:
    life = begin(workspace, clock, seed)
    live(life, [life.chance.choice(STEPS) for _ in range(7)])


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), steps=st.lists(st.sampled_from(STEPS), min_size=6, max_size=12))
def test_any_history_gives_what_judging_everybody_gives(tmp_path_factory: pytest.TempPathFactory, seed: int, steps: list[str]) -> None:
    home = tmp_path_factory.mktemp("w") / "home"
    create_workspace(home, name="Gull", timezone="Asia/Shanghai", currency="CNY", language="en")
    clock = FixedClock(T0)
    with open_workspace(home, own=True, clock=clock, ids=CountedIds()) as workspace:
        live(begin(workspace, clock, seed), steps)


def test_without_what_moved_the_same_history_would_be_judged_wrongly(
    workspace: Workspace, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = begin(workspace, clock, 3, most=4)
    for _ in range(12):
        life.step("event")
    update(workspace)
    clock.ms += HOUR
    update(workspace)
    monkeypatch.setattr(evaluation, "shifts", lambda *_: [])
    clock.ms += 9 * DAY
    update(workspace)
    assert life.held() != life.told()
    monkeypatch.undo()
    different = [run for run in update(workspace, kind="check") if run.entered + run.left]
    assert different
    assert life.held() == life.told()


def any_name(workspace: Workspace, name: str, place: str) -> None:
    del workspace, name, place


def test_what_another_room_says_is_followed_too(workspace: Workspace, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    tagged = [1]

    def rows(plan: Plan, name: str) -> str:
        del name
        text = " UNION ALL ".join(f"SELECT {one} AS person, CAST(NULL AS TEXT) AS value, CAST(NULL AS DOUBLE) AS weight" for one in tagged)
        return plan.add(plan.fresh("n"), ours(f"SELECT u.person, u.value, u.weight FROM ({text}) AS u"))

    monkeypatch.setattr(named, "_plugged", dict(named._plugged))
    plug_named("tag", NamedPort(rows, any_name, told_segment))
    save_segment(workspace, Change(cli_actor(), "test", clock.now_ms()), {"segment": "vip", "condition": {"tag": "vip"}})
    assert [run.members for run in update(workspace)] == [1]
    tagged.append(2)
    assert [(run.members, run.entered) for run in update(workspace)] == [(2, 1)]
    update(workspace)
    assert len(show.trend(workspace, "vip")) == 2  # what changes nothing leaves no run


def test_an_import_that_took_long_is_seen(workspace: Workspace, clock: FixedClock) -> None:
    life = begin(workspace, clock, 1, most=2)
    began = clock.now_ms()
    for _ in range(2):  # evaluated while it runs: its rows will bear an earlier instant than the cursor
        clock.ms += HOUR
        update(workspace)
    life.world.event(3, began, "b", known_from_ms=began)
    batch = {"batch_id": "b1", "source": "s", "kind": "events", "state": "loaded", "started_ms": began, "finished_ms": began}
    with workspace.warehouse.transaction() as tx:
        tx.append("event", pa.Table.from_pylist(life.world.rows["event"], schema=schema.BY_NAME["event"].arrow()))
        tx.append("import_batch", pa.Table.from_pylist([batch], schema=schema.BY_NAME["import_batch"].arrow()))
    life.append("identity", did=3, namespace="member", id="m3", first_ms=began, known_from_ms=began)
    life.world.event(4, began, "x", known_from_ms=began)
    with workspace.warehouse.transaction() as tx:
        tx.append("event", pa.Table.from_pylist(life.world.rows["event"][1:], schema=schema.BY_NAME["event"].arrow()))
    assert {run.kind for run in update(workspace)} == {"touched"}
    assert life.held() == life.told()
    assert life.held()["quiet"] == {4}
