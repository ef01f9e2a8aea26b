"""What the doors of quality and balance give."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

State = Literal["ok", "warn", "bad", "late", "silent", "no_data"]


class BalanceRowAnswer(BaseModel):
    """One source and bucket of time received: received = stored + duplicate + quarantined; ``in_flight`` is answered but not loaded yet."""

    source: str
    at: str
    received: int
    stored: int
    duplicate: int
    quarantined: int
    in_flight: int
    holds: bool


class BalanceTotalsAnswer(BaseModel):
    """The sums; ``acked`` = received + in flight."""

    acked: int
    received: int
    stored: int
    duplicate: int
    quarantined: int
    in_flight: int


class BalanceAnswer(BaseModel):
    """The balance, newest first."""

    rows: list[BalanceRowAnswer]
    totals: BalanceTotalsAnswer
    holds: bool


class VolumeAnswer(BaseModel):
    """Events of the last 24 hours of the source's own time, against what the same hours of the last four weeks let expect."""

    actual: int
    expected: int | None
    low: int | None
    high: int | None


class PointAnswer(BaseModel):
    """One hour of the volume."""

    at: str
    actual: int
    expected: int | None
    low: int | None
    high: int | None


class DriftAnswer(BaseModel):
    """What changed in the data of an event; ``what`` names it and ``measure`` gives its size with its name, such as ``PSI 0.31``."""

    event: str
    property: str | None
    what: Literal["type", "new_values", "gone_values", "shift", "share"]
    before: str
    after: str
    measure: str


class FindingAnswer(BaseModel):
    """A flag and how often it was set in the last 24 hours of the source's own time."""

    rule: str
    count: int
    zh: str
    en: str


class SourceQualityAnswer(BaseModel):
    """How good the data of one source is; shares are decimal text, None where nothing can be said."""

    source: str
    name: str
    state: State
    sentence_zh: str
    sentence_en: str
    volume: VolumeAnswer
    lag_ms: int | None
    completeness: str | None
    uniqueness: str | None
    validity: str | None
    late_share: str | None
    bot_share: str | None
    series: list[PointAnswer]
    drift: list[DriftAnswer]
    findings: list[FindingAnswer]


class QualityAnswer(BaseModel):
    """All sources of events: the worst first."""

    items: list[SourceQualityAnswer]
