"""The headlines of what people go through: funnels, what separates who came through, paths, intervals, attribution, growth, drivers.

Each function takes an answer as it travels (masked already) and returns its headline.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from windsock.analyses.headlines.model import Headline, Point, Told, course_of, figure, percent, plain
from windsock.conditions import told_length

FEW = 30
"""A value with fewer starts is not called the lowest: chance alone moves its rate by tens of percent."""
_COUNTED = {"people": ("people", "人"), "first": ("people", "人"), "entries": ("attempts", "次")}
_STAGES = {
    "acquisition": Told("acquired", "获取"),
    "activation": Told("activated", "激活"),
    "retention": Told("came back", "留存"),
    "revenue": Told("bought", "变现"),
    "referral": Told("referred", "推荐"),
}
_SECOND_MS = 1_000


def of_funnel(told: dict[str, Any]) -> Headline:
    """The share that came through to the last step, by start; and the value of the breakdown where it is lowest."""
    steps = told["total"]["steps"]
    first, last = steps[0]["count"], steps[-1]["count"]
    rate = figure(steps[-1]["of_first"])
    en, zh = _COUNTED[told["count"]]
    start, end = told["steps"][0], told["steps"][-1]
    if told["order"] == "unordered":
        start, end = "1", str(len(steps))
    lowest = _lowest(told["breakdown"])
    low = Told("", "")
    if lowest is not None:
        name, share, count = lowest
        low = Told(f"; lowest at {name}: {percent(share)} of {plain(count)}", f"；最低的是 {name}：{plain(count)} 中的 {percent(share)}")
    sentence = Told(
        f"{plain(last)} of {plain(first)} {en} came from {start} to {end}: {percent(rate)}{low.en}.",
        f"{plain(first)} {zh}从 {start} 开始，{plain(last)} {zh}到达 {end}：{percent(rate)}{low.zh}。",
    )
    course = tuple(Point(str(cell["bucket"]), figure(cell["steps"][-1]["of_first"])) for cell in told["trend"])
    return Headline(Told("Conversion", "转化率"), rate, "ratio", sentence, course)


def of_correlation(told: dict[str, Any]) -> Headline:
    """The share that came through, and the facts that go with it most, each way."""
    rate = Decimal(told["converted"]) / told["attempts"] if told["attempts"] else None
    facts = [(Told("less with", "带有时更低："), told["less"]), (Told("more with", "带有时更高："), told["more"])]
    parts = [(Told(f"{word.en} {name}", f"{word.zh}{name}")) for word, found in facts if (name := _fact(found)) is not None]
    nothing = Told("nothing separates them beyond chance", "没有超出偶然的差别")
    said = parts or [nothing]
    sentence = Told(
        f"{plain(told['converted'])} of {plain(told['attempts'])} came from {told['from']} to {told['to']} ({percent(rate)}): "
        f"{', '.join(one.en for one in said)}.",
        f"{plain(told['attempts'])} 中有 {plain(told['converted'])} 从 {told['from']} 到达 {told['to']}（{percent(rate)}）；"
        f"{'；'.join(one.zh for one in said)}。",
    )
    return Headline(Told("Conversion", "转化率"), rate, "ratio", sentence)


def of_paths(told: dict[str, Any]) -> Headline:
    """How many paths, and what most of them do next to the anchor."""
    total = told["total"]
    next_to = [node for node in told["nodes"] if node["step"] == 2 and not node["other"]]
    most = max(next_to, key=lambda node: node["paths"], default=None)
    more = Told("", "")
    if most is not None:
        name = most["name"] if most["value"] is None else f"{most['name']} {most['value']}"
        share = percent(Decimal(most["paths"]) / total["paths"]) if total["paths"] else "-"
        back = told["counted_from"] == "end"
        more = Told(f"; most often {'before it' if back else 'then'} {name} ({share})", f"；{'之前' if back else '之后'}最多的是 {name}（{share}）")
    sentence = Told(
        f"{plain(total['paths'])} paths of {plain(total['people'])} people{more.en}.",
        f"{plain(total['people'])} 人走了 {plain(total['paths'])} 条路径{more.zh}。",
    )
    return Headline(Told("Paths", "路径数"), Decimal(total["paths"]), "count", sentence)


def of_interval(told: dict[str, Any]) -> Headline:
    """How long it took in the middle."""
    times = told["total"]["times"]
    median = times["median_ms"]
    length = Told("-", "-") if median is None else _length(median)
    sentence = Told(
        f"{plain(told['total']['intervals'])} intervals of {plain(told['total']['people'])} people; the median is {length.en}.",
        f"{plain(told['total']['people'])} 人共 {plain(told['total']['intervals'])} 次间隔，中位数 {length.zh}。",
    )
    course = tuple(Point(str(cell["bucket"]), _seconds(cell["times"]["median_ms"])) for cell in told["trend"])
    return Headline(Told("Median time", "间隔中位数"), _seconds(median), "seconds", sentence, course)


def of_sessions(told: dict[str, Any]) -> Headline:
    """How many sessions, how many of one event only, and how long the one in the middle was."""
    total = told["total"]
    median = total["times"]["median_ms"]
    length = Told("-", "-") if median is None else _length(median)
    bounced = percent(figure(total["bounce_share"]))
    sentence = Told(
        f"{plain(total['sessions'])} sessions of {plain(total['people'])} people; {bounced} have one event only, the median is {length.en}.",
        f"{plain(total['people'])} 人共 {plain(total['sessions'])} 次会话；{bounced} 只有一个事件，时长中位数 {length.zh}。",
    )
    return Headline(Told("Sessions", "会话数"), Decimal(total["sessions"]), "count", sentence, course_of(told["trend"], "bucket", "sessions"))


def of_attribution(told: dict[str, Any]) -> Headline:
    """How many conversions, and which value gets most of them by the first model."""
    model = told["models"][0]
    rows = [row for row in told["rows"] if row["kind"] == "value" and row["value"] is not None and model in row["credits"]]
    best = max(rows, key=lambda row: Decimal(row["credits"][model]["conversions"]), default=None)
    more = Told("", "")
    if best is not None and told["conversions"]:
        share = percent(Decimal(best["credits"][model]["conversions"]) / told["conversions"])
        more = Told(f"; {best['value']} earned {share} of them ({model})", f"；其中 {best['value']} 贡献 {share}（{model}）")
    sentence = Told(
        f"{plain(told['conversions'])} conversions of {plain(told['people'])} people{more.en}.",
        f"{plain(told['people'])} 人共 {plain(told['conversions'])} 次转化{more.zh}。",
    )
    return Headline(Told("Conversions", "转化数"), Decimal(told["conversions"]), "count", sentence)


def of_board(told: dict[str, Any]) -> Headline:
    """The share of those who were acquired that went on to the second stage, and the people of each stage."""
    stages = told["total"]["stages"]
    share = figure(stages[0]["share"])
    names = [_STAGES[stage["stage"]] for stage in stages]
    counts = [plain(stage["people"]) for stage in stages]
    each = [(name, count) for name, count in zip(names, counts, strict=True)]
    sentence = Told(
        f"People: {', '.join(f'{count} {name.en}' for name, count in each)}.",
        f"人数：{'，'.join(f'{name.zh} {count}' for name, count in each)}。",
    )
    days = tuple(Point(day["day"], Decimal(day["people"][0])) for day in told["by_day"]) if len(stages) == 1 else ()
    title = Told(f"From {names[0].en} to {names[1].en}", f"{names[0].zh}到{names[1].zh}") if len(stages) > 1 else names[0]
    return Headline(title, share if len(stages) > 1 else Decimal(stages[0]["people"]), "ratio" if len(stages) > 1 else "count", sentence, days)


def of_drivers(told: dict[str, Any]) -> Headline:
    """The rate or mean of all, and the leaf that differs most from it."""
    total = told["total"]
    value = None if total is None else figure(total["mean"])
    rate = told["what"] == "rate"

    def shown(one: Decimal | None) -> str:
        return percent(one) if rate else plain(one)

    more = Told("; no driver separates them", "；没有能区分的因素")
    leaves = [leaf for leaf in told["leaves"] if leaf["way"]]
    if value is not None and leaves:
        apart = max(leaves, key=lambda leaf: abs(Decimal(leaf["figure"]["mean"]) - value))
        way = " & ".join(f"{step['driver']}: {', '.join(step['is'])}" for step in apart["way"])
        found = shown(figure(apart["figure"]["mean"]))
        more = Told(f"; furthest from it {found} at {way}", f"；差得最多的是 {way}：{found}")
    sentence = Told(
        f"{shown(value)} over {plain(told['people'])} people{more.en}.",
        f"{plain(told['people'])} 人，整体 {shown(value)}{more.zh}。",
    )
    title = Told("Rate", "比率") if rate else Told("Mean", "均值")
    return Headline(title, value, "ratio" if rate else "number", sentence)


def _lowest(cells: list[dict[str, Any]]) -> tuple[str, Decimal, int] | None:
    """Return the value with the lowest rate among those with enough starts; None where there is nothing to tell apart."""
    rated: list[tuple[str, Decimal, int]] = []
    for cell in cells:
        first, last = cell["steps"][0], cell["steps"][-1]
        rate = figure(last["of_first"])
        if cell["kind"] == "value" and first["count"] >= FEW and rate is not None:
            rated.append((" × ".join("-" if value is None else str(value) for value in cell["values"]), rate, first["count"]))
    return min(rated, key=lambda one: (one[1], one[0])) if len(rated) > 1 else None


def _fact(facts: list[dict[str, Any]]) -> str | None:
    found = next((fact for fact in facts if fact["found"]), None)
    if found is None:
        return None
    values = ", ".join("-" if value is None else str(value) for value in found["values"])
    return f"{', '.join(found['fields'])} = {values}"


def _length(length_ms: int) -> Told:
    """Return a length as people read it: to the second, where it has one."""
    whole = length_ms if length_ms < _SECOND_MS else (length_ms + _SECOND_MS // 2) // _SECOND_MS * _SECOND_MS
    return Told(told_length(whole, "en"), told_length(whole, "zh"))


def _seconds(length_ms: int | None) -> Decimal | None:
    return None if length_ms is None else Decimal(length_ms) / _SECOND_MS
