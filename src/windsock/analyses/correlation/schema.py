"""The form of correlations as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.correlation.model import FAMILY_MOST, LEAST_MOST, SHOWN_MOST
from windsock.analyses.model.asked import FIELDS_MOST
from windsock.analyses.schema import funnel_schema


def correlation_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of correlations; what it can't say, such as which steps may be named, the reading checks."""
    funnel = funnel_schema()
    shared = funnel.pop("$defs")
    for gone in ("$schema", "title"):
        funnel.pop(gone)
    for gone in ("breakdown", "trend"):
        funnel["properties"].pop(gone)
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
    names: dict[str, Any] = {"type": "array", "items": text, "maxItems": FAMILY_MOST, "uniqueItems": True}
    step: dict[str, Any] = {"anyOf": [text, {"type": "integer", "minimum": 1}]}
    together: dict[str, Any] = {"type": "array", "items": text, "minItems": 1, "maxItems": FIELDS_MOST}
    rows: dict[str, Any] = {"event": {"$ref": "#/$defs/events"}, "where": {"$ref": "#/$defs/tests"}}
    between: dict[str, Any] = {**rows, "fields": names, "within": {"$ref": "#/$defs/length"}}
    properties: dict[str, Any] = {
        "correlation": {**text, "description": "Its name"},
        "name": text,
        "funnel": funnel,
        "from": {**step, "description": "The step whose attempts are split; by default the one before 'to'"},
        "to": {**step, "description": "The step that they reach or not; by default the last one"},
        "at": {"type": "array", "items": {"anyOf": [text, together]}, "maxItems": FAMILY_MOST, "description": "Fields of the events of 'from'"},
        "traits": names,
        "between": {
            "anyOf": [{"$ref": "#/$defs/events"}, {"type": "object", "properties": between, "required": ["event"], "additionalProperties": False}]
        },
        "least": {"type": "integer", "minimum": 1, "maximum": LEAST_MOST},
        "top": {"type": "integer", "minimum": 1, "maximum": SHOWN_MOST},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Correlation",
        "$defs": shared,
        "type": "object",
        "properties": properties,
        "required": ["funnel"],
        "additionalProperties": False,
    }
