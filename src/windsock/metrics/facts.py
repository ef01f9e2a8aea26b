"""What can be measured: each fact is a relation with clocks and fields; metrics name the fields, the compiler reads the relation.

The texts here are constants of the programme. ``known(x)`` in them stands for "held true at the asked time" of the alias ``x``, and
``since(x)`` for rows that are never restated; ``$prune_from`` and ``$prune_to`` are the UTC days of the period, one day wider at both ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from windsock.metrics.model.definition import Dimension, Words

SourceKind = Literal["orders", "events", "catalog"]


@dataclass(frozen=True)
class ClockColumn:
    """The column of a clock: a civil date, or an instant in ms."""

    column: str
    kind: Literal["date", "ms"] = "date"


@dataclass(frozen=True)
class Fact:
    """A relation: FROM and WHERE text, its clocks, and its fields by logical name."""

    name: str
    source: SourceKind
    relation: str
    where: str
    clocks: dict[str, ClockColumn]
    fields: dict[str, str]
    dimensions: tuple[str, ...]
    prune: str | None = None
    rows: tuple[str, ...] = ()
    key: tuple[str, ...] = ()


def _times(amount: str, factor: str) -> str:
    """Return an amount times a rate, kept to 0.0001: in 128 bits, as the product of two 64-bit decimals would not hold its digits."""
    return f"CAST(CAST({amount} AS DECIMAL(38, 4)) * {factor} AS DECIMAL(18, 4))"


def _converted(amount: str) -> str:
    """Return an amount in the workspace's currency; most rows need no multiplication, which costs twenty times a plain sum."""
    return f"CASE WHEN l.fx_rate IS NULL OR l.fx_rate = 1 THEN {amount} ELSE {_times(amount, 'l.fx_rate')} END"


def _taken(amount: str) -> str:
    """Return our part of an amount: all of what is our own, the agreed rate of what we sell for others."""
    return f"CASE WHEN l.sold_as = 'agency' THEN {_times(amount, 'COALESCE(l.take_rate, 0)')} ELSE {amount} END"


_SEGMENTS = "CASE WHEN l.kind = 'ancillary' THEN 0 WHEN l.kind = 'flight' THEN COALESCE(l.pax, 1) ELSE 1 END"
"""For how many segments a channel asks its fee: each passenger of a flight, each stay; what is sold beside a flight has none."""
_LINE_FIELDS = {
    "order": "l.order_key",
    "order_key": "l.order_key",
    "line_no": "l.line_no",
    "person": "COALESCE(al.pid, l.did)",
    "did": "l.did",
    "tracked": "COALESCE(c.tracked, FALSE)",
    "channel_group": "COALESCE(c.channel_group, 'unknown')",
    "stayed": "NOT l.cancelled AND NOT l.no_show",
    "booked_amount": "l.booked_amount",
    "stay_amount": "l.stay_amount",
    "booked_value": _converted("l.booked_amount"),
    "stay_value": _converted("l.stay_amount"),
    "stay_revenue": _converted(_taken("l.stay_amount")),
    "stay_commission": _times(_converted("l.stay_amount"), "COALESCE(c.commission_rate, 0)"),
    "stay_payment_fee": _times(_converted("l.stay_amount"), "COALESCE(c.payment_fee_rate, 0)"),
    "channel_fee": f"CAST(COALESCE(c.fee_per_segment, 0) * {_SEGMENTS} AS DECIMAL(18, 4))",
    "room_nights": "CAST(l.nights AS BIGINT) * l.quantity",
    **{
        name: f"l.{name}"
        for name in (
            "property", "sales_channel", "market_segment", "country", "room_type", "rate_plan", "device", "route", "flight_no", "cabin", "fare_class",
            "agent", "purpose", "kind", "sold_as", "supplier", "member", "source", "currency", "quantity", "pax", "nights", "cancelled", "no_show",
            "paid", "payment_known", "booked_date", "arrival_date",
        )
    },
}  # fmt: skip
_LINE_DIMENSIONS = (
    "property", "sales_channel", "channel_group", "tracked", "market_segment", "country", "room_type", "rate_plan", "device", "route", "flight_no",
    "cabin", "fare_class", "agent", "purpose", "kind", "sold_as", "supplier", "member", "source", "currency",
)  # fmt: skip
_CHANNEL = "LEFT JOIN sales_channel AS c ON c.channel = l.sales_channel"
_PERSON = "LEFT JOIN alias AS al ON al.did = l.did AND known(al)"
_LINE_CLOCKS = {
    "booking": ClockColumn("l.booked_date"),
    "arrival": ClockColumn("l.arrival_date"),
    "cancel": ClockColumn("l.cancelled_ms", "ms"),
}

ORDER_LINE = Fact(
    name="order_line",
    source="orders",
    relation=f"order_line AS l {_CHANNEL} {_PERSON}",
    where="known(l)",
    clocks=_LINE_CLOCKS,
    fields=_LINE_FIELDS,
    dimensions=_LINE_DIMENSIONS,
    rows=(
        "order_key", "line_no", "booked_date", "arrival_date", "sales_channel", "property", "route", "room_type", "country", "device", "cancelled",
        "nights", "pax", "booked_amount", "stay_amount", "currency", "did",
    ),
    key=("order_key", "line_no"),
)  # fmt: skip
TRAVEL_DAY = Fact(
    name="travel_day",
    source="orders",
    relation=f"travel_day AS d JOIN order_line AS l ON l.order_key = d.order_key AND l.line_no = d.line_no AND known(l) {_CHANNEL} {_PERSON}",
    where="known(d)",
    clocks={"night": ClockColumn("d.travel_date"), **_LINE_CLOCKS},
    fields={
        **_LINE_FIELDS,
        "units": "d.units",
        "amount": "d.amount",
        "travel_date": "d.travel_date",
        "night_value": _converted("d.amount"),
        "night_revenue": _converted(_taken("d.amount")),
    },
    dimensions=_LINE_DIMENSIONS,
    rows=("order_key", "line_no", "travel_date", "sales_channel", "property", "route", "room_type", "units", "amount", "currency", "did"),
    key=("order_key", "line_no", "travel_date"),
)
POSTING = Fact(
    name="posting",
    source="orders",
    relation=f"posting AS p JOIN order_line AS l ON l.order_key = p.order_key AND l.line_no = p.line_no AND known(l) {_CHANNEL} {_PERSON}",
    where="known(p)",
    clocks={"payment": ClockColumn("p.at_date"), **_LINE_CLOCKS},
    fields={
        **_LINE_FIELDS,
        "amount": "p.amount",
        "take_amount": "p.take_amount",
        "paid_value": _converted("p.amount"),
        "take_value": _converted("p.take_amount"),
        "commission": _times(_converted("p.amount"), "COALESCE(c.commission_rate, 0)"),
        "payment_fee": _times(_converted("p.amount"), "COALESCE(c.payment_fee_rate, 0)"),
        "posting_kind": "p.kind",
        "provider": "p.provider",
        "at_date": "p.at_date",
        "posting_ref": "p.posting_ref",
    },
    dimensions=(*_LINE_DIMENSIONS, "provider"),
    rows=(
        "order_key",
        "line_no",
        "at_date",
        "posting_ref",
        "posting_kind",
        "amount",
        "take_amount",
        "currency",
        "provider",
        "sales_channel",
        "route",
        "did",
    ),
    key=("order_key", "line_no", "posting_ref"),
)

_EVENT_DIMENSIONS = (
    "sales_channel",
    "channel_group",
    "tracked",
    "device",
    "route",
    "property",
    "country",
    "provider",
    "outcome",
    "app_version",
    "event",
    "source",
)
_MAY_BE_COUNTED = "e.analytics_ok IS NOT FALSE"
"""Somebody who refused analytics is nobody to metrics of people; what was done still counts where no person is asked for."""
_EVENT_FIELDS = {
    "person": f"CASE WHEN {_MAY_BE_COUNTED} THEN COALESCE(al.pid, e.did) END",
    "did": f"CASE WHEN {_MAY_BE_COUNTED} THEN e.did END",
    "sales_channel": "e.channel",
    "tracked": "COALESCE(c.tracked, FALSE)",
    "channel_group": "COALESCE(c.channel_group, 'unknown')",
    "bot": "COALESCE(e.bot, FALSE)",
    "internal": "COALESCE(e.internal, FALSE)",
    **{
        name: f"e.{name}"
        for name in ("event", "source", "device", "route", "property", "country", "provider", "outcome", "app_version", "session_id")
    },
    **{name: f"e.{name}" for name in ("ts_ms", "key_hi", "key_lo", "item_id", "order_ref", "price")},
}
EVENT = Fact(
    name="event",
    source="events",
    relation="event AS e LEFT JOIN sales_channel AS c ON c.channel = e.channel LEFT JOIN alias AS al ON al.did = e.did AND known(al)",
    where="since(e)",
    clocks={"event": ClockColumn("e.ts_ms", "ms")},
    fields=_EVENT_FIELDS,
    dimensions=_EVENT_DIMENSIONS,
    prune="e.dt",
    rows=(
        "key_hi",
        "key_lo",
        "ts_ms",
        "event",
        "sales_channel",
        "device",
        "route",
        "property",
        "provider",
        "outcome",
        "session_id",
        "order_ref",
        "did",
    ),
    key=("ts_ms", "key_hi", "key_lo"),
)
SESSION = Fact(
    name="session",
    source="events",
    relation="""(SELECT e.session_id, MIN(e.ts_ms) AS ts_ms, ARG_MIN(e.channel, e.ts_ms) AS channel, ARG_MIN(e.device, e.ts_ms) AS device,
        ARG_MIN(e.country, e.ts_ms) AS country, ARG_MIN(e.did, e.ts_ms) AS did,
        COUNT(*) FILTER (WHERE e.event IN ('page_view', 'screen_view', 'search', 'list_view', 'detail_view', 'checkout')) AS views,
        BOOL_OR(e.event = 'search') AS searched, BOOL_OR(e.event = 'order_placed') AS ordered
        FROM event AS e
        WHERE e.dt BETWEEN $prune_from AND $prune_to AND NOT COALESCE(e.bot, FALSE) AND NOT COALESCE(e.internal, FALSE)
        AND NOT e.session_id IS NULL AND e.analytics_ok IS NOT FALSE AND since(e)
        GROUP BY e.session_id) AS s LEFT JOIN sales_channel AS c ON c.channel = s.channel""",
    where="TRUE",
    clocks={"event": ClockColumn("s.ts_ms", "ms")},
    fields={
        "session_id": "s.session_id", "ts_ms": "s.ts_ms", "sales_channel": "s.channel", "device": "s.device", "country": "s.country", "did": "s.did",
        "tracked": "COALESCE(c.tracked, FALSE)", "channel_group": "COALESCE(c.channel_group, 'unknown')",
        "views": "s.views", "searched": "s.searched", "ordered": "s.ordered",
    },
    dimensions=("sales_channel", "channel_group", "tracked", "device", "country"),
    rows=("session_id", "ts_ms", "sales_channel", "device", "country", "views", "searched", "ordered", "did"),
    key=("session_id",),
)  # fmt: skip
STOCK = Fact(
    name="stock_day",
    source="catalog",
    relation="stock_day AS k JOIN goods AS g ON g.goods_id = k.goods_id",
    where="known(k)",
    clocks={"night": ClockColumn("k.travel_date")},
    fields={
        "capacity": "k.capacity", "sold": "k.sold", "price": "k.price", "kind": "g.kind", "goods_id": "k.goods_id", "travel_date": "k.travel_date",
        "property": "g.property", "room_type": "g.room_type", "route": "g.route", "flight_no": "g.flight_no",
        "city": "g.city", "country": "g.country",
    },
    dimensions=("property", "room_type", "route", "flight_no", "country", "kind"),
    rows=("goods_id", "travel_date", "kind", "property", "room_type", "route", "capacity", "sold", "price"),
    key=("travel_date", "goods_id"),
)  # fmt: skip
CHANNEL_COST = Fact(
    name="channel_cost",
    source="catalog",
    relation="channel_cost AS x LEFT JOIN sales_channel AS c ON c.channel = x.channel",
    where="TRUE",
    clocks={"event": ClockColumn("x.date")},
    fields={
        "amount": "x.amount", "sales_channel": "x.channel", "cost_kind": "x.kind", "date": "x.date", "source": "x.source",
        "tracked": "COALESCE(c.tracked, FALSE)", "channel_group": "COALESCE(c.channel_group, 'unknown')",
    },
    dimensions=("sales_channel", "channel_group", "tracked"),
    rows=("date", "sales_channel", "cost_kind", "amount", "source"),
    key=("date", "sales_channel", "cost_kind"),
)  # fmt: skip
COMPETITOR = Fact(
    name="competitor_price",
    source="catalog",
    relation="competitor_price AS x",
    where="TRUE",
    clocks={"event": ClockColumn("x.seen_date")},
    fields={
        "price": "x.price", "own_price": "x.own_price", "competitor": "x.competitor", "route": "x.route", "property": "x.property",
        "seen_date": "x.seen_date", "travel_date": "x.travel_date",
    },
    dimensions=("route", "property", "competitor"),
    rows=("seen_date", "competitor", "route", "property", "travel_date", "price", "own_price"),
    key=("seen_date", "competitor", "route", "property", "travel_date"),
)  # fmt: skip

FACTS: dict[str, Fact] = {fact.name: fact for fact in (ORDER_LINE, TRAVEL_DAY, POSTING, EVENT, SESSION, STOCK, CHANNEL_COST, COMPETITOR)}


def _dimension(name: str, en: str, zh: str, kind: str = "text", level: str = "line") -> Dimension:
    return Dimension(name, Words(en, zh), kind, level)  # pyright: ignore[reportArgumentType] - literals of this file


DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        _dimension("property", "Property", "酒店"),
        _dimension("sales_channel", "Sales channel", "销售渠道", level="order"),
        _dimension("channel_group", "Channel group", "渠道组", level="order"),
        _dimension("tracked", "Tracked channel", "自有可追踪渠道", "boolean", "order"),
        _dimension("market_segment", "Market segment", "客源细分", level="order"),
        _dimension("country", "Country", "国家/地区", level="order"),
        _dimension("room_type", "Room type", "房型"),
        _dimension("rate_plan", "Rate plan", "价格计划"),
        _dimension("device", "Device", "设备", level="order"),
        _dimension("route", "Route", "航线"),
        _dimension("flight_no", "Flight number", "航班号"),
        _dimension("cabin", "Cabin", "舱位"),
        _dimension("fare_class", "Fare class", "票价等级"),
        _dimension("agent", "Agent", "代理人", level="order"),
        _dimension("purpose", "Trip purpose", "出行目的", level="order"),
        _dimension("kind", "Kind of goods", "商品类别"),
        _dimension("sold_as", "Sold as", "销售方式"),
        _dimension("supplier", "Supplier", "供应商"),
        _dimension("member", "Member", "会员", "boolean", "order"),
        _dimension("source", "Source", "数据来源", level="order"),
        _dimension("currency", "Currency", "币种", level="order"),
        _dimension("provider", "Payment provider", "支付渠道"),
        _dimension("outcome", "Outcome", "结果", level="event"),
        _dimension("app_version", "App version", "应用版本", level="event"),
        _dimension("event", "Event", "事件", level="event"),
        _dimension("competitor", "Competitor", "竞争对手"),
    )
}
