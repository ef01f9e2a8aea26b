"""The views that a statement may read: what each is, what its columns mean, and which rows of the warehouse it is made of.

No column names somebody: people are dense numbers, the same as on the pages; references of orders are numbers made with the workspace's secret.
Instants are local times of the workspace without a zone (``TIMESTAMP``), money is in its own currency (``DECIMAL(18,4)``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "text", "date", "time", "boolean", "fields"]
PERSON = "person"
FIELDS = "properties"
KEPT = "kept_"
ALIASES = "aliases"


@dataclass(frozen=True)
class Column:
    """A column: its name, what it is made of, its kind, and what it means in both languages."""

    name: str
    sql: str
    kind: Kind
    en: str
    zh: str


@dataclass(frozen=True)
class Source:
    """What is kept of the facts.

    Attributes:
        name: how its rows are called in the process that runs statements, after ``kept_``.
        tables: tables of the warehouse whose changes make it old.
        rows: FROM and WHERE of the rows, by the alias ``x``; ``$zone`` and ``$salt`` are bound to literals.
        columns: what is kept; ``person`` is kept as the id that people are found by.
        by_day: whether it is kept in pieces by days of ``x.dt``.
    """

    name: str
    tables: tuple[str, ...]
    rows: str
    columns: tuple[Column, ...]
    by_day: bool = False


@dataclass(frozen=True)
class View:
    """What can be read: some columns of a source, and its rows that pass a condition on them (alias ``k``)."""

    name: str
    source: Source
    en: str
    zh: str
    where: str = "TRUE"
    without: frozenset[str] = frozenset()
    first_seen: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """What it has, in its order."""
        return tuple(column for column in self.source.columns if column.name not in self.without)

    @property
    def has_person(self) -> bool:
        """Whether its rows are somebody's."""
        return any(column.name == PERSON for column in self.columns)

    def select(self) -> str:
        """Return its SELECT over what is kept; the person of an id as it is merged now."""
        cells = ", ".join("COALESCE(a.person, k.person) AS person" if one.name == PERSON else f"k.{one.name}" for one in self.columns)
        joined = f" LEFT JOIN {KEPT}{ALIASES} AS a ON a.did = k.person" if self.has_person else ""
        rows = f"FROM {KEPT}{self.source.name} AS k{joined} WHERE {self.where}"
        if self.first_seen:
            return f"SELECT COALESCE(a.person, k.person) AS person, MIN(k.first_at) AS first_at, MIN(k.first_date) AS first_date {rows} GROUP BY 1"
        return f"SELECT {cells} {rows}"


def _at(ms: str) -> str:
    return f"(EPOCH_MS({ms}) AT TIME ZONE 'UTC') AT TIME ZONE $zone"


def _column(name: str, sql: str, kind: Kind, words: tuple[str, str]) -> Column:
    return Column(name, sql, kind, *words)


_PERSON = _column(
    PERSON, "x.did", "number", ("Who: a number that stands for a person, the same as on the pages", "用户编号，与页面上一致，不含任何个人信息")
)
_CODE = "CAST(MD5_NUMBER_LOWER($salt || x.order_ref) % 1000000000000000 AS BIGINT)"
_ORDER_CODE = ("The order's reference as a number, to join events with orders", "订单号对应的数字，用于关联事件与订单")
_ORDER_ID = _column(
    "order_id",
    "x.order_key",
    "number",
    ("Order, to join orders, lines, travel days and payments", "订单内部编号，用于关联订单、订单行、出行日与收付款"),
)
_LINE_NO = _column("line_no", "x.line_no", "number", ("Number of the line within its order", "订单内的行号"))
_CURRENCY = _column("currency", "x.currency", "text", ("ISO 4217 code of the amounts", "金额币种（ISO 4217）"))
_CHANNEL = ("Sales channel", "销售渠道")
_KNOWN = "x.known_to_ms IS NULL"

EVENT_SOURCE = Source(
    "events",
    ("event",),
    "event AS x WHERE x.analytics_ok IS NOT FALSE",
    (
        _column("at", _at("x.ts_ms"), "time", ("When it happened, local time", "发生时间（本地时间）")),
        _column("date", f"CAST({_at('x.ts_ms')} AS DATE)", "date", ("Local day", "本地日期")),
        _column("ts_ms", "x.ts_ms", "number", ("When it happened, milliseconds UTC", "发生时间（UTC 毫秒）")),
        _PERSON,
        _column("event", "x.event", "text", ("Name of the event: search, order_placed ...", "事件名：search、order_placed 等")),
        _column("session", "x.session_id", "number", ("Number of the visit", "会话编号")),
        _column("source", "x.source", "text", ("Which source sent it", "数据来源")),
        _column("sales_channel", "x.channel", "text", _CHANNEL),
        _column("device", "x.device", "text", ("Kind of device: app, web ...", "设备类型")),
        _column("platform", "x.platform", "text", ("Operating system or browser family", "操作系统或浏览器")),
        _column("route", "x.route", "text", ("Flight route, such as PVG-SIN", "航线，如 PVG-SIN")),
        _column("property", "x.property", "text", ("Hotel or property", "酒店")),
        _column("item_id", "x.item_id", "text", ("What was looked at or bought", "商品编号")),
        _column("price", "x.price", "number", ("Price shown or paid", "价格")),
        _CURRENCY,
        _column("provider", "x.provider", "text", ("Payment provider", "支付机构")),
        _column("outcome", "x.outcome", "text", ("How it ended: ok, failed ...", "结果")),
        _column("country", "x.country", "text", ("Country", "国家")),
        _column("app_version", "x.app_version", "text", ("Version of the app", "应用版本")),
        _column("order_code", _CODE, "number", _ORDER_CODE),
        _column("robot", "COALESCE(x.bot, FALSE)", "boolean", ("Whether it is a robot's", "是否机器人")),
        _column("internal", "COALESCE(x.internal, FALSE)", "boolean", ("Whether it is internal or test traffic", "是否内部或测试流量")),
        _column(FIELDS, "$fields", "fields", ("Further properties as text, such as properties.page", "其他属性（文本），如 properties.page")),
    ),
    by_day=True,
)
IDENTITY_SOURCE = Source(
    "identities",
    ("identity",),
    "identity AS x WHERE TRUE",
    (
        _PERSON,
        _column("first_at", _at("x.first_ms"), "time", ("When first seen, local time", "首次出现时间（本地时间）")),
        _column("first_date", f"CAST({_at('x.first_ms')} AS DATE)", "date", ("Local day when first seen", "首次出现日期")),
    ),
)
ORDER_SOURCE = Source(
    "orders",
    ("orders",),
    f"orders AS x WHERE {_KNOWN}",
    (
        _ORDER_ID,
        _column("order_code", _CODE, "number", _ORDER_CODE),
        _PERSON,
        _column("member", "x.member", "boolean", ("Whether a member booked", "是否会员下单")),
        _column("source", "x.source", "text", ("Which source sent it", "数据来源")),
        _column("sales_channel", "x.sales_channel", "text", _CHANNEL),
        _column("state", "x.state", "text", ("Newest state: booked, paid, ticketed, cancelled ...", "最新状态")),
        _column("booked_at", _at("x.booked_ms"), "time", ("When booked, local time", "下单时间（本地时间）")),
        _column("booked_date", "x.booked_date", "date", ("Day of booking", "下单日期")),
        _column("paid_at", _at("x.paid_ms"), "time", ("When paid", "支付时间")),
        _column("ticketed_at", _at("x.ticketed_ms"), "time", ("When ticketed or confirmed", "出票或确认时间")),
        _column("cancelled_at", _at("x.cancelled_ms"), "time", ("When cancelled", "取消时间")),
        _column("refunded_at", _at("x.refunded_ms"), "time", ("When refunded", "退款时间")),
        _column("travelled_at", _at("x.travelled_ms"), "time", ("When travelled", "出行时间")),
        _column("amount", "x.booked_amount", "number", ("Booked value, in its currency", "预订金额（原币种）")),
        _CURRENCY,
        _column("payment_known", "x.payment_known", "boolean", ("Whether its source tells payments", "来源是否提供支付状态")),
    ),
)
LINE_SOURCE = Source(
    "order_lines",
    ("order_line",),
    f"order_line AS x WHERE {_KNOWN}",
    (
        _ORDER_ID,
        _LINE_NO,
        _PERSON,
        _column("member", "x.member", "boolean", ("Whether a member booked", "是否会员下单")),
        _column("kind", "x.kind", "text", ("flight, stay, ancillary ...", "类型：机票、住宿、附加产品等")),
        _column("sold_as", "x.sold_as", "text", ("own, or agency: sold for others", "自营或代理")),
        _column("supplier", "x.supplier", "text", ("Supplier", "供应商")),
        _column("goods_id", "x.goods_id", "text", ("What was sold; joins goods", "商品编号，可关联 goods")),
        _column("property", "x.property", "text", ("Hotel or property", "酒店")),
        _column("room_type", "x.room_type", "text", ("Room type", "房型")),
        _column("rate_plan", "x.rate_plan", "text", ("Rate plan", "价格计划")),
        _column("route", "x.route", "text", ("Flight route", "航线")),
        _column("flight_no", "x.flight_no", "text", ("Flight number", "航班号")),
        _column("cabin", "x.cabin", "text", ("Cabin", "舱等")),
        _column("fare_class", "x.fare_class", "text", ("Booking class", "舱位")),
        _column("quantity", "x.quantity", "number", ("How many units", "数量")),
        _column("travellers", "x.pax", "number", ("How many travellers", "出行人数")),
        _column("nights", "x.nights", "number", ("Nights of a stay", "间夜晚数")),
        _column("arrival_date", "x.arrival_date", "date", ("Arrival, or the flight's date", "入住或出发日期")),
        _column("departure_date", "x.departure_date", "date", ("Departure", "离店日期")),
        _column("booked_at", _at("x.booked_ms"), "time", ("When booked, local time", "下单时间（本地时间）")),
        _column("booked_date", "x.booked_date", "date", ("Day of booking", "下单日期")),
        _column("cancelled_at", _at("x.cancelled_ms"), "time", ("When cancelled", "取消时间")),
        _column("cancelled", "x.cancelled", "boolean", ("Whether cancelled", "是否取消")),
        _column("no_show", "x.no_show", "boolean", ("Whether nobody came", "是否未到")),
        _column("paid", "x.paid", "boolean", ("Whether paid", "是否已支付")),
        _column("amount", "x.booked_amount", "number", ("Booked value, in its currency", "预订金额（原币种）")),
        _column("stay_amount", "x.stay_amount", "number", ("Value of what was taken up, in its currency", "实际消费金额（原币种）")),
        _CURRENCY,
        _column("take_rate", "x.take_rate", "number", ("Our share of what is sold for others", "代理佣金比例")),
        _column("source", "x.source", "text", ("Which source sent it", "数据来源")),
        _column("sales_channel", "x.sales_channel", "text", _CHANNEL),
        _column("market_segment", "x.market_segment", "text", ("Market segment", "细分市场")),
        _column("country", "x.country", "text", ("Country", "国家")),
        _column("device", "x.device", "text", ("Kind of device", "设备类型")),
        _column("purpose", "x.purpose", "text", ("Purpose of the journey", "出行目的")),
    ),
)
DAY_SOURCE = Source(
    "travel_days",
    ("travel_day",),
    f"travel_day AS x WHERE {_KNOWN}",
    (
        _ORDER_ID,
        _LINE_NO,
        _column("travel_date", "x.travel_date", "date", ("Stay night or flight date", "入住晚或航班日期")),
        _column("units", "x.units", "number", ("Room nights or seats of the day", "当日间夜或座位数")),
        _column("amount", "x.amount", "number", ("Share of the line's money, in its currency", "当日分摊金额（原币种）")),
    ),
)
POSTING_SOURCE = Source(
    "payments",
    ("posting",),
    f"posting AS x WHERE {_KNOWN}",
    (
        _ORDER_ID,
        _LINE_NO,
        _column("kind", "x.kind", "text", ("payment or refund", "收款或退款")),
        _column("paid_at", _at("x.at_ms"), "time", ("When, local time", "时间（本地时间）")),
        _column("date", "x.at_date", "date", ("Day", "日期")),
        _column("amount", "x.amount", "number", ("Money, in its currency; given back is negative", "金额（原币种），退款为负")),
        _CURRENCY,
        _column("provider", "x.provider", "text", ("Payment provider", "支付机构")),
    ),
)
