"""What a model suggests: a pair of ids with a probability and its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SuggestionState = Literal["open", "accepted", "rejected"]


@dataclass(frozen=True)
class SuggestionReason:
    """How far a field agrees, in words of both languages, and what that weighs (bits for, negative: against); never the values themselves."""

    field: str
    agreement_zh: str
    agreement_en: str
    weight: float


@dataclass(frozen=True)
class Suggestion:
    """A pair that a model takes for one person, with ``did_a < did_b``.

    Attributes:
        did_a: the smaller id.
        did_b: the other.
        probability: 0 to 1.
        model: name and version of what suggested it.
        reasons: why, the heaviest first.
        id: given when it is kept.
        state: open, or what was decided.
        decided_by: who decided.
        decided_ms: when.
        note: why.
        created_ms: when it was kept.
    """

    did_a: int
    did_b: int
    probability: float
    model: str
    reasons: tuple[SuggestionReason, ...]
    id: str = ""
    state: SuggestionState = "open"
    decided_by: str | None = None
    decided_ms: int | None = None
    note: str = ""
    created_ms: int = 0
