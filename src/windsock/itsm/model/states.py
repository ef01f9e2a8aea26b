"""The state machines of records as data: from which state an event leads to which, who may, and what it demands.

States are those of ITIL v3 service operation, cut down; ``plain`` maps an incident's to the four words that people see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from windsock.kernel.errors import Conflict, InvalidInput

Kind = Literal["incident", "problem", "change", "task"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WORK, MANAGE = "incidents.work", "incidents.manage"
Demand = Literal["window", "verified", "review_or_risk", "root_cause", "change", "fallback", "standard", "emergency", "checklist"]
DAY_MS = 86_400_000
REASON_MAX, EVIDENCE_MAX = 1_000, 20


@dataclass(frozen=True)
class Step:
    """One arrow of a machine.

    Attributes:
        event: the verb, such as ``resolve``.
        before: states in which it may be said.
        after: the state that follows; None keeps the one that is.
        permission: who may.
        demands: what must hold besides.
    """

    event: str
    before: tuple[str, ...]
    after: str | None
    permission: str = WORK
    demands: tuple[Demand, ...] = ()


@dataclass(frozen=True)
class Machine:
    """The states of a kind, the first one first, its arrows, and those of its states in which nothing is left to do."""

    kind: Kind
    states: tuple[str, ...]
    steps: tuple[Step, ...]
    over: tuple[str, ...]

    @property
    def first(self) -> str:
        """The state in which a record is born."""
        return self.states[0]

    def events(self, state: str) -> tuple[str, ...]:
        """Return what may be said in a state."""
        return tuple(dict.fromkeys(step.event for step in self.steps if state in step.before))


_ACTIVE = ("new", "triage", "mitigating", "monitoring")
INCIDENT = Machine(
    "incident",
    ("new", "triage", "mitigating", "monitoring", "resolved", "closed", "merged"),
    (
        Step("see", ("new",), "triage"),
        Step("work", ("new", "triage", "monitoring"), "mitigating"),
        Step("watch", ("new", "triage", "mitigating"), "monitoring"),
        Step("wait", _ACTIVE, None),
        Step("resume", _ACTIVE, None),
        Step("resolve", _ACTIVE, "resolved"),
        Step("close", ("resolved",), "closed", WORK, ("verified",)),
        Step("reopen", ("resolved",), "new"),
        Step("reopen", ("closed",), "new", WORK, ("window",)),
        Step("merge", (*_ACTIVE, "resolved"), "merged", WORK, ("verified",)),
    ),
    ("closed", "merged"),
)
_UNFINISHED = ("open", "analysing", "known_error", "fix_requested")
PROBLEM = Machine(
    "problem",
    ("open", "analysing", "known_error", "fix_requested", "verified", "closed"),
    (
        Step("analyse", ("open",), "analysing"),
        Step("know", ("open", "analysing"), "known_error", WORK, ("root_cause",)),
        Step("request_fix", ("known_error",), "fix_requested", WORK, ("change",)),
        Step("verify", ("known_error", "fix_requested"), "verified"),
        Step("close", (*_UNFINISHED, "verified"), "closed", MANAGE, ("review_or_risk",)),
    ),
    ("closed",),
)
CHANGE = Machine(
    "change",
    ("draft", "approved", "refused", "scheduled", "done", "verified", "rolled_back", "closed"),
    (
        Step("approve", ("draft",), "approved", MANAGE),
        Step("refuse", ("draft",), "refused", MANAGE),
        Step("schedule", ("approved",), "scheduled"),
        Step("schedule", ("draft",), "scheduled", WORK, ("standard",)),
        Step("do", ("approved", "scheduled"), "done", WORK, ("fallback",)),
        Step("do", ("draft",), "done", MANAGE, ("emergency", "fallback")),
        Step("verify", ("done",), "verified"),
        Step("roll_back", ("done", "verified"), "rolled_back"),
        Step("close", ("refused", "verified", "rolled_back"), "closed"),
    ),
    ("closed",),
)
TASK = Machine(
    "task",
    ("todo", "doing", "done", "skipped", "failed"),
    (
        Step("start", ("todo",), "doing"),
        Step("finish", ("todo", "doing"), "done", WORK, ("checklist",)),
        Step("skip", ("todo", "doing"), "skipped"),
        Step("fail", ("todo", "doing"), "failed"),
    ),
    ("done", "skipped", "failed"),
)
MACHINES: dict[Kind, Machine] = {machine.kind: machine for machine in (INCIDENT, PROBLEM, CHANGE, TASK)}
PLAIN = {"new": "new", "triage": "seen", "mitigating": "working", "monitoring": "watching", "resolved": "done", "closed": "done", "merged": "done"}
"""The words that people see for an incident's states."""

_UNMET: dict[Demand, tuple[str, str]] = {
    "window": ("It was closed too long ago to be opened again.", "Open a new incident and link them."),
    "verified": ("An automatic action of it is not verified.", "Verify or undo the action first."),
    "review_or_risk": ("A problem is closed with a review, or with the words why its risk is accepted.", "Save a review, or give accepted_risk."),
    "root_cause": ("A known error has a root cause.", "Give root_cause."),
    "change": ("No change is linked that is to mend it.", "Make a change from the problem first."),
    "fallback": ("A change is done only with the words how to go back.", "Give the change a fallback."),
    "standard": ("Only a standard change goes without approval.", "Have it approved first."),
    "emergency": ("Only an emergency change is done without approval.", "Have it approved first."),
    "checklist": ("The task's checklist has open points.", "Tick them, or skip the task and say why."),
}


def find(kind: Kind, state: str, event: str, met: frozenset[str]) -> Step:
    """Return the arrow of an event in a state.

    Args:
        kind: of the record.
        state: in which it is.
        event: what is to happen.
        met: the demands that hold now.

    Raises:
        InvalidInput: the kind has no such event.
        Conflict: it can't happen in this state, or something that it demands is missing.
    """
    machine = MACHINES[kind]
    named = [step for step in machine.steps if step.event == event]
    if not named:
        known = ", ".join(dict.fromkeys(step.event for step in machine.steps))
        raise InvalidInput(f"Nothing called '{event[:40]}' happens to a {kind}.", where="event", fix=f"Use one of: {known}.")
    possible = [step for step in named if state in step.before]
    if not possible:
        fix = f"Now it can: {', '.join(machine.events(state))}." if machine.events(state) else "Nothing more happens to it."
        raise Conflict(f"A {kind} that is '{state}' can't {event.replace('_', ' ')}.", where="event", fix=fix)
    for step in possible:
        if met.issuperset(step.demands):
            return step
    missing: Demand = next(demand for demand in possible[-1].demands if demand not in met)
    what, fix = _UNMET[missing]
    raise Conflict(what, where=missing, fix=fix)


def check_reason(reason: str) -> str:
    """Return the words that say why, without blanks around them.

    Raises:
        InvalidInput: they are empty or too long: nothing moves without a reason.
    """
    said = reason.replace("\0", "").strip()
    if not said or len(said) > REASON_MAX:
        raise InvalidInput("Say why.", where="reason", fix=f"Write 1 to {REASON_MAX} characters.")
    return said


def may_reopen(closed_ms: int | None, now_ms: int, days: int) -> bool:
    """Say whether what was closed at an instant may be opened again: for so many days, the last instant included."""
    return closed_ms is not None and now_ms - closed_ms <= days * DAY_MS
