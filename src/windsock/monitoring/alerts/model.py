"""What an alert and a silence are, and which of their states follows which. Rules only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from windsock.kernel.errors import Conflict, InvalidInput

AlertState = Literal["open", "acked", "suppressed", "closed"]
Label = Literal["true", "false", "expected", "data_fault"]
LABELS: tuple[Label, ...] = ("true", "false", "expected", "data_fault")
STATES: tuple[AlertState, ...] = ("open", "acked", "suppressed", "closed")
REASON_MAX = 1_000
MONEY_HIGH, MONEY_CRITICAL = 10_000.0, 100_000.0


@dataclass(frozen=True)
class Alert:
    """One detection.

    Attributes:
        id: such as ``alert_5f0c...``.
        kind: ``metric``, or ``data`` where data of an owner is late and alerts of the business are held.
        fingerprint: names monitor and series; one alert of it is open at most.
        monitor: the monitor's name; empty for data.
        version: of its definition; 0 for one that ships.
        metric: what is watched.
        key: the values of the cut by dimension.
        state: open, acked (seen by somebody), suppressed (kept and not told), closed.
        direction: ``down``, ``up`` or empty.
        severity: low, normal, high or critical.
        owner: the team that is told.
        opened_ms: when it was opened.
        first_ms: the first point at which it fired.
        last_ms: the last point that was a breach.
        ended_ms: the point at which it was well again, or when somebody closed it.
        value: at the last breach.
        expected: what was to be expected there.
        low: the lower bound there.
        high: the upper bound there.
        score: how unlikely it was there.
        peak: the value furthest from what was expected.
        peak_ms: when.
        money: what it cost up to now, exact decimal text; None where a unit's worth is not known.
        currency: of ``money``.
        label: what people said: true, false, expected (a sale, a holiday), data_fault.
        suppressed_by: the silence, ``mute``, or ``maintenance``.
        acked_by: who saw it first.
        note: for people.
        revision: counts the changes.
    """

    id: str
    kind: str
    fingerprint: str
    monitor: str
    version: int
    metric: str
    key: Mapping[str, Any]
    state: str
    direction: str
    severity: str
    owner: str
    opened_ms: int
    first_ms: int
    last_ms: int
    currency: str
    ended_ms: int | None = None
    value: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    score: float = 0.0
    peak: float | None = None
    peak_ms: int | None = None
    money: str | None = None
    label: str | None = None
    suppressed_by: str | None = None
    acked_by: str | None = None
    note: str = ""
    revision: int = 1


@dataclass(frozen=True)
class Step:
    """What happened to an alert, when, by whom and why."""

    alert: str
    at_ms: int
    actor: str
    actor_name: str
    before: str | None
    after: str
    reason: str


@dataclass(frozen=True)
class Silence:
    """For a while alerts are kept and not told: of one monitor or of all, where the cut has these values."""

    id: str
    monitor: str | None
    matches: Mapping[str, Any]
    from_ms: int
    until_ms: int
    reason: str
    created_ms: int
    created_by: str
    created_name: str

    def holds(self, monitor: str, key: Mapping[str, Any], now_ms: int) -> bool:
        """Say whether an alert is silenced now. A dimension that the alert does not have never matches: a silence holds no more than it names."""
        if not self.from_ms <= now_ms < self.until_ms or self.monitor not in (None, monitor):
            return False
        return all(name in key and key[name] == value for name, value in self.matches.items())


def fingerprint(monitor: str, key: Sequence[Any]) -> str:
    """Return the short name of a series of a monitor: 128 bits of its digest, in hex."""
    return hashlib.sha256(json.dumps([monitor, *key], ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()[:32]


def move(alert: Alert, after: AlertState) -> Alert:
    """Return the alert in another state.

    Raises:
        Conflict: an alert that is closed stays closed; what is acked or silenced is not opened by hand.
    """
    if alert.state == "closed" or after in ("open", "suppressed"):
        raise Conflict(f"The alert is {alert.state}.", where=f"alerts/{alert.id}", fix="A new detection opens a new alert.")
    return replace(alert, state=after, revision=alert.revision + 1)


def with_label(alert: Alert, label: str) -> Alert:
    """Return the alert with what people say of it; that may change, also after it was closed.

    Raises:
        InvalidInput: there is no such label.
    """
    if label not in LABELS:
        raise InvalidInput(f"'{label[:40]}' is no label.", where="label", fix=f"Use one of: {', '.join(LABELS)}.")
    return replace(alert, label=label, revision=alert.revision + 1)


def check_reason(reason: str) -> str:
    """Return the reason without blanks around it.

    Raises:
        InvalidInput: there is none, or it is too long.
    """
    reason = reason.replace("\0", "").strip()
    if not 0 < len(reason) <= REASON_MAX:
        raise InvalidInput("A reason is needed.", where="reason", fix=f"Say why in 1 to {REASON_MAX} characters.")
    return reason


def worse(severity: str, money: float | None) -> str:
    """Return the severity of an alert: what its monitor says, or more where it costs more.

    >>> worse("normal", 12_000.0), worse("high", 20.0), worse("low", None), worse("normal", 150_000.0)
    ('high', 'high', 'low', 'critical')
    """
    order = ("low", "normal", "high", "critical")
    by_money = 0 if money is None else 3 if money >= MONEY_CRITICAL else 2 if money >= MONEY_HIGH else 0
    return order[max(order.index(severity), by_money)]
