"""Read what is frozen: the months with their classes and stages, how people moved between two months, and who they are."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.analyses import RFM_GROUPS
from windsock.audiences.standing.keep import current_rules
from windsock.audiences.standing.model import STAGES
from windsock.conditions import Plan, frame_of, ours, person_sql, with_person
from windsock.identity import display_names
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.warehouse import Params, statement

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

PAGE_MOST = 1_000
MONTHS_SHOWN = 36
_MONTHS = statement(f"SELECT * FROM class_month ORDER BY month DESC LIMIT {MONTHS_SHOWN}")  # noqa: S608 - a number of ours
_TOTALS = statement("""SELECT month, rfm, stage, before, member, people, money FROM class_total WHERE month >= $since ORDER BY month""")
_WHICH = ("rfm", "stage", "before")


def told(workspace: Workspace) -> dict[str, Any]:
    """Return the rules in force and the months that are frozen, the newest 36, the oldest first."""
    rules, version = current_rules(workspace)
    months = list(reversed(workspace.warehouse.query(_MONTHS).to_pylist()))
    totals = workspace.warehouse.query(_TOTALS, {"since": months[0]["month"]}).to_pylist() if months else []
    return {
        "rules": rules.json(),
        "version": version,
        "classes": [{"code": group.code, "en": group.en, "zh": group.zh} for group in RFM_GROUPS],
        "months": [_month(row, [one for one in totals if one["month"] == row["month"]]) for row in months],
        "currency": workspace.settings.workspace.currency,
    }


def _month(row: Mapping[str, Any], totals: list[dict[str, Any]]) -> dict[str, Any]:
    def people(**like: object) -> int:
        return sum(int(one["people"]) for one in totals if all(one[name] == value for name, value in like.items()))

    def money(code: str) -> str:
        return str(sum((one["money"] for one in totals if one["rfm"] == code), start=0))

    classed = sum(int(one["people"]) for one in totals if one["rfm"] is not None)
    active = [one for one in totals if one["before"] not in (None, "lost")]
    return {
        "month": f"{row['month']:%Y-%m}",
        "frozen_ms": row["frozen_ms"],
        "version": row["version"],
        "rules": json.loads(row["rules"]),
        "thresholds": {name: None if row[name] is None else str(row[name].normalize()) for name in ("recency", "frequency", "monetary")},
        "classed": classed,
        "classes": [{"code": group.code, "people": people(rfm=group.code), "money": money(group.code)} for group in RFM_GROUPS],
        "stages": [{"stage": stage, "people": people(stage=stage)} for stage in STAGES],
        "moves": [
            {"before": before, "stage": stage, "people": found}
            for before in (*STAGES, None)
            for stage in STAGES
            if (found := people(before=before, stage=stage))
        ],
        "active_before": sum(int(one["people"]) for one in active),
        "lost": sum(int(one["people"]) for one in active if one["stage"] == "lost"),
    }


def people_page(workspace: Workspace, actor: Actor, month: str, which: Mapping[str, str], page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of those who stood somewhere at the end of a month, the dearest first.

    Args:
        workspace: where.
        actor: who asks; ids are masked without ``people.unmask``.
        month: ``YYYY-MM``.
        which: class (``rfm``), ``stage`` and stage ``before``, each where it is given.
        page: how many to pass over, and how many to return.

    Raises:
        InvalidInput: no such month can be, or the page is too large.
        NotFound: the month is not frozen.
    """
    if page[0] < 0 or not 0 < page[1] <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} people.", where="limit")
    day = _frozen(workspace, month)
    plan, column = Plan(frame_of(workspace)), exp.column("person", "c")
    rows = ours("SELECT c.rfm, c.stage, c.before, c.member, c.days, c.orders, c.money, c.gap FROM person_class AS c")
    rows = rows.select(exp.alias_(person_sql(column), "person"), copy=False).where(_at(day, plan.params), copy=False)
    for name, value in which.items():
        rows = rows.where(exp.EQ(this=exp.column(name, "c"), expression=plan.params.bind(value)), copy=False)
    plan.add("stood", with_person(rows, column, plan.frame, plan.params))
    listed = f"SELECT s.*, COUNT(*) OVER () AS total FROM stood AS s ORDER BY s.money DESC NULLS LAST, s.person LIMIT {page[1]} OFFSET {page[0]}"  # noqa: S608 - numbers of ours
    found = workspace.warehouse.query(plan.statement(ours(listed)), plan.params.values).to_pylist()
    names = display_names(workspace.warehouse, [int(row["person"]) for row in found], unmasked=actor.may("people.unmask"))
    total = int(found[0]["total"]) if found else 0
    return {
        "total": total,
        "people": [_person(row, names) for row in found],
        "next": str(sum(page)) if sum(page) < total else None,
    }


def _person(row: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "person": row["person"],
        "name": names.get(int(row["person"]), ""),
        "rfm": row["rfm"],
        "stage": row["stage"],
        "before": row["before"],
        "member": bool(row["member"]),
        "days": row["days"],
        "orders": row["orders"],
        "money": None if row["money"] is None else str(row["money"]),
        "gap": row["gap"],
    }


def _at(day: dt.date, params: Params) -> exp.Expr:
    return exp.EQ(this=exp.column("month", "c"), expression=params.bind(day))


def _frozen(workspace: Workspace, month: str) -> dt.date:
    known = {f"{row['month']:%Y-%m}": row["month"] for row in workspace.warehouse.query(statement("SELECT month FROM class_month")).to_pylist()}
    if month not in known:
        last = max(known, default="")
        raise NotFound(f"The month {month[:10]} is not frozen.", where="month", fix=f"The last one is {last}." if last else "None is frozen yet.")
    return known[month]


def day_of(month: str) -> dt.date:
    """Return the first day of a month.

    Raises:
        InvalidInput: it is no month.
    """
    try:
        return dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        raise InvalidInput(f"'{month[:20]}' is no month.", where="month", fix="Write it as 2026-10.") from None
