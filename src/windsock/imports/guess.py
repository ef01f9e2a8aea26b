"""Guess what rows are and how their columns become fields: by the names of headers, checked against what the values look like."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from windsock.imports.looks import MEANS_NUMBER, MEANS_TIME, Column
from windsock.imports.words import field_words, key
from windsock.sources import Form, Target

_CLOSE, _HOLDS, _LEAST = 0.85, 0.62, 0.5
_TYPE_OF = {
    "text": ("text",),
    "integer": ("integer",),
    "long": ("integer",),
    "money": ("money", "decimal", "integer"),
    "rate": ("decimal",),
    "date": ("date", "datetime"),
    "instant": ("date", "datetime", "instant"),
    "boolean": ("boolean",),
}


@dataclass(frozen=True)
class Guess:
    """A first mapping.

    Attributes:
        columns: field of each column.
        constants: fields with one value for all rows.
        expressions: fields that are calculated.
        types: the type of a column, with its format behind a colon where that must be said.
        dates: ways in which dates are written.
        decimal: the decimal sign.
        thousands: the sign between thousands.
        score: how well the kind fits, 0 to 1.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict[str, str])
    expressions: Mapping[str, str] = field(default_factory=dict[str, str])
    types: Mapping[str, str] = field(default_factory=dict[str, str])
    decimal: str = "."
    thousands: str = ""
    score: float = 0.0


def types_of(target: Target) -> tuple[str, ...]:
    """Return the types that a column may have to fill a field."""
    return _TYPE_OF[target.type]


def guess(form: Form, columns: Sequence[Column], *, currency: str, today: str) -> Guess:
    """Guess a mapping.

    Args:
        form: the kind.
        columns: the columns as they look.
        currency: what money is in, where neither a column nor a sign tells.
        today: a civil date (YYYY-MM-DD), for what was seen today.
    """
    pairs = sorted(
        (
            (_fit(form.kind, name, target, column), -place, name, column)
            for name, target in form.targets.items()
            for place, column in enumerate(columns)
        ),
        key=lambda one: (one[0], one[1]),
        reverse=True,
    )
    by_field: dict[str, Column] = {}
    taken: set[str] = set()
    total = 0.0
    for score, _, name, column in pairs:
        if score < _LEAST:
            break
        if name not in by_field and column.name not in taken:
            by_field[name] = column
            taken.add(column.name)
            total += score
    constants = _constants(form, by_field, currency)
    expressions = _expressions(form, by_field, today)
    known = {*by_field, *constants, *expressions}
    told = [name for name in form.required if name in by_field]
    asked = [name for name in form.required if name not in constants and name not in expressions]
    share = len(told) / len(asked) if asked else 0.0
    whole = all(name in known for name in form.required)
    score = 0.6 * share + 0.3 * min(total / max(len(columns), 1), 1.0) + (0.1 if whole else 0.0)
    numbers = [column for column in by_field.values() if column.decimal]
    return Guess(
        columns={column.name: name for name, column in by_field.items()},
        constants=constants,
        expressions=expressions,
        types={column.name: _type(form.targets[name], column) for name, column in by_field.items() if form.targets[name].type != "text"},
        decimal=next((column.decimal for column in numbers), "."),
        thousands=next((column.thousands for column in numbers if column.thousands), ""),
        score=round(min(score, 1.0), 3),
    )


def _fit(kind: str, name: str, target: Target, column: Column) -> float:
    """Say how well a column fits a field: its name, lowered where its values are of another type."""
    if column.looks_like == "empty":
        return 0.0
    header, known = key(column.name), field_words(kind, name).known_as
    if not header:
        return 0.0
    if header in known:
        score = 1.0
    elif any(len(word) > 3 and (word in header or (header in word and len(header) > 3)) for word in known):
        score = _HOLDS
    else:
        best = max((difflib.SequenceMatcher(None, header, word).ratio() for word in known if abs(len(word) - len(header)) < 4), default=0.0)
        score = best * 0.8 if best >= _CLOSE else 0.0
    return score * _agrees(target, column)


def _agrees(target: Target, column: Column) -> float:
    shape = column.looks_like
    if target.type in ("money", "rate", "integer", "long"):
        return 1.0 if shape in MEANS_NUMBER else 0.3
    if target.type in ("date", "instant"):
        return 1.0 if shape in MEANS_TIME or _counted_days(column) else 0.3
    if target.type == "boolean":
        return 1.0 if shape in ("boolean", "integer") else 0.3
    if target.words:
        return 1.0 if any(sample in target.words for sample in column.samples) else 0.3
    if target.pattern:
        return 1.0 if shape == "currency" else 0.3
    return 0.55 if shape in ("date", "datetime", "instant", "money") else 1.0


def _counted_days(column: Column) -> bool:
    """Say whether whole numbers may be the days of a spreadsheet: 1982 to 2064."""
    return column.looks_like == "integer" and all(sample.isdigit() and 30_000 <= int(sample) <= 60_000 for sample in column.samples)


def _type(target: Target, column: Column) -> str:
    shape = column.looks_like
    if target.type in ("date", "instant"):
        if shape in ("unix", "unix_ms") and target.type == "instant":
            return f"instant:{shape}"
        if shape == "instant" and target.type == "instant":
            return "instant"
        if _counted_days(column):
            return "date:excel"
        base = "datetime" if shape in ("datetime", "day_first_time") else "date"
        return f"{base}:{column.date_format or 'auto'}"
    return {"integer": "integer", "long": "integer", "money": "money", "rate": "decimal", "boolean": "boolean"}[target.type]


def _constants(form: Form, by_field: Mapping[str, Column], currency: str) -> dict[str, str]:
    """Fill what a file leaves unsaid because it goes without saying."""
    found: dict[str, str] = {}
    if "currency" in form.targets and "currency" not in by_field:
        found["currency"] = next((column.money for column in by_field.values() if column.money), currency)
    words = form.targets["kind"].words if "kind" in form.targets else ()
    if words and "kind" not in by_field:
        flies = any(name in by_field for name in ("flight_no", "route", "cabin", "fare_class"))
        sleeps = any(name in by_field for name in ("nights", "property", "room_type", "arrival_date"))
        wanted = "flight" if flies else ("hotel" if "hotel" in words else "room") if sleeps else "other" if "other" in words else ""
        if wanted in words:
            found["kind"] = wanted
    return found


def _expressions(form: Form, by_field: Mapping[str, Column], today: str) -> dict[str, str]:
    if "seen_date" in form.required and "seen_date" not in by_field:
        year, month, day = (int(part) for part in today.split("-"))
        return {"seen_date": f"date({year}, {month}, {day})"}
    return {}


def mapping_text(form: Form, name: str, source: str, body: Mapping[str, Any]) -> str:
    """Write the mapping that a wizard's choices make, as the text of a mapping file.

    Args:
        form: the kind.
        name: name of the mapping.
        source: name of the source.
        body: columns (column -> field), constants, expressions, types (column -> type or type:format), read, file.
    """
    fields = {field: f'"{column.replace(chr(34), chr(34) * 2)}"' for column, field in body.get("columns", {}).items() if field}
    columns: dict[str, Any] = {}
    for column, typed in body.get("types", {}).items():
        kind, _, written = str(typed).partition(":")
        columns[column] = {"type": kind, "format": written} if written else kind
    text: dict[str, Any] = {
        "mapping": name,
        "kind": form.kind,
        "source": {"name": source, "title": source},
        "file": body.get("file", {}),
        "read": body.get("read", {}),
        "columns": columns,
        "constants": {field: value for field, value in body.get("constants", {}).items() if value != ""},
        form.section: fields | dict(body.get("expressions", {})),
    }
    if form.tells_payments:
        text["payment_known"] = any(one in text[form.section] for one in ("paid_at", "paid_amount"))
    # JSON is YAML; what would look like an anchor is written as the number of its sign.
    return json.dumps(text, ensure_ascii=False, indent=1).replace("&", "\\u0026").replace("*", "\\u002a")
