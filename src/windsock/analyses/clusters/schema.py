"""The form of clusters as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.clusters.model import FEATURES_LEAST, FEATURES_MOST, K_LEAST, K_MOST, OF_EVENTS, OF_ORDERS
from windsock.analyses.model.money import OF_ORDERS as MONEY
from windsock.conditions import definitions


def clusters_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of clusters; what it can't say, such as that names differ, the reading checks."""
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
    events: dict[str, Any] = {"$ref": "#/$defs/events"}
    called: dict[str, Any] = {
        "as": {"type": "string", "minLength": 1, "maxLength": 80, "description": "What it is called"},
        "log": {"type": "boolean", "description": "Whether its scale is logarithmic; by its skewness where nothing is said"},
    }
    of_events: dict[str, Any] = {"measure": {"enum": [*OF_EVENTS]}, "event": events, "where": {"$ref": "#/$defs/tests"}, "of": text}
    of_orders: dict[str, Any] = {"measure": {"enum": [*OF_ORDERS]}}
    feature: dict[str, Any] = {"anyOf": [_object(of_events | called, "measure", "event"), _object(of_orders | called, "measure")]}
    currency: dict[str, Any] = {"type": "string", "pattern": "^[A-Z]{3}$"}
    money: list[dict[str, Any]] = [
        {"enum": [*MONEY]},
        _object({"orders": {"enum": [*MONEY]}, "currency": currency}),
        _object({"event": events, "where": {"$ref": "#/$defs/tests"}, "field": text, "currency": currency}, "event", "field"),
    ]
    properties: dict[str, Any] = {
        "clusters": {**text, "description": "Their name"},
        "name": text,
        "features": {"type": "array", "items": feature, "minItems": FEATURES_LEAST, "maxItems": FEATURES_MOST},
        "k": {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": K_LEAST, "maximum": K_MOST}], "description": "How many; auto by default"},
        "money": {"anyOf": money, "description": "Which money, and whose orders; what was paid by default"},
        "period": {"$ref": "#/$defs/period"},
        "where": {"$ref": "#/$defs/tests", "description": "Tests that every event must pass; orders are not tested"},
        "who": {"$ref": "#/$defs/condition"},
        "internal": {"type": "boolean"},
    }
    named = _object(properties, "features", "period")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Clusters", "$defs": definitions(), **named}


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}
