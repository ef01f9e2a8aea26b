"""The form of intervals as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.interval.model import BINS_MOST, PAIRS
from windsock.analyses.model.asked import TOP_MOST
from windsock.analyses.model.funnel import TRENDS
from windsock.conditions import definitions


def interval_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of intervals; what it can't say, such as that bins grow, the reading checks."""
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
    events: dict[str, Any] = {"$ref": "#/$defs/events"}
    kind: dict[str, Any] = {"anyOf": [events, _object({"event": events, "where": {"$ref": "#/$defs/tests"}}, "event")]}
    length: dict[str, Any] = {"$ref": "#/$defs/length"}
    properties: dict[str, Any] = {
        "interval": {**text, "description": "Its name"},
        "name": text,
        "from": kind,
        "to": kind,
        "pair": {"enum": [*PAIRS]},
        "same": {**text, "description": "A field whose value start and end have in common"},
        "window": length,
        "bins": {"type": "array", "items": length, "minItems": 1, "maxItems": BINS_MOST, "description": "Where each bin begins, after the first"},
        "period": {"$ref": "#/$defs/period"},
        "where": {"$ref": "#/$defs/tests"},
        "who": {"$ref": "#/$defs/condition"},
        "breakdown": {"anyOf": [text, _object({"field": text, "top": {"type": "integer", "minimum": 1, "maximum": TOP_MOST}}, "field")]},
        "trend": {"enum": [*TRENDS]},
        "internal": {"type": "boolean"},
    }
    named = _object(properties, "from", "to", "window", "period")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Interval", "$defs": definitions(), **named}


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}
