"""The form of a condition as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.conditions.model.nodes import CLOCKS, MEASURES, TRIP_EDGES
from windsock.conditions.model.read import PARTS_MOST
from windsock.conditions.model.rows import COMPARISONS, NAMES_MOST, TESTS_MOST
from windsock.conditions.model.spans import COUNT_MOST, UNITS
from windsock.conditions.model.steps import EXCLUSIONS_MOST, STEPS_MOST
from windsock.identity.model import NAMESPACES
from windsock.metrics.model.predicate import OPERATORS, TEXT_MAX, VALUES_MAX

_Schema = dict[str, Any]


def _object(properties: _Schema, *required: str) -> _Schema:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list(of: _Schema, least: int, most: int) -> _Schema:
    return {"type": "array", "items": of, "minItems": least, "maxItems": most}


_TEXT: _Schema = {"type": "string", "minLength": 1, "maxLength": 200}
_PLAIN: _Schema = {"anyOf": [{"type": "string", "maxLength": TEXT_MAX}, {"type": "number"}, {"type": "boolean"}]}
_VALUE: _Schema = {"anyOf": [_PLAIN, _list(_PLAIN, 1, VALUES_MAX)]}


def definitions() -> _Schema:
    """Return the parts that conditions and analyses share, by name."""
    named = {"event": _ref("events"), "where": _ref("tests")}
    asked = {"where": _ref("tests"), "period": _ref("period")}
    chained = {"strict": {"type": "boolean"}, "same": _TEXT, "without": _list(_ref("exclusion"), 0, EXCLUSIONS_MOST)}
    leaves = [
        _object({"did": _ref("events"), "times": _ref("bound"), "same": _TEXT, "within": _ref("length"), **asked}, "did"),
        _object({"did_not": _ref("events"), **asked}, "did_not"),
        _object({"measure": {"enum": [*MEASURES]}, "of": _TEXT, "event": _ref("events"), "is": _ref("bound"), **asked}, "measure", "is"),
        _object(
            {"sequence": _list(_ref("step"), 2, STEPS_MOST), "within": _ref("length"), "period": _ref("period"), **chained}, "sequence", "within"
        ),
        *(_object({edge: _ref("events"), "is": _ref("tests"), "during": _ref("period"), **asked}, edge) for edge in ("first", "last")),
        _object({"trait": _TEXT, "op": {"enum": [*OPERATORS]}, "value": _VALUE}, "trait"),
        _object({"segment": _TEXT}, "segment"),
        _object({"tag": _TEXT, "op": {"enum": [*OPERATORS]}, "value": _VALUE, "weight": _ref("bound")}, "tag"),
        _object({"has_id": {"enum": [*NAMESPACES]}}, "has_id"),
        _object(
            {
                "orders": {"enum": ["count", "sum"]},
                "is": _ref("bound"),
                "clock": {"enum": [*CLOCKS]},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                **asked,
            },
            "orders",
        ),
        _object({"trip": {"enum": [*TRIP_EDGES]}, "within": _ref("period"), "where": _ref("tests")}, "trip"),
    ]
    joints = [
        *(_object({word: _list(_ref("condition"), 1, PARTS_MOST)}, word) for word in ("all", "any")),
        _object({"not": _ref("condition")}, "not"),
    ]
    return {
        "events": {"anyOf": [_TEXT, _list(_TEXT, 1, NAMES_MOST)], "description": "One name, several, or * for any event"},
        "test": _object({"field": _TEXT, "op": {"enum": [*OPERATORS]}, "value": _VALUE}, "field"),
        "tests": _list(_ref("test"), 0, TESTS_MOST),
        "bound": {"anyOf": [{"type": "number"}, _object({"op": {"enum": [*COMPARISONS]}, "value": {"type": "number"}}, "value")]},
        "length": {"type": "string", "pattern": "^[0-9]{1,9} ?[a-zA-Z]+$", "description": "Such as 30 minutes, 24 hours, 7 days"},
        "period": {
            "anyOf": [
                {"const": "always"},
                _object({"past": _ref("length")}, "past"),
                *(
                    _object({kind: {"type": "integer", "minimum": 1, "maximum": COUNT_MOST}, "unit": _unit()}, kind)
                    for kind in ("last", "previous", "next")
                ),
                {**_object({"from": _date(), "to": _date()}), "minProperties": 1},
            ]
        },
        "step": {
            "anyOf": [_TEXT, _object({"name": _TEXT, **named, "within": _ref("length"), "optional": {"type": "boolean"}}, "event")],
        },
        "exclusion": _object({**named, "after": _TEXT, "before": _TEXT}, "event"),
        "condition": {"anyOf": [*joints, *leaves]},
    }


def _unit() -> _Schema:
    return {"enum": [*UNITS, *(f"{unit}s" for unit in UNITS)]}


def _date() -> _Schema:
    return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def condition_schema() -> _Schema:
    """Return the JSON Schema of a condition."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Condition", "$defs": definitions(), **_ref("condition")}
