"""What stands around an answer: until when the data is whole, in which currency, and what its reader should mind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from windsock.kernel.clock import iso, local_date
from windsock.metrics.compile import plan_scans
from windsock.metrics.facts import FACTS
from windsock.metrics.facts_shape import dated_rate
from windsock.metrics.samples import Thin, moves_from_ms
from windsock.warehouse import Warehouse, statement

if TYPE_CHECKING:
    from windsock.metrics.catalogue import Catalogue
    from windsock.metrics.query import MetricQuery
    from windsock.workspace import Workspace

_SECOND_MS = 1000
_SOURCES = """
SELECT s.source, s.kind, s.complete_until_ms, s.payment_known FROM source AS s
"""
_SOURCES_IN, _CURRENCIES_IN = frozenset({"source"}), frozenset({"order_line", "exchange_rate"})
_CURRENCIES = f"""
SELECT l.currency, COUNT(*) FILTER (WHERE l.fx_rate IS NULL AND fx.rate IS NULL) AS without_rate
FROM order_line AS l {dated_rate("fx", "l.currency", "l.booked_date")[1]} WHERE l.known_to_ms IS NULL GROUP BY l.currency
"""  # noqa: S608 - a constant of the programme


@dataclass(frozen=True)
class Note:
    """Something to mind, in both languages, with a stable code."""

    code: str
    en: str
    zh: str

    def json(self) -> dict[str, str]:
        """Return the note as it travels."""
        return {"code": self.code, "en": self.en, "zh": self.zh}


NO_HOUR = Note(
    "hour_unknown",
    "Some rows know a date and no hour: they stand in one row without a period, and in the total.",
    "部分记录只有日期、没有时刻：它们单列为一行（无时段），并计入合计。",
)


@dataclass(frozen=True)
class Surroundings:
    """Facts about the sources behind an answer."""

    complete_until_ms: int | None
    currency: str
    mixed: tuple[str, ...]
    payment_unknown: tuple[str, ...]
    payment_known: bool


@dataclass(frozen=True)
class _Seen:
    """Sources and currencies as they stand at a version of the warehouse."""

    version: int
    sources: list[dict[str, Any]]
    currencies: list[dict[str, Any]]


_seen: WeakKeyDictionary[Warehouse, _Seen] = WeakKeyDictionary()


def _look(warehouse: Warehouse) -> _Seen:
    """Look at sources and currencies again only after they, or what they are read from, were written."""
    seen = _seen.get(warehouse)
    changes = warehouse.changes(-1 if seen is None else seen.version)
    known = None if changes.everything else seen
    sources = known.sources if known and not _SOURCES_IN & changes.tables.keys() else warehouse.query(statement(_SOURCES)).to_pylist()
    money = known.currencies if known and not _CURRENCIES_IN & changes.tables.keys() else warehouse.query(statement(_CURRENCIES)).to_pylist()
    seen = _seen[warehouse] = _Seen(changes.version, sources, money)
    return seen


def surroundings(workspace: Workspace, query: MetricQuery, library: Catalogue) -> Surroundings:
    """Look at the sources behind a question."""
    kinds = {FACTS[scan.fact.name].source for scan in plan_scans(library.bases(query.metrics), query.clock)}
    seen = _look(workspace.warehouse)
    sources, currencies = seen.sources, seen.currencies
    behind = [row for row in sources if row["kind"] in kinds and row["complete_until_ms"] is not None]
    home = workspace.settings.workspace.currency
    foreign = [row for row in currencies if row["currency"] not in (None, home) and row["without_rate"]]
    only = {row["currency"] for row in currencies if row["currency"] is not None}
    orders = [row for row in sources if row["kind"] == "orders"]
    return Surroundings(
        complete_until_ms=min((int(row["complete_until_ms"]) for row in behind), default=None),
        currency=only.pop() if len(only) == 1 and foreign else home,
        mixed=tuple(sorted(str(row["currency"]) for row in foreign)) if len(currencies) > 1 else (),
        payment_unknown=tuple(sorted(str(row["source"]) for row in orders if row["payment_known"] is False)),
        payment_known=any(row["payment_known"] for row in orders),
    )


def notes_of(workspace: Workspace, query: MetricQuery, library: Catalogue, around: Surroundings, thin: Thin | None = None) -> tuple[Note, ...]:
    """Say what a reader of the answer should mind."""
    found: list[Note] = []
    bases = {base.name for base in library.bases(query.metrics)}
    if "revenue" in bases and around.payment_unknown:
        names = ", ".join(around.payment_unknown)
        found.append(
            Note(
                "payment_unknown",
                f"No payments are known for {names}: its revenue is the room revenue of stays, by arrival date.",
                f"{names} 没有支付数据：其收入按入住日期的客房收入计。",
            )
        )
    if around.mixed and any(library.get(name).unit in ("money", "money_ratio") for name in query.metrics):
        names = ", ".join(around.mixed)
        found.append(
            Note(
                "unconverted",
                f"Amounts in {names} have no exchange rate and are added as they are. Filter by currency.",
                f"{names} 的金额没有汇率，按原值相加。请按币种筛选。",
            )
        )
    if around.complete_until_ms is not None:
        zone = workspace.settings.workspace.timezone
        if local_date(around.complete_until_ms, zone) < query.period.end or (query.grain == "hour" and _within_last_day(workspace, query, around)):
            until = iso(around.complete_until_ms, zone)
            found.append(Note("incomplete", f"Data is complete until {until} only.", f"数据仅完整至 {until}。"))
    found += _young(workspace, query, library)
    if thin is not None:
        found += [_thin_note(name, rows, thin, library) for name, rows in thin.rows.items() if name in query.metrics]
    return tuple(found)


def _within_last_day(workspace: Workspace, query: MetricQuery, around: Surroundings) -> bool:
    """Say whether data ends within the last day of a period, a second short being none: by hour that day is not whole."""
    return around.complete_until_ms is not None and around.complete_until_ms + _SECOND_MS < query.period.bounds_ms(workspace.zone)[1]


def _young(workspace: Workspace, query: MetricQuery, library: Catalogue) -> list[Note]:
    """Say from which date on late rows still move figures, where that lies within the period."""
    now = query.as_of_ms if query.as_of_ms is not None else workspace.clock.now_ms()
    since = moves_from_ms(query.metrics, library, now)
    day = None if since is None else local_date(since, workspace.settings.workspace.timezone)
    if day is None or not query.period.start <= day <= query.period.end:
        return []
    return [Note("still_moving", f"Late rows can still move figures from {day} on.", f"{day} 起的数据仍可能因迟到记录而变动。")]


def _thin_note(name: str, rows: int, thin: Thin, library: Catalogue) -> Note:
    metric, sample, least = library.get(name), library.get(thin.samples[name]), thin.least[name]
    rest = "figure rests" if rows == 1 else "figures rest"
    return Note(
        "small_sample",
        f"{metric.title.en}: {rows} {rest} on fewer than {least} ({sample.title.en}); too few to judge by.",
        f"{metric.title.zh}：{rows} 个数值的样本（{sample.title.zh}）少于 {least}，不足以判断。",
    )
