"""Apply cleaning rules to a batch, column by column; what a value was is kept.

Each distinct value is cleaned once and put back by its code, as a column of a batch has far fewer values than rows.
"""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.identity import normalise
from windsock.kernel.errors import InvalidInput
from windsock.tracking.model import places
from windsock.warehouse import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from windsock.tracking.model.cleaning import Cleaning, CleaningRule

INSIDE = "properties."


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


DOES: Mapping[str, Callable[[str], str | None]] = {
    "trim": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "half_width": _half_width,
    "phone": lambda text: normalise("phone", text),
    "email": lambda text: normalise("email", text),
    "country": places.country,
    "airport": places.airport,
    "city": places.city,
    "route": places.route,
}
"""What each step does to one value; None: not understood, the value stays as it is."""
CHANGING = frozenset({*DOES, "fill", "copy"})
"""What changes values; the others judge the event (``repeats``)."""


def cleaned(events: pa.Table, rules: Cleaning) -> tuple[pa.Table, pa.Array]:
    """Return the events in clean form, and per event a JSON object of the raw values that were changed (NULL: none was).

    The dedupe key must be taken from the events as they came: otherwise a changed rule would make a retry a new event.

    Args:
        events: columns of ``load.COLUMNS``; others pass through.
        rules: those of the batch's source; without any the same table comes back at no cost.

    Raises:
        InvalidInput: a rule names a field that is no text.
    """
    before: dict[str, Any] = {}
    inside: dict[int, dict[str, Any]] = {}
    for rule in rules.rules:
        if rule.do not in CHANGING:
            continue
        if rule.field.startswith(INSIDE):
            events = _inside(events, rule, inside)
            continue
        raw = text_column(events, rule.field)
        clean = _done(raw, rule, None if rule.other is None else text_column(events, rule.other))
        if not clean.equals(raw):
            before.setdefault(rule.field, raw)
            events = events.set_column(events.column_names.index(rule.field), rule.field, clean)
    return events, _kept(events, before, inside)


def text_column(events: pa.Table, name: str) -> Any:  # noqa: ANN401 - an array of texts
    """Return a column of events that holds texts.

    Raises:
        InvalidInput: there is none of that name.
    """
    if name not in events.column_names or events.column(name).type != pa.string():
        texts = ", ".join(column for column in schema.EVENT.names if column in events.column_names and events.column(column).type == pa.string())
        raise InvalidInput(f"'{name}' is no text of events.", where=f"cleaning rule on {name}", fix=f"Use one of: {texts}; or properties.<key>.")
    return events.column(name).combine_chunks()


def _each(raw: Any, does: Callable[[str], str | None]) -> Any:  # noqa: ANN401 - arrays of texts
    coded = raw.dictionary_encode()
    values = [(does(value) or value) if value else value for value in coded.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(coded.indices)


def _done(raw: Any, rule: CleaningRule, other: Any) -> Any:  # noqa: ANN401 - arrays of texts
    if rule.do == "fill":
        return pc.fill_null(raw, rule.value)
    if rule.do == "copy":
        return pc.coalesce(raw, other)
    return _each(raw, DOES[rule.do])


def _inside(events: pa.Table, rule: CleaningRule, inside: dict[int, dict[str, Any]]) -> pa.Table:
    """Clean one key of the properties: read only the texts that hold it (or all, where a missing value is filled)."""
    key = rule.field.removeprefix(INSIDE)
    raw = text_column(events, "properties")
    near: NDArray[np.int64] = np.arange(len(raw))
    if rule.do not in ("fill", "copy"):
        near = np.flatnonzero(np.asarray(pc.fill_null(pc.match_substring(raw, json.dumps(key, ensure_ascii=False)), fill_value=False)))
    other = None if rule.other is None else text_column(events, rule.other)
    texts: dict[int, str] = {}
    for place in near.tolist():
        entries = _object(raw[place].as_py())
        held = None if entries is None else entries.get(key)
        new = None if entries is None else _new(held, rule, None if other is None else other[place].as_py())
        if entries is not None and new is not None and new != held:
            texts[place] = json.dumps({**entries, key: new}, ensure_ascii=False, separators=(",", ":"))
            inside.setdefault(place, {}).setdefault(rule.field, held)
    if not texts:
        return events
    mask = np.zeros(len(raw), dtype=bool)
    mask[list(texts)] = True
    column: Any = pc.replace_with_mask(raw, pa.array(mask), pa.array([texts[place] for place in sorted(texts)], pa.string()))
    return events.set_column(events.column_names.index("properties"), "properties", column)


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        value: Any = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _new(held: Any, rule: CleaningRule, other: str | None) -> str | None:  # noqa: ANN401 - JSON
    """Return what a key gets, or None where nothing is to be done."""
    if rule.do in ("fill", "copy"):
        return (rule.value if rule.do == "fill" else other) if held is None else None
    return DOES[rule.do](held) if isinstance(held, str) and held else None


def _kept(events: pa.Table, before: Mapping[str, Any], inside: Mapping[int, Mapping[str, Any]]) -> pa.Array:
    """Return a JSON object of the raw values per event, for the events in which one differs."""
    kept: dict[int, dict[str, Any]] = {place: dict(values) for place, values in inside.items()}
    for name, raw in before.items():
        now = events.column(name).combine_chunks()
        differs = pc.fill_null(pc.not_equal(raw, now), fill_value=False)
        filled = pc.and_(pc.is_null(raw), pc.is_valid(now))
        for place in np.flatnonzero(np.asarray(pc.or_(differs, filled))).tolist():
            kept.setdefault(place, {})[name] = raw[place].as_py()
    if not kept:
        return pa.nulls(events.num_rows, pa.string())
    return pa.array([json.dumps(kept[place], ensure_ascii=False) if place in kept else None for place in range(events.num_rows)], pa.string())
