"""What a correlation means, told slowly and plainly: each attempt, and each fact that was true of it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

from tests.analyses.oracle import Told, attempts
from tests.conditions.oracle import Event, Oracle, among, as_text, as_texts, passes, read
from tests.conditions.world import World
from windsock.analyses import Correlation
from windsock.identity.model import IDENTIFIED, Said, fold_traits

Fact = tuple[int, str]


def attempts_and_facts(world: World, asked: Correlation, now_ms: int, zone: str, as_of_ms: int | None = None) -> list[tuple[Told, set[Fact]]]:
    """Return the attempts that reached the first step, each with its facts as (place of the kind, value)."""
    oracle = Oracle(world, now_ms, zone, as_of_ms)
    found: list[tuple[Told, set[Fact]]] = []
    for told in attempts(world, asked.funnel, now_ms, zone, as_of_ms):
        if told.deep >= asked.first:
            mine = [event for event in oracle.events[told.person] if all(passes(test, read(event, test.field)) for test in asked.funnel.where)]
            facts = _at(mine, told, asked) | _traits(oracle, told, asked) | _between(mine, told, asked, zone)
            found.append((told, facts))
    return found


def _held(event: Event, told: Told, asked: Correlation) -> Any:
    hold = asked.funnel.chain.hold
    return told.held if hold is None else as_text(event, hold)


def _at(mine: list[Event], told: Told, asked: Correlation) -> set[Fact]:
    rows = asked.funnel.chain.steps[asked.first].rows
    there = [event for event in mine if event["ts_ms"] == told.times[asked.first] and among(event, rows) and _held(event, told, asked) == told.held]
    values = {(place, as_texts(event, fields)) for event in there for place, fields in enumerate(asked.at)}
    return {(place, value) for place, value in values if value is not None}


def _traits(oracle: Oracle, told: Told, asked: Correlation) -> set[Fact]:
    named = {row["did"] for row in oracle.world.rows.get("identity", []) if row["namespace"] in IDENTIFIED}
    rows = [row for row in oracle.world.rows.get("trait", []) if oracle.person(row["did"]) == told.person]
    said = [Said(row["name"], row["value"], row["source"], row["at_ms"], row["op"] or "set", row["trust"], row["did"] in named) for row in rows]
    values = {trait.name: trait.value for trait in fold_traits(said) if not (trait.value or "").startswith("[")}
    found = {(place, values.get(name)) for place, name in enumerate(asked.traits, len(asked.at))}
    return {(place, value) for place, value in found if value is not None}


def _between(mine: list[Event], told: Told, asked: Correlation, zone: str) -> set[Fact]:
    between, chain = asked.between, asked.funnel.chain
    if between is None:
        return set()
    own = {name for rows in (*chain.kinds, *(one.rows for one in chain.exclusions)) for name in rows.events}
    start, first = told.times[0], told.times[asked.first]
    assert start is not None
    assert first is not None
    facts: set[Fact] = set()
    for event in mine:
        t = event["ts_ms"]
        if not among(event, between.rows) or event["event"] in own or t <= first or _held(event, told, asked) not in (told.held, None):
            continue
        if between.within_ms is not None and t - first > between.within_ms:
            continue
        end = told.times[asked.last] if told.deep >= asked.last else None
        over = t >= end if end is not None else t - start > chain.window_ms if chain.window_ms is not None else _day(t, zone) != _day(start, zone)
        if over:
            continue
        place = len(asked.at) + len(asked.traits)
        facts.add((place, event["event"]))
        for number, name in enumerate(between.fields, place + 1):
            value = as_text(event, name)
            if value is not None:
                facts.add((number, json.dumps([event["event"], value], ensure_ascii=False, separators=(",", ":"))))
    return facts


def _day(t: int, zone: str) -> dt.date:
    return dt.datetime.fromtimestamp(t / 1000, ZoneInfo(zone)).date()
