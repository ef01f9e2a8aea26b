"""The form of recipes as JSON Schema; the definition of a step has the schema of its kind (`windsock analyse KIND --schema`)."""

from __future__ import annotations

from typing import Any

from windsock.analyses.kinds import NAMED
from windsock.analyses.recipes.model import NAME_MOST, SAVED_MOST, STEPS_MOST, TEXT_MOST, TITLE_MOST


def recipe_schema() -> dict[str, Any]:
    """Return the JSON Schema of a recipe."""
    step: dict[str, Any] = {
        "type": "object",
        "properties": {
            "title": _text(TITLE_MOST, "What the step is called; the name of its analysis by default"),
            "note": _text(TEXT_MOST, "What to look for; plain text"),
            "kind": {"enum": [*NAMED], "description": "Which analysis; with saved: where two of the name are of different kinds"},
            "definition": {"type": "object", "description": "As the schema of the kind says; the period may be left out"},
            "saved": {"type": "string", "minLength": 1, "maxLength": SAVED_MOST, "description": "The id or the name of a saved analysis"},
        },
        "oneOf": [{"required": ["kind", "definition"]}, {"required": ["saved"]}],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Recipe",
        "type": "object",
        "properties": {
            "recipe": {"type": "string", "pattern": rf"^[a-z0-9][a-z0-9_\-]{{0,{NAME_MOST - 1}}}$", "description": "Its name, to run it by"},
            "title": _text(TITLE_MOST, "What people call it; the name by default"),
            "purpose": _text(TEXT_MOST, "Which question it answers"),
            "steps": {"type": "array", "items": step, "minItems": 1, "maxItems": STEPS_MOST},
        },
        "required": ["recipe", "steps"],
        "additionalProperties": False,
    }


def _text(most: int, about: str) -> dict[str, Any]:
    one = {"type": "string", "maxLength": most}
    both = {"type": "object", "properties": {"en": one, "zh": one}, "additionalProperties": False}
    return {"anyOf": [one, both], "description": about}
