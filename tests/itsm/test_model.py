"""The rules: machines, severity, clock and cost, the rota."""

from __future__ import annotations

from decimal import Decimal

import pytest

from windsock.itsm.model.record import Record, Thresholds, cents, check_body, clock_ms, cost_cents, severity
from windsock.itsm.model.rota import Duty, check_duty, on_duty
from windsock.itsm.model.states import INCIDENT, MACHINES, PLAIN, check_reason, find, may_reopen
from windsock.itsm.tables import STATES
from windsock.kernel.errors import Conflict, InvalidInput

D = Decimal
LIMITS = Thresholds((50_000, 10_000, 1_000), (1_000, 200, 20))
HOUR = 3_600_000
MONDAY = 1_767_571_200_000  # 2026-01-05 00:00 UTC, 08:00 in Shanghai


@pytest.mark.parametrize(
    ("money", "people", "found"),
    [(D(50_000), None, 1), (D("49999.99"), None, 2), (D(999), 19, 4), (D(0), 1_000, 1), (None, 20, 3), (None, None, 3), (D(0), 0, 4)],
)
def test_severity_is_the_worse_of_money_and_people(money, people, found):
    assert severity(money, people, LIMITS) == found


def test_machines_and_tables_agree_and_every_state_is_reached_and_left():
    for kind, machine in MACHINES.items():
        assert STATES[kind] == ", ".join(f"'{state}'" for state in machine.states)
        reached = {machine.first} | {step.after for step in machine.steps}
        assert set(machine.states) <= reached
        for state in machine.states:
            assert machine.events(state) or state in machine.over
    assert set(PLAIN) == set(INCIDENT.states)
    assert INCIDENT.events("closed") == ("reopen",)
    assert INCIDENT.events("merged") == ()


def test_what_can_not_happen_is_said_with_what_can():
    with pytest.raises(Conflict, match="can't close") as error:
        find("incident", "new", "close", frozenset({"verified"}))
    assert "resolve" in error.value.fix
    with pytest.raises(Conflict, match="not verified"):
        find("incident", "resolved", "close", frozenset())
    with pytest.raises(InvalidInput):
        find("incident", "new", "explode", frozenset())
    for empty in ("", "  ", "\0", "x" * 1_001):
        with pytest.raises(InvalidInput):
            check_reason(empty)
    assert may_reopen(0, 7 * 86_400_000, 7)
    assert not may_reopen(0, 7 * 86_400_000 + 1, 7)
    assert not may_reopen(None, 0, 7)


def test_waiting_stops_the_clock_but_not_the_cost():
    base = Record("i", "incident", "a", "a", "mitigating", 3, 0, 0, "x", cents_per_hour=980_000)
    waiting = Record("i", "incident", "a", "a", "mitigating", 3, 0, 0, "x", waiting="supplier", waiting_ms=HOUR, waited_ms=HOUR // 2)
    assert clock_ms(base, 2 * HOUR) == 2 * HOUR
    assert clock_ms(waiting, 3 * HOUR) == HOUR // 2
    assert cost_cents(base, 2 * HOUR + HOUR // 2) == 2_450_000
    assert cost_cents(waiting, HOUR) is None


@pytest.mark.parametrize(("text", "found"), [("9800.5", 980_050), ("0.005", 1), ("0", 0), (None, None)])
def test_money_is_hundredths(text, found):
    assert cents(text) == found


@pytest.mark.parametrize("text", ["x", "NaN", "-1", "1e16", "Infinity", ""])
def test_no_money(text):
    with pytest.raises(InvalidInput):
        cents(text)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("incident", {"plan": "x"}),
        ("task", {"due_ms": "soon"}), ("task", {"due_ms": True}), ("task", {"every_days": 7}), ("task", {"checklist": ["x"]}),
        ("task", {"checklist": [{"text": " "}]}), ("change", {"type": "big"}), ("problem", {"root_cause": 7}), ("incident", {"where": "x"}),
    ],
)  # fmt: skip
def test_a_body_is_checked(kind, body):
    with pytest.raises(InvalidInput):
        check_body(kind, body)


def test_the_rota():
    night = Duty("a", 1, "Anna", 0, 22 * 60, 6 * 60)
    sunday = Duty("b", 1, "Bo", 6, 20 * 60, 8 * 60 + 30)
    second = Duty("c", 2, "Cai", 0, 0, 0)
    once = Duty("d", 1, "Dee", from_ms=MONDAY, to_ms=MONDAY + HOUR)
    duties = [night, sunday, second]
    assert on_duty(duties, MONDAY, "Asia/Shanghai") == "Bo"  # 08:00 on Monday: Sunday's slot goes on until 08:30
    assert on_duty(duties, MONDAY + HOUR, "Asia/Shanghai") == ""
    assert on_duty(duties, MONDAY + HOUR, "Asia/Shanghai", 2) == "Cai"
    assert on_duty(duties, MONDAY + HOUR, "Asia/Shanghai", 3) == "Cai"
    assert on_duty(duties, MONDAY + 21 * HOUR, "Asia/Shanghai") == "Anna"  # 05:00 on Tuesday
    assert on_duty(duties, MONDAY + 22 * HOUR, "Asia/Shanghai") == ""
    assert on_duty([*duties, once], MONDAY, "Asia/Shanghai") == "Dee"
    assert on_duty([*duties, once], MONDAY + HOUR, "Asia/Shanghai") == ""
    for wrong in (Duty("", 1, ""), Duty("", 4, "A", 0, 0, 0), Duty("", 1, "A"), Duty("", 1, "A", 7, 0, 0), Duty("", 1, "A", from_ms=5, to_ms=5)):
        with pytest.raises(InvalidInput):
            check_duty(wrong)
