"""The form of known events and findings as JSON Schema."""

from __future__ import annotations

from typing import Any

from windsock.monitoring.event_library.read import (
    ACTIONS,
    BESIDE,
    COURSES,
    DIRECTIONS,
    LIST_MOST,
    MINUTES_MOST,
    MODES,
    MOVES_MOST,
    TESTS_MOST,
    TEXT_MOST,
    TITLE_MOST,
)

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def event_schema() -> dict[str, Any]:
    """Return the JSON Schema of an entry of the event library."""
    words, step = _words(TEXT_MOST), {"action": {"enum": [*ACTIONS]}, "mode": {"enum": [*MODES]}, "title": _words(TEXT_MOST), "with": _map(_text())}
    check = {"title": words, "metric": _text("A metric that shows it"), "by": _list(_text(), 0, 4)}
    window = {"name": _text(), "finding": _finding(), "expect": {"type": "boolean", "description": "Whether it was this event; true by default"}}
    told = {
        "known_event": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,59}$", "description": "Its name"},
        "title": _words(TITLE_MOST),
        "about": words,
        "owner": _text("The team it belongs to"),
        "signature": _signature(),
        "sources": _list(_text(), 0, LIST_MOST),
        "checks": _list(_object(check, ["title"]), 0, LIST_MOST),
        "causes": _list(words, 1, LIST_MOST),
        "playbook": _list(_object(step, ["action", "title"]), 1, LIST_MOST),
        "tests": _list(_object(window, ["name", "finding"]), 0, TESTS_MOST),
    }
    return {"$schema": _DRAFT, "title": "Known event", **_object(told, ["known_event", "title", "about", "owner", "signature", "causes", "playbook"])}


def finding_schema() -> dict[str, Any]:
    """Return the JSON Schema of a finding."""
    return {"$schema": _DRAFT, "title": "Finding", **_finding()}


def _signature() -> dict[str, Any]:
    move = {"metric": _text(), "direction": {"enum": [*DIRECTIONS]}, "lead": {"type": "boolean", "description": "Without it, it is not this event"}}
    told = {
        "moves": _list(_object(move, ["metric", "direction"]), 1, MOVES_MOST),
        "steady": _list(_text(), 0, LIST_MOST, "Metrics that hold still"),
        "named": _list(_text(), 0, LIST_MOST, "Dimensions of which the cause names at least one"),
        "values": {**_map(_list(_text(), 1, LIST_MOST)), "description": "Values that the cause names, by dimension"},
        "beside": _list({"enum": [*BESIDE]}, 0, LIST_MOST, "What is going on at the time; one of these is enough"),
        "hours": {
            **_list({"type": "integer", "minimum": 0, "maximum": 24}, 2, 2),
            "description": "Local hours [from, to); from > to goes over midnight",
        },
        "course": {"enum": [*COURSES]},
        "lasts_min": {**_list({"type": "integer", "minimum": 0, "maximum": MINUTES_MOST}, 2, 2), "description": "Minutes, the least and the most"},
    }
    return _object(told, ["moves"])


def _finding() -> dict[str, Any]:
    told = {
        "moved": {**_map({"enum": [*DIRECTIONS]}), "minProperties": 1, "maxProperties": MOVES_MOST * 5},
        "quiet": _list(_text(), 0, 500, "Metrics that are watched and as expected"),
        "where": {
            **_list(_map(_text()), 0, LIST_MOST),
            "description": "Combinations that the cause names; empty: it is everywhere; left out: not looked for",
        },
        "beside": _list(_text(), 0, LIST_MOST),
        "hour": {"type": "integer", "minimum": 0, "maximum": 23},
        "course": {"enum": [*COURSES]},
        "minutes": {"type": "integer", "minimum": 0, "maximum": MINUTES_MOST},
    }
    return _object(told, ["moved"])


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(items: dict[str, Any], least: int, most: int, about: str = "") -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most, **({"description": about} if about else {})}


def _map(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


def _text(about: str = "") -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": TEXT_MOST, **({"description": about} if about else {})}


def _words(most: int) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1, "maxLength": most}
    return _object({"en": text, "zh": text}, ["en", "zh"])
