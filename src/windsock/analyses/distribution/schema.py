"""The form of distributions as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.distribution.model import BINS_MOST, OFS
from windsock.analyses.model.funnel import TRENDS
from windsock.conditions import definitions


def distribution_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of distributions; what it can't say, such as that bins grow, the reading checks."""
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
    events: dict[str, Any] = {"$ref": "#/$defs/events"}
    rows: dict[str, Any] = {"event": events, "where": {"$ref": "#/$defs/tests"}}
    kind: dict[str, Any] = {"type": "object", "properties": rows, "required": ["event"], "additionalProperties": False}
    bins: dict[str, Any] = {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": BINS_MOST}
    properties: dict[str, Any] = {
        "distribution": {**text, "description": "Its name"},
        "name": text,
        "of": {"enum": [*OFS]},
        "event": {"anyOf": [events, kind]},
        "field": {**text, "description": "With of: sum, the field that is added up"},
        "bins": {**bins, "description": "Where each bin begins, after the first"},
        "period": {"$ref": "#/$defs/period"},
        "where": {"$ref": "#/$defs/tests"},
        "who": {"$ref": "#/$defs/condition"},
        "trend": {"enum": [*TRENDS]},
        "internal": {"type": "boolean"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Distribution",
        "$defs": definitions(),
        "type": "object",
        "properties": properties,
        "required": ["event", "period"],
        "additionalProperties": False,
    }
