"""The form of driver trees as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.drivers.model import DEPTH_MOST, DRIVERS_MOST, LEAST_MOST
from windsock.analyses.schema import asked_properties, kind_schema
from windsock.conditions import definitions


def drivers_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of driver trees; what it can't say, such as which fields are numbers, the answer checks."""
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
    asked = asked_properties()
    asked.pop("breakdown")
    as_: dict[str, Any] = {"enum": ["category", "number"]}
    one: dict[str, Any] = {
        "anyOf": [
            text,
            *(
                {"type": "object", "properties": {key: text, "as": as_}, "required": [key], "additionalProperties": False}
                for key in ("field", "trait")
            ),
        ]
    }
    target: dict[str, Any] = {
        "type": "object",
        "properties": {
            "did": {"$ref": "#/$defs/events"},
            "where": {"$ref": "#/$defs/tests"},
            "within": {"$ref": "#/$defs/length"},
            "sum": {**text, "description": "The field that is added up; without it whether it was done at all"},
        },
        "required": ["did", "within"],
        "additionalProperties": False,
    }
    properties: dict[str, Any] = {
        "drivers": {**text, "description": "Its name"},
        **asked,
        "start": kind_schema(),
        "target": target,
        "by": {"type": "array", "items": one, "minItems": 1, "maxItems": DRIVERS_MOST},
        "depth": {"type": "integer", "minimum": 1, "maximum": DEPTH_MOST},
        "least": {"type": "integer", "minimum": 10, "maximum": LEAST_MOST},
        "seed": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Drivers",
        "$defs": definitions(),
        "type": "object",
        "properties": properties,
        "required": ["start", "target", "by", "period"],
        "additionalProperties": False,
    }
