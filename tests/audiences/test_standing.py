"""Where buyers stand at the end of a month: the statement beside a slow telling, what is frozen, and the doors."""

from __future__ import annotations

import datetime as dt
import os
import statistics
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.analyses.door import Opened
from windsock.audiences.erase import ERASER
from windsock.audiences.standing import freeze_due, freeze_month, read_rules, stage_of, usual_gap
from windsock.audiences.standing.freeze import due
from windsock.audiences.standing.keep import set_rules
from windsock.audiences.standing.read import told
from windsock.audiences.standing.routes import router
from windsock.governance import ROLES, SYSTEM, Actor
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed
from windsock.kernel.period import start_of_day_ms
from windsock.warehouse import schema, statement
from windsock.workspace import Workspace

ZONE = "Asia/Shanghai"
FIRST = dt.date(2025, 1, 1)
LAST = dt.date(2025, 7, 31)
MANY = 2 if "CI" in os.environ else 6
RULES = {"money": "booked", "months": 3, "thresholds": "mean"}
Buy = tuple[int, int, int, str | None, bool]
"""Person, day from the first, amount, purpose, whether a member's."""


def sell(workspace: Workspace, buys: list[Buy], merged: dict[int, int] | None = None) -> None:
    """Put the rows of orders, and of ids that were merged, in place of what is there."""
    lines: list[dict[str, Any]] = []
    for number, (person, day, amount, purpose, member) in enumerate(buys):
        booked = FIRST + dt.timedelta(days=day)
        lines.append(
            {
                "order_key": number,
                "line_no": 1,
                "did": person,
                "booked_date": booked,
                "booked_ms": start_of_day_ms(booked, ZONE) + number,
                "booked_amount": amount,
                "currency": "CNY",
                "purpose": purpose,
                "member": member,
                "known_from_ms": 0,
            }
        )
    aliases = [{"did": one, "pid": other, "known_from_ms": 0} for one, other in (merged or {}).items()]
    with workspace.warehouse.transaction() as tx:
        for table in ("order_line", "alias", "person_class", "class_total", "class_month"):
            tx.execute(statement(f"DELETE FROM {table}"))
        tx.append("order_line", pa.Table.from_pylist(lines, schema=schema.BY_NAME["order_line"].arrow()))
        tx.append("alias", pa.Table.from_pylist(aliases, schema=schema.BY_NAME["alias"].arrow()))


def until(workspace: Workspace, day: dt.date) -> None:
    workspace.clock.ms = start_of_day_ms(day, ZONE) + 3_600_000  # type: ignore[attr-defined]


def rows(workspace: Workspace) -> dict[tuple[dt.date, int], dict[str, Any]]:
    found = workspace.warehouse.query(statement("SELECT * FROM person_class")).to_pylist()
    return {(row["month"], row["person"]): row for row in found}


def slow(buys: list[Buy], merged: dict[int, int], months: list[dt.date]) -> dict[tuple[dt.date, int], dict[str, Any]]:
    """Tell it person by person."""
    rules, found = read_rules(RULES), dict[tuple[dt.date, int], dict[str, Any]]()
    mine: dict[int, list[tuple[dt.date, int, str | None, bool, int]]] = {}
    for number, (did, day, amount, purpose, member) in enumerate(buys):
        mine.setdefault(merged.get(did, did), []).append((FIRST + dt.timedelta(days=day), amount, purpose, member, number))
    for place, month in enumerate(months):
        first = (month.replace(day=1) - dt.timedelta(days=80)).replace(day=1)
        while (month.year - first.year) * 12 + month.month - first.month > 2:
            first = (first + dt.timedelta(days=32)).replace(day=1)
        history = {person: [one for one in got if one[0] <= month] for person, got in mine.items()}
        history = {person: got for person, got in history.items() if got}
        days = {person: sorted({one[0] for one in got}) for person, got in history.items()}
        gaps = {person: [(b - a).days for a, b in pairwise(on)] for person, on in days.items()}
        purpose = {
            person: max((one for one in got if one[2]), key=lambda one: (one[0], one[4]), default=(None, 0, None))[2]
            for person, got in history.items()
        }
        usual = [statistics.median(gap) for gap in gaps.values() if gap]
        by = {name: [statistics.median(gaps[p]) for p in gaps if gaps[p] and purpose[p] == name] for name in set(purpose.values())}
        recent = {person: [one for one in got if one[0] >= first] for person, got in history.items()}
        recent = {person: got for person, got in recent.items() if got}
        figures = {
            p: ((month - got_days[-1]).days, len(recent[p]), Fraction(sum(one[1] for one in recent[p]), len(recent[p])))
            for p in recent
            if (got_days := days[p])
        }
        means = [Fraction(sum(one[axis] for one in figures.values())) / max(1, len(figures)) for axis in range(3)]
        for person, on in days.items():
            others = statistics.median(by[purpose[person]]) if by[purpose[person]] else statistics.median(usual) if usual else None
            own = statistics.median(gaps[person]) if gaps[person] else 0
            gap = None if others is None else usual_gap(len(gaps[person]), own, others, rules.shrink)
            away = (month - on[-1]).days
            stage = None if gap is None else stage_of(len(on), away / gap, rules)
            figure = figures.get(person)
            code = None if figure is None else f"{figure[0] <= means[0]:d}{figure[1] > means[1]:d}{figure[2] > means[2]:d}"
            earlier = found.get((months[place - 1], person)) if place else None
            found[month, person] = {
                "rfm": code,
                "stage": stage,
                "before": None if earlier is None else earlier["stage"],
                "member": any(one[3] for one in history[person]),
                "days": away,
                "gap": None if gap is None else pytest.approx(gap),
                "orders": None if figure is None else figure[1],
            }
    return found


buys = st.lists(
    st.tuples(
        st.integers(1, 9), st.integers(0, 240), st.sampled_from([100, 250, 400]), st.sampled_from(["business", "leisure", None]), st.booleans()
    ),
    min_size=1,
    max_size=60,
)


PURPOSES: list[Buy] = [
    *((1, day, 100, "business", True) for day in (0, 10, 20, 200)),
    *((2, day, 100, "leisure", False) for day in (0, 60, 120)),
    (3, 5, 100, "leisure", False),
    (3, 150, 100, "business", False),
    (4, 5, 100, "business", True),
    (4, 150, 100, "leisure", False),
    (5, 100, 400, None, False),
]
"""Whose last trip was of another kind than the one before: their usual interval is that of those who travel as they last did."""


@example(PURPOSES, 0)
@settings(max_examples=MANY, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(buys, st.integers(0, 1))
def test_every_month_is_what_a_slow_telling_says(workspace: Workspace, bought: list[Buy], merge: int) -> None:
    merged = {9: 1} if merge else {}
    sell(workspace, bought, merged)
    set_rules(workspace, SYSTEM, RULES, "For the test.")
    until(workspace, LAST + dt.timedelta(days=5))
    months = [one.month for one in freeze_due(workspace, SYSTEM)]
    wanted, found = slow(bought, merged, months), rows(workspace)
    assert found.keys() == wanted.keys()
    for key, row in wanted.items():
        assert {name: found[key][name] for name in row} == row, key
    assert freeze_due(workspace, SYSTEM) == []


REGULAR: list[Buy] = [
    *((1, day, 300, "business", True) for day in range(0, 365, 30)),
    (2, 10, 900, "leisure", False),
    (3, 320, 100, None, False),
]


def test_held_thresholds_are_those_of_the_first_month_with_a_whole_look_back(workspace: Workspace) -> None:
    sell(workspace, REGULAR)
    set_rules(workspace, SYSTEM, RULES | {"thresholds": "held"}, "Hold them.")
    until(workspace, dt.date(2026, 2, 5))
    freeze_due(workspace, SYSTEM)
    months = {one["month"]: one["thresholds"] for one in told(workspace)["months"]}
    assert months["2025-03"] != months["2025-04"], "the history was not whole"
    assert months["2025-04"] == months["2025-12"] == months["2026-01"]


def test_a_frozen_month_stays_unless_it_is_frozen_anew_with_a_reason(workspace: Workspace) -> None:
    sell(workspace, REGULAR)
    until(workspace, dt.date(2025, 5, 2))
    set_rules(workspace, SYSTEM, RULES, "For the test.")
    assert [one.month for one in freeze_due(workspace, SYSTEM)][-1] == dt.date(2025, 3, 31), "April is not settled"
    before = rows(workspace)
    with workspace.warehouse.transaction() as tx:
        tx.execute(statement("DELETE FROM order_line WHERE did = 2"))
    assert (due(workspace), rows(workspace)) == ([], before)
    with pytest.raises(Conflict, match="2025-03 is frozen and began from it"):
        freeze_month(workspace, SYSTEM, dt.date(2025, 2, 1), "It was wrong.")
    with pytest.raises(InvalidInput, match="with a reason"):
        freeze_month(workspace, SYSTEM, dt.date(2025, 3, 1), " ")
    with pytest.raises(InvalidInput, match="not over"):
        freeze_month(workspace, SYSTEM, dt.date(2025, 5, 1), "Too early.")
    assert freeze_month(workspace, SYSTEM, dt.date(2025, 3, 5), "The file was wrong.").people == len({key for key in before if key[0].month == 3}) - 1
    assert [one["month"] for one in told(workspace)["months"]] == ["2025-01", "2025-02", "2025-03"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "no mapping"),
        ({"weeks": 3}, "no rule 'weeks'"),
        ({"months": 0}, "So many months"),
        ({"money": "gold"}, "is no money"),
        ({"lost": 2}, "not in order"),
        ({"shrink": -1}, "A number is wanted"),
        ({"thresholds": {"recency": 90}}, "not understood"),
    ],
)
def test_rules_that_say_nothing_are_refused(given: object, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_rules(given)


def test_worked_stages() -> None:
    rules = read_rules({})
    assert usual_gap(3, 40, 100, 3) == 70
    stages = [stage_of(purchases, away, rules) for purchases, away in ((1, 0.9), (3, 0.9), (4, 0.9), (4, 1), (4, 150 / 70), (9, 3))]
    assert stages == ["new", "growing", "mature", "dozing", "at_risk", "lost"]


def test_counts_open_to_the_people_behind_them_and_a_person_can_be_forgotten(workspace: Workspace) -> None:
    sell(workspace, REGULAR, {2: 20})
    until(workspace, dt.date(2025, 12, 5))
    set_rules(workspace, SYSTEM, RULES, "For the test.")
    freeze_due(workspace, SYSTEM)
    door = Opened(workspace, router, "admin")
    (month,) = [one for one in door.ask("GET", "/api/standing").json()["months"] if one["month"] == "2025-11"]
    for kind, name in (("classes", "code"), ("stages", "stage")):
        for one in month[kind]:
            query = f"{'rfm' if name == 'code' else 'stage'}={one[name]}"
            listed = door.ask("GET", f"/api/standing/2025-11/people?{query}").json()
            assert listed["total"] == one["people"] == len(listed["people"])
    assert door.ask("GET", "/api/standing/2024-11/people").status_code == 404
    assert [one["person"] for one in door.ask("GET", "/api/standing/2025-11/people?stage=lost").json()["people"]] == [20]
    assert len(ERASER.export(workspace, [20])["person_class"]) == 11
    assert ERASER.erase(workspace, [20]) == 11
    assert all(person != 20 for _, person in rows(workspace))


def test_rules_are_changed_by_who_may(workspace: Workspace) -> None:
    analyst = Actor("mem_2", "Bo", "analyst", ROLES["analyst"], "session")
    with pytest.raises(NotAllowed):
        set_rules(workspace, analyst, {}, "I want to.")
    answer = Opened(workspace, router, "admin").ask("PUT", "/api/standing/rules", {"rules": {"months": 24}, "reason": "Trips are rare."})
    assert (answer.json()["version"], answer.json()["rules"]["months"]) == (1, 24)
    assert Opened(workspace, router, "admin").ask("PUT", "/api/standing/rules", {"rules": {"months": 99}, "reason": "x y z"}).status_code == 422
    assert Opened(workspace, router, "admin").ask("POST", "/api/standing/freeze", {"month": "2026-13", "reason": "Because."}).status_code == 422
