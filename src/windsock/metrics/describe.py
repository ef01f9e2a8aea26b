"""Definitions and rows in words: the catalogue's entries, the steps of a compilation, column titles, masked people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock import identity
from windsock.kernel.clock import iso
from windsock.kernel.money import text
from windsock.metrics.answer import compile_of
from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.dimensions import DIMENSIONS, HIERARCHIES
from windsock.metrics.facts_rollup import ROLLUPS
from windsock.metrics.hours import knows_hours
from windsock.metrics.model import expression
from windsock.metrics.value_names import value_names

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.metrics.query import MetricQuery
    from windsock.metrics.rows import RowsBehind
    from windsock.workspace import Workspace

_COLUMNS = {
    "order_key": ("Order", "订单"),
    "line_no": ("Line", "行"),
    "booked_date": ("Booked", "下单日期"),
    "arrival_date": ("Travel date", "出行日期"),
    "travel_date": ("Date", "日期"),
    "at_date": ("Date", "日期"),
    "date": ("Date", "日期"),
    "seen_date": ("Seen", "采集日期"),
    "cancelled": ("Cancelled", "已取消"),
    "nights": ("Nights", "晚数"),
    "pax": ("Passengers", "人数"),
    "units": ("Units", "数量"),
    "booked_amount": ("Booked amount", "预订金额"),
    "stay_amount": ("Room value", "客房金额"),
    "amount": ("Amount", "金额"),
    "take_amount": ("Our part", "我方所得"),
    "posting_ref": ("Posting", "流水号"),
    "posting_kind": ("Kind", "类型"),
    "did": ("Person", "用户"),
    "ts_ms": ("Time", "时间"),
    "session_id": ("Session", "会话"),
    "order_ref": ("Order reference", "订单号"),
    "views": ("Views", "浏览数"),
    "searched": ("Searched", "有搜索"),
    "ordered": ("Ordered", "有下单"),
    "goods_id": ("Goods", "商品"),
    "capacity": ("Capacity", "容量"),
    "sold": ("Sold", "已售"),
    "price": ("Price", "价格"),
    "own_price": ("Own price", "自有价格"),
    "cost_kind": ("Kind of cost", "费用类型"),
    "key_hi": ("Key, first half", "键前半"),
    "key_lo": ("Key, second half", "键后半"),
}


def metric_json(name: str, library: Catalogue) -> dict[str, Any]:
    """Return a definition as it travels."""
    metric = library.get(name)
    return {
        "name": metric.name,
        "state": library.state(name),
        "version": library.versions.get(name),
        "class": metric.class_,
        "scope": metric.scope,
        "use": list(metric.use),
        "monitorable": metric.monitorable,
        "unit": metric.unit,
        "direction": metric.direction,
        "owner": metric.owner,
        "clock": metric.clock,
        "clocks": list(library.clocks(name)),
        "hourly": knows_hours(name, library),
        "additivity": metric.additivity,
        "lag_hours": metric.lag_hours,
        "minimum_sample": metric.minimum_sample,
        "title": metric.title.json(),
        "description": metric.description.json(),
        "formula": metric.formula.json(),
        "expression": metric.expression,
        "dimensions": list(library.dimensions(name)),
        "depends_on": list(expression.names(library.expressions[name])) if name in library.expressions else [],
        "used_by": list(library.used_by(name)),
        "example": _plain_json(metric.example),
    }


def catalogue_json(workspace: Workspace, class_: str | None = None, use: str | None = None) -> dict[str, Any]:
    """Return the library with what people defined themselves, all or those of a class or a use."""
    library, named = catalogue_of(workspace), value_names(workspace)
    chosen = [name for name, metric in library.metrics.items() if class_ in (None, metric.class_) and (use is None or use in metric.use)]
    dimensions = [
        {
            "name": name,
            "title": dimension.title.json(),
            "kind": dimension.kind,
            "values": {code: words.json() for code, words in named.get(name, {}).items()},
        }
        for name, dimension in DIMENSIONS.items()
    ]
    hierarchies = [hierarchy.json() for hierarchy in HIERARCHIES]
    return {"metrics": [metric_json(name, library) for name in chosen], "dimensions": dimensions, "hierarchies": hierarchies}


def explain(workspace: Workspace, query: MetricQuery) -> dict[str, Any]:
    """Return how a question would be answered, without running it.

    Raises:
        InvalidInput: the question cannot be answered as asked.
    """
    library = catalogue_of(workspace, query.as_of_ms)
    query.check(library)
    compiled = compile_of(workspace, query, library)
    bases = ", ".join(compiled.metrics)
    steps = [f"{', '.join(query.metrics)} need {bases}"]
    steps += [f"scan {scan.fact.name} by its {scan.clock} clock for {', '.join(name for name, _ in scan.measures)}" for scan in compiled.scans]
    rolled = sorted({table.name for table in compiled.statement.find_all(exp.Table)} & {fact.name for fact in ROLLUPS})
    if rolled:
        steps.append(f"clean hours from {' and '.join(rolled)}, all others from event")
    steps.append("add up the scans" + (f" by {', '.join(query.by)}" if query.by else "") + ("" if query.grain == "total" else f" and {query.grain}"))
    steps += [f"{name} = {library.get(name).expression}" for name in query.metrics if library.get(name).expression]
    return {"sql": compiled.sql(), "steps": steps, "tables": sorted({scan.fact.name for scan in compiled.scans})}


def rows_json(workspace: Workspace, found: RowsBehind, actor: Actor) -> dict[str, Any]:
    """Return rows behind a number as they travel: people only for those who may see them, masked unless they may see more."""
    sees = "people.see" in actor.permissions
    columns = [(name, kind) for name, kind in found.columns if kind != "person" or sees]
    people = _people(workspace, found, actor) if sees else {}
    rows = [{name: _cell(row.get(name), kind, people) for name, kind in columns} for row in found.rows]
    return {
        "fact": found.fact,
        "columns": [{"name": name, "title": _title(name), "kind": kind} for name, kind in columns],
        "rows": rows,
        "total": found.total,
        "next_cursor": None if found.next_cursor is None else str(found.next_cursor),
    }


def _people(workspace: Workspace, found: RowsBehind, actor: Actor) -> dict[int, str]:
    dids = sorted({int(row["did"]) for row in found.rows if row.get("did") is not None})
    return identity.display_names(workspace.warehouse, dids, unmasked="people.unmask" in actor.permissions) if dids else {}


def _title(name: str) -> dict[str, str]:
    if name in DIMENSIONS:
        return DIMENSIONS[name].title.json()
    en, zh = _COLUMNS.get(name, (name, name))
    return {"en": en, "zh": zh}


def _cell(value: Any, kind: str, people: dict[int, str]) -> str | int | bool | None:  # noqa: ANN401 - it comes from the engine
    if value is None:
        return None
    if kind == "person":
        return people.get(int(value), f"#{value}")
    if kind == "instant":
        return iso(int(value))
    if isinstance(value, (Decimal, dt.date)):
        return text(value) if isinstance(value, Decimal) else value.isoformat()
    # A 64-bit key does not survive a browser's numbers.
    return str(value) if isinstance(value, int) and abs(value) > 2**53 else value


def _plain_json(value: Any) -> Any:  # noqa: ANN401 - YAML of the library
    if isinstance(value, dict):
        return {str(key): _plain_json(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list):
        return [_plain_json(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value.isoformat() if isinstance(value, dt.date) else value
