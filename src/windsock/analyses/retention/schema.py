"""The form of a retention analysis as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.model.retention import CALENDAR, CELLS, CELLS_MOST, DAYS_FARTHEST, RETURNS, STARTS
from windsock.analyses.schema import asked_properties, kind_schema
from windsock.conditions import definitions

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}


def retention_schema() -> dict[str, Any]:
    """Return the JSON Schema of a retention's definition; what it can't say, such as which keys go with which grain, the reading checks."""
    summed = {"type": "object", "properties": {"sum": _TEXT}, "required": ["sum"], "additionalProperties": False}
    properties: dict[str, Any] = {
        "retention": {**_TEXT, "description": "Its name"},
        **asked_properties(),
        "start": {"$ref": "#/$defs/kind"},
        "return": {"$ref": "#/$defs/kind"},
        "starts": {"enum": [*STARTS]},
        "returns": {"enum": [*RETURNS]},
        "grain": {"enum": [*CELLS]},
        "brackets": {
            "type": "array",
            "items": {"type": "integer", "minimum": 0, "maximum": DAYS_FARTHEST},
            "minItems": 2,
            "maxItems": CELLS_MOST + 1,
        },
        "interval": {"anyOf": [{"enum": ["site", "own"]}, {"$ref": "#/$defs/length"}]},
        "cohorts": {"enum": [*CALENDAR]},
        "cells": {"type": "integer", "minimum": 1, "maximum": CELLS_MOST},
        "same": {**_TEXT, "description": "A field whose value a return shares with a start"},
        "measure": {"anyOf": [{"enum": ["count", "days"]}, summed]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Retention",
        "$defs": {**definitions(), "kind": kind_schema()},
        "type": "object",
        "properties": properties,
        "required": ["start", "period"],
        "additionalProperties": False,
    }
