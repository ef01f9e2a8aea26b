"""Find what people name: a person by number or id, and names of events that were never stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from windsock.conditions import ours
from windsock.conditions.model import Condition, Counted, Rows, leaves_of
from windsock.identity import find_id, person_of
from windsock.kernel.errors import NotFound
from windsock.metrics import unwatched

if TYPE_CHECKING:
    from windsock.warehouse import Warehouse

_ID_MOST = 2**62


def person_named(warehouse: Warehouse, written: str) -> int:
    """Return the person of a number, such as 12, or of an id with its namespace, such as login:U123.

    Raises:
        NotFound: there is no such id.
        InvalidInput: there is no such namespace.
    """
    namespace, colon, text = written.partition(":")
    if colon:
        did = find_id(warehouse, namespace, text)
    else:
        did = int(written) if written.isascii() and written.isdigit() and int(written) < _ID_MOST else None
    if did is None:
        raise NotFound("There is no such id.", where="--explain-person", fix="Write a person's number as --people shows it, or login:U123.")
    return person_of(warehouse, did)


def never_stored(warehouse: Warehouse, rows: Iterable[Rows], who: Condition | None) -> tuple[str, ...]:
    """Return the names of events that are asked for and were never stored, most likely mistyped."""
    inside = [leaf.rows for leaf in leaves_of(who) if isinstance(leaf, Counted)] if who is not None else []
    asked = {name for one in (*rows, *inside) for name in one.events}
    # An answer that has such a note is not kept, and what was stored once goes only with a change of the whole table.
    found = unwatched(warehouse).query(ours("SELECT DISTINCT e.event FROM event AS e")).column("event").to_pylist()
    return tuple(sorted(asked - set(found)))
