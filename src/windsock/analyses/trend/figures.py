"""The aggregates of a trend's series: of events as they are, or first of events that are alike, so that what follows reads few rows.

Events are alike in a bucket with a value (``way`` events), or where people are counted also of one person (``way`` people). People of few groups
are sets of bits (``way`` sets): a set is as long as the largest id whomever it holds, those of several buckets make that of all of them, and
nobody is looked up in a table of everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from windsock.analyses.trend.model import Trend

ADDED = frozenset({"events", "sum", "average", "min", "max"})
"""Measures of which those of parts make that of the whole."""
PEOPLE = frozenset({"people", "per_person"})
_SUMMED = "DECIMAL(38, 6)"


@dataclass(frozen=True)
class Way:
    """How figures are made: of events as they are (``plain``), or of those that are alike; ``below`` is the length of sets of bits.

    The last bit of a set says that it held an id that is too large, so that figures must be made in another way.
    """

    kind: Literal["plain", "events", "people", "sets"]
    below: int = 0


def way_of(trend: Trend, below: int | None) -> Way:
    """Return the way of a trend; ``below`` is how long its sets of bits would be, or None where there are none."""
    if trend.cumulative or any(one.measure not in ADDED | PEOPLE for one in trend.series):
        return Way("plain")
    if all(one.measure in ADDED for one in trend.series):
        return Way("events")
    return Way("people") if below is None or trend.breakdown is not None else Way("sets", below)


def alike(trend: Trend, source: str, way: Way) -> str:
    """Return the SELECT of the figures of events that are alike.

    Nearly all events of a day are gone after this one pass, and everything else is made of what is left.
    """
    by = ["e.bucket", *(["e.v"] if trend.breakdown is not None else []), *(["e.person"] if way.kind == "people" else [])]
    columns = [*by, "COUNT(*) AS n"]
    for index, one in enumerate(trend.series):
        mine, x = "" if len(trend.series) == 1 else f" FILTER (WHERE e.s{index})", f"e.x{index}"
        columns.append(f"COUNT(*){mine} AS n{index}")
        if one.measure in ("sum", "average"):
            columns += [f"COUNT({x}){mine} AS c{index}", f"SUM(CAST(COALESCE({x}, 0) AS {_SUMMED})){mine} AS t{index}"]
        if one.measure in ("min", "max"):
            columns.append(f"{one.measure.upper()}({x}){mine} AS x{index}")
        if one.measure in PEOPLE and way.kind == "sets":
            last = way.below - 1
            columns.append(f"BITSTRING_AGG(LEAST(e.person, {last}), 0, {last}){mine} AS b{index}")
    any_of = " OR ".join(f"e.s{index}" for index in range(len(trend.series)))
    return f"SELECT {', '.join(columns)} FROM {source} AS e WHERE {any_of} GROUP BY {', '.join(by)}"  # noqa: S608 - names of ours


def sums(trend: Trend, way: Way) -> Iterator[str]:
    """Yield the aggregates of what ``alike`` made, as ``figures`` does of events; ``o0`` says whether a set held too large an id."""
    for index, one in enumerate(trend.series):
        yield f"SUM(e.n{index}) AS n{index}"
        if one.measure in ("sum", "average"):
            yield f"SUM(e.c{index}) AS c{index}"
            yield f"SUM(e.t{index}) AS t{index}"
        if one.measure in ("min", "max"):
            yield f"{one.measure.upper()}(e.x{index}) AS {one.measure}{index}"
        if one.measure in PEOPLE and way.kind == "people":
            yield f"COUNT(DISTINCT e.person) FILTER (WHERE e.n{index} > 0) AS p{index}"
        if one.measure in PEOPLE and way.kind == "sets":
            yield f"BIT_COUNT(BIT_OR(e.b{index})) AS p{index}"
            yield f"GET_BIT(BIT_OR(e.b{index}), {way.below - 1}) AS o{index}"


def fresh_of(trend: Trend) -> Iterator[str]:
    """Yield whether an event is the first of its person in a series: of all (``g0``), and of those of a line (``h0``)."""
    cuts = (("g", ""), ("h", ", e.place, e.value")) if trend.breakdown is not None else (("g", ""),)
    for index, one in enumerate(trend.series):
        for name, cut in cuts if one.measure in PEOPLE else ():
            order = f"PARTITION BY e.s{index}, e.person{cut} ORDER BY e.t, e.key_hi, e.key_lo"
            yield f"e.s{index} AND ROW_NUMBER() OVER ({order}) = 1 AS {name}{index}"
    yield "TRUE AS fresh"


def figures(trend: Trend, fresh: str) -> Iterator[str]:
    """Yield the aggregates of events ``e``, for each series what its measure is made of."""
    for index, one in enumerate(trend.series):
        mine, x = f"FILTER (WHERE e.s{index})", f"e.x{index}"
        named = {"n": "COUNT(*)"}
        if one.measure in PEOPLE:
            named["p"] = "COUNT(DISTINCT e.person)"
        if one.measure in ("sum", "average"):
            named |= {"c": f"COUNT({x})", "t": f"SUM(CAST(COALESCE({x}, 0) AS {_SUMMED}))"}
        if one.measure in ("min", "max"):
            named[one.measure] = f"{one.measure.upper()}({x})"
        if one.measure == "median":
            named["median"] = f"QUANTILE_DISC({x}, 0.5)"
        yield from (f"{written} {mine} AS {word}{index}" for word, written in named.items())
        if trend.cumulative and one.measure in PEOPLE:
            yield f"COUNT(*) FILTER (WHERE e.{fresh}{index}) AS f{index}"
