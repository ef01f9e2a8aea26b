"""The shape of a fact, and the pieces of SQL that several facts share: money in one currency, people, channels, places.

The texts are constants of the programme. ``known(x)`` in them stands for "held true at the asked time" of the alias ``x``, and ``since(x)``
for rows that are never restated; ``$prune_from`` and ``$prune_to`` are the UTC days of the period, one day wider at both ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from windsock.catalog import airports

SourceKind = Literal["orders", "events", "catalog"]
Join = tuple[str, str]


@dataclass(frozen=True)
class ClockColumn:
    """The column of a clock: a civil date, or an instant in ms.

    ``instant`` is the column in ms behind a date: what it is cut into hours by, where the source knew more than the date.
    """

    column: str
    kind: Literal["date", "ms"] = "date"
    instant: str | None = None

    @property
    def hourly(self) -> bool:
        """Whether it can tell the hours of a day apart."""
        return self.kind == "ms" or self.instant is not None


@dataclass(frozen=True)
class Fact:
    """A relation: FROM and WHERE text, its clocks, and its fields by logical name.

    ``joins`` are LEFT JOINs as (alias, text), each after those it needs; each finds one row at most, so that only those are made whose
    columns a question reads. ``weight`` is how many rows of what was measured a row stands for; 1 without it.
    """

    name: str
    source: SourceKind
    relation: str
    where: str
    clocks: dict[str, ClockColumn]
    fields: dict[str, str]
    dimensions: tuple[str, ...]
    rows: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    joins: tuple[Join, ...] = ()
    weight: str | None = None


def times(amount: str, factor: str) -> str:
    """Return an amount times a rate, kept to 0.0001: in 128 bits, as the product of two 64-bit decimals would not hold its digits."""
    return f"CAST(CAST({amount} AS DECIMAL(38, 4)) * {factor} AS DECIMAL(18, 4))"


def converted(amount: str, alias: str, stored: str | None = None) -> str:
    """Return an amount in the workspace's currency: by the rate stored with the row, else by the dated rate in force.

    Most rows need no multiplication, which costs twenty times a plain sum; a foreign amount without any rate stays as it is, and the
    answer says so. ``alias`` is the join of ``dated_rate``.
    """
    found = ", ".join([*([stored] if stored else []), f"{alias}.rate"])
    rate = f"COALESCE({found})" if stored else found
    return f"CASE WHEN COALESCE({found}, 1) = 1 THEN {amount} ELSE {times(amount, rate)} END"


def dated_rate(alias: str, currency: str, date: str) -> Join:
    """Return the join of the exchange rate in force on a date: the last one known before its end."""
    spans = "SELECT currency, date AS since, LEAD(date) OVER (PARTITION BY currency ORDER BY date) AS until, rate FROM exchange_rate"
    on = f"{alias}.currency = {currency} AND {date} >= {alias}.since AND ({alias}.until IS NULL OR {date} < {alias}.until)"
    return alias, f"LEFT JOIN ({spans}) AS {alias} ON {on}"


def channel(column: str) -> Join:
    """Return the join of the sales channel."""
    return "c", f"LEFT JOIN sales_channel AS c ON c.channel = {column}"


def person(column: str) -> Join:
    """Return the join of the person that an id was merged into."""
    return "al", f"LEFT JOIN alias AS al ON al.did = {column} AND known(al)"


CHANNEL_FIELDS = {"tracked": "COALESCE(c.tracked, FALSE)", "channel_group": "COALESCE(c.channel_group, 'unknown')"}
_PLACES = ", ".join(f"('{place.code}', '{place.country}', {place.latitude}, {place.longitude})" for place in airports().values())


def places(route: str, property_: str) -> tuple[Join, ...]:
    """Return the joins of both ends of a route (o and d) and of a property's place (h)."""
    ends = tuple(
        (alias, f"LEFT JOIN (VALUES {_PLACES}) AS {alias}(code, country, lat, lon) ON {alias}.code = SPLIT_PART({route}, '-', {number})")
        for alias, number in (("po", 1), ("pd", 2))
    )
    hotels = "SELECT property, MIN(city) AS city, MIN(country) AS country FROM goods WHERE property IS NOT NULL GROUP BY property"
    return (*ends, ("h", f"LEFT JOIN ({hotels}) AS h ON h.property = {property_}"))


def place_fields(route: str) -> dict[str, str]:
    """Return the fields of a route's and a property's place; a route whose airports are not known has no market and no distance."""
    a, b = f"SPLIT_PART({route}, '-', 1)", f"SPLIT_PART({route}, '-', 2)"
    unknown = "po.country IS NULL OR pd.country IS NULL"
    half = "POWER(SIN(RADIANS(pd.lat - po.lat) / 2), 2) + COS(RADIANS(po.lat)) * COS(RADIANS(pd.lat)) * POWER(SIN(RADIANS(pd.lon - po.lon) / 2), 2)"
    return {
        "city": "h.city",
        "property_country": "h.country",
        "city_pair": f"CASE WHEN {b} = '' THEN NULL ELSE LEAST({a}, {b}) || '-' || GREATEST({a}, {b}) END",
        "market": f"CASE WHEN {unknown} THEN NULL WHEN po.country = pd.country THEN po.country "
        "ELSE LEAST(po.country, pd.country) || '-' || GREATEST(po.country, pd.country) END",
        "distance_km": f"CAST(ROUND(2 * 6371 * ASIN(SQRT({half}))) AS BIGINT)",
    }


PLACE_DIMENSIONS = ("city", "property_country", "city_pair", "market")
