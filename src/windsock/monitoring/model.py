"""The life of a series under watch: what a judged point does to its state. Rules only; a state is data, the clock is the point's own.

A series has a *phase* (normal, pending, firing, recovering), which only judged points move, and a *condition* (ok, no data, error), which says
whether points came at all. What is shown is the condition where it is not ok, the phase otherwise: an error or a silence never ends an alert and
never begins one. A point that is not complete is not judged at all. A point that was judged already changes nothing, so that a tick may be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Phase = Literal["normal", "pending", "firing", "recovering"]
Condition = Literal["ok", "no_data", "error"]
Shown = Literal["normal", "pending", "firing", "recovering", "no_data", "error"]
Verdict = Literal["clear", "between", "breach", "missing", "thin", "incomplete", "error"]
"""What a rule says of a point: well; neither (within the hysteresis); a breach; no data; too little to judge by; not whole yet; the rule failed."""
OPEN: frozenset[str] = frozenset({"firing", "recovering"})
"""Phases in which an alert is open."""
FLAP_MS = 86_400_000
"""Firings within so long make the hold before recovery longer."""
FIRINGS_KEPT = 6
HOLD_MOST = 16


@dataclass(frozen=True)
class Policy:
    """How a monitor's series change their state.

    Attributes:
        pending: so many breaches in a row until it fires.
        recover: so many good points in a row until it is well; doubled by each earlier firing within a day, up to 16 times.
        missing_after: so many points without data until the condition is "no data".
        quiet_ms: so long after a recovery it does not fire.
    """

    pending: int = 1
    recover: int = 2
    missing_after: int = 3
    quiet_ms: int = 0


@dataclass(frozen=True)
class SeriesState:
    """Where a series stands.

    Attributes:
        phase: as judged.
        condition: whether points come.
        since_ms: the point at which what is shown began.
        last_ms: the last point that was looked at; earlier ones change nothing.
        bad: breaches in a row.
        good: good points in a row while it recovers.
        missing: points without data in a row.
        quiet_until_ms: it does not fire at points before.
        firings: the last points at which it fired, newest last.
    """

    phase: Phase = "normal"
    condition: Condition = "ok"
    since_ms: int = 0
    last_ms: int = -1
    bad: int = 0
    good: int = 0
    missing: int = 0
    quiet_until_ms: int = 0
    firings: tuple[int, ...] = ()

    @property
    def shown(self) -> Shown:
        """What people see."""
        return self.phase if self.condition == "ok" else self.condition

    @property
    def plain(self) -> bool:
        """Whether nothing but the place of the last point would be lost with it."""
        return self.phase == "normal" and self.condition == "ok" and not (self.missing or self.firings or self.quiet_until_ms)


@dataclass(frozen=True)
class Transition:
    """A change of phase at a point: ``fired`` opens an alert, ``recovered`` closes it, ``held`` brings a recovering one back."""

    at_ms: int
    before: Phase
    after: Phase

    @property
    def fired(self) -> bool:
        """Whether an alert begins."""
        return self.after == "firing" and self.before not in OPEN

    @property
    def recovered(self) -> bool:
        """Whether an alert ends."""
        return self.before in OPEN and self.after not in OPEN


def advance(state: SeriesState, at_ms: int, verdict: Verdict, policy: Policy) -> tuple[SeriesState, Transition | None]:
    """Return the state after a point, and the change of phase where there is one.

    Args:
        state: before.
        at_ms: the point's beginning.
        verdict: what the rule says of it.
        policy: the monitor's.
    """
    if at_ms <= state.last_ms or verdict == "incomplete":
        return state, None
    if verdict in ("missing", "error"):
        return _unseen(state, at_ms, verdict, policy), None
    seen = replace(state, last_ms=at_ms, missing=0)
    if state.condition != "ok":
        seen = replace(seen, condition="ok", since_ms=at_ms)
    if verdict == "thin":
        return seen, None
    after = _judged(seen, at_ms, verdict, policy)
    if after.phase == state.phase:
        return after, None
    return replace(after, since_ms=at_ms), Transition(at_ms, state.phase, after.phase)


def _unseen(state: SeriesState, at_ms: int, verdict: Verdict, policy: Policy) -> SeriesState:
    missing = state.missing + 1 if verdict == "missing" else state.missing
    condition: Condition = "error" if verdict == "error" else "no_data" if missing >= policy.missing_after else state.condition
    if verdict == "missing" and state.condition == "error":
        condition = "no_data" if missing >= policy.missing_after else "ok"
    since = state.since_ms if condition == state.condition else at_ms
    return replace(state, last_ms=at_ms, missing=missing, condition=condition, since_ms=since)


def _judged(state: SeriesState, at_ms: int, verdict: Verdict, policy: Policy) -> SeriesState:
    if state.phase in OPEN:
        return _open(state, at_ms, verdict, policy)
    if verdict == "clear":
        # What is remembered of earlier alerts goes when it counts no more, so that a quiet series is plain again.
        quiet = state.quiet_until_ms if at_ms < state.quiet_until_ms else 0
        return replace(state, phase="normal", bad=0, firings=_recent(state, at_ms), quiet_until_ms=quiet)
    if verdict == "between":
        return state
    bad = state.bad + 1
    if bad < policy.pending or at_ms < state.quiet_until_ms:
        return replace(state, phase="pending", bad=bad)
    return replace(state, phase="firing", bad=0, good=0, firings=(*_recent(state, at_ms), at_ms)[-FIRINGS_KEPT:])


def _open(state: SeriesState, at_ms: int, verdict: Verdict, policy: Policy) -> SeriesState:
    if verdict != "clear":
        return replace(state, phase="firing", good=0)
    good = state.good + 1
    if good < hold(state, at_ms, policy):
        return replace(state, phase="recovering", good=good)
    return replace(state, phase="normal", good=0, bad=0, quiet_until_ms=at_ms + policy.quiet_ms if policy.quiet_ms else 0)


def hold(state: SeriesState, at_ms: int, policy: Policy) -> int:
    """Return how many good points in a row a firing series needs to be well: more for one that fired often of late."""
    earlier = max(0, len(_recent(state, at_ms)) - 1)
    return policy.recover * min(HOLD_MOST, 1 << earlier)


def _recent(state: SeriesState, at_ms: int) -> tuple[int, ...]:
    return tuple(fired for fired in state.firings if fired > at_ms - FLAP_MS)
