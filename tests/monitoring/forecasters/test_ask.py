"""Today's targets: asked once a metric, judged by the former days at the same hour, and said plainly where nothing can be."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.metrics import make
from tests.monitoring.make import DAY, HOUR, START, at, whole
from windsock.governance import SYSTEM
from windsock.kernel.clock import start_of_day_ms
from windsock.metrics.targets.keep import put
from windsock.metrics.targets.model.target import Aim, Place
from windsock.monitoring.forecasters import ask
from windsock.monitoring.forecasters.ask import split, warned_json, warnings_of
from windsock.monitoring.forecasters.model import ahead
from windsock.workspace import Workspace

TODAY = dt.date(2026, 11, 1)
MORNING, EVENING = 9 * HOUR, 20 * HOUR


def days(workspace: Workspace, number: int, today: int) -> None:
    """Let 4 searches on web and 2 on the app be made each morning, and as many each evening, for so many days; and so many on web this morning."""
    made = [(START - back * DAY + hour, channel, count) for back in range(1, number + 1) for hour in (MORNING, EVENING) for channel, count in DEVICES]
    rows = [
        {
            "did": 1,
            "ts_ms": ms + one,
            "dt": dt.datetime.fromtimestamp((ms + one) / 1000, dt.UTC).date(),
            "event": "search",
            "channel": "web",
            "device": device,
        }
        for ms, device, count in [*made, (START + MORNING, "web", today)]
        for one in range(count)
    ]
    make.load(workspace, {"event": rows})
    whole(workspace, START + 12 * HOUR + 5)
    at(workspace, START + 12 * HOUR + 6)


DEVICES = (("web", 4), ("app", 2))


def utc(ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC)


def aim(workspace: Workspace, metric: str, value: str, dimension: str = "", member: str = "") -> None:
    put(workspace, SYSTEM, Place(metric, dimension, member, "day", TODAY), Aim(Decimal(value), "web"), revision=0)


def test_targets_are_judged_by_former_days_at_this_hour(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    days(workspace, 80, 2)
    aim(workspace, "searches", "10")
    aim(workspace, "searches", "7", "device", "web")
    aim(workspace, "searches", "3", "device", "app")
    aim(workspace, "searchers", "5")
    asked: list[Any] = []
    monkeypatch.setattr(ask, "series", lambda *given, series=ask.series, **more: asked.append(given[1]) or series(*given, **more))
    found = {(one.metric, one.key.get("device")): one for one in warnings_of(workspace)}
    assert len(asked) == 2  # one for the whole, one for all values of a dimension
    all_of = found["searches", None]
    assert (all_of.now, all_of.hours_left, all_of.until_ms) == (2.0, 12.0, START + 12 * HOUR)
    assert all_of.ahead is not None
    # 80 days less the first, which may have begun late, less four weeks. Usually 6 and 6; 2 by now: (2 + 6) / (6 + 6) of 6 are 4 more.
    assert (all_of.ahead.expected, all_of.ahead.needed, all_of.ahead.days) == (
        6.0,
        8.0,
        51,
    )
    assert all_of.ahead.probability == pytest.approx(51.5 / 52)
    web, app = found["searches", "web"].ahead, found["searches", "app"].ahead
    assert web is not None
    assert app is not None
    assert web.expected == 5.0  # (2 + 4) / (4 + 4) of 4 are 3 more
    assert app.expected == 1.0  # nothing yet: (0 + 2) / (2 + 2) of 2 is 1
    people = found["searchers", None]
    assert (people.ahead, people.why_not) == (None, "people_or_ratio")
    told = warned_json(all_of)
    assert json.loads(json.dumps(told))["ahead"]["expected"] == 6.0


def test_a_young_business_and_a_day_not_begun_say_so(workspace: Workspace) -> None:
    days(workspace, 30, 1)
    aim(workspace, "searches", "10")
    (found,) = warnings_of(workspace)
    assert (found.ahead, found.why_not, found.now) == (None, "too_young", 1.0)
    whole(workspace, START - HOUR)
    (found,) = warnings_of(workspace)
    assert (found.ahead, found.why_not, found.hours_left) == (None, "not_begun", None)


def test_days_are_cut_at_the_same_length_as_the_slow_telling_does() -> None:
    """Every hour told one by one, over a change of the clocks."""
    today, zone = dt.date(2026, 11, 3), "Europe/Berlin"
    start, until = start_of_day_ms(dt.date(2026, 7, 14), zone), start_of_day_ms(today, zone) + 10 * HOUR
    hours = np.random.default_rng(3).integers(0, 9, (until - start) // HOUR).astype(float)
    now, done, rest = split(hours, start, (today, zone), until)
    at_day: dict[dt.date, list[tuple[int, float]]] = {}
    for number, value in enumerate(hours):
        ms = start + number * HOUR
        day = dt.datetime.fromtimestamp(ms / 1000, dt.UTC).astimezone(ZoneInfo(zone)).date()
        at_day.setdefault(day, []).append((ms - start_of_day_ms(day, zone), value))
    before = sorted(at_day)[:-1]
    first = 0 if hours[0] else 1
    assert now == sum(value for _, value in at_day[today])
    assert list(done) == [sum(value for past, value in at_day[day] if past < 10 * HOUR) for day in before[first:]][-len(done) :]
    assert list(rest) == [sum(value for past, value in at_day[day] if past >= 10 * HOUR) for day in before[first:]][-len(rest) :]
    assert len(done) >= len(before) - 1
    assert ahead(done, rest, now, 1.0) is not None
