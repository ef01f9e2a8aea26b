"""The form of sessions as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.model.asked import FIELDS_MOST
from windsock.analyses.model.asked import TOP_MOST as BREAKDOWN_MOST
from windsock.analyses.model.funnel import TRENDS
from windsock.analyses.model.nodes import ENTRIES_MOST
from windsock.analyses.sessions.model import TOP_MOST
from windsock.conditions import definitions


def sessions_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of sessions; what it can't say, such as that a field exists, the reading and the asking check."""
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
    events: dict[str, Any] = {"$ref": "#/$defs/events"}
    kind: dict[str, Any] = {"anyOf": [events, _object({"event": events, "where": {"$ref": "#/$defs/tests"}}, "event")]}
    top: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": BREAKDOWN_MOST}
    fields: dict[str, Any] = {"type": "array", "items": text, "minItems": 1, "maxItems": FIELDS_MOST}
    properties: dict[str, Any] = {
        "sessions": {**text, "description": "Their name"},
        "name": text,
        "events": {
            "anyOf": [{"const": "*"}, {"type": "array", "items": kind, "minItems": 1, "maxItems": ENTRIES_MOST}],
            "description": "Which events take part",
        },
        "gap": {"$ref": "#/$defs/length", "description": "The longest pause within a session; 30 minutes by default"},
        "midnight": {"type": "boolean", "description": "A session is over with the civil day"},
        "campaign": {
            "anyOf": [{"type": "boolean"}, text, fields],
            "description": "Another campaign begins another session: true for the usual fields, or the fields that name it",
        },
        "by": {
            "anyOf": [text, _object({"field": text, "event": events}, "field")],
            "description": "A field that is part of an entry's and an exit's name, such as properties.page",
        },
        "top": {"type": "integer", "minimum": 1, "maximum": TOP_MOST, "description": "So many entries and exits"},
        "breakdown": {"anyOf": [text, _object({"field": text, "top": top}, "field")]},
        "trend": {"enum": [*TRENDS]},
        "period": {"$ref": "#/$defs/period"},
        "where": {"$ref": "#/$defs/tests"},
        "who": {"$ref": "#/$defs/condition"},
        "internal": {"type": "boolean"},
    }
    named = _object(properties, "events", "period")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Sessions", "$defs": definitions(), **named}


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}
