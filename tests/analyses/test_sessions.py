"""Sessions: the compiled statement against a slow, obvious telling; figures against lists; and the rule against an event at a time."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.sessions_oracle import Told, edges, every_session, is_open, node_of
from tests.analyses.stages import Stage, staged
from tests.conditions.oracle import as_text
from tests.conditions.test_people import names, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE
from windsock.analyses import SessionsAnswer, WantedSessions, ask_sessions, explain_sessions, read_sessions, sessions_behind
from windsock.analyses.sessions.model import EDGES_MS
from windsock.conditions import Frame

NOW = T0 + 2 * DAY + 5 * HOUR
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
PERIODS = [
    {"from": "2026-10-30", "to": "2026-11-04"},
    {"from": "2026-11-01", "to": "2026-11-01"},
    {"from": "2026-11-02", "to": "2026-11-02"},
    {"past": "50 hours"},
]
AT = st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY])


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("sessions"), 20261104) as both:
        yield both


entries = st.one_of(names, st.fixed_dictionaries({"event": names, "where": st.lists(tests, max_size=1)}))
asked = st.fixed_dictionaries(
    {
        "events": st.one_of(st.just("*"), st.just("*"), st.lists(entries, min_size=1, max_size=3)),
        "gap": st.sampled_from(["30 minutes", "1 hour", "2 hours", "6 hours", "3599999 ms", "24 hours"]),
        "midnight": st.booleans(),
        "campaign": st.sampled_from([False, False, "properties.s", ["properties.s", "route"], "sales_channel"]),
        "top": st.sampled_from([1, 2, 100]),
        "period": st.sampled_from(PERIODS),
    },
    optional={
        "by": st.sampled_from(["route", "properties.s", {"field": "price", "event": ["a", "b"]}]),
        "breakdown": st.sampled_from(["sales_channel", {"field": "route", "top": 1}, "properties.s"]),
        "trend": st.sampled_from(["day", "week", "month"]),
        "where": st.lists(tests, max_size=1),
        "who": st.sampled_from([{"did": "a"}, {"did_not": "x"}]),
    },
)


def _cells(answer: SessionsAnswer, told: list[Told]) -> dict[Any, list[Told]]:
    """Return the sessions of each cell, as the telling says it."""
    sessions, found = answer.sessions, defaultdict[Any, list[Told]](list)
    found["total", None, None] = told
    if sessions.breakdown is not None:
        values = defaultdict[str | None, list[Told]](list)
        for one in told:
            values[as_text(one.events[0], sessions.breakdown.field)].append(one)
        named = sorted((value for value in values if value is not None), key=lambda value: (-len(values[value]), value))
        for value, some in values.items():
            kind = "none" if value is None else "value" if value in named[: sessions.breakdown.top] else "other"
            found[kind, value if kind == "value" else None, None] += some
    for one in told if sessions.trend is not None else []:
        day = dt.datetime.fromtimestamp(one.t0 / 1000, ZoneInfo(ZONE)).date()
        first = {"day": day, "week": day - dt.timedelta(days=day.weekday()), "month": day.replace(day=1)}[str(sessions.trend)]
        found["bucket", None, first].append(one)
    return dict(found)


def _figures(told: list[Told], answer: SessionsAnswer) -> tuple[Any, ...]:
    lengths = sorted(one.length for one in told)
    quartiles = tuple(lengths[max(0, -(-len(lengths) * part // 100) - 1)] if lengths else None for part in (25, 50, 75))
    bins = tuple(sum(1 for one in lengths if low <= one and (high is None or one < high)) for low, high in EDGES_MS)
    people, events, bounces = len({one.person for one in told}), sum(len(one.near) for one in told), sum(1 for one in told if len(one.near) == 1)
    ends = sum(1 for one in told if is_open(one, answer.sessions, NOW, ZONE)), sum(1 for one in told if len(one.near) < len(one.events))
    return len(told), people, events, bounces, quartiles, (sum(lengths) * 2 + len(told)) // (2 * len(told)) if told else None, bins, *ends


def _agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    sessions, frame = read_sessions(written), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    answer = ask_sessions(warehouse, sessions, frame)
    told = every_session(world, sessions, NOW, ZONE, as_of_ms)
    cells = {(cell.kind, cell.value, cell.bucket): cell for cell in (answer.total, *answer.breakdown, *answer.trend)}
    wanted = _cells(answer, told)
    assert set(cells) == set(wanted)
    for key, cell in cells.items():
        shown = cell.times
        figures = (cell.people, cell.events, cell.bounces, shown.quartiles_ms, shown.mean_ms, cell.bins, cell.still_open, cell.cut_off)
        assert (cell.sessions, *figures) == _figures(wanted[key], answer), key
    for at, shown in ((0, answer.entries), (-1, answer.exits)):
        assert {None if one.name is None else (one.name, one.value): (one.sessions, one.people) for one in shown} == edges(told, sessions, at)
        assert sum(one.sessions for one in shown) == answer.total.sessions
        assert sum(one.bounces for one in shown) == answer.total.bounces
    _lists_agree(stage, answer, told, frame)


def _lists_agree(stage: Stage, answer: SessionsAnswer, told: list[Told], frame: Frame) -> None:
    """Each figure is as many rows as its list has; the whole list is those very sessions."""
    sessions = answer.sessions
    whole = sessions_behind(stage[0], sessions, frame, WantedSessions(), page=(0, 10_000))
    shown = [(one.person, one.t0, one.t1, one.events, one.entry, one.exit) for one in whole.rows]
    assert sorted(shown, key=str) == sorted(
        ((one.person, one.t0, one.t0 + one.length, len(one.near), node_of(one.near[0], sessions), node_of(one.near[-1], sessions)) for one in told),
        key=str,
    )
    chance = random.Random(len(told))  # noqa: S311 - which figures are opened
    able = [cell for cell in (*answer.breakdown, *answer.trend) if cell.kind != "other"]
    for cell in chance.sample(able, min(1, len(able))):
        assert sessions_behind(stage[0], sessions, frame, WantedSessions(cell)).total == cell.sessions
        assert sessions_behind(stage[0], sessions, frame, WantedSessions(cell, only="bounces")).total == cell.bounces
    named = [edge for edge in answer.exits if edge.name is not None]
    for edge in chance.sample(named, min(1, len(named))):
        behind = sessions_behind(stage[0], sessions, frame, WantedSessions(exit=(edge.name or "", edge.value)))
        assert (behind.total, behind.people) == (edge.sessions, edge.people)
    number = chance.randrange(len(EDGES_MS))
    assert sessions_behind(stage[0], sessions, frame, WantedSessions(bin=number)).total == answer.total.bins[number]
    assert sessions_behind(stage[0], sessions, frame, WantedSessions(only="open")).total == answer.total.still_open


@settings(max_examples=1, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=AT)
def test_sessions_are_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=20 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=AT)
def test_many_sessions_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


def _proofs_agree(stage: Stage, written: dict[str, Any], most: int) -> None:
    """Each person's proof has the person's sessions and no other."""
    warehouse, world = stage
    sessions, frame = read_sessions(written), Frame(NOW, ZONE)
    told = every_session(world, sessions, NOW, ZONE)
    for person in sorted({*world.counted()})[:most]:
        proof = explain_sessions(warehouse, sessions, frame, person)
        shown = [(one.t0_ms, len(one.events), len(one.later)) for one in proof.sessions if one.verdict == "counted"]
        assert shown == [(one.t0, len(one.near), len(one.events) - len(one.near)) for one in told if one.person == person]
        assert len(proof.lines("en")) == len(proof.lines("zh")) == len(proof.whys())


@settings(max_examples=1, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_everybody_has_a_proof_of_sessions(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 4)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=2 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_many_proofs_of_sessions_agree(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 15)


ALSO = [{"midnight": True}, {"campaign": "properties.s", "gap": "6 hours"}]


@pytest.mark.parametrize("more", [{}, *(pytest.param(more, marks=pytest.mark.slow) for more in ALSO)])
def test_days_asked_apart_are_the_days_asked_together(stage: Stage, more: dict[str, Any]):
    """A session belongs to the day of its start whatever else is asked, and is followed as long."""

    def asked_of(first: int, last: int) -> dict[dt.date | None, tuple[Any, ...]]:
        period = {"from": f"2026-11-{first:02}", "to": f"2026-11-{last:02}"}
        answer = ask_sessions(stage[0], read_sessions({"events": "*", "gap": "2 hours", "trend": "day", "period": period} | more), Frame(NOW, ZONE))
        return {cell.bucket: (cell.sessions, cell.people, cell.events, cell.bounces, cell.times) for cell in answer.trend}

    together = asked_of(1, 4)
    assert together
    assert {bucket: told for day in range(1, 5) for bucket, told in asked_of(day, day).items()} == together
