"""Read one order, the list of batches, and one batch with its rejected rows, as JSON values and paged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.governance import mask
from windsock.identity import display_names
from windsock.kernel import money
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.orders import queries
from windsock.records import decode, take

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

PAGE_MAX = 200
_INNER = ("order_key", "row_hash", "known_from_ms", "known_to_ms", "did", "source_line")


def read_order(workspace: Workspace, key: int, actor: Actor) -> dict[str, Any]:
    """Return an order with its lines, states, postings and travellers.

    Who holds ``people.see`` sees who booked and travels, masked; in full with ``people.unmask``.

    Raises:
        NotFound: there is no such order.
    """
    header, parts = queries.order_parts(workspace.warehouse, key)
    if header is None:
        raise NotFound(f"There is no order {key}.", where="order_key", fix="It may have been undone with its import.")
    dids = [row["did"] for row in (header, *parts["passengers"]) if row["did"] is not None]
    shown = display_names(workspace.warehouse, sorted(set(dids)), unmasked=actor.may("people.unmask")) if actor.may("people.see") else {}
    order = _plain(header, workspace.zone)
    order["order_key"] = key
    order["member_no"] = _member(header["member_no"], actor)
    order["attributes"] = header["attributes"] if actor.may("people.see") else None
    people = {
        "booker": shown.get(header["did"]),
        "travellers": [{"pax_no": row["pax_no"], "kind": row["kind"], "name": shown.get(row["did"])} for row in parts["passengers"]],
    }
    tickets = [row | {"ticket_no": _member(row["ticket_no"], actor)} for row in parts["tickets"]]
    listed = {name: [_plain(row, workspace.zone) for row in parts[name]] for name in ("lines", "states", "postings", "segments", "flags")}
    versions = [_plain(row, workspace.zone, hide=()) for row in parts["versions"]]
    return {"order": order, **people, **listed, "tickets": [_plain(row, workspace.zone) for row in tickets], "versions": versions}


def list_imports(workspace: Workspace, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of batches, the newest first.

    Raises:
        InvalidInput: the cursor is of another list.
    """
    before: tuple[int, str] | None = None
    if cursor:
        started, batch_id = decode(cursor, length=2, scope="imports")
        before = (_number(started), str(batch_id))
    rows = queries.batches(workspace.warehouse, limit + 1, before)
    page = take(rows, limit, lambda row: (row["started_ms"], row["batch_id"]), scope="imports")
    return {"imports": [_plain(row, workspace.zone) for row in page.items], "next_cursor": page.next_cursor}


def read_import(workspace: Workspace, batch_id: str, actor: Actor, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a batch with its doubts and a page of its rejected rows; their raw text only with ``people.see``.

    Raises:
        NotFound: there is no such batch.
        InvalidInput: the cursor is of another list.
    """
    found = queries.batch(workspace.warehouse, batch_id)
    if found is None:
        raise NotFound(f"There is no batch '{batch_id[:60]}'.", where="batch_id", fix="See: windsock imports list.")
    scope = f"import {batch_id}"
    after = _number(decode(cursor, length=1, scope=scope)[0]) if cursor else 0
    page = take(queries.rejections(workspace.warehouse, batch_id, limit + 1, after), limit, lambda row: (row["line"],), scope=scope)
    hidden = () if actor.may("people.see") else ("raw", "value")
    return {
        "import": _plain(found, workspace.zone),
        "flags": queries.batch_flags(workspace.warehouse, batch_id),
        "rejections": [_plain(row, workspace.zone, hide=hidden) for row in page.items],
        "next_cursor": page.next_cursor,
    }


def _number(value: object) -> int:
    if isinstance(value, int):
        return value
    raise InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")


def _member(value: str | None, actor: Actor) -> str | None:
    if value is None or not actor.may("people.see"):
        return None
    return value if actor.may("people.unmask") else mask("login", value)


def _plain(row: Mapping[str, Any], zone: str, hide: tuple[str, ...] = _INNER) -> dict[str, Any]:
    """Return JSON values: money as exact text, instants as ISO text under their name without ``_ms``."""
    plain: dict[str, Any] = {}
    for name, value in row.items():
        if name in hide:
            continue
        if name.endswith("_ms"):
            plain[name.removesuffix("_ms") + "_at"] = iso(value, zone) if value is not None else None
        elif isinstance(value, Decimal):
            plain[name] = money.text(value)
        elif isinstance(value, dt.date):
            plain[name] = value.isoformat()
        else:
            plain[name] = value
    return plain
