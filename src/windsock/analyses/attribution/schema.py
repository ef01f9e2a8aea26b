"""The form of an attribution as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.attribution.model import DIRECT_MOST, MODELS, TOP_MOST
from windsock.analyses.schema import asked_properties, kind_schema
from windsock.conditions import definitions

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}


def attribution_schema() -> dict[str, Any]:
    """Return the JSON Schema of an attribution's definition."""
    shared = {name: form for name, form in asked_properties().items() if name != "breakdown"}
    properties: dict[str, Any] = {
        "attribution": {**_TEXT, "description": "Its name"},
        **shared,
        "conversion": kind_schema(),
        "touches": kind_schema(),
        "by": {**_TEXT, "description": "The field of touches whose value is credited"},
        "look_back": {"$ref": "#/$defs/length"},
        "direct": {"type": "array", "items": _TEXT, "maxItems": DIRECT_MOST},
        "value": {**_TEXT, "description": "A number of conversions that is credited beside their count"},
        "same": {**_TEXT, "description": "A field whose value touch and conversion share"},
        "models": {"type": "array", "items": {"enum": [*MODELS]}, "minItems": 1, "maxItems": len(MODELS)},
        "half_life": {"$ref": "#/$defs/length"},
        "ends": {"type": "integer", "minimum": 0, "maximum": 50, "description": "Hundredths of the first and of the last touch by position"},
        "top": {"type": "integer", "minimum": 1, "maximum": TOP_MOST},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Attribution",
        "$defs": definitions(),
        "type": "object",
        "properties": properties,
        "required": ["conversion", "touches", "by", "period"],
        "additionalProperties": False,
    }
