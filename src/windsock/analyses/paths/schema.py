"""The form of paths as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.paths.model import ENTRIES_MOST, REPEATS, STEPS_LEAST, STEPS_MOST, TOP_MOST
from windsock.conditions import definitions


def paths_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of paths; what it can't say, such as that an anchor takes part, the reading checks."""
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
    events: dict[str, Any] = {"$ref": "#/$defs/events"}
    rows: dict[str, Any] = {"event": events, "where": {"$ref": "#/$defs/tests"}}
    kind: dict[str, Any] = {"anyOf": [events, _object(rows, "event")]}
    properties: dict[str, Any] = {
        "paths": {**text, "description": "Their name"},
        "name": text,
        "events": {
            "anyOf": [{"const": "*"}, {"type": "array", "items": kind, "minItems": 1, "maxItems": ENTRIES_MOST}],
            "description": "Which events take part",
        },
        "by": {
            "anyOf": [text, _object({"field": text, "event": events}, "field")],
            "description": "A field that is part of a node's name, such as properties.page",
        },
        "group": {"type": "array", "items": _object({"as": text, **rows}, "as", "event"), "maxItems": ENTRIES_MOST},
        "start": {**kind, "description": "A path is cut before the first of these events"},
        "end": {**kind, "description": "A path is cut after the last of these events; steps are counted from there"},
        "session_gap": {"$ref": "#/$defs/length"},
        "repeats": {"enum": [*REPEATS]},
        "steps": {"type": "integer", "minimum": STEPS_LEAST, "maximum": STEPS_MOST},
        "top": {"type": "integer", "minimum": 1, "maximum": TOP_MOST},
        "period": {"$ref": "#/$defs/period"},
        "where": {"$ref": "#/$defs/tests"},
        "who": {"$ref": "#/$defs/condition"},
        "internal": {"type": "boolean"},
    }
    named = _object(properties, "events", "period") | {"not": {"required": ["start", "end"]}}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Paths", "$defs": definitions(), **named}


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}
