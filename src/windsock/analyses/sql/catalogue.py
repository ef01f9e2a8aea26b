"""The views over goods, channels, stock, prices and the market, and the list of all views."""

from __future__ import annotations

from collections.abc import Iterable

from windsock.analyses.sql import views as v
from windsock.analyses.sql.views import ALIASES, Column, Kind, Source, View


def _columns(table: dict[str, tuple[str, str, Kind, str]]) -> tuple[Column, ...]:
    return tuple(Column(name, sql, kind, en, zh) for name, (sql, zh, kind, en) in table.items())


_GOODS = Source(
    "goods",
    ("goods",),
    "goods AS x WHERE TRUE",
    _columns(
        {
            "goods_id": ("x.goods_id", "商品编号", "text", "What is sold"),
            "kind": ("x.kind", "类型：机票、住宿、附加产品等", "text", "flight, stay, ancillary ..."),
            "name_en": ("x.name_en", "英文名称", "text", "Name in English"),
            "name_zh": ("x.name_zh", "中文名称", "text", "Name in Chinese"),
            "property": ("x.property", "酒店", "text", "Hotel or property"),
            "room_type": ("x.room_type", "房型", "text", "Room type"),
            "route": ("x.route", "航线", "text", "Flight route"),
            "flight_no": ("x.flight_no", "航班号", "text", "Flight number"),
            "city": ("x.city", "城市", "text", "City"),
            "country": ("x.country", "国家", "text", "Country"),
            "supplier": ("x.supplier", "供应商", "text", "Supplier"),
            "sold_as": ("x.sold_as", "自营或代理", "text", "own, or agency: sold for others"),
            "capacity": ("x.capacity", "容量", "number", "Rooms or seats"),
        }
    ),
)
_CHANNELS = Source(
    "channels",
    ("sales_channel",),
    "sales_channel AS x WHERE TRUE",
    _columns(
        {
            "sales_channel": ("x.channel", "销售渠道", "text", "Sales channel; joins events and orders"),
            "name_en": ("x.name_en", "英文名称", "text", "Name in English"),
            "name_zh": ("x.name_zh", "中文名称", "text", "Name in Chinese"),
            "channel_group": ("x.channel_group", "渠道组", "text", "Group: direct, OTA ..."),
            "tracked": ("x.tracked", "是否有行为数据", "boolean", "Whether its visitors are tracked"),
            "commission_rate": ("x.commission_rate", "佣金比例", "number", "Commission, a share of 1"),
            "payment_fee_rate": ("x.payment_fee_rate", "支付费率", "number", "Payment fee, a share of 1"),
        }
    ),
)
_COSTS = Source(
    "channel_costs",
    ("channel_cost",),
    "channel_cost AS x WHERE TRUE",
    _columns(
        {
            "date": ("x.date", "日期", "date", "Day"),
            "sales_channel": ("x.channel", "销售渠道", "text", "Sales channel"),
            "kind": ("x.kind", "费用类型", "text", "What for: ads, coupons ..."),
            "amount": ("x.amount", "金额（原币种）", "number", "Money spent, in its currency"),
            "currency": ("x.currency", "金额币种（ISO 4217）", "text", "ISO 4217 code"),
        }
    ),
)
_STOCK = Source(
    "stock_days",
    ("stock_day",),
    "stock_day AS x WHERE x.known_to_ms IS NULL",
    _columns(
        {
            "goods_id": ("x.goods_id", "商品编号，可关联 goods", "text", "What is sold; joins goods"),
            "travel_date": ("x.travel_date", "入住晚或航班日期", "date", "Stay night or flight date"),
            "capacity": ("x.capacity", "可售容量", "number", "Rooms or seats of the day"),
            "sold": ("x.sold", "已售", "number", "Sold of them"),
            "price": ("x.price", "售价", "number", "Price"),
            "currency": ("x.currency", "金额币种（ISO 4217）", "text", "ISO 4217 code"),
        }
    ),
)
_PRICES = Source(
    "competitor_prices",
    ("competitor_price",),
    "competitor_price AS x WHERE TRUE",
    _columns(
        {
            "seen_date": ("x.seen_date", "观察日期", "date", "When it was seen"),
            "competitor": ("x.competitor", "竞争对手", "text", "Competitor"),
            "route": ("x.route", "航线", "text", "Flight route"),
            "property": ("x.property", "酒店", "text", "Hotel or property"),
            "travel_date": ("x.travel_date", "出行日期", "date", "Travel date"),
            "price": ("x.price", "对方价格", "number", "Their price"),
            "own_price": ("x.own_price", "我方价格", "number", "Our price"),
            "currency": ("x.currency", "金额币种（ISO 4217）", "text", "ISO 4217 code"),
        }
    ),
)
_RATES = Source(
    "exchange_rates",
    ("exchange_rate",),
    "exchange_rate AS x WHERE TRUE",
    _columns(
        {
            "currency": ("x.currency", "币种", "text", "Currency"),
            "date": ("x.date", "起始日期", "date", "From this day on, until the next"),
            "rate": ("x.rate", "折合本位币的汇率", "number", "What one unit is worth in the workspace's currency"),
        }
    ),
)
ALIAS_SOURCE = Source(
    ALIASES,
    ("alias",),
    "alias AS x WHERE x.known_to_ms IS NULL",
    _columns({"did": ("x.did", "编号", "number", "An id"), "person": ("x.pid", "用户", "number", "The person it was merged into")}),
)
_COUNTED = "NOT k.robot AND NOT k.internal AND NOT k.person IS NULL"

VIEWS: tuple[View, ...] = (
    View(
        "events",
        v.EVENT_SOURCE,
        "What people did: events that count in analyses. Robots, internal traffic and who refused analytics are left out.",
        "用户行为事件，与各分析口径一致：不含机器人、内部流量及拒绝统计的用户。",
        _COUNTED,
        frozenset({"robot", "internal"}),
    ),
    View(
        "all_events",
        v.EVENT_SOURCE,
        "All stored events, with robots and internal traffic marked; who refused analytics is left out.",
        "全部已存事件，标明机器人与内部流量；不含拒绝统计的用户。",
    ),
    View("people", v.IDENTITY_SOURCE, "Everybody who was seen, and since when.", "出现过的用户及首次出现时间。", first_seen=True),
    View("orders", v.ORDER_SOURCE, "Orders as they are known now.", "当前已知的订单。"),
    View("order_lines", v.LINE_SOURCE, "Lines of orders: what was booked, with the order's channel and days.", "订单行：预订内容及渠道、日期。"),
    View("travel_days", v.DAY_SOURCE, "Nights and flight dates of lines, with their share of the money.", "订单行的每个入住晚或航班日，及分摊金额。"),
    View("payments", v.POSTING_SOURCE, "Money paid and given back.", "收款与退款。"),
    View("goods", _GOODS, "What is sold.", "商品。"),
    View("channels", _CHANNELS, "Sales channels, and what they cost.", "销售渠道及费率。"),
    View("channel_costs", _COSTS, "Money spent on channels by day.", "渠道每日费用。"),
    View("stock_days", _STOCK, "Stock and price by travel date.", "按出行日的库存与价格。"),
    View("competitor_prices", _PRICES, "Prices seen at competitors.", "竞争对手价格。"),
    View("exchange_rates", _RATES, "Exchange rates into the workspace's currency.", "折合本位币的汇率。"),
)
BY_NAME: dict[str, View] = {view.name: view for view in VIEWS}
SOURCES: dict[str, Source] = {**{view.source.name: view.source for view in VIEWS}, ALIASES: ALIAS_SOURCE}


def sources_of(names: Iterable[str]) -> tuple[Source, ...]:
    """Return what must be kept for some views, each once."""
    wanted = [BY_NAME[name] for name in names]
    found = {view.source.name: view.source for view in wanted}
    if any(view.has_person for view in wanted):
        found[ALIASES] = ALIAS_SOURCE
    return tuple(found.values())
