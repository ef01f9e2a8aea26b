"""The form of lifetime values as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.analyses.model.money import OF_ORDERS
from windsock.analyses.revenue.model import AGE_MOST, CELLS_MOST, GRAINS, ORDER, STARTS
from windsock.analyses.schema import kind_schema
from windsock.conditions import definitions

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}


def money_schema() -> dict[str, Any]:
    """Return the form of which money is meant."""
    currency = {"type": "string", "pattern": "^[A-Z]{3}$"}
    orders = {"type": "object", "properties": {"orders": {"enum": [*OF_ORDERS]}, "currency": currency}, "additionalProperties": False}
    properties = {"event": {"$ref": "#/$defs/events"}, "where": {"$ref": "#/$defs/tests"}, "field": _TEXT, "currency": currency}
    event = {"type": "object", "properties": properties, "required": ["event", "field"], "additionalProperties": False}
    return {"anyOf": [{"enum": [*OF_ORDERS]}, orders, event]}


def revenue_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of lifetime values; what it can't say, such as which grains go with cohorts, the reading checks."""
    ages = {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": AGE_MOST}, "minItems": 1, "maxItems": CELLS_MOST}
    properties: dict[str, Any] = {
        "revenue": {**_TEXT, "description": "Its name"},
        "name": _TEXT,
        "start": {"anyOf": [{"const": ORDER}, {"$ref": "#/$defs/kind"}]},
        "starts": {"enum": [*STARTS]},
        "money": {"$ref": "#/$defs/money"},
        "cohorts": {"enum": [*GRAINS]},
        "grain": {"enum": [*GRAINS]},
        "cells": {"type": "integer", "minimum": 1, "maximum": CELLS_MOST},
        "ages": ages,
        "period": {"$ref": "#/$defs/period"},
        "where": {"$ref": "#/$defs/tests"},
        "who": {"$ref": "#/$defs/condition"},
        "internal": {"type": "boolean"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lifetime value",
        "$defs": {**definitions(), "kind": kind_schema(), "money": money_schema()},
        "type": "object",
        "properties": properties,
        "required": ["period"],
        "additionalProperties": False,
    }
