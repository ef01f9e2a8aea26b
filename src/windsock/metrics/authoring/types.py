"""What the engine says of a base metric's expressions: the types of what they read, and whether they can be computed at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
from sqlglot import exp, parse_one

from windsock.kernel.clock import local_date
from windsock.kernel.errors import Fault
from windsock.kernel.period import Period
from windsock.metrics.authoring.model import Finding
from windsock.metrics.compile import Scan, Scope, compile_query, join_what_is_read, plan_scans, relation, scan_conditions
from windsock.metrics.fields import measure_condition, measure_value
from windsock.metrics.queries import last_day
from windsock.warehouse import Params

if TYPE_CHECKING:
    from windsock.metrics.model.definition import Measure, Metric
    from windsock.workspace import Workspace

DAYS = 28
_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In)


def last_days(workspace: Workspace, count: int = DAYS) -> Period:
    """Return so many days up to the last one before today that has data; up to yesterday where nothing has."""
    yesterday = local_date(workspace.clock.now_ms(), workspace.zone) - dt.timedelta(days=1)
    end = last_day(workspace.warehouse, yesterday) or yesterday
    return Period(end - dt.timedelta(days=count - 1), end)


def type_findings(workspace: Workspace, metric: Metric) -> list[Finding]:
    """Return what is wrong with the types of a metric's measures; no rows are read."""
    today = local_date(workspace.clock.now_ms(), workspace.zone)
    scope = _scope(workspace, Period(today, today))
    found: list[Finding] = []
    for scan in plan_scans([replace(metric, measures=(measure,)) for measure in metric.measures if measure.clock(metric.clock)], None):
        for _, measure in scan.measures:
            found += _measure_findings(workspace, scan, measure, scope)
    return found


def run_findings(workspace: Workspace, metric: Metric) -> list[Finding]:
    """Compute a base metric over the last days with data, and return why it can't be computed."""
    try:
        compiled = compile_query((metric,), None, _scope(workspace, last_days(workspace)))
        workspace.warehouse.query(compiled.statement, compiled.params.values)
    except Fault as error:
        if type(error) is not Fault:
            raise  # busy, too slow, cancelled: nothing that the definition says
        return [_unreadable(error)]
    return []


def _scope(workspace: Workspace, period: Period) -> Scope:
    settings = workspace.settings.workspace
    return Scope((), (), "total", period, settings.timezone, settings.week_start, None)


def _measure_findings(workspace: Workspace, scan: Scan, measure: Measure, scope: Scope) -> Iterator[Finding]:
    params = Params()
    value, test = measure_value(measure, scan.fact), measure_condition(measure, scan.fact)
    trees = [parse_one(text, read="duckdb") for text in (measure.value, measure.where) if text]
    read = sorted({column.name for tree in trees for column in tree.find_all(exp.Column)})
    columns = [exp.alias_(value or exp.Null(), "v"), exp.alias_(test or exp.true(), "t")]
    columns += [exp.alias_(parse_one(scan.fact.fields[name], read="duckdb"), f"f_{name}") for name in read]
    select = exp.select(*columns).from_(relation(scan.fact, scope, params)).where(*scan_conditions(scan, scope, params)).limit(0)
    join_what_is_read(select, scan.fact, scope, params)
    try:
        schema = workspace.warehouse.query(select, params.values).schema
    except Fault as error:
        if type(error) is not Fault:
            raise
        yield _unreadable(error)
        return
    if measure.aggregate not in ("count", "count_distinct") and _kind(schema.field("v").type) != "number":
        yield Finding("error", "measures", "Only numbers can be added up.", "只有数字才能求和。", "count_distinct")
    if _kind(schema.field("t").type) != "boolean":
        yield Finding("error", "measures", "A condition must be true or false.", "条件的结果必须为真或假。", "paid AND nights > 1")
    kinds = {name: _kind(schema.field(f"f_{name}").type) for name in read}
    for tree in trees:
        yield from _compared(tree, kinds)


def _compared(tree: exp.Expr, kinds: dict[str, str]) -> Iterator[Finding]:
    """Find fields that are compared with a value of another kind: the engine would fail on the first row."""
    for node in tree.find_all(*_COMPARED):
        sides = [node.this, *(node.expressions if isinstance(node, exp.In) else [node.expression])]
        columns = [side for side in sides if isinstance(side, exp.Column)]
        for column in columns:
            wanted = kinds.get(column.name, "other")
            wrong = next((side for side in sides if isinstance(side, (exp.Literal, exp.Boolean)) and not _fits(side, wanted)), None)
            if wrong is not None:
                names = {"number": "数字", "text": "文本", "boolean": "真假值", "date": "日期"}
                en, zh = f"'{column.name}' is a {wanted}", f"“{column.name}” 是{names.get(wanted, wanted)}"
                yield Finding("error", "measures", f"{en}; {wrong.sql()[:40]} is none.", f"{zh}，不能与 {wrong.sql()[:40]} 比较。")


def _fits(value: exp.Expr, wanted: str) -> bool:
    if wanted == "other":
        return True
    if isinstance(value, exp.Boolean):
        return wanted == "boolean"
    if isinstance(value, exp.Literal) and value.is_string:
        return wanted == "text" or (wanted == "date" and _is_date(str(value.this)))
    return wanted == "number"


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _kind(given: pa.DataType) -> str:
    if pa.types.is_boolean(given):
        return "boolean"
    if pa.types.is_integer(given) or pa.types.is_decimal(given) or pa.types.is_floating(given):
        return "number"
    if pa.types.is_string(given) or pa.types.is_large_string(given):
        return "text"
    return "date" if pa.types.is_date(given) else "other"


def _unreadable(error: Fault) -> Finding:
    where = error.where[:160]
    return Finding("error", "measures", f"The engine can't compute this: {where}", f"数据引擎无法计算：{where}")
