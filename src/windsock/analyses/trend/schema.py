"""The form of trends as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.model.asked import FIELDS_MOST, TOP_MOST
from windsock.analyses.trend.model import COMPARED, FORMULA_MOST, GRAINS, LETTERS, MEASURES, MOVING_MOST
from windsock.conditions import definitions

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}


def trend_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of trends; what it can't say, such as which letters a formula may name, the reading checks."""
    fields: dict[str, Any] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": FIELDS_MOST}]}
    breakdown: dict[str, Any] = {
        "type": "object",
        "properties": {"field": fields, "top": {"type": "integer", "minimum": 1, "maximum": TOP_MOST}},
        "required": ["field"],
        "additionalProperties": False,
    }
    events: dict[str, Any] = {"$ref": "#/$defs/events"}
    series: dict[str, Any] = {
        "type": "object",
        "properties": {
            "name": _TEXT,
            "event": events,
            "where": {"$ref": "#/$defs/tests"},
            "measure": {"enum": [*MEASURES]},
            "of": {**_TEXT, "description": "The field of a sum, average, min, max or median"},
        },
        "required": ["event"],
        "additionalProperties": False,
    }
    properties: dict[str, Any] = {
        "trend": {**_TEXT, "description": "Its name"},
        "name": _TEXT,
        "series": {"type": "array", "items": {"anyOf": [events, series]}, "minItems": 1, "maxItems": len(LETTERS)},
        "formula": {"type": "string", "minLength": 1, "maxLength": FORMULA_MOST, "description": "Over the letters of the series: B / A * 100"},
        "grain": {"enum": [*GRAINS]},
        "period": {"$ref": "#/$defs/period"},
        "breakdown": {"anyOf": [fields, breakdown]},
        "compare": {"enum": [*COMPARED]},
        "cumulative": {"type": "boolean"},
        "moving": {"type": "integer", "minimum": 2, "maximum": MOVING_MOST},
        "where": {"$ref": "#/$defs/tests"},
        "who": {"$ref": "#/$defs/condition"},
        "internal": {"type": "boolean"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Trend",
        "$defs": definitions(),
        "type": "object",
        "properties": properties,
        "required": ["series", "period"],
        "additionalProperties": False,
    }
