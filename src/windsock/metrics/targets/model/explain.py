"""What came of a target and of an owner's targets, in words of both languages: the figure, the target, the gap, the points lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from windsock.kernel.counted import counted
from windsock.kernel.money import half_up
from windsock.metrics.model.definition import Words
from windsock.metrics.model.sentences import DASH, count, money, points, share
from windsock.metrics.targets.model.score import OwnerScore, Scored

_TENTH = Decimal("0.1")
_BASIS = {
    "weekday": Words("by the weekdays of the eight weeks before", "按前八周的星期规律"),
    "even": Words("each day counting the same, as there is too little history", "历史不足，各日均摊"),
    "before": Words("by the course of the period before, as people do not add up by day", "人数不可按日相加，按上一周期的进度"),
    "level": Words("measured as it is", "按现值衡量"),
    "none": Words("too little history to say", "历史不足，无法推算"),
}


@dataclass(frozen=True)
class Subject:
    """What a sentence is about: the metric's title with its cut, its unit and its currency."""

    title: Words
    unit: str
    currency: str | None


@dataclass(frozen=True)
class Lost:
    """A target and the points that it cost its owner's score."""

    title: Words
    points: Decimal


def titled(title: Words, member: Words | None) -> Words:
    """Return a metric's title with the name of the value it is cut by.

    >>> titled(Words("Revenue", "收入"), Words("Website", "官网")).zh
    '收入（官网）'
    """
    return Words(f"{title.en} ({member.en})", f"{title.zh}（{member.zh}）") if member else title


def figure(value: Decimal | None, unit: str, currency: str | None) -> Words:
    """Return a figure in its unit, in both languages."""
    if value is None:
        return Words(DASH, DASH)
    if unit in ("money", "money_ratio"):
        return Words(money(value, currency, "en"), money(value, currency, "zh"))
    if unit == "ratio":
        return Words(share(value), share(value))
    return Words(count(value, "en"), count(value, "zh"))


def result_sentence(about: Subject, target: Decimal, actual: Decimal | None, scored: Scored) -> Words:
    """Say what came of a target.

    >>> about = Subject(Words("Revenue", "收入"), "money", "CNY")
    >>> one = result_sentence(about, Decimal(1000), Decimal(920), Scored(Decimal("0.92"), Decimal("92.0"), "missed"))
    >>> one.en
    'Revenue: 920.00 CNY of 1,000.00 CNY, 92 % reached, 80.00 CNY short; 92.0 points.'
    >>> one.zh
    '收入：目标 1,000.00 元，实际 920.00 元，完成 92 %，差 80.00 元，得 92.0 分。'
    """
    aim = figure(target, about.unit, about.currency)
    if actual is None or scored.attainment is None:
        return Words(f"{about.title.en}: no figure to judge by, the target was {aim.en}.", f"{about.title.zh}：目标 {aim.zh}，没有可评价的数据。")
    is_ = figure(actual, about.unit, about.currency)
    gap = abs(actual - target)
    size = points(gap) if about.unit == "ratio" else figure(gap, about.unit, about.currency)
    reached = share(half_up(scored.attainment, Decimal("0.001")))
    if scored.attainment >= 1:
        side = Words("on target", "正好达标") if not gap else Words(f"{size.en} better", f"优于目标 {size.zh}")
    else:
        side = Words(f"{size.en} short", f"差 {size.zh}")
    return Words(
        f"{about.title.en}: {is_.en} of {aim.en}, {reached} reached, {side.en}; {scored.score} points.",
        f"{about.title.zh}：目标 {aim.zh}，实际 {is_.zh}，完成 {reached}，{side.zh}，得 {scored.score} 分。",
    )


def pace_sentence(about: Subject, expected: Decimal | None, actual: Decimal | None, projected: Decimal | None, basis: str) -> Words:
    """Say where a running target stands, and by what rule.

    >>> about = Subject(Words("Orders", "订单数"), "count", None)
    >>> pace_sentence(about, Decimal(50), Decimal(40), Decimal(80), "even").zh
    '订单数：至今 40，应达 50；照此推算将达 80（历史不足，各日均摊）。'
    """
    rule = _BASIS[basis]
    so_far, due = figure(actual, about.unit, about.currency), figure(expected, about.unit, about.currency)
    if actual is None:
        return Words(f"{about.title.en}: nothing to measure yet.", f"{about.title.zh}：尚无可衡量的数据。")
    if expected is None or projected is None:
        return Words(f"{about.title.en}: {so_far.en} so far ({rule.en}).", f"{about.title.zh}：至今 {so_far.zh}（{rule.zh}）。")
    end = figure(projected, about.unit, about.currency)
    if basis == "level":
        return Words(f"{about.title.en}: {so_far.en} against {due.en} ({rule.en}).", f"{about.title.zh}：{so_far.zh}，目标 {due.zh}（{rule.zh}）。")
    return Words(
        f"{about.title.en}: {so_far.en} so far, {due.en} was due; at this rate it ends at {end.en} ({rule.en}).",
        f"{about.title.zh}：至今 {so_far.zh}，应达 {due.zh}；照此推算将达 {end.zh}（{rule.zh}）。",
    )


def owner_sentence(found: OwnerScore, lost: Sequence[Lost], *, running: bool) -> Words:
    """Say what made an owner's score.

    Args:
        found: the score and its counts.
        lost: targets by the points they cost, the dearest first.
        running: whether the period still runs, so that the score is one of pace.

    >>> owner_sentence(OwnerScore(Decimal("93.4"), 3, 2, 0, 1, 1, 0), [Lost(Words("Revenue", "收入"), Decimal("5.2"))], running=False).en
    'Score 93.4: 2 of 3 targets met, 1 missed. Most was lost on Revenue: 5.2 points. 1 without a figure is left out.'
    """
    if found.score is None:
        return Words("No target with a figure counts, so there is no score.", "没有可计分的目标，不给分。")
    name = Words("Pace so far", "按进度暂计") if running else Words("Score", "得分")
    done = Words("on pace", "跟上进度") if running else Words("met", "达成")
    failed = Words("{} behind", "{} 项落后") if running else Words("{} missed", "{} 项未达成")
    parts = [
        Words(
            f"{name.en} {found.score}: {found.met} of {counted(found.counted, 'target')} {done.en}",
            f"{name.zh} {found.score}：{found.counted} 项目标中 {found.met} 项{done.zh}",
        )
    ]
    if found.near:
        parts.append(Words(f"{found.near} near", f"{found.near} 项接近"))
    if found.missed:
        parts.append(Words(failed.en.format(found.missed), failed.zh.format(found.missed)))
    comma, stop = Words(", ", "，"), Words(".", "。")
    said = Words(comma.en.join(part.en for part in parts) + stop.en, comma.zh.join(part.zh for part in parts) + stop.zh)
    if lost and lost[0].points > 0:
        first = lost[0]
        cost = half_up(first.points, _TENTH)
        said = Words(f"{said.en} Most was lost on {first.title.en}: {cost} points.", f"{said.zh}失分最多的是{first.title.zh}：{cost} 分。")
    if found.unknown:
        said = Words(
            f"{said.en} {found.unknown} without a figure {'is' if found.unknown == 1 else 'are'} left out.",
            f"{said.zh}另有 {found.unknown} 项没有数据，不计分。",
        )
    if found.aside:
        said = Words(f"{said.en} {found.aside} only tracked, not assessed.", f"{said.zh}{found.aside} 项仅跟踪，不参与考核。")
    return said
