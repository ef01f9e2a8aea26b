"""What a warning is once it is kept, and when it comes, goes and is decided. Rules only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from windsock.kernel.errors import Conflict, InvalidInput

Kind = Literal["target", "breach", "sold_out", "empty", "oversold"]
State = Literal["open", "gone", "dismissed"]
Outcome = Literal["hit", "false", "unknown"]
KINDS: tuple[Kind, ...] = ("target", "breach", "sold_out", "empty", "oversold")
LIKELY, GONE = 0.6, 0.4
"""It is kept from here on, and gone below; between the two it stays as it is, so that one at the edge does not flap."""
REASON_MOST = 500
WAIT_MS = 3 * 86_400_000
"""So long after it was due data may be late; then nobody will know."""


@dataclass(frozen=True)
class Likely:
    """What may come, as it is asked now.

    Attributes:
        kind: what.
        subject: names it among all: a target and its day, a series of a monitor, a product and its date.
        title_en: how what it is about is called.
        title_zh: see ``title_en``.
        owner: who is told; empty for those in charge.
        probability: from 0 to 1.
        about: the figures behind, by kind; see ``shapes.KeptWarning``.
        at_ms: when it happens, in the middle; None where that is not said.
        due_ms: from then on it is known whether it came.
    """

    kind: Kind
    subject: str
    title_en: str
    title_zh: str
    owner: str
    probability: float
    about: Mapping[str, Any]
    at_ms: int | None
    due_ms: int


@dataclass(frozen=True)
class Forewarning:
    """A warning that is kept.

    Attributes:
        id: such as ``wrn_5f0c...``.
        what: what may come, as it was asked last; its ``due_ms`` is that of the beginning.
        state: open, gone (not likely any more), dismissed by somebody.
        outcome: whether it came true; None while that is not known.
        first_probability: when it was kept.
        opened_ms: when that was.
        changed_ms: when it was asked last.
        told_ms: when its owner was told; None where that was not, or is held.
        decided_ms: when the outcome was known.
        dismissed_by: who put it away, by name.
        reason: why.
    """

    id: str
    what: Likely
    state: State
    outcome: Outcome | None
    first_probability: float
    opened_ms: int
    changed_ms: int
    told_ms: int | None = None
    decided_ms: int | None = None
    dismissed_by: str | None = None
    reason: str = ""


def followed(known: Forewarning, now: Likely, now_ms: int) -> Forewarning:
    """Return a warning as it stands after another look; what was dismissed stays so, and when it is due does not move.

    A breach was warned of for the hours that were looked at then; a later look must not give it more time.
    """
    state = known.state
    if state == "open" and now.probability < GONE:
        state = "gone"
    elif state == "gone" and now.probability >= LIKELY:
        state = "open"
    return replace(known, what=replace(now, due_ms=known.what.due_ms), state=state, changed_ms=now_ms)


def dismissed(known: Forewarning, by: str, reason: str, now_ms: int) -> Forewarning:
    """Return a warning that somebody put away; whether it comes true is noted all the same.

    Raises:
        InvalidInput: no reason is given, or a very long one.
        Conflict: it is decided, or put away already.
    """
    said = reason.replace("\0", "").strip()
    if not 0 < len(said) <= REASON_MOST:
        raise InvalidInput("Say why it is put away.", where="reason", fix=f"Write 1 to {REASON_MOST} characters.")
    if known.outcome is not None or known.state == "dismissed":
        raise Conflict("The warning is over.", where=f"warnings/{known.id}", fix="Another look makes a new one.")
    return replace(known, state="dismissed", dismissed_by=by[:120], reason=said, changed_ms=now_ms)


def decided(known: Forewarning, outcome: Outcome, now_ms: int) -> Forewarning:
    """Return a warning of which it is known whether it came true."""
    return replace(known, outcome=outcome, decided_ms=now_ms, changed_ms=now_ms)
