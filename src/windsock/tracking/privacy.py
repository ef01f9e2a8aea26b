"""Find what must not be kept in the clear: payment cards and identity documents; and say where phones and e-mails stand in free text.

One pattern passes over each text; only the few that match are read again with care, so that clean data costs one pass.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.tracking.model.privacy import DOCUMENT_KEY, hide_in_text, hide_in_value, is_clean, is_resident_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from windsock.kernel.seal import Seal

SHAPE = pa.schema([("rn", pa.int64()), ("rule", pa.string()), ("field", pa.string())])
FIELD_LONGEST = 200
_LOOKED_AT = 256
OBJECTS = ("properties", "traits", "context", "other_ids")
"""Columns that hold JSON and may hold a number of a card or a document."""
IDS = ("user_id", "previous_id", "anonymous_id", "device_id")
# One pass finds candidates, in clean data none: each branch must be narrow, as whatever matches is read three times more.
_EMAIL = r"[A-Za-z0-9._%+-]@[A-Za-z0-9-]+\.[A-Za-z]{2}"
_PHONE = r"(?:^|[^0-9])1[3-9][0-9]{9}(?:[^0-9]|$)|\+?86[ -]?1[3-9][0-9]{9}(?:[^0-9]|$)"
_HARD = rf'[0-9](?:[ -]?[0-9]){{13}}|(?:{DOCUMENT_KEY})[^":]*"\s*:\s*"?[a-z]{{0,3}}[0-9]{{5}}'
_ANY = rf"(?i)@[a-z0-9-]+\.|[^0-9]1[3-9][0-9]{{9}}[^0-9]|{_HARD}"
_SURE = f"(?i){_HARD}"
_SOFT = (("pii_email", _EMAIL), ("pii_phone", _PHONE))


def redacted(events: pa.Table, seal: Seal) -> tuple[pa.Table, pa.Table]:
    """Return the events with cards and documents replaced by ``hmac:<16 hex>``, and what was found.

    Args:
        events: columns of ``load.COLUMNS``; others pass through.
        seal: the workspace's; equal numbers give equal hashes, so that they can still be counted.

    Returns:
        The events; and ``rn`` (place in the batch, from 0), ``rule`` (pii_card, pii_resident_id, pii_passport: replaced;
        pii_phone, pii_email: only flagged, and only in ``properties``), ``field``.
    """
    findings: list[tuple[int, str, str]] = []
    hide = partial(_hidden, seal)
    for name in (name for name in (*OBJECTS, *IDS) if name in events.column_names):
        column = _whole(events.column(name))
        if column.null_count == len(column):
            continue
        replaced = _in_ids(column, name, hide, findings) if name in IDS else _in_objects(column, name, hide, findings)
        if replaced is not None:
            events = events.set_column(events.column_names.index(name), name, replaced)
    rows = sorted(set(findings))
    columns = [pa.array([row[place] for row in rows], SHAPE.types[place]) for place in range(3)]
    return events, pa.Table.from_arrays(columns, schema=SHAPE)


def _whole(column: pa.ChunkedArray) -> Any:  # noqa: ANN401 - an array of texts
    return column.combine_chunks()


def _hidden(seal: Seal, number: str) -> str:
    return f"hmac:{seal.hash('pii', number)[:16]}"


def _places(matches: pa.Array) -> Any:  # noqa: ANN401 - an array of numpy
    return np.flatnonzero(np.asarray(pc.fill_null(matches, fill_value=False)))


def _matches(column: Any, pattern: str) -> pa.Array:  # noqa: ANN401 - an array of texts
    """Look for a pattern in each text; where a few texts are repeated often, as contexts are, in each of them once."""
    if len(pc.unique(column.slice(0, _LOOKED_AT))) <= _LOOKED_AT // 4:
        coded = column.dictionary_encode()
        if len(coded.dictionary) * 2 < len(column):
            return pc.match_substring_regex(coded.dictionary, pattern).take(coded.indices)
    return pc.match_substring_regex(column, pattern)


def _in_objects(column: Any, name: str, hide: Callable[[str], str], findings: list[tuple[int, str, str]]) -> pa.Array | None:  # noqa: ANN401
    """Look through JSON texts; returns the column with replacements, or None where there were none."""
    free = name == "properties"
    places = _places(_matches(column, _ANY if free else _SURE))
    if not len(places):
        return None
    near = column.take(pa.array(places))
    if free:
        for rule, pattern in _SOFT:
            findings += [(int(place), rule, name) for place in places[_places(pc.match_substring_regex(near, pattern))]]
    hard = places[_places(pc.match_substring_regex(near, _SURE))] if free else places
    texts: dict[int, str] = {}
    for place in hard.tolist():
        text = cast("str", column[place].as_py())
        changed, found = (text, []) if is_clean(text) else _read(text, hide)
        if found:
            texts[place] = changed
            findings += [(place, rule, f"{name}.{path}"[:FIELD_LONGEST] if path else name) for rule, path in found]
    return _with(column, texts)


def _read(text: str, hide: Callable[[str], str]) -> tuple[str, list[tuple[str, str]]]:
    """Return a JSON text without numbers of cards and documents; what is no JSON is read as plain text."""
    try:
        value, found = hide_in_value(json.loads(text), hide)
    except (ValueError, RecursionError):
        changed, rules = hide_in_text(text, hide)
        return changed, [(rule, "") for rule in rules]
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) if found else text), found


def _in_ids(column: Any, name: str, hide: Callable[[str], str], findings: list[tuple[int, str, str]]) -> pa.Array | None:  # noqa: ANN401
    """Replace ids that are a resident's number; other long numbers are members or devices, not cards."""
    texts: dict[int, str] = {}
    for place in _places(pc.equal(pc.binary_length(column), 18)).tolist():
        text = cast("str", column[place].as_py())
        if is_resident_id(text):
            texts[place] = hide(text.upper())
            findings.append((place, "pii_resident_id", name))
    return _with(column, texts)


def _with(column: Any, texts: dict[int, str]) -> pa.Array | None:  # noqa: ANN401 - an array of texts
    if not texts:
        return None
    mask = np.zeros(len(column), dtype=bool)
    places = sorted(texts)
    mask[places] = True
    return cast("pa.Array", pc.replace_with_mask(column, pa.array(mask), pa.array([texts[place] for place in places], pa.string())))
