"""What stands around the figures of the 09:00 page: flags on the course, what is red, what runs today.

All of it is kept with the page. It takes two questions of its own, and those of the targets that hold the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.kernel.counted import counted
from windsock.kernel.money import half_up
from windsock.kernel.period import Period
from windsock.metrics.dashboards import store as notes
from windsock.metrics.model.calendar import holidays_within
from windsock.metrics.model.definition import Words
from windsock.metrics.model.sentences import money, share
from windsock.metrics.standup.model import Flag, Red, ranked
from windsock.metrics.standup.ports import plugged_flags, plugged_red
from windsock.metrics.standup.queries import scarce_dates, spent_on
from windsock.metrics.targets import store as target_store
from windsock.metrics.targets.assess import Standing, standings
from windsock.metrics.value_names import own_name

if TYPE_CHECKING:
    from windsock.metrics.targets.model.target import Target
    from windsock.workspace import Workspace

AHEAD_DAYS = 14
TARGETS_MAX = 200
RED_MAX = 20
NOTES_MAX = 200
SCARCE_SHARE = Decimal("0.95")
_DAY = dt.timedelta(days=1)
_TENTH = Decimal("0.001")
"""A tenth of a per cent."""


def flags_of(workspace: Workspace, period: Period, as_of_ms: int) -> list[Flag]:
    """Return what marks the dates of a course: holidays and festivals, notes, and what is plugged in."""
    found = [Flag(one.start, one.end, "holiday", one.title) for one in holidays_within(period, public=False)]
    with workspace.records.read() as session:
        for note in notes.notes(session, period.start.isoformat(), period.end.isoformat(), NOTES_MAX):
            day = dt.date.fromisoformat(note.date)
            found.append(Flag(day, day, "note", Words(note.text, note.text)))
    found += plugged_flags(workspace, period, as_of_ms)
    return sorted(found, key=lambda flag: (flag.start, flag.kind, flag.title.en))


def running(workspace: Workspace, day: dt.date, flags: Sequence[Flag], targets: Sequence[Target], as_of_ms: int) -> list[Flag]:
    """Return what is on for who stands up on the morning after a day: flags, money spent, dates nearly sold out, targets that end.

    Args:
        workspace: where to ask.
        day: the date of the page, the day before.
        flags: that share a day with the next two weeks.
        targets: that hold the day.
        as_of_ms: what was known then.
    """
    found = [flag for flag in flags if flag.end > day and flag.start <= day + AHEAD_DAYS * _DAY]
    for cost in spent_on(workspace.warehouse, day):
        name = own_name(cost.channel, cost.name_en, cost.name_zh)
        words = Words(f"{name.en}: {money(cost.amount, cost.currency, 'en')} spent", f"{name.zh}：花费 {money(cost.amount, cost.currency, 'zh')}")
        found.append(Flag(day, day, "spend", words))
    for date in scarce_dates(workspace.warehouse, day + _DAY, day + AHEAD_DAYS * _DAY, SCARCE_SHARE, as_of_ms):
        words = Words(
            f"{date.goods} nearly sold out, {date.left} left; scarcest: {date.first_en}",
            f"{date.goods} 个商品将售罄，余 {date.left}；最紧：{date.first_zh}",
        )
        found.append(Flag(date.day, date.day, "stock", words))
    ends = sorted({target.place.period.end for target in targets if day < target.place.period.end <= day + AHEAD_DAYS * _DAY})
    for end in ends:
        number = sum(1 for target in targets if target.place.period.end == end)
        found.append(Flag(end, end, "target", Words(counted(number, "target ends", "targets end"), f"{number} 项目标到期"), "/metrics/targets"))
    return sorted(found, key=lambda flag: (flag.start, flag.kind, flag.title.en))


def targets_on(workspace: Workspace, day: dt.date) -> list[Target]:
    """Return the targets whose period holds a day, at most 200."""
    with workspace.records.read() as session:
        return target_store.page(session, target_store.Wanted(on=day), TARGETS_MAX)


def red_lines(workspace: Workspace, day: dt.date, cards: Sequence[dict[str, Any]], targets: Sequence[Target], as_of_ms: int) -> list[Red]:
    """Return what is red on a day, by the money at stake: figures beyond their band, targets behind, and what is plugged in."""
    found = [line for card in cards if (line := _beyond(card)) is not None]
    found += [line for one in standings(workspace, targets) if (line := _behind(one)) is not None] if targets else []
    found += plugged_red(workspace, day, as_of_ms)
    return ranked(found)[:RED_MAX]


def _beyond(card: dict[str, Any]) -> Red | None:
    """Say that a figure is on the bad side of its band."""
    bad = {"up": "below", "down": "above"}.get(card["direction"])
    if bad is None or card["state"] != bad or not card["complete"]:
        return None
    value, expected = Decimal(str(card["value"])), Decimal(str(card["expected"]))
    gap = abs(value - expected)
    off = share(half_up(gap / abs(expected), _TENTH)) if expected else ""
    title = card["title"]
    side = Words("below", "低于") if bad == "below" else Words("above", "高于")
    by = Words(f", {off} off", f"，偏离 {off}") if off else Words("", "")
    text = Words(f"{title['en']} is {side.en} its expected range{by.en}", f"{title['zh']}{side.zh}预期区间{by.zh}")
    at_stake = gap if card["metric"] == "revenue" else None
    return Red(f"band:{card['metric']}", "band", text, card["metric"], at_stake, card["owner"], "")


def _behind(one: Standing) -> Red | None:
    """Say that a running target is behind its pace."""
    due, ratio = one.pace.expected, one.pace.ratio
    if one.stage != "running" or due is None or ratio is None or one.actual is None or one.scored.state != "missed":
        return None
    place = one.target.place
    part = share(half_up(ratio, _TENTH))
    text = Words(
        f"{one.about.title.en}, target {place.name}: {part} of what is due by now", f"{one.about.title.zh}，{place.name} 目标：达到应有进度的 {part}"
    )
    at_stake = abs(due - one.actual) if one.about.unit == "money" else None
    return Red(f"target:{one.target.id}", "target", text, place.metric, at_stake, one.target.aim.owner, f"/metrics/targets?period={place.name}")
