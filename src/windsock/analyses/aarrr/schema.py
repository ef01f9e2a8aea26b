"""The form of boards of growth as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.aarrr.model import COMPARED
from windsock.analyses.model.asked import TOP_MOST
from windsock.analyses.revenue.schema import money_schema
from windsock.analyses.schema import kind_schema
from windsock.conditions import definitions

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}


def board_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of boards of growth."""
    kind = {"$ref": "#/$defs/kind"}
    events = {"event": {"$ref": "#/$defs/events"}, "where": {"$ref": "#/$defs/tests"}, "within": {"$ref": "#/$defs/length"}}
    returned: dict[str, Any] = {"type": "object", "properties": events, "additionalProperties": False}
    stages: dict[str, Any] = {
        "acquisition": kind,
        "activation": kind,
        "retention": {"anyOf": [kind, returned]},
        "revenue": {"$ref": "#/$defs/money"},
        "referral": kind,
    }
    breakdown: dict[str, Any] = {
        "type": "object",
        "properties": {"field": _TEXT, "top": {"type": "integer", "minimum": 1, "maximum": TOP_MOST}},
        "required": ["field"],
        "additionalProperties": False,
    }
    properties: dict[str, Any] = {
        "aarrr": {**_TEXT, "description": "Its name"},
        "name": _TEXT,
        "stages": {"type": "object", "properties": stages, "additionalProperties": False},
        "breakdown": {"anyOf": [_TEXT, breakdown]},
        "compare": {"enum": [*COMPARED]},
        "period": {"$ref": "#/$defs/period"},
        "where": {"$ref": "#/$defs/tests"},
        "who": {"$ref": "#/$defs/condition"},
        "internal": {"type": "boolean"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Board of growth",
        "$defs": {**definitions(), "kind": kind_schema(), "money": money_schema()},
        "type": "object",
        "properties": properties,
        "required": ["period"],
        "additionalProperties": False,
    }
