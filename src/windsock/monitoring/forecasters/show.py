"""Warnings as they travel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from windsock.kernel.errors import InvalidInput
from windsock.monitoring.forecasters import said, store
from windsock.monitoring.forecasters.ask import warned_json, warnings_of
from windsock.monitoring.forecasters.ask_breach import HOURS, watched
from windsock.monitoring.forecasters.ask_stock import dated
from windsock.monitoring.forecasters.keep import RECORD_MS
from windsock.monitoring.forecasters.kept import KINDS
from windsock.records import decode, take

if TYPE_CHECKING:
    from windsock.monitoring.forecasters.ask_breach import Watched
    from windsock.monitoring.forecasters.ask_stock import Dated
    from windsock.monitoring.forecasters.kept import Forewarning
    from windsock.workspace import Workspace

STOCK_MOST, LIMITS_MOST = 200, 500


def ahead_json(workspace: Workspace, kind: str, hours: int = HOURS) -> dict[str, Any]:
    """Return what may come: ``target``, ``breach``, ``stock`` or ``all``; of the limits 500, of the dates 200 at most: the likeliest.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    return {
        "items": [warned_json(one) for one in warnings_of(workspace)] if kind in ("target", "all") else [],
        "limits": [_limit(one) for one in watched(workspace, hours)[:LIMITS_MOST]] if kind in ("breach", "all") else [],
        "stock": [_date(one) for one in likeliest(dated(workspace))] if kind in ("stock", "all") else [],
    }


def likeliest(found: list[Dated]) -> list[Dated]:
    """Return the dates that matter most, 200 at most: those oversold first, then by the probability to sell out or to stay empty."""

    def weight(one: Dated) -> float:
        if one.left < 0:
            return 2.0
        if one.course is None:
            return -1.0
        return max(one.course.sold_out, one.course.empty if one.hard else 0.0)

    return sorted(found, key=lambda one: (-weight(one), one.date, one.product.id))[:STOCK_MOST]


def kept_page(workspace: Workspace, state: str | None, kind: str | None, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of kept warnings, the last opened first, and how those of each kind did in 90 days.

    Raises:
        InvalidInput: the cursor is none of this list.
    """
    scope = f"warnings:{state}:{kind}"
    after = cast("tuple[int, str]", decode(cursor, length=2, scope=scope)) if cursor else None
    if after is not None and (type(after[0]), type(after[1])) != (int, str):
        raise InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")
    with workspace.records.read() as session:
        rows = store.page(session, state, kind, limit + 1, after)
        record = store.record(session, workspace.clock.now_ms() - RECORD_MS)
    page = take(rows, limit, lambda one: (one.opened_ms, one.id), scope=scope)
    none = {"hit": 0, "false": 0, "unknown": 0, "open": 0}
    return {
        "items": [kept_json(workspace, one) for one in page.items],
        "record": [{"kind": name, **none, **record.get(name, {})} for name in KINDS],
        "next": page.next_cursor,
    }


def kept_json(workspace: Workspace, one: Forewarning) -> dict[str, Any]:
    """Return a kept warning."""
    what, zone = one.what, workspace.zone
    return {
        **{name: value for name, value in vars(one).items() if name != "what"},
        **{name: getattr(what, name) for name in ("kind", "owner", "probability", "at_ms", "due_ms")},
        "about": dict(what.about),
        "title": {"en": what.title_en, "zh": what.title_zh},
        "text": {"en": said.sentence(one, zone, "en"), "zh": said.sentence(one, zone, "zh")},
    }


def _limit(one: Watched) -> dict[str, Any]:
    told, monitor = one.passing, one.monitor
    passing = None
    if told is not None:
        figures = {name: getattr(told, name) for name in ("probability", "expected", "low", "high", "days")}
        passing = {**figures, "at_ms": one.at_ms(told.step), "at_low_ms": one.at_ms(told.step_low), "at_high_ms": one.at_ms(told.step_high)}
    return {
        "monitor": monitor.name, "title": monitor.title.json(), "unit": one.unit, "key": dict(one.key), "owner": monitor.owner,
        "below": monitor.rule.below, "above": monitor.rule.above, "value": one.value, "from_ms": one.from_ms, "until_ms": one.until_ms,
        "passed": one.passed, "passing": passing,
    }  # fmt: skip


def _date(one: Dated) -> dict[str, Any]:
    product = one.product
    return {
        "product": product.id, "kind": product.kind, "title": product.title.json(), "place": product.place, "date": one.date.isoformat(),
        "capacity": one.capacity, "left": one.left, "hard": one.hard, "course": None if one.course is None else vars(one.course),
    }  # fmt: skip
