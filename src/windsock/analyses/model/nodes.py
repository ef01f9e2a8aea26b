"""Which events take part in an analysis of ways, and what tells events of one name apart: shared by paths and sessions."""

from __future__ import annotations

from dataclasses import dataclass

from windsock.analyses.model.asked import read_kind
from windsock.conditions.model import Rows, read_rows
from windsock.conditions.model.given import known_keys, listing, mapping, word
from windsock.kernel.errors import InvalidInput

ENTRIES_MOST = 50


@dataclass(frozen=True)
class By:
    """A field that is part of a node's name; of events of some names only, or (none) of all."""

    field: str
    events: tuple[str, ...] = ()


def read_part(given: object, where: str) -> tuple[Rows, ...]:
    """Read which events take part: ``"*"`` for all, or a list of names and of ``{event, where}``.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    if given == "*":
        return (Rows(),)
    return tuple(read_kind(one, f"{where}[{index}]") for index, one in enumerate(listing(given, where, 1, ENTRIES_MOST)))


def read_by(given: object, where: str) -> By | None:
    """Read what tells events of one name apart: a field, or ``{field, event}``; None: nothing does.

    Raises:
        InvalidInput: as above.
    """
    if given is None:
        return None
    found = mapping({"field": given} if isinstance(given, str) else given, where)
    known_keys(found, ("field", "event"), where)
    if "field" not in found:
        raise InvalidInput("'field' is missing.", where=where, fix="Write by: properties.page, or by: {field: properties.page, event: page_view}.")
    return By(word(found["field"], f"{where}.field"), read_rows(found.get("event"), None, f"{where}.event").events)
