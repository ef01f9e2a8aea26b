"""The form of views of seasons as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.seasons.model import PERIODS, SPAN_LEAST, SPAN_MOST, TESTS_MOST
from windsock.conditions import definitions


def seasons_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of seasons; what it can't say, such as which metrics there are, the answer checks."""
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
    named = sorted({name for of in PERIODS.values() for name in of})
    properties: dict[str, Any] = {
        "seasons": {**text, "description": "Its name"},
        "name": text,
        "metric": {**text, "description": "A metric of the library: orders, uv, revenue"},
        "by": {"enum": [*PERIODS]},
        "period": {"$ref": "#/$defs/period"},
        "where": {"type": "array", "items": text, "maxItems": TESTS_MOST, "description": "Filters of the metric: sales_channel=web"},
        "clock": text,
        "of": {"type": "array", "items": {"enum": named}, "maxItems": 2, "description": "Seasons; by default all that the period is long enough for"},
        "span": {"type": "integer", "minimum": SPAN_LEAST, "maximum": SPAN_MOST},
        "robust": {"type": "boolean"},
        "unusual": {"type": "integer", "minimum": 1, "maximum": 20},
        "empty": {"enum": ["missing", "zero"]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Seasons",
        "$defs": definitions(),
        "type": "object",
        "properties": properties,
        "required": ["metric", "period"],
        "additionalProperties": False,
    }
