"""Clusters: figures and k-means against slow, obvious tellings; planted groups are found, and noise is said not to hold."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses import clusters_oracle as slow
from tests.analyses.stages import Stage, staged
from tests.conditions.test_people import names, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World
from windsock.analyses import ClustersAnswer, MoneyFrame, ask_clusters, explain_clusters, members_of_cluster, read_clusters
from windsock.analyses.clusters import fit as fitting
from windsock.analyses.clusters import kmeans as fast
from windsock.analyses.clusters.named import title
from windsock.conditions import Frame
from windsock.kernel.errors import Cancelled
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import Cancel, LocalWarehouse, open_local

NOW = T0 + 4 * DAY
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
PERIOD = {"from": "2026-10-30", "to": "2026-11-04"}
FRAME = MoneyFrame(Frame(NOW, ZONE), "CNY")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("clusters"), 20261105) as both:
        yield both


plain = st.fixed_dictionaries(
    {"measure": st.sampled_from(["times", "days"]), "event": st.one_of(names, st.just("*"))}, optional={"log": st.booleans()}
)
of_field = st.one_of(
    st.fixed_dictionaries({"measure": st.just("sum"), "event": names, "of": st.sampled_from(["price", "properties.n"])}),
    st.fixed_dictionaries({"measure": st.just("distinct"), "event": names, "of": st.sampled_from(["route", "properties.s", "price"])}),
)
asked = st.fixed_dictionaries(
    {
        "features": st.lists(st.one_of(plain, of_field), min_size=2, max_size=4).map(
            lambda found: [one | {"as": f"f{number}"} for number, one in enumerate(found)]
        ),
        "k": st.sampled_from(["auto", 2, 3, 5]),
        "period": st.just(PERIOD),
    },
    optional={"where": st.lists(tests, max_size=1), "who": st.sampled_from([{"did": "a"}, {"did_not": "x"}])},
)


def _agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    clusters, around = read_clusters(written), MoneyFrame(Frame(NOW, ZONE, as_of_ms=as_of_ms), "CNY")
    answer = ask_clusters(warehouse, clusters, around)
    told = slow.figures(world, clusters, NOW, ZONE, as_of_ms)
    shown = dict(zip(answer.figures.persons.tolist(), answer.figures.values.tolist(), strict=True))
    assert set(shown) == set(told)
    assert all(row == pytest.approx(told[person]) for person, row in shown.items())
    if answer.fit is None:
        assert not told
        return
    found = answer.fit
    centres = found.centres.tolist()
    assert sum(group.people for group in answer.groups) == answer.people == len(found.labels)
    assert [group.people for group in answer.groups] == sorted((group.people for group in answer.groups), reverse=True)
    labels = [min(range(len(centres)), key=lambda at, point=point: slow.away(point, centres[at])) for point in found.points.tolist()]
    near = [
        abs(slow.away(point, centres[a]) - slow.away(point, centres[b]))
        for point, a, b in zip(found.points.tolist(), labels, found.labels.tolist(), strict=True)
    ]
    assert max(near) < 1e-9
    assert ask_clusters(warehouse, clusters, around).json() == answer.json()
    for group in answer.groups[:2]:
        behind = members_of_cluster(answer, group.number, (0, 10_000))
        assert (behind.total, {one.cluster for one in behind.rows}) == (group.people, {group.number})
        assert sorted(one.person for one in behind.rows) == sorted(answer.figures.persons[found.labels == group.number - 1].tolist())
        assert [one.distance for one in behind.rows] == sorted(one.distance for one in behind.rows)


@settings(max_examples=1, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=st.sampled_from([None, T0 + DAY]))
def test_clusters_are_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=15 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=st.sampled_from([None, T0 + DAY]))
def test_many_clusters_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


points = st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=6, max_size=40).map(lambda some: np.array(some, dtype=np.float64))


@settings(max_examples=60, deadline=None)
@given(points=points, k=st.integers(2, 4), seed=st.integers(0, 99))
def test_runs_from_the_same_starts_end_in_the_same_clusters(points: Any, k: int, seed: int):
    starts = np.unique(fast.seeded(points, k, np.random.default_rng(seed)), axis=0)
    try:
        centres, labels = slow.settle(points.tolist(), starts.tolist())
    except ZeroDivisionError:  # a cluster lost all its points, which the telling does not know
        return
    found, mine, inside = fast.settled(points, starts)
    total = sum(slow.away(point, centres[label]) for point, label in zip(points.tolist(), labels, strict=True))
    if mine.tolist() != labels:  # equally near centres can be told either way by the last bit
        assert any(abs(slow.away(p, found[a]) - slow.away(p, found[b])) < 1e-6 for p in points for a in range(len(found)) for b in range(a))
        return
    assert np.allclose(found, np.array(centres))
    assert inside == pytest.approx(total)


@settings(max_examples=60, deadline=None)
@given(points=points, seed=st.integers(0, 99))
def test_the_silhouette_and_the_rand_index_are_those_of_the_books(points: Any, seed: int):
    chance = random.Random(seed)  # noqa: S311 - made-up labels
    one, other = ([chance.randrange(3) for _ in range(len(points))] for _ in range(2))
    assert fast.silhouette(points, np.array(one)) == pytest.approx(slow.silhouette(points.tolist(), one))
    assert fast.adjusted_rand(np.array(one), np.array(other)) == pytest.approx(slow.adjusted_rand(one, other))
    assert fast.adjusted_rand(np.array(one), np.array([2 - label for label in one])) == pytest.approx(1)


PLANTED: dict[str, Any] = {
    "clusters": "Planted", "period": PERIOD,
    "features": [
        {"measure": "times", "event": "search"}, {"measure": "times", "event": "order_placed"},
        {"measure": "sum", "event": "order_placed", "of": "price"},
    ],
}  # fmt: skip
KINDS = {"lookers": (30, 0, 0), "buyers": (3, 2, 100), "spenders": (4, 3, 5_000)}


def planted(numbers: list[int], chance: random.Random) -> tuple[World, dict[int, str]]:
    """Return a world of three kinds of people, and which kind each number is."""
    world, kinds = World(), dict[int, str]()
    for place, did in enumerate(numbers):
        kind = ("lookers", "lookers", "buyers", "spenders")[place % 4]
        kinds[did] = kind
        searches, orders, price = KINDS[kind]
        for number in range(searches + place % 3):
            world.event(did, T0 + number * HOUR // 2, "search")
        for number in range(orders):
            world.event(did, T0 + number * HOUR, "order_placed", price=Decimal(price + place % 7))
    for rows in world.rows.values():
        chance.shuffle(rows)
    return world, kinds


def _found(folder: Path, world: World, written: dict[str, Any] = PLANTED) -> tuple[LocalWarehouse, ClustersAnswer]:
    warehouse = open_local(folder / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    return warehouse, ask_clusters(warehouse, read_clusters(written), FRAME)


@pytest.mark.parametrize(
    ("event", "en", "zh"),
    [("*", "active days", "活跃天数"), ("search", "days with searched", "有“搜索”的天数")],
)
def test_days_of_any_event_are_active_days(event: Any, en: str, zh: str):
    feature = read_clusters({"features": [{"measure": "days", "event": event}, {"measure": "orders"}], "period": PERIOD}).features[0]
    assert (title(feature).en, title(feature).zh) == (en, zh)


def test_planted_groups_are_found_named_and_hold(tmp_path: Path):
    world, kinds = planted(list(range(1, 121)), random.Random(1))  # noqa: S311 - an order of rows
    warehouse, answer = _found(tmp_path, world)
    assert [group.people for group in answer.groups] == [60, 30, 30]
    assert answer.fit is not None
    assert answer.fit.stable
    assert answer.fit.explained > 0.9
    assert max(answer.fit.silhouettes, key=lambda one: one[1])[0] == 3
    for group in answer.groups:
        members = members_of_cluster(answer, group.number, (0, 1_000)).rows
        assert len({kinds[one.person] for one in members}) == 1
    assert answer.groups[0].name.en == "searched often, order placed never"
    assert "搜索多" in answer.groups[0].name.zh
    assert [one.median for one in answer.groups[0].profiles[1:]] == [0, 0]
    proof = explain_clusters(warehouse, read_clusters(PLANTED), FRAME, 1)
    assert proof.cluster == 1
    assert proof.whys() == ["feature", "feature", "feature", "nearest", "farther", "farther"]
    assert proof.lines("en")[0].startswith("searched: 30; all people: median ")
    assert proof.lines("zh")[3].startswith("第 1 群（")
    assert explain_clusters(warehouse, read_clusters(PLANTED), FRAME, 9_999).whys() == ["nothing"]
    assert not answer.notes()
    warehouse.close()


def test_neither_numbers_of_people_nor_the_order_of_intake_have_a_say(tmp_path: Path):
    told: list[Any] = []
    for seed, numbers in enumerate((list(range(1, 81)), [5_000 - 7 * number for number in range(80)])):
        folder = tmp_path / str(seed)
        folder.mkdir()
        warehouse, answer = _found(folder, planted(numbers, random.Random(seed))[0])  # noqa: S311 - an order of rows
        told.append(answer.json())
        warehouse.close()
    assert told[0] == told[1]


def test_the_same_written_otherwise_is_the_same_chance():
    one = read_clusters(PLANTED)
    assert read_clusters(dict(reversed(PLANTED.items())) | {"clusters": "Otherwise"}).seed == one.seed
    assert read_clusters(PLANTED | {"k": 3}).seed != one.seed


def test_noise_is_said_not_to_hold():
    chance = np.random.default_rng(3)
    found = fitting.fit(chance.random((400, 6)), (False,) * 6, 7, 5, lambda: None)
    assert not found.stable
    assert min(found.by_seed or 0, found.by_half or 0) < fitting.STABLE


def test_many_people_are_grouped_by_a_sample(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fitting, "FIT_MOST", 300)
    monkeypatch.setattr(fitting, "SHAPED_ON", 100)
    values = np.sort(np.concatenate([np.full((900, 2), 1.0), np.full((600, 2), 50.0)]), axis=0)
    found = fitting.fit(values, (None, None), None, 11, lambda: None)
    assert (found.fitted, np.bincount(found.labels).tolist(), found.stable) == (300, [900, 600], True)


def test_everybody_alike_is_one_group(warehouse: LocalWarehouse):
    world = World()
    for did in (1, 2, 3):
        world.event(did, T0, "search")
    world.save(warehouse)
    answer = ask_clusters(warehouse, read_clusters(PLANTED), FRAME)
    assert [group.people for group in answer.groups] == [3]
    assert [note["code"] for note in answer.notes()] == ["alike"]
    assert answer.groups[0].name.en == "near the average"
    four = World()
    four.event(4, T0, "search")
    four.event(4, T0, "search", key_hi=99)
    four.save(warehouse)
    answer = ask_clusters(warehouse, read_clusters(PLANTED | {"k": 3}), FRAME)
    assert [group.people for group in answer.groups] == [3, 1]
    assert [note["code"] for note in answer.notes() if note["code"] != "unstable"] == ["fewer", "constant", "constant"]


def test_nobody_is_no_group(warehouse: LocalWarehouse):
    answer = ask_clusters(warehouse, read_clusters(PLANTED), FRAME)
    assert (answer.people, answer.groups, answer.json()["stability"]["stable"]) == (0, (), False)
    assert members_of_cluster(answer, None).total == 0


def test_a_question_that_is_stopped_stops(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    cancel = Cancel()
    whole = fitting.kmeans

    def once(*given: Any) -> Any:
        cancel.cancel()
        return whole(*given)

    monkeypatch.setattr(fitting, "kmeans", once)
    with pytest.raises(Cancelled):
        ask_clusters(
            stage[0],
            read_clusters(PLANTED | {"features": [{"measure": "times", "event": "a"}, {"measure": "days", "event": "b"}]}),
            FRAME,
            cancel=cancel,
        )
