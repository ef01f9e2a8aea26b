"""The form of RFM grids as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.revenue.schema import money_schema
from windsock.analyses.rfm.model import AXES, OFS, SCORES
from windsock.conditions import definitions

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}


def rfm_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of RFM grids; what it can't say, such as that cuts are in order, the reading checks."""
    cut: dict[str, Any] = {"type": "array", "items": {"type": "number"}, "minItems": SCORES - 1, "maxItems": SCORES - 1}
    thresholds: dict[str, Any] = _of_axes({"type": "number"})
    properties: dict[str, Any] = {
        "rfm": {**_TEXT, "description": "Its name"},
        "name": _TEXT,
        "money": {"$ref": "#/$defs/money"},
        "monetary": {"enum": [*OFS]},
        "cuts": {**_of_axes(cut), "description": "Where the better scores begin; recency falls"},
        "thresholds": {"anyOf": [{"enum": ["mean", "median"]}, thresholds]},
        "period": {"$ref": "#/$defs/period"},
        "who": {"$ref": "#/$defs/condition"},
        "internal": {"type": "boolean"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "RFM",
        "$defs": {**definitions(), "money": money_schema()},
        "type": "object",
        "properties": properties,
        "required": ["period"],
        "additionalProperties": False,
    }


def _of_axes(one: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict.fromkeys(AXES, one), "required": [*AXES], "additionalProperties": False}
