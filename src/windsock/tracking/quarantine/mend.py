"""Apply a fix to events that were kept apart: columns by their distinct values, properties text by text."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from windsock.tracking.event_columns import COLUMNS
from windsock.tracking.model.fix import new_value

if TYPE_CHECKING:
    from windsock.tracking.model.fix import Fix
    from windsock.tracking.model.plan import Plan

_KINDS = {"int64": "integer", "bool": "boolean", "string": "text"}


def mended(events: pa.Table, fix: Fix, plan: Plan) -> pa.Table:
    """Return the events with the fix applied; a value that can't become what the fix wants stays as it is.

    Args:
        events: columns of ``load.COLUMNS``.
        fix: checked.
        plan: gives the types of properties.
    """
    if fix.do == "none":
        return events
    if fix.do == "rename_event":
        return _with(events, "event", pa.repeat(fix.value, events.num_rows).cast(pa.string()))
    if fix.key is not None:
        return _inside(events, fix, fix.key, plan)
    name = cast("str", fix.field)
    kind = COLUMNS.field(name).type
    if fix.do == "drop_property":
        return _with(events, name, pa.nulls(events.num_rows, kind))
    held = events.column(name).combine_chunks().to_pylist()
    return _with(events, name, pa.array([_fitting(new_value(fix, value, _KINDS.get(str(kind), "decimal")), value, kind) for value in held], kind))


def _fitting(value: Any, held: Any, kind: pa.DataType) -> Any:  # noqa: ANN401 - a value of any column
    """Return the value in the column's own type; what does not fit leaves what was held."""
    if value is None or value == held:
        return held
    if pa.types.is_decimal(kind):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return held
        return number if number.is_finite() and abs(number) < 10**13 else held
    fits = {"int64": int, "bool": bool, "string": str}[str(kind)]
    return value if isinstance(value, fits) and not (fits is int and isinstance(value, bool)) else held


def _with(events: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return events.set_column(events.column_names.index(name), name, column)


def _inside(events: pa.Table, fix: Fix, key: str, plan: Plan) -> pa.Table:
    names = events.column("event").to_pylist()
    texts = events.column("properties").to_pylist()
    return _with(events, "properties", pa.array([_edited(text, name, fix, key, plan) for text, name in zip(texts, names, strict=True)], pa.string()))


def _edited(text: str | None, name: str | None, fix: Fix, key: str, plan: Plan) -> str | None:
    try:
        value: Any = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return text
    if not isinstance(value, dict):
        return text
    entries = cast("dict[str, Any]", value)
    if fix.do == "drop_property":
        kept = {one: held for one, held in entries.items() if one != key}
        return text if len(kept) == len(entries) else json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    event = plan.events.get(name or "")
    rule = event.properties.get(key) if event is not None else None
    if key not in entries and fix.do != "set":
        return text
    new = new_value(fix, entries.get(key), rule.type if rule is not None else None)
    if key in entries and new == entries[key] and type(new) is type(entries[key]):
        return text
    return json.dumps({**entries, key: new}, ensure_ascii=False, separators=(",", ":"))
