"""The form of analyses as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.model.asked import FIELDS_MOST, TOP_MOST
from windsock.analyses.model.funnel import COUNTS, ORDERS, SAME_DAY, TRENDS
from windsock.conditions import definitions
from windsock.conditions.model import STEPS_MOST

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}


def asked_properties() -> dict[str, Any]:
    """Return the properties that every definition may have."""
    breakdown = {
        "type": "object",
        "properties": {"field": _TEXT, "top": {"type": "integer", "minimum": 1, "maximum": TOP_MOST}},
        "required": ["field"],
        "additionalProperties": False,
    }
    return {
        "name": _TEXT,
        "period": {"$ref": "#/$defs/period"},
        "where": {"$ref": "#/$defs/tests"},
        "who": {"$ref": "#/$defs/condition"},
        "internal": {"type": "boolean"},
        "breakdown": {"anyOf": [_TEXT, breakdown]},
    }


def kind_schema() -> dict[str, Any]:
    """Return the form of which events are meant."""
    named = {"event": {"$ref": "#/$defs/events"}, "where": {"$ref": "#/$defs/tests"}}
    return {"anyOf": [{"$ref": "#/$defs/events"}, {"type": "object", "properties": named, "required": ["event"], "additionalProperties": False}]}


def funnel_schema() -> dict[str, Any]:
    """Return the JSON Schema of a funnel's definition; what it can't say, such as which step an exclusion names, the reading checks."""
    shared = definitions()
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
    length: dict[str, Any] = {"$ref": "#/$defs/length"}
    fields: dict[str, Any] = {"anyOf": [text, {"type": "array", "items": text, "minItems": 1, "maxItems": FIELDS_MOST}]}
    breakdown: dict[str, Any] = {
        "type": "object",
        "properties": {
            "field": fields,
            "step": {"anyOf": [text, {"type": "integer", "minimum": 1}]},
            "top": {"type": "integer", "minimum": 1, "maximum": TOP_MOST},
        },
        "required": ["field"],
        "additionalProperties": False,
    }
    properties: dict[str, Any] = {
        "funnel": {**text, "description": "Its name"},
        "name": text,
        "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}, "minItems": 2, "maxItems": STEPS_MOST},
        "order": {"enum": [*ORDERS]},
        "window": {"anyOf": [{"const": SAME_DAY}, length]},
        "each_within": length,
        "period": {"$ref": "#/$defs/period"},
        "count": {"enum": [*COUNTS]},
        "same": {**text, "description": "A field whose value is the same in every step"},
        "without": {"type": "array", "items": {"$ref": "#/$defs/exclusion"}},
        "where": {"$ref": "#/$defs/tests"},
        "who": {"$ref": "#/$defs/condition"},
        "breakdown": {"anyOf": [fields, breakdown]},
        "trend": {"enum": [*TRENDS]},
        "internal": {"type": "boolean"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Funnel",
        "$defs": shared,
        "type": "object",
        "properties": properties,
        "required": ["steps", "window", "period"],
        "additionalProperties": False,
    }
