"""What answers can be cut by: dimensions, the time they can be read from, and the hierarchies along which one drills from level to level.

The texts of joins and fields live with the facts; here is what people see, and which level stands below which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from windsock.metrics.model.definition import Dimension, Words


@dataclass(frozen=True)
class Hierarchy:
    """Levels from the widest to the narrowest, each a dimension."""

    name: str
    title: Words
    levels: tuple[str, ...]

    def json(self) -> dict[str, Any]:
        """Return the hierarchy as it travels."""
        return {"name": self.name, "title": self.title.json(), "levels": list(self.levels)}


def _dimension(name: str, en: str, zh: str, kind: str = "text", level: str = "line") -> Dimension:
    return Dimension(name, Words(en, zh), kind, level)  # pyright: ignore[reportArgumentType] - literals of this file


_OF_FACTS = (
    _dimension("property", "Property", "酒店"),
    _dimension("city", "City of the property", "酒店城市"),
    _dimension("property_country", "Country of the property", "酒店所在国家/地区"),
    _dimension("sales_channel", "Sales channel", "销售渠道", level="order"),
    _dimension("channel_group", "Channel group", "渠道组", level="order"),
    _dimension("tracked", "Tracked channel", "自有可追踪渠道", "boolean", "order"),
    _dimension("market_segment", "Market segment", "客源细分", level="order"),
    _dimension("country", "Country", "国家/地区", level="order"),
    _dimension("room_type", "Room type", "房型"),
    _dimension("rate_plan", "Rate plan", "价格计划"),
    _dimension("device", "Device", "设备", level="order"),
    _dimension("route", "Route", "航线"),
    _dimension("city_pair", "City pair, both ways", "城市对（双向）"),
    _dimension("market", "Market", "市场"),
    _dimension("flight_no", "Flight number", "航班号"),
    _dimension("cabin", "Cabin", "舱位"),
    _dimension("fare_class", "Fare class", "票价等级"),
    _dimension("agent", "Agent", "代理人", level="order"),
    _dimension("purpose", "Trip purpose", "出行目的", level="order"),
    _dimension("lead_band", "Days booked ahead", "提前预订天数"),
    _dimension("kind", "Kind of goods", "商品类别"),
    _dimension("goods_id", "Goods", "商品"),
    _dimension("sold_as", "Sold as", "销售方式"),
    _dimension("supplier", "Supplier", "供应商"),
    _dimension("member", "Member", "会员", "boolean", "order"),
    _dimension("source", "Source", "数据来源", level="order"),
    _dimension("currency", "Currency", "币种", level="order"),
    _dimension("provider", "Payment provider", "支付渠道"),
    _dimension("cost_kind", "Kind of cost", "费用类型"),
    _dimension("outcome", "Outcome", "结果", level="event"),
    _dimension("app_version", "App version", "应用版本", level="event"),
    _dimension("event", "Event", "事件", level="event"),
    _dimension("campaign", "Campaign", "营销活动", level="event"),
    _dimension("bot", "Robot", "机器人", "boolean", "event"),
    _dimension("step", "Step of the system", "系统环节", level="event"),
    _dimension("party", "Own or third party", "自有或第三方", level="event"),
    _dimension("namespace", "Kind of id", "标识类型", level="event"),
    _dimension("competitor", "Competitor", "竞争对手"),
    _dimension("figure", "Market figure", "市场指标"),
)
_OF_TIME = (
    _dimension("year", "Year", "年", "date"),
    _dimension("quarter", "Quarter", "季度", "date"),
    _dimension("month", "Month", "月", "date"),
    _dimension("week", "Week", "周", "date"),
    _dimension("date", "Date", "日期", "date"),
    _dimension("hour", "Hour of the day", "小时", "integer", "event"),
    _dimension("weekday", "Day of the week, 1 is Monday", "星期（1 为周一）", "integer"),
    _dimension("day_type", "Kind of day", "日期类型"),
    _dimension("holiday", "Public holiday", "法定节假日"),
    _dimension("fiscal_year", "Fiscal year", "财年", "integer"),
    _dimension("fiscal_quarter", "Fiscal quarter", "财年季度"),
)
TIME_DIMENSIONS: frozenset[str] = frozenset(dimension.name for dimension in _OF_TIME)
"""Read from the metric's clock, so that every metric has them (``hour`` where the clock is an instant)."""
DIMENSIONS: dict[str, Dimension] = {dimension.name: dimension for dimension in (*_OF_FACTS, *_OF_TIME)}

HIERARCHIES: tuple[Hierarchy, ...] = (
    Hierarchy("air", Words("Market, city pair, route, flight", "市场、城市对、航线、航班"), ("market", "city_pair", "route", "flight_no")),
    Hierarchy("stay", Words("Country, city, property, room type", "国家、城市、酒店、房型"), ("property_country", "city", "property", "room_type")),
    Hierarchy("channel", Words("Channel group, channel, agent", "渠道组、渠道、代理人"), ("channel_group", "sales_channel", "agent")),
    Hierarchy("cabin", Words("Cabin, fare class", "舱位、票价等级"), ("cabin", "fare_class")),
    Hierarchy("calendar", Words("Year, quarter, month, date", "年、季、月、日"), ("year", "quarter", "month", "date", "hour")),
    Hierarchy("weeks", Words("Year, week, date", "年、周、日"), ("year", "week", "date")),
    Hierarchy("fiscal", Words("Fiscal year, fiscal quarter, month, date", "财年、财季、月、日"), ("fiscal_year", "fiscal_quarter", "month", "date")),
)


def below(dimension: str) -> tuple[str, ...]:
    """Return the levels next below a dimension, one for each hierarchy that it stands in; none at the bottom.

    >>> below("city"), below("date"), below("room_type")
    (('property',), ('hour',), ())
    """
    return _next(dimension, 1)


def above(dimension: str) -> tuple[str, ...]:
    """Return the levels next above a dimension.

    >>> above("date")
    ('month', 'week')
    """
    return _next(dimension, -1)


def _next(dimension: str, step: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for hierarchy in HIERARCHIES:
        if dimension in hierarchy.levels:
            at = hierarchy.levels.index(dimension) + step
            if 0 <= at < len(hierarchy.levels):
                found[hierarchy.levels[at]] = None
    return tuple(found)


def dimension_title(name: str) -> Words | None:
    """Return what a dimension is called; None where there is none of that name."""
    found = DIMENSIONS.get(name)
    return None if found is None else found.title
