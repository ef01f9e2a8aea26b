"""What a record is: an incident, a problem, a change or a task; what it costs, how long it took, and what is allowed in its words. Rules only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, cast

from windsock.itsm.model.states import MACHINES, Kind
from windsock.kernel.errors import InvalidInput

Severity = Literal[1, 2, 3, 4]
UNKNOWN: Severity = 3
"""What is known neither in money nor in people is not taken for small."""
TITLE_MAX, TEXT_MAX, CAUSE_MAX, CHECKLIST_MAX = 300, 4_000, 200, 50
HOUR_MS = 3_600_000
CHANGE_TYPES = ("standard", "normal", "emergency")
MONEY_MAX = Decimal(10) ** 15
_KEYS: dict[Kind, frozenset[str]] = {
    "incident": frozenset({"metric", "where", "at_ms", "alert"}),
    "problem": frozenset({"hypothesis", "root_cause", "workaround"}),
    "change": frozenset({"type", "plan", "effect", "from_ms", "to_ms"}),
    "task": frozenset({"checklist", "due_ms", "every_days", "result"}),
}


@dataclass(frozen=True)
class Thresholds:
    """From which money per hour (the workspace's currency) and how many people an incident is of severity 1, 2, 3; below them it is of 4."""

    money: tuple[float, float, float]
    people: tuple[int, int, int]


def severity(money_per_hour: Decimal | None, people: int | None, limits: Thresholds) -> Severity:
    """Return 1 (worst) to 4: the worse of what money and people say; 3 where neither is known.

    >>> severity(Decimal(12_000), 40, Thresholds((50_000, 10_000, 1_000), (1_000, 200, 20)))
    2
    """
    found: list[int] = []
    for value, bounds in ((money_per_hour, limits.money), (people, limits.people)):
        if value is not None:
            found.append(next((place for place, bound in enumerate(bounds, 1) if value >= Decimal(str(bound))), 4))
    return cast("Severity", min(found)) if found else UNKNOWN


@dataclass(frozen=True)
class Record:
    """A record as others see it.

    Attributes:
        id: such as ``inc_5f0c...``.
        kind: incident, problem, change or task.
        title_zh: in Chinese.
        title_en: in English.
        state: of its kind's machine.
        version: counts its moves and changes; a move names the one that was seen.
        cause: the fingerprint of what explains it; one incident that is not closed has it at most.
        owner: who works on it, by name: a team, a role or a member; empty for nobody.
        severity: 1 (worst) to 4.
        cents_per_hour: money lost per hour in hundredths of the workspace's currency, or None.
        people: how many are touched, or None.
        waiting: why it waits; empty when it does not.
        waiting_ms: since when.
        waited_ms: how long it waited before.
        opened_ms: when it was opened.
        seen_ms: when somebody first saw it.
        resolved_ms: when it was resolved, last.
        closed_ms: when it was closed, last.
        changed_ms: when it last changed.
        escalate_ms: when those on duty are told again unless somebody saw it.
        escalated: how often they were.
        unverified: automatic actions whose effect nobody has verified.
        merged_into: the incident that it became a part of.
        fallback: of a change: how to go back.
        accepted_risk: of a problem: why it may be closed without a review.
        rule: of a change: the definition that it changes, ``kind:name``; empty for another change.
        review: of a problem or change: the review that it rests on.
        person: of a change: who answers for it.
        opened_by: who opened it.
        body: the rest, by kind.
    """

    id: str
    kind: Kind
    title_zh: str
    title_en: str
    state: str
    version: int
    opened_ms: int
    changed_ms: int
    opened_by: str
    cause: str | None = None
    owner: str = ""
    severity: int = 4
    cents_per_hour: int | None = None
    people: int | None = None
    waiting: str = ""
    waiting_ms: int | None = None
    waited_ms: int = 0
    seen_ms: int | None = None
    resolved_ms: int | None = None
    closed_ms: int | None = None
    escalate_ms: int | None = None
    escalated: int = 0
    unverified: int = 0
    merged_into: str | None = None
    fallback: str = ""
    accepted_risk: str = ""
    rule: str = ""
    review: str | None = None
    person: str = ""
    body: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in MACHINES[self.kind].over

    @property
    def money_per_hour(self) -> Decimal | None:
        """Money lost per hour, in the workspace's currency."""
        return None if self.cents_per_hour is None else Decimal(self.cents_per_hour) / 100


def clock_ms(record: Record, now_ms: int) -> int:
    """Return how long an incident has been worked on: from its opening to its solution or now, without the time in which it waited."""
    end = record.resolved_ms if record.state in ("resolved", "closed", "merged") and record.resolved_ms is not None else now_ms
    paused = record.waited_ms + (0 if record.waiting_ms is None else max(0, end - record.waiting_ms))
    return max(0, end - record.opened_ms - paused)


def cost_cents(record: Record, now_ms: int) -> int | None:
    """Return what an incident cost, in hundredths.

    Once it is solved, what its alerts counted step by step, where they did (``with_counted``); else money per hour times its hours to the solution or
    to now, waiting or not, rounded half up.
    """
    over = record.resolved_ms is not None and record.state in ("resolved", "closed", "merged")
    known: Mapping[str, int] = record.body.get("counted") or {}
    if over and known:
        return max(known.values())
    if record.cents_per_hour is None:
        return None
    end = record.resolved_ms if over and record.resolved_ms is not None else now_ms
    began = record.body.get("at_ms")
    start = min(record.opened_ms, began) if isinstance(began, int) else record.opened_ms
    return (record.cents_per_hour * max(0, end - start) * 2 + HOUR_MS) // (2 * HOUR_MS)


def with_counted(body: Mapping[str, Any], monitor: str, lost: int) -> dict[str, Any]:
    """Return the body of an incident with what one more of its alerts counted, in hundredths.

    Series of one monitor are parts of a whole, and are added; monitors see one loss several times, so that the dearest counts (``cost_cents``).

    >>> with_counted(with_counted({"counted": {"a": 5}}, "a", 2), "b", 6)
    {'counted': {'a': 7, 'b': 6}}
    """
    known: Mapping[str, int] = body.get("counted") or {}
    return {**body, "counted": {**known, monitor: known.get(monitor, 0) + lost}}


def cents(text: str | None, where: str = "money_per_hour") -> int | None:
    """Read an amount per hour as hundredths, half up; losses are positive.

    Raises:
        InvalidInput: it is no amount, negative or beyond 10^15.
    """
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= MONEY_MAX:
        raise InvalidInput("That is no amount per hour.", where=where, fix="Write a plain number from 0, such as 9800.50.")
    return int((amount * 100 + Decimal("0.5")) // 1)


def check_title(zh: str, en: str) -> tuple[str, str]:
    """Return both titles; one of them stands for the other where that is empty.

    Raises:
        InvalidInput: both are empty, or one is too long.
    """
    first, second = _clean(zh) or _clean(en), _clean(en) or _clean(zh)
    if not first or max(len(first), len(second)) > TITLE_MAX:
        raise InvalidInput("A record needs a title.", where="title", fix=f"Write 1 to {TITLE_MAX} characters.")
    return first, second


def check_body(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record of a kind says besides its columns; unknown keys, long texts and wrong types are refused.

    Raises:
        InvalidInput: something in it is wrong.
    """
    found: dict[str, Any] = {}
    for key, value in body.items():
        if key not in _KEYS[kind]:
            raise InvalidInput(f"A {kind} has no '{key[:40]}'.", where=key[:40], fix=f"Use: {', '.join(sorted(_KEYS[kind]))}.")
        if value is not None and value != "":
            found[key] = _checked(key, value)
    if kind == "change" and found.setdefault("type", "normal") not in CHANGE_TYPES:
        raise InvalidInput(f"There is no change of type '{str(found['type'])[:20]}'.", where="type", fix=f"Use: {', '.join(CHANGE_TYPES)}.")
    if found.get("every_days") is not None and "due_ms" not in found:
        raise InvalidInput("A task that comes again needs a first date.", where="due", fix="Say when it is due.")
    return found


def _checked(key: str, value: Any) -> Any:  # noqa: ANN401 - JSON of any type
    if key == "checklist":
        return _checklist(value)
    if key == "where":
        return _where(value)
    if key.endswith("_ms") or key == "every_days":
        most = 366 if key == "every_days" else 10**14
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
            raise InvalidInput("That is no date or number of days.", where=key)
        return value
    if not isinstance(value, str) or len(value) > TEXT_MAX:
        raise InvalidInput(f"That is no text of at most {TEXT_MAX} characters.", where=key)
    return _clean(value)


def _where(value: Any) -> dict[str, str]:  # noqa: ANN401 - JSON of any type
    if not isinstance(value, Mapping) or len(cast("Mapping[Any, Any]", value)) > 20:
        raise InvalidInput("The place is said by at most 20 dimensions.", where="where")
    return {str(name)[:80]: str(one)[:200] for name, one in cast("Mapping[Any, Any]", value).items()}


def _checklist(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON of any type
    wrong = InvalidInput("A checklist has at most 50 points, each with a text.", where="checklist", fix="Write [{text, done}].")
    if not isinstance(value, Sequence) or isinstance(value, str) or len(cast("Sequence[Any]", value)) > CHECKLIST_MAX:
        raise wrong
    found: list[dict[str, Any]] = []
    for one in cast("Sequence[Any]", value):
        point: dict[str, Any] = cast("dict[str, Any]", one) if isinstance(one, dict) else {}
        text = point.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > TITLE_MAX:
            raise wrong
        found.append({"text": _clean(text), "done": point.get("done") is True})
    return found


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()
