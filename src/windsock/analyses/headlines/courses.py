"""The headlines of what is measured over time and over people: trends, retention, activity, distributions, money, seasons, baskets.

Each function takes an answer as it travels (masked already) and returns its headline.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from windsock.analyses.headlines.model import Headline, Point, Told, course_of, figure, percent, plain

_IMPORTANT = "111"
"""The code of customers who bought recently, often and for much: the trade's important-value customers."""
_CELLS = {"day": "天", "week": "周", "month": "个月", "rolling": "个 24 小时"}
"""How a cell after the start is counted in Chinese; brackets and trips have names of their own."""
_OF = {
    "times": Told("times", "次"),
    "days": Told("days", "天"),
    "hours": Told("hours", "小时"),
    "hours_of_day": Told("hours of the day", "个钟点"),
    "sum": Told("in sum", "（合计）"),
}


def of_trend(told: dict[str, Any]) -> Headline:
    """The figure of the whole period: of the formula where there is one, else of the first series; with that of the earlier period."""
    formula = told["formula"] is not None
    line = told["total"]
    drawn = line["formula"] if formula else line["series"][0]
    name = told["name"] if formula else told["series"][0]["name"]
    value = figure(drawn["total"])
    before = told["before"]
    more = Told("", "")
    if before is not None:
        was = figure((before["formula"] if formula else before["series"][0])["total"])
        change = Told("", "")
        if was and value is not None:
            moved = percent(value / was - 1)
            sign = "" if moved.startswith("-") else "+"
            change = Told(f", {sign}{moved}", f"，{sign}{moved}")
        more = Told(f" (before: {plain(was)}{change.en})", f"（上期 {plain(was)}{change.zh}）")
    sentence = Told(f"{name}: {plain(value, 4)} in the period{more.en}.", f"{name}：本期 {plain(value, 4)}{more.zh}。")
    points = zip(told["buckets"], drawn["points"], strict=True)
    course = tuple(Point(str(bucket["bucket"]), figure(point)) for bucket, point in points)
    counts = not formula and told["series"][0]["measure"] in ("events", "people")
    return Headline(Told(name, name), value, "count" if counts else "number", sentence, course)


def of_retention(told: dict[str, Any]) -> Headline:
    """The share that came back in the first cell after the start, by cohort."""
    cells = told["total"]["cells"]
    place = 1 if told["grain"] not in ("brackets", "trip") and len(cells) > 1 else 0
    rate = figure(cells[place]["rate"])
    named = told["cells"][place]
    label = Told(named, f"第 {place} {_CELLS[told['grain']]}" if told["grain"] in _CELLS else named)
    sentence = Told(
        f"Of {plain(told['total']['size'])} members, {percent(rate)} of those whose time is over came back in {label.en}.",
        f"{plain(told['total']['size'])} 名成员中，时间已满的在{label.zh}回来 {percent(rate)}。",
    )
    course = tuple(Point(str(row["cohort"]), figure(row["cells"][place]["rate"])) for row in told["cohorts"])
    return Headline(Told(f"Retention, {label.en}", f"留存率，{label.zh}"), rate, "ratio", sentence, course)


def of_stickiness(told: dict[str, Any]) -> Headline:
    """The people of an average day as a share of those of the week or month, of the last one that is over."""
    over = [bucket for bucket in told["buckets"] if bucket["over"]]
    last = over[-1] if over else None
    ratio = None if last is None else figure(last["ratio"])
    sentence = Told("No week or month of the period is over yet.", "期间内还没有完整的周或月。")
    if last is not None:
        span = Told(told["by"], {"week": "周", "month": "月"}[told["by"]])
        sentence = Told(
            f"In the {span.en} of {last['bucket']} {plain(last['people'])} people were active, {percent(ratio)} of them on an average day.",
            f"{last['bucket']} 起的一{span.zh}有 {plain(last['people'])} 人活跃，平均每天占 {percent(ratio)}。",
        )
    return Headline(Told("Stickiness", "粘性"), ratio, "ratio", sentence, course_of(told["buckets"], "bucket", "ratio"))


def of_lifecycle(told: dict[str, Any]) -> Headline:
    """The active people of the last bucket that is over, by what they are."""
    over = [bucket for bucket in told["buckets"] if bucket["over"]]
    last = over[-1] if over else None
    sentence = Told("No part of the period is over yet.", "期间内还没有完整的时段。")
    if last is not None:
        new, back, again, gone = (plain(last[key]) for key in ("new", "returning", "resurrected", "dormant"))
        sentence = Told(
            f"From {last['bucket']} on {plain(last['active'])} were active: {new} new, {back} returning, {again} resurrected; {gone} went dormant.",
            f"{last['bucket']} 起 {plain(last['active'])} 人活跃：新增 {new}，持续 {back}，回流 {again}；沉默 {gone}。",
        )
    value = None if last is None else Decimal(last["active"])
    return Headline(Told("Active people", "活跃用户"), value, "count", sentence, course_of(told["buckets"], "bucket", "active"))


def of_distribution(told: dict[str, Any]) -> Headline:
    """The figure of the person in the middle."""
    total, of = told["total"], _OF[told["of"]]
    median = figure(total["median"])
    low, high = plain(figure(total["p25"])), plain(figure(total["p75"]))
    sentence = Told(
        f"Half of {plain(total['people'])} people have {plain(median)} {of.en} or less; the middle half lies between {low} and {high}.",
        f"{plain(total['people'])} 人的中位数为 {plain(median)} {of.zh}，中间一半在 {low} 到 {high} 之间。",
    )
    return Headline(Told("Median", "中位数"), median, "number", sentence, course_of(told["trend"], "bucket", "median"))


def of_revenue(told: dict[str, Any]) -> Headline:
    """What each member brought until the latest age that is told."""
    cells = told["total"]["cells"]
    place = max((index for index, cell in enumerate(cells) if cell["per_member"] is not None), default=None)
    value = None if place is None else figure(cells[place]["per_member"])
    label = "-" if place is None else told["cells"][place]
    sentence = Told(
        f"{plain(told['total']['size'])} members brought {plain(value)} {told['currency']} each ({label}).",
        f"{plain(told['total']['size'])} 名成员人均带来 {plain(value)} {told['currency']}（{label}）。",
    )
    course = () if place is None else tuple(Point(str(row["cohort"]), figure(row["cells"][place]["per_member"])) for row in told["cohorts"])
    return Headline(Told(f"Value of a member, {label}", f"人均价值，{label}"), value, "money", sentence, course, told["currency"])


def of_rfm(told: dict[str, Any]) -> Headline:
    """The share of buyers who bought recently, often and for much."""
    group = next(one for one in told["groups"] if one["code"] == _IMPORTANT)
    share = figure(group["share"])
    sentence = Told(
        f"{plain(group['people'])} of {plain(told['total']['people'])} buyers ({percent(share)}) are in the group '{group['en']}'.",
        f"{plain(told['total']['people'])} 名买家中 {plain(group['people'])} 人（{percent(share)}）属于“{group['zh']}”。",
    )
    return Headline(Told(group["en"], group["zh"]), share, "ratio", sentence)


def of_seasons(told: dict[str, Any]) -> Headline:
    """How many days or hours are unusual after trend and seasons were taken off; the course is that of the metric."""
    odd = [point["at"] for point in told["points"] if point["unusual"]]
    last = Told(f", the last one {odd[-1]}", f"，最近一个是 {odd[-1]}") if odd else Told("", "")
    sentence = Told(
        f"{told['metric']}: {plain(len(odd))} of {plain(len(told['points']))} points are unusual{last.en}.",
        f"{told['metric']}：{plain(len(told['points']))} 个点中 {plain(len(odd))} 个异常{last.zh}。",
    )
    return Headline(Told("Unusual points", "异常点"), Decimal(told["unusual"]), "count", sentence, course_of(told["points"], "at", "value"))


def of_basket(told: dict[str, Any]) -> Headline:
    """How many baskets, and the pair that is together most beyond chance."""
    pair = next((one for one in told["pairs"] if one["found"]), None)
    more = Told("; no two things go together beyond chance", "；没有超出偶然的搭配")
    if pair is not None:
        names = " + ".join("-" if value is None else str(value) for value in pair["values"])
        lift = plain(figure(pair["lift"]))
        more = Told(f"; {names} are together {lift} times as often as by chance", f"；{names} 同现是偶然的 {lift} 倍")
    sentence = Told(f"{plain(told['baskets'])} baskets{more.en}.", f"{plain(told['baskets'])} 个购物篮{more.zh}。")
    return Headline(Told("Baskets", "购物篮数"), Decimal(told["baskets"]), "count", sentence)


def of_clusters(told: dict[str, Any]) -> Headline:
    """How many kinds of people there are, the largest of them, and whether they are steady."""
    found = told["k"]["found"]
    largest = max(told["clusters"], key=lambda one: one["people"], default=None)
    more = Told("", "")
    if largest is not None:
        share = percent(figure(largest["share"]))
        more = Told(f"; the largest: {largest['title']['en']} ({share})", f"；最大的一类：{largest['title']['zh']}（{share}）")
    steady = Told("", "") if told["stability"]["stable"] else Told("; not steady: other halves give others", "；不稳定：换一半人结果不同")
    sentence = Told(
        f"{plain(told['people'])} people are of {plain(found)} kinds{more.en}{steady.en}.",
        f"{plain(told['people'])} 人可分为 {plain(found)} 类{more.zh}{steady.zh}。",
    )
    return Headline(Told("Kinds of people", "人群类数"), Decimal(found), "count", sentence)
