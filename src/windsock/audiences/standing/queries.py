"""The statement that says where each buyer stands at the end of a month; its rules are those of ``model``."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.analyses import MoneyFrame, planned_rfm, read_rfm
from windsock.audiences.standing.model import GROWING_FROM, MATURE_FROM, Rules
from windsock.conditions import frame_of, known, ours, person_sql, with_person
from windsock.kernel.period import Period

if TYPE_CHECKING:
    from windsock.analyses import Rfm
    from windsock.conditions import Plan
    from windsock.workspace import Workspace

Asked = tuple["Rfm", MoneyFrame]


def asked_of(workspace: Workspace, rules: Rules, month: dt.date, thresholds: tuple[Decimal, ...] | None) -> Asked:
    """Return the RFM question of a month that ends on a day, and its circumstances: the last instant of that day.

    Args:
        workspace: where to ask.
        rules: what is asked by.
        month: its last day.
        thresholds: days, orders and money where they are given or held; None: those of the month itself.
    """
    first = month.replace(day=1)
    for _ in range(rules.months - 1):
        first = (first - dt.timedelta(days=1)).replace(day=1)
    side: Any = rules.thresholds if rules.thresholds in ("mean", "median") else "mean"
    if thresholds is not None:
        side = dict(zip(("recency", "frequency", "monetary"), thresholds, strict=True))
    period = {"from": first.isoformat(), "to": month.isoformat()}
    rfm = read_rfm({"rfm": "standing", "period": period, "money": rules.money, "monetary": rules.monetary, "thresholds": side})
    frame = replace(frame_of(workspace), now_ms=Period(month, month).bounds_ms(workspace.zone)[1] - 1)
    return rfm, MoneyFrame(frame, workspace.settings.workspace.currency)


def stood(asked: Asked, rules: Rules, before: dt.date | None) -> tuple[Plan, exp.Select]:
    """Return the plan, and the SELECT of one row for each who ever bought.

    Its columns: ``person``, ``rfm``, ``stage``, ``before``, ``member``, ``days``, ``orders``, ``money`` and ``gap``; class, orders and money are
    those of the months that are looked at, and NULL for who bought nothing in them.
    """
    plan, _days, until = planned_rfm(*asked)
    last = plan.params.bind(until)
    bought = ours("SELECT DISTINCT m.person, m.day FROM money AS m WHERE m.buys AND NOT m.person IS NULL")
    plan.add("bought", bought.where(exp.LTE(this=exp.column("day", "m"), expression=last), copy=False))
    _add_travels(plan, until)
    plan.add("gaps", ours("SELECT b.person, b.day, b.day - LAG(b.day) OVER (PARTITION BY b.person ORDER BY b.day) AS gap FROM bought AS b"))
    plan.add(
        "mine",
        ours(
            "SELECT g.person, MAX(g.day) AS last, COUNT(*) AS purchases, COUNT(g.gap) AS n, QUANTILE_CONT(g.gap, 0.5) AS median"
            " FROM gaps AS g GROUP BY g.person"
        ),
    )
    plan.add("kept", ours("SELECT m.*, t.purpose, t.member FROM mine AS m LEFT JOIN travels AS t ON t.person = m.person"))
    plan.add("usual", ours("SELECT QUANTILE_CONT(k.median, 0.5) AS median FROM kept AS k"))
    plan.add("usual_by", ours("SELECT k.purpose, QUANTILE_CONT(k.median, 0.5) AS median FROM kept AS k WHERE k.n > 0 GROUP BY k.purpose"))
    gone = exp.cast(exp.Sub(this=last.copy(), expression=exp.column("last", "k")), "BIGINT")
    weight, others = f"{float(rules.shrink)!r}", "COALESCE(y.median, u.median)"
    usual = f"COALESCE((k.n * COALESCE(k.median, 0) + {weight} * {others}) / NULLIF(k.n + {weight}, 0), {others})"
    away = ours(
        f"""SELECT k.person, k.purchases, COALESCE(k.member, FALSE) AS member, {usual} AS gap FROM kept AS k CROSS JOIN usual AS u
        LEFT JOIN usual_by AS y ON y.purpose IS NOT DISTINCT FROM k.purpose"""  # noqa: S608 - numbers of ours
    )
    plan.add("away", away.select(exp.alias_(gone, "days"), copy=False))
    _add_before(plan, before)
    bounds = ((rules.lost, "lost"), (rules.at_risk, "at_risk"), (rules.dozing, "dozing"))
    tests = " ".join(f"WHEN a.days >= {float(times)!r} * a.gap THEN '{stage}'" for times, stage in bounds)
    young = f"WHEN a.purchases >= {MATURE_FROM} THEN 'mature' WHEN a.purchases >= {GROWING_FROM} THEN 'growing' ELSE 'new'"
    select = ours(
        f"""SELECT a.person, r.code AS rfm, CASE WHEN a.gap IS NULL THEN NULL {tests} {young} END AS stage, b.stage AS before,
        a.member, a.days, r.f AS orders, CAST(r.money AS DECIMAL(18, 4)) AS money, a.gap
        FROM away AS a LEFT JOIN ranked AS r ON r.person = a.person LEFT JOIN earlier AS b ON b.person = a.person"""  # noqa: S608 - names and numbers of ours
    )
    return plan, select


def _add_travels(plan: Plan, until: dt.date) -> None:
    """Add what each last travelled for, and whether any of their orders was a member's."""
    did = exp.column("did", "l")
    rows = ours("SELECT l.purpose, l.member, l.booked_ms FROM order_line AS l WHERE NOT l.did IS NULL").select(
        exp.alias_(person_sql(did), "person"), copy=False
    )
    inside = exp.LTE(this=exp.column("booked_date", "l"), expression=plan.params.bind(until))
    source = plan.add("lines", with_person(rows.where(known("l", plan.frame, plan.params), inside, copy=False), did, plan.frame, plan.params))
    told = "ARG_MAX(s.purpose, s.booked_ms) AS purpose, BOOL_OR(s.member) AS member"
    plan.add("travels", ours(f"SELECT s.person, {told} FROM {source} AS s GROUP BY s.person"))  # noqa: S608 - a name of ours


def _add_before(plan: Plan, before: dt.date | None) -> None:
    """Add the stage in which each stood at the end of an earlier month; of those who became one person, that of who had bought last."""
    person = exp.column("person", "c")
    rows = ours("SELECT c.stage, c.days FROM person_class AS c").select(exp.alias_(person_sql(person), "person"), copy=False)
    month = exp.EQ(this=exp.column("month", "c"), expression=plan.params.bind(before))
    source = plan.add("stood", with_person(rows.where(month, copy=False), person, plan.frame, plan.params))
    plan.add("earlier", ours(f"SELECT s.person, ARG_MIN(s.stage, s.days) AS stage FROM {source} AS s GROUP BY s.person"))  # noqa: S608 - a name of ours
