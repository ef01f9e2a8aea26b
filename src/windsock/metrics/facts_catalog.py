"""Facts of the catalogue: stock and price of dates, what channels cost, competitors' prices, figures of the market."""

from __future__ import annotations

from windsock.metrics.facts_shape import CHANNEL_FIELDS, ClockColumn, Fact, channel, converted, dated_rate, place_fields, places, times

_LEFT = "GREATEST(k.capacity - k.sold, 0)"
_PLACES = place_fields("g.route")
STOCK = Fact(
    name="stock_day",
    source="catalog",
    relation="stock_day AS k JOIN goods AS g ON g.goods_id = k.goods_id",
    where="known(k)",
    clocks={"night": ClockColumn("k.travel_date")},
    fields={
        "capacity": "k.capacity", "sold": "k.sold", "price": "k.price", "kind": "g.kind", "goods_id": "k.goods_id", "travel_date": "k.travel_date",
        "property": "g.property", "room_type": "g.room_type", "route": "g.route", "flight_no": "g.flight_no", "supplier": "g.supplier",
        "sold_as": "g.sold_as", "hard": "COALESCE(k.hard, TRUE)",
        "city": "g.city", "country": "g.country", "property_country": "g.country", "city_pair": _PLACES["city_pair"], "market": _PLACES["market"],
        "distance_km": _PLACES["distance_km"],
        "open": "COALESCE(k.capacity, 0) > 0",
        "sold_out": "COALESCE(k.capacity > 0 AND k.sold >= k.capacity, FALSE)",
        "left": _LEFT,
        "oversold": "GREATEST(k.sold - k.capacity, 0)",
        "left_value": converted(times("k.price", _LEFT), "fx"),
        "price_value": converted("k.price", "fx"),
    },
    dimensions=(
        "property", "room_type", "route", "flight_no", "country", "kind", "goods_id", "supplier", "sold_as", "city", "property_country", "city_pair",
        "market",
    ),
    rows=("goods_id", "travel_date", "kind", "property", "room_type", "route", "capacity", "sold", "price"),
    key=("travel_date", "goods_id"),
    joins=(dated_rate("fx", "k.currency", "k.travel_date"), *places("g.route", "g.property")),
)  # fmt: skip
CHANNEL_COST = Fact(
    name="channel_cost",
    source="catalog",
    relation="channel_cost AS x",
    where="TRUE",
    clocks={"event": ClockColumn("x.date")},
    fields={
        "amount": "x.amount", "cost_value": converted("x.amount", "fx"), "sales_channel": "x.channel", "cost_kind": "x.kind", "date": "x.date",
        "source": "x.source", "currency": "x.currency", **CHANNEL_FIELDS,
    },
    dimensions=("sales_channel", "channel_group", "tracked", "cost_kind", "source", "currency"),
    rows=("date", "sales_channel", "cost_kind", "amount", "source"),
    key=("date", "sales_channel", "cost_kind"),
    joins=(channel("x.channel"), dated_rate("fx", "x.currency", "x.date")),
)  # fmt: skip
COMPETITOR = Fact(
    name="competitor_price",
    source="catalog",
    relation="competitor_price AS x",
    where="TRUE",
    clocks={"event": ClockColumn("x.seen_date"), "night": ClockColumn("x.travel_date")},
    fields={
        "price": converted("x.price", "fx"), "own_price": converted("x.own_price", "fx"), "competitor": "x.competitor", "route": "x.route",
        "property": "x.property", "seen_date": "x.seen_date", "travel_date": "x.travel_date", **place_fields("x.route"),
    },
    dimensions=("route", "property", "competitor", "city", "property_country", "city_pair", "market"),
    rows=("seen_date", "competitor", "route", "property", "travel_date", "price", "own_price"),
    key=("seen_date", "competitor", "route", "property", "travel_date"),
    joins=(dated_rate("fx", "x.currency", "x.seen_date"), *places("x.route", "x.property")),
)  # fmt: skip
MARKET_FIGURE = Fact(
    name="market_figure",
    source="catalog",
    relation="market_figure AS m",
    where="TRUE",
    clocks={"event": ClockColumn("m.date")},
    fields={"figure": "m.figure", "market": "m.market", "value": "m.value", "date": "m.date", "source": "m.source"},
    dimensions=("figure", "market", "source"),
    rows=("date", "figure", "market", "value", "source"),
    key=("date", "figure", "market", "source"),
)
STANDING = Fact(
    name="class_total",
    source="catalog",
    relation="class_total AS s",
    where="TRUE",
    clocks={"event": ClockColumn("s.month")},
    fields={
        "people": "s.people", "rfm_class": "s.rfm", "life_stage": "s.stage", "stage_before": "s.before", "is_member": "s.member", "month": "s.month",
        "classed": "NOT s.rfm IS NULL",
        "was_active": "COALESCE(s.before <> 'lost', FALSE)",
        "opens_quarter": "EXTRACT(MONTH FROM s.month) IN (1, 4, 7, 10)",
    },
    dimensions=(),
    rows=("month", "rfm_class", "life_stage", "stage_before", "is_member", "people"),
    key=("month", "rfm_class", "life_stage", "stage_before", "is_member"),
)  # fmt: skip
CATALOG_FACTS = (STOCK, CHANNEL_COST, COMPETITOR, MARKET_FIGURE, STANDING)
