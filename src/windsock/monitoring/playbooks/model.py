"""What a run of a playbook's step is, which of its states follows which, and the rails it runs on. Rules only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, TooMany

State = Literal["proposed", "approved", "running", "ok", "failed", "refused", "undone", "shadow"]
STATES: tuple[State, ...] = get_args(State)
Event = Literal["approve", "refuse", "begin", "finish", "fail", "undo"]
Check = Literal["", "waiting", "verified", "not_recovered", "undone"]
_FOLLOWS: dict[tuple[str, str], State] = {
    ("proposed", "approve"): "approved",
    ("proposed", "refuse"): "refused",
    ("approved", "refuse"): "refused",
    ("approved", "begin"): "running",
    ("failed", "begin"): "running",
    ("running", "finish"): "ok",
    ("running", "fail"): "failed",
    ("ok", "undo"): "undone",
}
AUTO_LIKENESS = 0.6
"""From here on an alert is like enough to a known event for its steps to run by themselves; it is named from 0.5 on."""
HOUR_MS = 3_600_000
VERIFY_MINUTES, VERIFY_MOST = 60, 1_440
TEXT_MAX, MONEY_MOST = 300, Decimal(100_000_000)
PER_HOUR_MOST = 1_000
LIMITS = ("cap_money", "cap_per_hour", "verify_minutes")
"""What a step may set besides its kind's parameters: bounds of its own, and how long its effect may take to show."""
Value = str | int


@dataclass(frozen=True)
class Param:
    """A parameter of an action kind: ``text``, a ``whole`` number from ``least`` to ``most``, or ``money`` as exact decimal text."""

    name: str
    type: Literal["text", "whole", "money"]
    en: str
    zh: str
    required: bool = False
    default: Value | None = None
    least: int = 1
    most: int = 43_200


@dataclass(frozen=True)
class Line:
    """One thing that a run would change: what it is in both languages, before and after."""

    en: str
    zh: str
    before: str
    after: str


@dataclass(frozen=True)
class Diff:
    """What a run would change; made without changing anything."""

    lines: tuple[Line, ...]
    cents: int | None = None

    def json(self) -> list[dict[str, str]]:
        """Return the lines as they are kept and travel."""
        return [vars(line) for line in self.lines]


@dataclass(frozen=True)
class Caps:
    """How often a kind may run in any hour, and what its runs of one local day may cost together, in cents; None where it costs nothing."""

    per_hour: int
    cents_per_day: int | None = None


@dataclass(frozen=True)
class Run:
    """A run; see ``tables.PlaybookRunRow`` for how it is kept.

    Attributes:
        id: such as ``play_5f0c...``.
        alert: the alert it is about.
        incident: the incident of the alert, or None.
        event: the known event's name.
        event_version: of its entry; 0 for one that ships.
        step: its place in the playbook, from 1.
        step_key: names the step by what it does, so that a moved step is the same one.
        kind: the action kind.
        title_en: what the step is called.
        title_zh: in Chinese.
        mode: ``auto`` (Windsock began it) or ``manual``.
        inputs: the parameters it runs with.
        diff: what it said it would change.
        cents: what it costs, or None.
        state: where it is.
        proposed_by: the actor's id.
        proposed_name: and name.
        proposed_ms: when.
        approved_by: who approved it; empty where nobody had to.
        approved_name: and name.
        started_ms: when it last began.
        ended_ms: when it was over.
        caps: the caps it met, and what was used of them.
        result: what it did, and what an undo needs.
        note: why it failed, was refused or waits for a person.
        verification: whether what it was for came about.
        verify_until_ms: until when that is looked for.
        undone_name: who undid it.
        undo_reason: why.
        revision: counts its changes.
    """

    id: str
    alert: str
    incident: str | None
    event: str
    event_version: int
    step: int
    step_key: str
    kind: str
    title_en: str
    title_zh: str
    mode: str
    inputs: Mapping[str, Any]
    diff: Sequence[Mapping[str, str]]
    cents: int | None
    state: State
    proposed_by: str
    proposed_name: str
    proposed_ms: int
    approved_by: str = ""
    approved_name: str = ""
    started_ms: int | None = None
    ended_ms: int | None = None
    caps: Mapping[str, Any] = field(default_factory=dict[str, Any])
    result: Mapping[str, Any] = field(default_factory=dict[str, Any])
    note: str = ""
    verification: Check = ""
    verify_until_ms: int | None = None
    undone_name: str = ""
    undo_reason: str = ""
    revision: int = 1


def follows(state: str, event: Event) -> State:
    """Return the state after an event.

    >>> follows("proposed", "approve"), follows("ok", "undo")
    ('approved', 'undone')

    Raises:
        Conflict: it can't happen in this state.
    """
    after = _FOLLOWS.get((state, event))
    if after is None:
        raise Conflict(f"The run is {state}: it can't {event} now.", where="run", fix="Look at it as it is now.")
    return after


def step_key(action: str, title_en: str) -> str:
    """Name a step by what it does and what it is called, so that it stays the same step when others are put before it."""
    return f"{action}:{hashlib.sha256(title_en.encode()).hexdigest()[:16]}"


def check_inputs(params: Sequence[Param], given: Mapping[str, Any], where: str = "inputs", *, whole: bool = True) -> dict[str, Value]:
    """Return the parameters of a kind, checked, with what is left out by default.

    Args:
        params: what the kind takes.
        given: by name; the bounds a step sets for itself are passed over.
        where: for errors.
        whole: whether what is required must be there: a step of a playbook may leave it to the person who runs it.

    Raises:
        InvalidInput: one is unknown, missing or wrong.
    """
    known = {param.name: param for param in params}
    for name in given:
        if name not in known and name not in LIMITS:
            fix = f"It takes: {', '.join(known) or 'nothing'}."
            raise InvalidInput(f"There is no parameter '{str(name)[:60]}'.", where=f"{where}.{str(name)[:60]}", fix=fix)
    found: dict[str, Value] = {}
    for param in params:
        value = given.get(param.name, param.default)
        if value is None or value == "":
            if param.required and whole:
                raise InvalidInput(f"{param.en} is missing.", where=f"{where}.{param.name}", fix="Give it.")
            continue
        found[param.name] = _read(param, value, f"{where}.{param.name}")
    return found


def check_limits(given: Mapping[str, Any], where: str = "with") -> dict[str, int]:
    """Return the bounds that a step sets for itself: ``cap_money`` (in cents), ``cap_per_hour``, ``verify_minutes``.

    Raises:
        InvalidInput: one is wrong.
    """
    found: dict[str, int] = {}
    for name, most in (("cap_per_hour", PER_HOUR_MOST), ("verify_minutes", VERIFY_MOST)):
        if name in given:
            found[name] = _whole(given[name], 1, most, f"{where}.{name}")
    if "cap_money" in given:
        found["cap_money"] = cents_of(given["cap_money"], f"{where}.cap_money")
    return found


def cents_of(given: object, where: str) -> int:
    """Read an amount of money above zero as cents, exactly.

    >>> cents_of("12.50", "amount")
    1250

    Raises:
        InvalidInput: it is none, has more than two decimals, or is too large.
    """
    try:
        amount = Decimal(str(given).strip())
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 < amount <= MONEY_MOST or amount * 100 != (amount * 100).to_integral_value():
        raise InvalidInput(f"'{str(given)[:40]}' is no amount.", where=where, fix="Write one above zero with at most two decimals, such as 500.00.")
    return int(amount * 100)


def check_approver(run: Run, actor_id: str, via: str) -> None:
    """Refuse an approval by whoever proposed the run, or by a programme: two members, two keys.

    Raises:
        NotAllowed: it is one.
    """
    if actor_id == run.proposed_by:
        raise NotAllowed("A run is approved by another person than the one who proposed it.", where="approve", fix="Ask a colleague.")
    if via != "session":
        raise NotAllowed("A run is approved by a member who is signed in.", where="approve", fix="Sign in on the page.")


def check_caps(caps: Caps, used: int, used_cents: int, cents: int | None) -> None:
    """Refuse what is over the caps of its kind.

    >>> check_caps(Caps(2, 1_000), used=1, used_cents=400, cents=600)

    Args:
        caps: of the kind.
        used: runs begun in the hour before.
        used_cents: what the kind's runs of the local day cost together.
        cents: what this one costs.

    Raises:
        TooMany: it would be one too many, or cost too much.
    """
    if used >= caps.per_hour:
        what = f"It ran {used} times within an hour, and may {caps.per_hour} times."
        raise TooMany(what, retry_after_s=600, where="caps.per_hour", fix="Wait, or have the cap raised.")
    if cents is not None and caps.cents_per_day is not None and used_cents + cents > caps.cents_per_day:
        left = Decimal(max(0, caps.cents_per_day - used_cents)) / 100
        what = f"It would cost {Decimal(cents) / 100:.2f}, and {left:.2f} is left for today."
        raise TooMany(what, retry_after_s=HOUR_MS // 1000, where="caps.money_per_day", fix="Take less, or have the cap raised.")


def lower(caps: Caps, limits: Mapping[str, int]) -> Caps:
    """Return the caps of a kind, or those of the step where they are lower."""
    return Caps(min(caps.per_hour, limits.get("cap_per_hour", caps.per_hour)), caps.cents_per_day)


def check_step_money(limits: Mapping[str, int], cents: int | None) -> None:
    """Refuse what costs more than its step allows.

    Raises:
        InvalidInput: it does.
    """
    most = limits.get("cap_money")
    if cents is not None and most is not None and cents > most:
        raise InvalidInput(f"The step allows {Decimal(most) / 100:.2f} at most.", where="inputs.amount", fix="Take less.")


def _read(param: Param, value: object, where: str) -> Value:
    if param.type == "whole":
        return _whole(value, param.least, param.most, where)
    if param.type == "money":
        return f"{Decimal(cents_of(value, where)) / 100:.2f}"
    text = str(value).replace("\0", "").strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not 0 < len(text) <= TEXT_MAX:
        raise InvalidInput("That is no text.", where=where, fix=f"Write 1 to {TEXT_MAX} characters.")
    return text


def _whole(value: object, least: int, most: int, where: str) -> int:
    try:
        found = int(str(value)) if not isinstance(value, bool) else least - 1
    except ValueError:
        found = least - 1
    if not least <= found <= most:
        raise InvalidInput(f"'{str(value)[:40]}' is no whole number from {least} to {most}.", where=where, fix=f"Write one from {least} to {most}.")
    return found
