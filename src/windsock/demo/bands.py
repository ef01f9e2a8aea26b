"""Sanity bands: figures of the trade within which a believable world lies."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from windsock.demo.demand.tally import Tally
from windsock.demo.model import Plan


@dataclass(frozen=True)
class Band:
    """A figure of the world and where it should lie; ``asserted`` says that the world is long enough to judge it."""

    name: str
    value: float
    low: float
    high: float
    asserted: bool = True

    @property
    def ok(self) -> bool:
        """Whether the figure lies within."""
        return self.low <= self.value <= self.high

    def wide(self, slack: float) -> bool:
        """Say whether it lies within the band widened by a share of its ends: for small worlds."""
        return self.low * (1 - slack) <= self.value <= self.high * (1 + slack)


def bands_of(tally: Tally, plan: Plan) -> list[Band]:
    """Return the bands of a finished simulation."""
    year, orders = plan.days >= 365, tally.sums
    return [
        Band("search_session_to_order", tally.share("sessions.order", "sessions.search"), 0.03, 0.05),
        Band("bounce", tally.share("sessions.bounce", "sessions"), 0.35, 0.50),
        Band("payment_success", tally.share("successes", "attempts"), 0.93, 0.97),
        Band("air_cancellation", tally.share("air.cancelled", "air.orders"), 0.06, 0.10, asserted=plan.days >= 45),
        Band("hotel_cancellation", tally.share("stay.cancelled", "stay.orders"), 0.20, 0.30, asserted=plan.days >= 120),
        Band("ancillary_attach", tally.share("attached", "air.orders"), 0.25, 0.40),
        Band("load_factor", tally.load_factor(), 0.72, 0.86),
        Band("repeat_within_a_year", tally.repeat(), 0.30, 0.45, asserted=year),
        Band("member_revenue_share", tally.share("revenue.member", "revenue"), 0.40, 0.60),
        Band("direct_revenue_share", tally.share("revenue.direct", "revenue"), 0.30, 0.40),
        Band("ota_revenue_share", tally.share("revenue.ota", "revenue"), 0.40, 0.50),
        Band("air_orders_a_day", orders.get("air.orders", 0) / plan.days / plan.scale, 900, 1020),
        Band("hotel_bookings_a_day", orders.get("hotel.orders", 0) / plan.days / plan.scale, 135, 175),
    ]


def order_value_by_purpose(tally: Tally) -> dict[str, dict[str, float]]:
    """Return value of an order and of a passenger's segment by purpose.

    The order that the trade expects: an *order* is worth most for leisure (families, both ways); a *seat* is dearest for business
    (late, flexible) and about equal for leisure and visits.
    """
    return {
        purpose: {
            "average_order_value": round(tally.share(f"{purpose}.amount", f"{purpose}.orders"), 2),
            "fare_a_segment": round(tally.share(f"{purpose}.fares", f"{purpose}.seats"), 2),
        }
        for purpose in ("business", "leisure", "visit")
    }


def bands_json(bands: list[Band]) -> dict[str, dict[str, object]]:
    """Return the bands as they stand in truth.json."""
    return {band.name: {**asdict(band), "value": round(band.value, 5), "ok": band.ok} for band in bands}
