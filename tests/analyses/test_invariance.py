"""Whatever the way of storing, an answer is the same: in any order of intake, in parts or in the table, and added up over ranges of persons."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses import test_activity, test_attribution, test_distribution, test_funnel, test_interval, test_paths, test_retention, test_sessions
from tests.conditions.world import DAY, MANY, T0, ZONE, World, crowd
from windsock.analyses import (
    MoneyFrame,
    ask_attribution,
    ask_clusters,
    ask_distribution,
    ask_funnel,
    ask_interval,
    ask_lifecycle,
    ask_paths,
    ask_retention,
    ask_sessions,
    ask_stickiness,
    read_activity,
    read_attribution,
    read_clusters,
    read_distribution,
    read_funnel,
    read_interval,
    read_paths,
    read_retention,
    read_sessions,
)
from windsock.conditions import Frame
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local, schema

NOW = T0 + 4 * DAY
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
Figures = Counter[Any]


@dataclass(frozen=True)
class Stores:
    """The same crowd, stored in several ways, and parts of it by person."""

    whole: LocalWarehouse
    others: dict[str, LocalWarehouse]
    ranges: tuple[LocalWarehouse, ...]

    def __repr__(self) -> str:
        return "Stores()"


def _of(world: World, wanted: Callable[[int], bool]) -> World:
    """The rows of some persons: ids that were ever merged stay together."""
    return World(
        {table: [row for row in rows if row["did"] is not None and wanted((int(row["did"]) + 1) // 5)] for table, rows in world.rows.items()}
    )


def _saved(folder: Path, world: World) -> LocalWarehouse:
    warehouse = open_local(folder / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    return warehouse


def _in_parts(folder: Path, world: World) -> LocalWarehouse:
    """Half of the events in parts, in several transactions; the rest in the table."""
    rows = world.rows["event"]
    warehouse = _saved(folder, World(world.rows | {"event": rows[::2]}))
    half = rows[1::2]
    for piece in (half[::3], half[1::3], half[2::3]):
        with warehouse.transaction() as tx:
            tx.append("event", pa.Table.from_pylist(piece, schema=schema.BY_NAME["event"].arrow()), bulk=True)
    return warehouse


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    world = crowd(20261122, most=12)
    mixed = World({table: random.Random(7).sample(rows, len(rows)) for table, rows in world.rows.items()})  # noqa: S311 - only another order
    with ExitStack() as open_ones:

        def kept(warehouse: LocalWarehouse) -> LocalWarehouse:
            open_ones.callback(warehouse.close)
            return warehouse

        def folder(name: str) -> Path:
            return tmp_path_factory.mktemp(name)

        others = {"shuffled": kept(_saved(folder("shuffled"), mixed)), "parts": kept(_in_parts(folder("parts"), world))}
        pieces = tuple(kept(_saved(folder(f"range{n}"), _of(world, lambda did, n=n: did % 3 == n))) for n in range(3))
        yield Stores(kept(_saved(folder("whole"), world)), others, pieces)


def _cells(counts: Any) -> Figures:
    return Counter({place: int(count) for place, count in enumerate(counts) if count})


def _funnel(answer: Any) -> Figures:
    trend = {(cell.bucket, step): count for cell in answer.trend for step, count in enumerate(cell.counts) if count}
    return _cells(answer.total.counts) + Counter(trend) + Counter({"open": answer.total.still_open})


def _retention(answer: Any) -> Figures:
    return Counter(
        {
            (row.cohort, place): cell.returned or 0
            for row in (answer.total, *answer.cohorts)
            for place, cell in enumerate(row.cells)
        }
    ) + Counter({(row.cohort, "size"): row.size for row in (answer.total, *answer.cohorts)})  # fmt: skip


def _paths(answer: Any) -> Figures:
    stops = {(stop.step, "in"): 0 for stop in answer.stops}
    for stop in answer.stops:
        stops[stop.step, "in"] += stop.here.paths
    return Counter(stops) + Counter({"paths": answer.total.paths, "people": answer.total.people, "open": answer.still_open})


def _interval(answer: Any) -> Figures:
    return _cells(answer.total.bins) + Counter({"n": answer.total.times.count, "people": answer.total.people, "open": answer.total.still_open})


def _distribution(answer: Any) -> Figures:
    return _cells(answer.total.bins) + Counter({"n": answer.total.people, "sum": answer.total.total})


def _sessions(answer: Any) -> Figures:
    total = answer.total
    days = Counter({(cell.bucket, "in"): cell.sessions for cell in answer.trend})
    ends = {"open": total.still_open, "cut off": total.cut_off, "people": total.people, "bounces": total.bounces, "events": total.events}
    return _cells(total.bins) + days + Counter(ends)


def _attribution(answer: Any) -> Figures:
    return Counter({"conversions": answer.conversions, "worth": answer.worth})


def _told(value: Any, key: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Whole numbers of an answer by their places; rows of dates by their dates."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _told(inner, (*key, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _told(inner, (*key, place))
    elif isinstance(value, int) and not isinstance(value, bool):
        yield key, value


def _activity(answer: Any) -> Figures:
    """Counts of people by bucket: what every number is but shares and means, which are texts."""
    told = {key: count for key, count in _told(answer.json()) if count and "asked_ms" not in key}
    return Counter({key: count for key, count in told.items() if not {"days", "window", "length"} & set(map(str, key[-1:]))})


retentions = test_retention.retentions().filter(lambda one: one.get("interval") not in ("site", "own"))  # a median of all is not of a part
KINDS: dict[str, tuple[Any, Callable[..., Any], Callable[..., Any], Callable[[Any], Figures]]] = {
    "funnel": (test_funnel.funnels(), read_funnel, ask_funnel, _funnel),
    "retention": (retentions, read_retention, ask_retention, _retention),
    "lifecycle": (test_activity.activities(), lambda given: read_activity(given, "lifecycle"), ask_lifecycle, _activity),
    "stickiness": (test_activity.activities(), lambda given: read_activity(given, "stickiness"), ask_stickiness, _activity),
    "paths": (test_paths.definitions(), read_paths, ask_paths, _paths),
    "interval": (test_interval.asked, read_interval, ask_interval, _interval),
    "distribution": (test_distribution.asked, read_distribution, ask_distribution, _distribution),
    "sessions": (test_sessions.asked, read_sessions, ask_sessions, _sessions),
    "attribution": (test_attribution.attributions(), read_attribution, ask_attribution, _attribution),
}
asked = st.sampled_from(sorted(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind][0]))


def _same(stores: Stores, one: tuple[str, dict[str, Any]], as_of_ms: int | None) -> None:
    kind, written = one
    _, read, ask, figures = KINDS[kind]
    definition, frame = read(written), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    answer = ask(stores.whole, definition, frame)
    for name, other in stores.others.items():
        assert ask(other, definition, frame).json() == answer.json(), (kind, name)
    pieces = sum((figures(ask(piece, definition, frame)) for piece in stores.ranges), Counter[Any]())
    assert +pieces == +figures(answer), kind


def test_clusters_are_the_same_however_they_are_stored(stores: Stores):
    features = [{"measure": "times", "event": "a"}, {"measure": "days", "event": "*"}, {"measure": "sum", "event": "b", "of": "price"}]
    clusters = read_clusters({"features": features, "k": 4, "period": {"from": "2026-10-30", "to": "2026-11-04"}})
    around = MoneyFrame(Frame(NOW, ZONE), "CNY")
    answer = ask_clusters(stores.whole, clusters, around).json()
    assert len(answer["clusters"]) == 4
    for name, other in stores.others.items():
        assert ask_clusters(other, clusters, around).json() == answer, name
    assert sum(ask_clusters(piece, clusters, around).people for piece in stores.ranges) == answer["people"]


AT = st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY])


@pytest.mark.nightly
@pytest.mark.timeout(0)
@settings(max_examples=60 * MANY, deadline=None, suppress_health_check=EASY)
@given(one=asked, as_of_ms=AT)
def test_an_answer_is_the_same_however_it_is_stored(stores: Stores, one: tuple[str, dict[str, Any]], as_of_ms: int | None):
    _same(stores, one, as_of_ms)
