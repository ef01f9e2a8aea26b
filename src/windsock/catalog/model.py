"""Rules of what is sold, through whom, and what of the money is ours.

Take is what a line leaves us of its amount (own goods: all of it; agency goods: commission and fees of the supplier's agreement).
What we pay to be sold (commission of an OTA, fee per segment, payment fee) is distribution cost: a cost, never take.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from windsock.kernel.money import STORED, half_up

SOLD_AS = ("own", "agency")
GOODS_KINDS = ("flight", "room", "ancillary", "package", "pass", "tour", "ticket", "transfer")
CHANNEL_GROUPS = ("direct", "ota", "agent", "corporate", "unknown")
SOURCE_STATES = ("ok", "late", "silent")
SILENT_AFTER = 3
DEFAULT_LAG_MS = 24 * 3_600_000


@dataclass(frozen=True)
class Channel:
    """A place of sale and what it costs.

    Attributes:
        channel: code.
        name_en: English name.
        name_zh: Chinese name.
        group: one of ``CHANNEL_GROUPS``.
        tracked: its visits are seen, so that it stands in the tracked branch of the revenue tree.
        commission_rate: share of the amount, 0..1.
        fee_per_segment: money per flight segment or stay.
        payment_fee_rate: share of the amount paid, 0..1.
    """

    channel: str
    name_en: str
    name_zh: str
    group: str
    tracked: bool
    commission_rate: Decimal = Decimal(0)
    fee_per_segment: Decimal = Decimal(0)
    payment_fee_rate: Decimal = Decimal(0)
    currency: str = "CNY"


def unknown_channel(code: str) -> Channel:
    """Return the entry of a channel that a file brought and nobody has described yet: untracked, without costs, named by its code."""
    return Channel(code, code, code, "unknown", tracked=False)


def take(amount: Decimal, sold_as: str, take_rate: Decimal | None, take_fee: Decimal | None) -> Decimal | None:
    """Return what of a line's amount is ours, to 0.0001; None when the agreement of an agency line is not known.

    >>> take(Decimal("980.00"), "own", None, None)
    Decimal('980.0000')
    >>> take(Decimal("600.00"), "agency", Decimal("0.12"), Decimal("3.00"))
    Decimal('75.0000')
    """
    if sold_as == "own":
        return half_up(amount, STORED)
    if take_rate is None and take_fee is None:
        return None
    return half_up(amount * (take_rate or Decimal(0)) + (take_fee or Decimal(0)), STORED)


def distribution_cost(amount: Decimal, segments: int, channel: Channel) -> Decimal:
    """Return what it costs to sell a line through a channel, to 0.0001: commission, fee per segment (or stay), payment fee.

    >>> ota = Channel("ota_a", "OTA A", "OTA A", "ota", tracked=False, commission_rate=Decimal("0.08"), fee_per_segment=Decimal(5))
    >>> distribution_cost(Decimal("1000"), 2, ota)
    Decimal('90.0000')
    """
    cost = amount * channel.commission_rate + channel.fee_per_segment * segments + amount * channel.payment_fee_rate
    return half_up(cost, STORED)


def overbooked(sold: int | None, capacity: int | None) -> int:
    """Return by how much a date is oversold: reported, never refused (0 when unknown or within capacity)."""
    return max(sold - capacity, 0) if sold is not None and capacity is not None else 0


def source_state(complete_until_ms: int | None, now_ms: int, expected_lag_ms: int | None) -> str:
    """Say how a source does: ``ok`` within its expected lag, ``late`` beyond it, ``silent`` beyond three times of it or never loaded.

    >>> hour = 3_600_000
    >>> source_state(0, 23 * hour, None), source_state(0, 25 * hour, None), source_state(0, 73 * hour, None), source_state(None, 0, None)
    ('ok', 'late', 'silent', 'silent')
    """
    if complete_until_ms is None:
        return "silent"
    lag, allowed = now_ms - complete_until_ms, expected_lag_ms if expected_lag_ms is not None else DEFAULT_LAG_MS
    if lag <= allowed:
        return "ok"
    return "late" if lag <= SILENT_AFTER * allowed else "silent"
