"""What a person did, in every channel: events, orders, their states and money, and what identity learned, the newest first.

Each kind is asked for at most one page after the cursor, and the pages are merged; so a page costs the same wherever it is.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

import yaml
from sqlglot import exp, parse_one

from windsock.identity import parsed, shown_trait
from windsock.kernel import money
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput
from windsock.records import decode, take
from windsock.tracking.model import catalogue
from windsock.tracking.people import asked
from windsock.tracking.people.profile import parse_moment, person_members

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.identity import Member
    from windsock.warehouse import Value, Warehouse
    from windsock.workspace import Workspace

Place = tuple[int, int, str]
_HELD = "known_from_ms <= $at AND (known_to_ms IS NULL OR known_to_ms > $at)"
_EVENT_COLUMNS = (
    "device", "platform", "route", "property", "item_id", "price", "currency", "order_ref", "provider", "outcome", "country", "app_version", "flags",
)  # fmt: skip
_SOURCES: tuple[tuple[str, str, str], ...] = (
    (
        "event",
        "did",
        f"""SELECT ts_ms AS at_ms, CAST(key_hi AS VARCHAR) || ':' || CAST(key_lo AS VARCHAR) AS ref, event, source, channel, bot, properties,
            {", ".join(_EVENT_COLUMNS)} FROM event WHERE known_from_ms <= $at""",  # noqa: S608 - constants of this file
    ),
    (
        "order",
        "order_key",
        f"""SELECT booked_ms AS at_ms, CAST(order_key AS VARCHAR) AS ref, order_key, did, order_ref, source, sales_channel AS channel, state,
            booked_amount, currency FROM orders WHERE {_HELD}""",  # noqa: S608 - constants of this file
    ),
    (
        "state",
        "order_key",
        f"""SELECT at_ms, CAST(order_key AS VARCHAR) || ':' || CAST(COALESCE(line_no, 0) AS VARCHAR) || ':' || state AS ref, order_key, line_no, state
            FROM order_state WHERE state <> 'created' AND {_HELD}""",  # noqa: S608 - constants of this file
    ),
    (
        "payment",
        "order_key",
        f"""SELECT at_ms, CAST(order_key AS VARCHAR) || ':' || CAST(COALESCE(line_no, 0) AS VARCHAR) || ':' || posting_ref AS ref, order_key, line_no,
            kind AS posting, amount, currency, provider FROM posting WHERE {_HELD}""",  # noqa: S608 - constants of this file
    ),
    (
        "identity",
        "pid",
        """SELECT * FROM (
            SELECT known_from_ms AS at_ms, 'a' || CAST(did AS VARCHAR) AS ref, did, pid, 'joined' AS what FROM alias WHERE known_from_ms <= $at
            UNION ALL SELECT known_to_ms, 'z' || CAST(did AS VARCHAR), did, pid, 'parted' FROM alias WHERE known_to_ms <= $at
        )""",
    ),
)
"""Kind, by what it is found, and its SELECT; the order decides between equal instants."""


def read_timeline(workspace: Workspace, actor: Actor, did: int, limit: int, cursor: str | None, as_of: str | None) -> dict[str, Any]:
    """Return a page of moments as JSON, the newest first; order numbers with ``orders.read``, values masked without ``people.unmask``.

    Raises:
        NotFound: there is no such id.
        InvalidInput: the cursor is of another list, or ``as_of`` no moment.
    """
    at_ms = parse_moment(as_of)
    pid, members = person_members(workspace, did, at_ms)
    scope = f"timeline {pid} {as_of or ''}"
    after = _place(cursor, scope)
    dids = [member.did for member in members]
    booked, travels = asked.orders_of(workspace.warehouse, dids, at_ms)
    numbers = {"did": dids, "pid": [pid], "order_key": sorted({*booked, *travels})[-asked.ORDERS_MOST :]}
    pages = [_page(workspace.warehouse, rank, numbers[_SOURCES[rank][1]], at_ms, after, limit + 1) for rank in range(len(_SOURCES))]
    merged = list(heapq.merge(*pages, key=lambda row: (-row["at_ms"], row["rank"], row["ref"])))[: limit + 1]
    page = take(merged, limit, lambda row: (row["at_ms"], row["rank"], row["ref"]), scope=scope)
    keys = _order_keys(workspace.warehouse, [row["order_ref"] for row in page.items if row.get("order_ref") and "order_key" not in row])
    telling = _Telling(workspace.zone, {member.did: member for member in members}, {*booked}, keys, actor)
    return {"items": [telling.moment(row) for row in page.items], "next": page.next_cursor}


def _place(cursor: str | None, scope: str) -> Place | None:
    if cursor is None:
        return None
    at_ms, rank, ref = decode(cursor, length=3, scope=scope)
    if not isinstance(at_ms, int) or not isinstance(rank, int) or not isinstance(ref, str) or abs(at_ms) >= 1 << 62:
        raise InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")
    return at_ms, rank, ref


def _page(warehouse: Warehouse, rank: int, numbers: Sequence[int], at_ms: int, after: Place | None, most: int) -> list[dict[str, Any]]:
    """Return the rows of one kind that come after a place, in parts of 1,000 ids merged to one page."""
    kind, column, select = _SOURCES[rank]
    rows: list[dict[str, Any]] = []
    for start in range(0, len(numbers), 1_000):
        params: dict[str, Value] = {f"p{index}": int(number) for index, number in enumerate(numbers[start : start + 1_000])}
        among = exp.In(this=exp.column(column), expressions=[exp.Placeholder(this=name) for name in params])
        inner = parsed(select).where(among)
        statement = exp.select("*").from_(inner.subquery("m")).where("NOT m.at_ms IS NULL")
        if after is not None:
            statement = statement.where(_later(rank, after, params))
        statement = statement.order_by("m.at_ms DESC", "m.ref").limit(most)
        rows.extend(warehouse.query(statement, {**params, "at": at_ms}).to_pylist())
    rows.sort(key=lambda row: (-row["at_ms"], row["ref"]))
    return [{**row, "kind": kind, "rank": rank} for row in rows[:most]]


def _later(rank: int, after: Place, params: dict[str, Value]) -> exp.Expr:
    """Return the condition that a row comes after a place in (time downwards, kind, reference)."""
    at_ms, last_rank, ref = after
    params |= {"after_ms": at_ms}
    if rank != last_rank:
        return parse_one("m.at_ms <= $after_ms" if rank > last_rank else "m.at_ms < $after_ms", read="duckdb")
    params |= {"after_ref": ref}
    return parse_one("m.at_ms < $after_ms OR (m.at_ms = $after_ms AND m.ref > $after_ref)", read="duckdb")


def _order_keys(warehouse: Warehouse, refs: Sequence[str]) -> dict[str, int]:
    """Return the orders that some order numbers mean, where a number means one only."""
    if not refs:
        return {}
    condition, params = asked.among_texts("order_ref", sorted(set(refs)))
    statement = parse_one(
        "SELECT order_ref, MIN(order_key) AS k, COUNT(DISTINCT order_key) AS n FROM orders WHERE known_to_ms IS NULL", read="duckdb"
    )
    assert isinstance(statement, exp.Select)  # noqa: S101 - it is written above
    rows = warehouse.query(statement.where(condition).group_by("order_ref"), params).to_pylist()
    return {row["order_ref"]: row["k"] for row in rows if row["n"] == 1}


class _Telling:
    """Words the rows of a page."""

    def __init__(self, zone: str, members: Mapping[int, Member], booked: set[int], keys: Mapping[str, int], actor: Actor) -> None:
        self.zone, self.members, self.booked, self.keys = zone, members, booked, keys
        self.unmasked, self.orders = actor.may("people.unmask"), actor.may("orders.read")

    def moment(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row as JSON."""
        told = {"event": self._event, "order": self._order, "state": self._state, "payment": self._payment, "identity": self._identity}
        title, channel, detail = told[row["kind"]](row)
        key = row.get("order_key") or self.keys.get(row.get("order_ref") or "")
        return {
            "at": iso(row["at_ms"], self.zone),
            "kind": row["kind"],
            "title_zh": title["zh"],
            "title_en": title["en"],
            "channel": channel,
            "source": row.get("source"),
            "detail": {name: _plain(value) for name, value in detail.items() if value is not None},
            "order_key": key if self.orders else None,
        }

    def _event(self, row: dict[str, Any]) -> tuple[Mapping[str, str], str | None, dict[str, Any]]:
        kind = catalogue().get(row["event"])
        title = {"zh": kind.zh, "en": kind.en} if kind is not None else {"zh": row["event"], "en": row["event"]}
        detail: dict[str, Any] = {"event": row["event"], **{name: row[name] for name in _EVENT_COLUMNS}}
        if row["bot"]:
            detail["bot"] = True
        given: Any = json.loads(row["properties"]) if row["properties"] else {}
        properties = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
        detail |= {name: self._property(name, value) for name, value in properties.items() if detail.get(name) is None}
        return title, row["channel"], detail

    def _property(self, name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
        return shown_trait(name, value, unmasked=self.unmasked) if isinstance(value, str) else value

    def _order(self, row: dict[str, Any]) -> tuple[Mapping[str, str], str | None, dict[str, Any]]:
        title = _words()["order" if row["order_key"] in self.booked else "travel"]
        detail = {"state": row["state"], "amount": row["booked_amount"], "currency": row["currency"]}
        return title, row["channel"], {**detail, "order_ref": row["order_ref"] if self.orders else None}

    def _state(self, row: dict[str, Any]) -> tuple[Mapping[str, str], str | None, dict[str, Any]]:
        title = _words()["states"].get(row["state"], {"zh": row["state"], "en": row["state"]})
        return title, None, {"state": row["state"], "line": row["line_no"]}

    def _payment(self, row: dict[str, Any]) -> tuple[Mapping[str, str], str | None, dict[str, Any]]:
        title = _words()["given_back" if row["amount"] < 0 else "paid"]
        detail = {
            "amount": row["amount"],
            "currency": row["currency"],
            "provider": row["provider"],
            "posting": row["posting"],
            "line": row["line_no"],
        }
        return title, None, detail

    def _identity(self, row: dict[str, Any]) -> tuple[Mapping[str, str], str | None, dict[str, Any]]:
        member = self.members.get(row["did"])
        shown = f"{member.namespace} {member.shown(unmasked=self.unmasked)}" if member is not None else None
        return _words()[row["what"]], None, {"did": row["did"], "id": shown, "pid": row["pid"]}


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    return money.text(value) if isinstance(value, Decimal) else value


@cache
def _words() -> dict[str, Any]:
    return yaml.safe_load(files("windsock.tracking.people").joinpath("words.yaml").read_text("utf-8"))
