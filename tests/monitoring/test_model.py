"""States of series: worked cases a person can check, and what always holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from windsock.monitoring.model import OPEN, Policy, SeriesState, Verdict, advance, hold

STEP = 900_000
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "state_cases.yaml").read_text())
VERDICTS: dict[str, Verdict] = {"c": "clear", "b": "breach", "h": "between", "m": "missing", "t": "thin", "i": "incomplete", "e": "error"}
SHOWN = {"N": "normal", "P": "pending", "F": "firing", "R": "recovering", "-": "no_data", "E": "error"}
POLICIES = st.builds(
    Policy, pending=st.integers(1, 4), recover=st.integers(1, 4), missing_after=st.integers(1, 4), quiet_ms=st.sampled_from([0, STEP, 4 * STEP])
)
RUNS = st.lists(st.sampled_from(get_args(Verdict)), max_size=40)


def run(verdicts: list[Verdict], policy: Policy, state: SeriesState | None = None) -> list[SeriesState]:
    states = [state or SeriesState()]
    for number, verdict in enumerate(verdicts):
        states.append(advance(states[-1], number * STEP, verdict, policy)[0])
    return states[1:]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_worked_cases(case: dict[str, Any]) -> None:
    states = run([VERDICTS[letter] for letter in case["given"]], Policy(**case["policy"]))
    assert [state.shown for state in states] == [SHOWN[letter] for letter in case["shown"]]


@given(RUNS, POLICIES)
def test_alerts_open_and_close_in_turn_and_only_a_breach_opens_one(verdicts: list[Verdict], policy: Policy) -> None:
    state, opened = SeriesState(), False
    for number, verdict in enumerate(verdicts):
        after, moved = advance(state, number * STEP, verdict, policy)
        if moved is not None and moved.fired:
            assert verdict == "breach"
            assert not opened
            opened = True
        if moved is not None and moved.recovered:
            assert verdict == "clear"
            assert opened
            opened = False
        assert opened == (after.phase in OPEN)
        if verdict in ("incomplete", "missing", "error", "thin"):
            assert after.phase == state.phase
        state = after


@given(RUNS, POLICIES)
def test_a_tick_that_is_repeated_changes_nothing(verdicts: list[Verdict], policy: Policy) -> None:
    state = SeriesState()
    for number, verdict in enumerate(verdicts):
        state, _ = advance(state, number * STEP, verdict, policy)
        for earlier in range(max(0, number - 2), number + 1):
            again, moved = advance(state, earlier * STEP, "breach", policy)
            assert (again == state and moved is None) or verdict == "incomplete"


@given(RUNS, POLICIES)
def test_points_that_are_not_complete_are_as_if_they_had_not_been(verdicts: list[Verdict], policy: Policy) -> None:
    state = SeriesState()
    whole = SeriesState()
    for number, verdict in enumerate(verdicts):
        state, _ = advance(state, number * STEP, verdict, policy)
        if verdict != "incomplete":
            whole, _ = advance(whole, number * STEP, verdict, policy)
    assert state == whole


@given(RUNS, POLICIES)
def test_an_alert_needs_its_breaches_and_its_end_its_hold(verdicts: list[Verdict], policy: Policy) -> None:
    state, run_of_bad = SeriesState(), 0
    for number, verdict in enumerate(verdicts):
        run_of_bad = run_of_bad + 1 if verdict == "breach" else 0 if verdict == "clear" else run_of_bad
        after, moved = advance(state, number * STEP, verdict, policy)
        if moved is not None and moved.fired:
            assert run_of_bad >= policy.pending
            assert number * STEP >= state.quiet_until_ms
        if moved is not None and moved.recovered:
            assert state.good + 1 >= hold(state, number * STEP, policy) >= policy.recover
        state = after
        assert len(state.firings) <= 6
