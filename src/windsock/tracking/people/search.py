"""Find people by any id, order, booking reference or name; what fits exactly comes before what begins so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp, parse_one

from windsock.identity import NAMESPACES, cards, members_of, normalise, persons_of
from windsock.kernel import money
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput
from windsock.records import decode, encode
from windsock.tracking.people import asked
from windsock.tracking.people.profile import shown_id
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.warehouse import Statement, Value, Warehouse
    from windsock.workspace import Workspace

FOUND_MOST = 300
PREFIX_LEAST = 3
IDS_SHOWN = 6
_EXACT = "SELECT did FROM identity WHERE NOT STARTS_WITH(id, 'erased:') ORDER BY did LIMIT $most"
_PREFIX = """
    SELECT did FROM identity WHERE (STARTS_WITH(id, $text) OR STARTS_WITH(id, $other)) AND NOT STARTS_WITH(id, 'erased:')
        AND ($open OR namespace NOT IN ('email', 'phone', 'document', 'pnr_name')) ORDER BY did LIMIT $most
"""
_ORDERS = """
    SELECT DISTINCT p.did, p.role FROM (
        SELECT did, order_key, 0 AS role FROM orders WHERE known_to_ms IS NULL
        UNION ALL SELECT did, order_key, 1 FROM passenger WHERE known_to_ms IS NULL
    ) AS p SEMI JOIN (
        SELECT order_key FROM orders WHERE known_to_ms IS NULL AND (order_ref = $text OR member_no = $text OR order_ref = $upper)
        UNION ALL SELECT order_key FROM segment WHERE known_to_ms IS NULL AND pnr = $upper
        UNION ALL SELECT order_key FROM ticket WHERE known_to_ms IS NULL AND ticket_no = $text
    ) AS k ON k.order_key = p.order_key
    WHERE p.did IS NOT NULL ORDER BY p.role, p.did LIMIT $most
"""
_BEGIN_ORDERS = """
    SELECT DISTINCT did FROM orders WHERE known_to_ms IS NULL AND STARTS_WITH(order_ref, $text) AND did IS NOT NULL ORDER BY did LIMIT $most
"""
_NAMED = """
    SELECT DISTINCT did FROM trait WHERE name IN ('name', 'full_name', '$name', 'first_name', 'last_name', 'nickname')
        AND (LOWER(value) = $lower OR ($open AND STARTS_WITH(LOWER(value), $lower))) ORDER BY did LIMIT $most
"""
_LATEST = """
    SELECT did, MAX(ts_ms) AS last_ms FROM event WHERE did IS NOT NULL AND NOT bot AND dt >= (SELECT MAX(dt) FROM event) - 7
    GROUP BY did ORDER BY last_ms DESC, did LIMIT $most
"""


def search_people(workspace: Workspace, actor: Actor, query: str, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of people as JSON; without a query those seen last. At most 300 people are found for one query.

    Without ``people.unmask`` names, e-mails, phones and documents must be given in full: a search that completes them would unmask them.

    Raises:
        InvalidInput: the cursor is of another list.
    """
    text = query.replace("\0", "").strip()
    scope, start = f"people {text}", 0
    if cursor is not None:
        (place,) = decode(cursor, length=1, scope=scope)
        if not isinstance(place, int) or not 0 <= place <= FOUND_MOST:
            raise InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")
        start = place
    found = _people(workspace.warehouse, text, unmasked=actor.may("people.unmask"))
    page = found[start : start + limit]
    more = encode([start + limit], scope=scope) if start + limit < len(found) else None
    return {"items": _rows(workspace, page, unmasked=actor.may("people.unmask")), "next": more}


def _people(warehouse: Warehouse, text: str, *, unmasked: bool) -> list[tuple[int, int]]:
    """Return (did, pid) of the people found, each person once, the best first."""
    dids: list[int] = []
    for some in _found(warehouse, text, unmasked=unmasked):
        dids.extend(some)
        if len(dids) >= FOUND_MOST:
            break
    ranked = list(dict.fromkeys(dids))[:FOUND_MOST]
    pid_of = persons_of(warehouse, ranked)
    first: dict[int, int] = {}
    for did in ranked:
        first.setdefault(pid_of[did], did)
    return [(did, pid) for pid, did in first.items()]


def _found(warehouse: Warehouse, text: str, *, unmasked: bool) -> Iterator[list[int]]:
    """Yield ids in the order of how well they fit."""
    if not text:
        yield _dids(warehouse, statement(_LATEST), {})
        return
    names = {(namespace, clean) for namespace in NAMESPACES if (clean := normalise(namespace, text)) is not None}
    if names:
        exact = parse_one(_EXACT, read="duckdb", into=exp.Select)
        params: dict[str, Value] = {}
        either: list[exp.Expr] = []
        for index, (namespace, clean) in enumerate(sorted(names)):
            params |= {f"n{index}": namespace, f"i{index}": clean}
            is_namespace = exp.EQ(this=exp.column("namespace"), expression=exp.Placeholder(this=f"n{index}"))
            either.append(exp.and_(is_namespace, exp.EQ(this=exp.column("id"), expression=exp.Placeholder(this=f"i{index}"))))
        yield _dids(warehouse, exact.where(exp.or_(*either)), params)
    yield _dids(warehouse, statement(_ORDERS), {"text": text, "upper": text.upper()})
    if len(text) >= PREFIX_LEAST:
        digits = text.replace(" ", "").replace("-", "")
        other = f"+86{digits}" if digits.isdigit() else text.lower()
        yield _dids(warehouse, statement(_PREFIX), {"text": text, "other": other, "open": unmasked})
        yield _dids(warehouse, statement(_BEGIN_ORDERS), {"text": text})
    yield _dids(warehouse, statement(_NAMED), {"lower": text.lower(), "open": unmasked})


def _dids(warehouse: Warehouse, question: exp.Expr | Statement, params: dict[str, Value]) -> list[int]:
    return warehouse.query(question, {**params, "most": FOUND_MOST}).column("did").to_pylist()


def _rows(workspace: Workspace, page: Sequence[tuple[int, int]], *, unmasked: bool) -> list[dict[str, Any]]:
    """Return the rows of a page: a few queries for all of them."""
    warehouse = workspace.warehouse
    members = members_of(warehouse, [pid for _, pid in page])
    dids = [member.did for ones in members.values() for member in ones]
    worth, seen = asked.worth_of(warehouse, dids), asked.last_seen(warehouse, dids)
    named = cards(warehouse, [pid for _, pid in page], unmasked=unmasked)
    rows: list[dict[str, Any]] = []
    for did, pid in page:
        mine = [member.did for member in members[pid]]
        orders = {key for one in mine for key in worth.get(one, (set[int](), Decimal(0)))[0]}
        value = sum((worth[one][1] for one in mine if one in worth), Decimal(0))
        last = max((seen[one] for one in mine if one in seen), default=None)
        rows.append(
            {
                "did": did,
                "pid": pid,
                "name": named[pid].name,
                "ids": [shown_id(member, unmasked=unmasked) for member in members[pid][:IDS_SHOWN]],
                "orders": len(orders),
                "last_seen": None if last is None else iso(last, workspace.zone),
                "value": money.text(money.half_up(value)),
                "currency": workspace.settings.workspace.currency,
            }
        )
    return rows
