"""The forms of stickiness and of the life cycle as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any, Literal

from windsock.analyses.model.activity import BUCKETS
from windsock.analyses.schema import asked_properties, kind_schema
from windsock.conditions import definitions


def activity_schema(kind: Literal["stickiness", "lifecycle"]) -> dict[str, Any]:
    """Return the JSON Schema of a definition of stickiness or of the life cycle."""
    shared = {name: value for name, value in asked_properties().items() if name != "breakdown"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.capitalize(),
        "$defs": {**definitions(), "kind": kind_schema()},
        "type": "object",
        "properties": {
            kind: {**shared["name"], "description": "Its name"},
            **shared,
            "event": {"$ref": "#/$defs/kind"},
            "by": {"enum": [*(BUCKETS if kind == "lifecycle" else BUCKETS[1:])]},
        },
        "required": ["event", "period"],
        "additionalProperties": False,
    }
