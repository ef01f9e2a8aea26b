"""One form for countries, cities, airports and routes, whatever language or code they came in. Rules only; names are in ``places.yaml``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from windsock.kernel.written import read_yaml

_BETWEEN = re.compile(r"\s*(?:->|=>|--|[-–—―→>/_~～〜]|至|到|\bto\b)\s*", re.IGNORECASE)  # noqa: RUF001 - what stands between two places, Chinese and English
_CODE = re.compile(r"[A-Za-z]{3}", re.ASCII)
_ENDINGS = ("international airport", "airport", "国际机场", "机场", "市")


@cache
def _file() -> Mapping[str, Any]:
    return read_yaml(files("windsock.tracking").joinpath("places.yaml").read_text("utf-8"))


def folded(name: str) -> str:
    """Return a name without what writers differ in: width, case, accents, blanks and signs.

    >>> folded(" Côte d'Ivoire "), folded("Xi'an") == folded("xian")
    ('cotedivoire', True)
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in plain if sign.isalnum() and not unicodedata.combining(sign))


@cache
def _countries() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for code, names in _file()["countries"].items():
        for name in (code, *names):
            found[folded(name)] = code
    return found


@cache
def _cities() -> Mapping[str, str]:
    """Names, city codes and airport codes -> city code."""
    found: dict[str, str] = {}
    for code, city in _file()["cities"].items():
        for name in (*city["airports"], *city["names"], code):
            found.setdefault(folded(name), code)
    of_airport = {airport: code for code, city in _file()["cities"].items() for airport in city["airports"]}
    for code, names in _file()["airports"].items():
        for name in names:
            found.setdefault(folded(name), of_airport[code])
    return found


@cache
def _airports() -> Mapping[str, str]:
    """Names and codes -> airport code; the city's code where the city has several and none was named."""
    found: dict[str, str] = {}
    for code, names in _file()["airports"].items():
        for name in (code, *names):
            found[folded(name)] = code
    for code, city in _file()["cities"].items():
        for name in (*city["names"], code):
            found.setdefault(folded(name), city["airports"][0] if len(city["airports"]) == 1 else code)
    return found


def country(text: str) -> str | None:
    """Return the ISO code of two letters, or None for what is not known.

    >>> [country(text) for text in ("中国", "CHN", "cn", " United  States", "Atlantis")]
    ['CN', 'CN', 'CN', 'US', None]
    """
    return _countries().get(folded(text))


def city(text: str) -> str | None:
    """Return the IATA code of a city, also from the name or code of its airport.

    >>> [city(text) for text in ("北京", "PKX", "浦东机场", "Paris", "上海市", "Atlantis")]
    ['BJS', 'BJS', 'SHA', 'PAR', 'SHA', None]
    """
    return _looked_up(_cities(), text)


def airport(text: str) -> str | None:
    """Return the IATA code of an airport; that of the city where it has several and none was named.

    >>> [airport(text) for text in ("首都机场", "pvg", "Shanghai Pudong International Airport", "三亚", "北京", "Atlantis")]
    ['PEK', 'PVG', 'PVG', 'SYX', 'BJS', None]
    """
    return _looked_up(_airports(), text)


def _looked_up(names: Mapping[str, str], text: str) -> str | None:
    plain = folded(text)
    shorter = [plain.removesuffix(folded(ending)) for ending in _ENDINGS if plain.endswith(folded(ending))]
    return next((names[name] for name in (plain, *shorter) if name in names), None)


def route(text: str) -> str | None:
    """Return a route as codes with a hyphen between; codes that are not in the table stay as they are, other unknown names leave no route.

    >>> [route(text) for text in ("北京-上海", "pek→sha", "PEK/SHA", "Beijing Capital to 三亚", "ABC-XYZ", "PEK-SHA-PEK", "here-there", "PEK")]
    ['BJS-SHA', 'PEK-SHA', 'PEK-SHA', 'PEK-SYX', 'ABC-XYZ', 'PEK-SHA-PEK', None, None]
    """
    parts = [part.strip() for part in _BETWEEN.split(unicodedata.normalize("NFKC", text).strip()) if part.strip()]
    codes = [airport(part) or (part.upper() if _CODE.fullmatch(part) else None) for part in parts]
    known = [code for code in codes if code is not None]
    return "-".join(known) if len(known) == len(parts) >= 2 else None
