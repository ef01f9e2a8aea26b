"""What clusters mean, told slowly and plainly: figures one person at a time, and k-means over lists from the same starts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.conditions.oracle import Oracle, among, as_text, number, passes, read
from tests.conditions.world import World
from windsock.analyses import Clusters

Point = Sequence[float]


def figures(world: World, clusters: Clusters, now_ms: int, zone: str, as_of_ms: int | None = None) -> dict[int, tuple[float, ...]]:
    """Return the figures of everybody who did something of what is measured; of events alone."""
    low, high = clusters.asked.span.bounds_ms(now_ms, zone)
    assert low is not None
    assert high is not None
    oracle = Oracle(world, now_ms, zone, as_of_ms)
    found: dict[int, tuple[float, ...]] = {}
    for person, events in oracle.events.items():
        if clusters.asked.who is not None and not oracle.meets(person, clusters.asked.who):
            continue
        able = [event for event in events if low <= event["ts_ms"] < high]
        able = [event for event in able if all(passes(test, read(event, test.field)) for test in clusters.asked.where)]
        told: list[float] = []
        some = False
        for feature in clusters.features:
            assert feature.rows is not None
            mine = [event for event in able if among(event, feature.rows)]
            some = some or bool(mine)
            if feature.measure == "times":
                told.append(len(mine))
            elif feature.measure == "days":
                told.append(len({dt.datetime.fromtimestamp(event["ts_ms"] / 1000, ZoneInfo(zone)).date() for event in mine}))
            elif feature.measure == "distinct":
                told.append(len({as_text(event, feature.of or "") for event in mine} - {None}))
            else:
                told.append(float(sum((number(read(event, feature.of or "")) or Decimal(0) for event in mine), Decimal(0))))
        if some:
            found[person] = tuple(told)
    return found


def away(one: Point, other: Point) -> float:
    return math.fsum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def settle(points: Sequence[Point], centres: Sequence[Point]) -> tuple[list[Point], list[int]]:
    """Return centres and labels after moving centres until nobody changes; starts whose clusters never lose all points are assumed."""
    labels: list[int] = []
    for _ in range(200):
        now = [min(range(len(centres)), key=lambda at, point=point: away(point, centres[at])) for point in points]
        if now == labels:
            break
        labels = now
        groups = [[point for point, label in zip(points, labels, strict=True) if label == at] for at in range(len(centres))]
        centres = [tuple(math.fsum(column) / len(group) for column in zip(*group, strict=True)) for group in groups]
    return list(centres), labels


def silhouette(points: Sequence[Point], labels: Sequence[int]) -> float:
    told: list[float] = []
    for at, point in enumerate(points):
        apart = {other: [math.sqrt(away(point, one)) for n, one in enumerate(points) if labels[n] == other and n != at] for other in set(labels)}
        own = apart.pop(labels[at])
        if not own or not apart:
            told.append(0.0)
            continue
        inside, outside = math.fsum(own) / len(own), min(math.fsum(one) / len(one) for one in apart.values())
        told.append(0.0 if max(inside, outside) == 0 else (outside - inside) / max(inside, outside))
    return math.fsum(told) / len(told)


def adjusted_rand(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the index by looking at every pair."""
    n = len(one)
    same = [(one[a] == one[b], other[a] == other[b]) for a in range(n) for b in range(a)]
    both, first, second = sum(a and b for a, b in same), sum(a for a, _ in same), sum(b for _, b in same)
    expected = first * second / len(same)
    most = (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)
