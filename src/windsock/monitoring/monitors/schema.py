"""The form of a monitor as JSON Schema: for editors and for whoever writes one."""

from __future__ import annotations

from typing import Any

from windsock.monitoring.monitors.analysed import WATCHED
from windsock.monitoring.monitors.model import BY_MAX, DAYS, EVERY_MS, FIELDS, MUTES_MAX, SEVERITIES, TICKS_MAX, WHERE_MAX

_WORDS: dict[str, Any] = {
    "type": "object",
    "properties": {"en": {"type": "string", "minLength": 1}, "zh": {"type": "string", "minLength": 1}},
    "required": ["en", "zh"],
    "additionalProperties": False,
}
_LENGTH: dict[str, Any] = {"type": "string", "pattern": "^[1-9][0-9]{0,3}[mhd]$"}
_TICKS: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": TICKS_MAX}
_RULE: dict[str, dict[str, Any]] = {
    "below": {"type": "number"},
    "above": {"type": "number"},
    "recover": {"type": "number"},
    "against": {"enum": ["day", "week"]},
    "drop": {"type": "number", "minimum": 0.001, "maximum": 100},
    "rise": {"type": "number", "minimum": 0.001, "maximum": 100},
    "toward": {"enum": ["down", "up", "both"]},
    "dial": {"type": "number", "minimum": 0.01, "maximum": 100},
    "sure": {"type": "number", "minimum": 2, "maximum": 15},
    "at_least": {"type": "number", "minimum": 0, "maximum": 100},
    "longest": _LENGTH,
    "usual_days": {"type": "integer", "minimum": 1, "maximum": 56},
}

_ANALYSIS: dict[str, Any] = {
    "type": "object",
    "description": "A step of a funnel (the share of those who reached it that went on) or a series of a trend; its breakdown is the cut.",
    "properties": {
        "kind": {"enum": [*WATCHED]},
        "definition": {"type": "object", "description": "As `windsock analyse KIND --schema` says; the period does not matter."},
        "saved": {"type": "string", "description": "The id of a saved analysis: its definition is copied when the monitor is kept."},
        "step": {"type": ["string", "integer"], "description": "Of a funnel: the step's name, or its number from 1."},
        "figure": {"type": "string", "description": "Of a trend: the letter or name of a series, or formula."},
    },
    "required": ["kind"],
    "additionalProperties": False,
}


def monitor_schema() -> dict[str, Any]:
    """Return the JSON Schema of a monitor; what hangs on the metric the reading checks."""
    text = {"type": "string", "minLength": 1, "maxLength": 80}
    rules = [
        {
            "type": "object",
            "properties": {"kind": {"const": kind}, **{name: _RULE[name] for name in sorted(fields)}},
            "required": ["kind"],
            "additionalProperties": False,
        }
        for kind, fields in FIELDS.items()
    ]
    clock = {"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"}
    mute = {"days": {"type": "array", "items": {"enum": [*DAYS]}, "maxItems": 7}, "from": clock, "to": clock}
    where = {"field": text, "op": text, "value": {}}
    properties: dict[str, Any] = {
        "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,79}$"},
        "title": _WORDS,
        "why": _WORDS,
        "metric": text,
        "analysis": _ANALYSIS,
        "by": {"type": "array", "items": text, "maxItems": BY_MAX},
        "where": {"type": "array", "items": {"type": "object", "properties": where, "required": ["field"]}, "maxItems": WHERE_MAX},
        "clock": text,
        "every": {"enum": [*EVERY_MS]},
        "over": _LENGTH,
        "wait": _LENGTH,
        "rule": {"oneOf": rules},
        "minimum": {"type": "number", "minimum": 0},
        "pending": _TICKS,
        "recover": _TICKS,
        "missing_after": _TICKS,
        "quiet": _LENGTH,
        "worth": {"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "object", "properties": {"metric": text}, "required": ["metric"]}]},
        "mute": {
            "type": "array",
            "items": {"type": "object", "properties": mute, "required": ["from", "to"], "additionalProperties": False},
            "maxItems": MUTES_MAX,
        },
        "severity": {"enum": [*SEVERITIES]},
        "owner": text,
        "data_owner": text,
        "enabled": {"type": "boolean"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Monitor",
        "type": "object",
        "properties": properties,
        "required": ["name", "title", "every", "rule", "owner"],
        "oneOf": [{"required": ["metric"]}, {"required": ["analysis"]}],
        "additionalProperties": False,
    }
