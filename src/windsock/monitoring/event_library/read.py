"""Entries of the event library read from YAML or JSON, key by key, and written back the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from windsock.conditions.model.given import bounded, flag, known_keys, listing, mapping, one_of, shown, word
from windsock.kernel.errors import InvalidInput
from windsock.metrics.model.definition import Words
from windsock.monitoring.event_library.model import Check, Course, Direction, Finding, KnownEvent, Mode, Moves, Signature, Step, Window

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
TITLE_MOST, TEXT_MOST = 120, 1_000
MOVES_MOST, LIST_MOST, TESTS_MOST = 20, 20, 200
MINUTES_MOST = 525_600
"""A year."""
ACTIONS = (
    "notify", "assign", "open_task", "call_webhook", "mute", "mark_late",
    "pause_campaign", "switch_slot", "change_rank_rule", "issue_vouchers", "propose_price",
)  # fmt: skip
BESIDE = ("release", "campaign", "fare_sale", "holiday", "weather", "competitor", "schedule_change", "supplier", "maintenance")
DIRECTIONS, COURSES, MODES = ("up", "down"), ("sudden", "slow"), ("auto", "manual")
_KEYS = ("known_event", "title", "about", "owner", "signature", "sources", "checks", "causes", "playbook", "tests")
_SIGNATURE = ("moves", "steady", "named", "values", "beside", "hours", "course", "lasts_min")
_FINDING = ("moved", "quiet", "where", "beside", "hour", "course", "minutes")


def read_event(given: object) -> KnownEvent:
    """Read an entry.

    Raises:
        InvalidInput: says which key is wrong, and what to write instead.
    """
    bounded(given, "known_event")
    found = mapping(given, "known_event")
    known_keys(found, _KEYS, "known_event")
    return KnownEvent(
        name=_name(found.get("known_event"), "known_event"),
        title=_words(found.get("title"), TITLE_MOST, "title"),
        about=_words(found.get("about"), TEXT_MOST, "about"),
        owner=word(found.get("owner"), "owner", 80),
        signature=read_signature(found.get("signature"), "signature"),
        sources=_texts(found.get("sources", []), "sources"),
        checks=tuple(_check(one, f"checks[{at}]") for at, one in _list(found, "checks", 0, LIST_MOST)),
        causes=tuple(_words(one, TEXT_MOST, f"causes[{at}]") for at, one in _list(found, "causes", 1, LIST_MOST)),
        playbook=tuple(_step(one, f"playbook[{at}]") for at, one in _list(found, "playbook", 1, LIST_MOST)),
        tests=tuple(_window(one, f"tests[{at}]") for at, one in _list(found, "tests", 0, TESTS_MOST)),
    )


def read_signature(given: object, where: str) -> Signature:
    """Read how an event looks.

    Raises:
        InvalidInput: a key is wrong, or no metric leads.
    """
    found = mapping(given, where)
    known_keys(found, _SIGNATURE, where)
    moves = tuple(_moves(one, f"{where}.moves[{at}]") for at, one in _list(found, "moves", 1, MOVES_MOST, where))
    if not any(move.lead for move in moves):
        raise InvalidInput("No metric leads.", where=f"{where}.moves", fix="Write lead: true at the metric without which it is not this event.")
    twice = [move.metric for at, move in enumerate(moves) if move.metric in {one.metric for one in moves[:at]}]
    if twice:
        raise InvalidInput(f"{shown(twice[0])} stands there twice.", where=f"{where}.moves", fix="Name each metric once.")
    values = mapping(found.get("values", {}), f"{where}.values")
    return Signature(
        moves=moves,
        steady=_texts(found.get("steady", []), f"{where}.steady"),
        named=_texts(found.get("named", []), f"{where}.named"),
        values={key: _texts(of, f"{where}.values.{key}", least=1) for key, of in values.items()},
        beside=tuple(one_of(one, BESIDE, f"{where}.beside") for one in _texts(found.get("beside", []), f"{where}.beside")),
        hours=cast("tuple[int, int] | None", _pair(found.get("hours"), 0, 24, f"{where}.hours")),
        course=_optional(found.get("course"), COURSES, f"{where}.course"),
        lasts_min=cast("tuple[int, int] | None", _pair(found.get("lasts_min"), 0, MINUTES_MOST, f"{where}.lasts_min")),
    )


def read_finding(given: object, where: str = "finding") -> Finding:
    """Read what was found.

    Raises:
        InvalidInput: a key is wrong.
    """
    found = mapping(given, where)
    known_keys(found, _FINDING, where)
    moved = mapping(found.get("moved"), f"{where}.moved")
    if not 0 < len(moved) <= MOVES_MOST * 5:
        raise InvalidInput("No metric moved.", where=f"{where}.moved", fix="Write at least one: {payment_success_rate: down}.")
    elements = None
    if found.get("where") is not None:
        elements = tuple(_element(one, f"{where}.where[{at}]") for at, one in _list(found, "where", 0, LIST_MOST, where))
    beside = None if found.get("beside") is None else frozenset(_texts(found["beside"], f"{where}.beside"))
    return Finding(
        moved={key: cast("Direction", one_of(way, DIRECTIONS, f"{where}.moved.{key}")) for key, way in moved.items()},
        quiet=frozenset(_texts(found.get("quiet", []), f"{where}.quiet", most=500)),
        where=elements,
        beside=beside,
        hour=_whole(found.get("hour"), 0, 23, f"{where}.hour"),
        course=_optional(found.get("course"), COURSES, f"{where}.course"),
        minutes=_whole(found.get("minutes"), 0, MINUTES_MOST, f"{where}.minutes"),
    )


def _moves(given: object, where: str) -> Moves:
    found = mapping(given, where)
    known_keys(found, ("metric", "direction", "lead"), where)
    way = cast("Direction", one_of(found.get("direction"), DIRECTIONS, f"{where}.direction"))
    return Moves(word(found.get("metric"), f"{where}.metric", 120), way, flag(found.get("lead", False), f"{where}.lead"))


def _check(given: object, where: str) -> Check:
    found = mapping(given, where)
    known_keys(found, ("title", "metric", "by"), where)
    metric = None if found.get("metric") is None else word(found["metric"], f"{where}.metric", 120)
    return Check(_words(found.get("title"), TEXT_MOST, f"{where}.title"), metric, _texts(found.get("by", []), f"{where}.by", most=4))


def _step(given: object, where: str) -> Step:
    found = mapping(given, where)
    known_keys(found, ("action", "title", "mode", "with"), where)
    action = one_of(found.get("action"), ACTIONS, f"{where}.action")
    extra = mapping(found.get("with", {}), f"{where}.with")
    settings = {key: word(value, f"{where}.with.{key}", TEXT_MOST) for key, value in extra.items()}
    mode = cast("Mode", one_of(found.get("mode", "manual"), MODES, f"{where}.mode"))
    return Step(action, _words(found.get("title"), TEXT_MOST, f"{where}.title"), mode, settings)


def _window(given: object, where: str) -> Window:
    found = mapping(given, where)
    known_keys(found, ("name", "finding", "expect"), where)
    name = word(found.get("name"), f"{where}.name", TITLE_MOST)
    return Window(name, read_finding(found.get("finding"), f"{where}.finding"), flag(found.get("expect", True), f"{where}.expect"))


def _element(given: object, where: str) -> Mapping[str, str]:
    return {key: word(value, f"{where}.{key}") for key, value in mapping(given, where).items()}


def _name(given: object, where: str) -> str:
    if not isinstance(given, str) or not NAME.fullmatch(given):
        raise InvalidInput(
            f"{shown(given)} is no name of a known event.", where=where, fix="Write small letters, digits and _: payment_provider_fault."
        )
    return given


def _words(given: object, most: int, where: str) -> Words:
    found = mapping(given, where)
    known_keys(found, ("en", "zh"), where)
    return Words(*(word(found.get(key), f"{where}.{key}", most) for key in ("en", "zh")))


def _texts(given: object, where: str, *, least: int = 0, most: int = LIST_MOST) -> tuple[str, ...]:
    return tuple(word(one, f"{where}[{at}]") for at, one in enumerate(listing(given, where, least, most), start=1))


def _list(found: Mapping[str, Any], key: str, least: int, most: int, where: str = "") -> list[tuple[int, Any]]:
    return list(enumerate(listing(found.get(key, []), f"{where}.{key}" if where else key, least, most), start=1))


def _optional(given: object, words: tuple[str, ...], where: str) -> Course | None:
    return None if given is None else cast("Course", one_of(given, words, where))


def _pair(given: object, least: int, most: int, where: str) -> tuple[int, ...] | None:
    if given is None:
        return None
    ends = tuple(_whole(one, least, most, where) for one in listing(given, where, 2, 2))
    return tuple(end if end is not None else least for end in ends)


def _whole(given: object, least: int, most: int, where: str) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise InvalidInput(f"{shown(given)} is no whole number from {least} to {most}.", where=where, fix=f"Write one from {least} to {most}.")
    return given
