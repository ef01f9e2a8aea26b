"""The form of basket analyses as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.basket.model import BYS, GAP_MOST, LEAST_MOST, TOP_MOST
from windsock.analyses.model.asked import FIELDS_MOST
from windsock.analyses.schema import asked_properties, kind_schema
from windsock.conditions import definitions


def basket_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of baskets; what it can't say, such as which baskets have a window, the reading checks."""
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
    asked = asked_properties()
    asked.pop("breakdown")
    properties: dict[str, Any] = {
        "basket": {**text, "description": "Its name"},
        **asked,
        "event": {**kind_schema(), "description": "Events that have the items; without it the lines of orders have them"},
        "items": {"anyOf": [text, {"type": "array", "items": text, "minItems": 1, "maxItems": FIELDS_MOST, "uniqueItems": True}]},
        "in": {**text, "description": "order (default), trip or person; of events order_ref (default), person, or another field"},
        "within": {"$ref": "#/$defs/length", "description": "With in: person, how far apart two items may be"},
        "gap": {"type": "integer", "minimum": 0, "maximum": GAP_MOST, "description": "With in: trip, days without travel that don't end it"},
        "least": {"type": "integer", "minimum": 1, "maximum": LEAST_MOST},
        "by": {"enum": [*BYS]},
        "top": {"type": "integer", "minimum": 1, "maximum": TOP_MOST},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Basket",
        "$defs": definitions(),
        "type": "object",
        "properties": properties,
        "required": ["items", "period"],
        "additionalProperties": False,
    }
