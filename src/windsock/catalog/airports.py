"""Airports: which city and country they serve and where they lie, so that a route has a market and a distance."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from importlib import resources

from windsock.kernel.written import read_yaml

_EARTH_KM = 6371


@dataclass(frozen=True)
class Airport:
    """An airport; latitude and longitude in degrees."""

    code: str
    city_en: str
    city_zh: str
    country: str
    latitude: float
    longitude: float


@functools.cache
def airports() -> dict[str, Airport]:
    """Return all known airports by IATA code."""
    given = read_yaml(resources.files("windsock.catalog").joinpath("airports.yaml").read_text("utf-8"))
    return {code: Airport(code, *entry) for code, entry in given.items()}


def market(route: str) -> str | None:
    """Return the market of a route: the country of a domestic one, both countries in order of an international one; None where one is unknown.

    >>> market("TAO-SHA"), market("TAO-ICN"), market("ICN-TAO"), market("TAO-???")
    ('CN', 'CN-KR', 'CN-KR', None)
    """
    ends = [airports().get(code) for code in route.split("-")]
    countries = sorted({end.country for end in ends if end is not None})
    return "-".join(countries) if len(ends) == 2 and None not in ends else None


def distance_km(route: str) -> int | None:
    """Return the great-circle distance of a route in whole km (haversine on a sphere of 6371 km); None where an airport is unknown.

    >>> distance_km("TAO-SHA"), distance_km("LHR-JFK")
    (585, 5541)
    """
    ends = [airports().get(code) for code in route.split("-")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    a, b = ((math.radians(end.latitude), math.radians(end.longitude)) for end in (ends[0], ends[1]))
    half = math.sin((b[0] - a[0]) / 2) ** 2 + math.cos(a[0]) * math.cos(b[0]) * math.sin((b[1] - a[1]) / 2) ** 2
    return round(2 * _EARTH_KM * math.asin(math.sqrt(half)))
