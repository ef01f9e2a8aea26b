"""Figures in words, in both languages: amounts, changes and ranked sentences with money; never more digits than the data hold.

Rules: money has its currency and sign; from a million on it is short (1.28M, 128.4 万, 1.28 亿); ratios are per cent and change in
percentage points, with only the digits that their base can carry (100 visitors carry whole points, 1,000 one decimal, more two); what is
missing is a dash, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from windsock.kernel.money import half_up
from windsock.metrics.model.decomposition import RatioSplit
from windsock.metrics.model.definition import Words
from windsock.metrics.model.tree import BRANCH_TITLES, Node, Unit

Language = Literal["en", "zh"]
DASH = "—"
MINUS = "\u2212"
"""As the pages write it: a hyphen is shorter than a plus, and a line may break behind it."""
_MILLION = Decimal(10) ** 6
_WHOLE_CURRENCIES = frozenset({"JPY", "KRW", "VND", "IDR", "CLP", "ISK"})
_NAMES_ZH = {"CNY": "元"}
_LARGE: dict[str, tuple[tuple[Decimal, int, str], ...]] = {
    "en": ((Decimal(10) ** 9, 2, "B"), (Decimal(10) ** 6, 2, "M")),
    "zh": ((Decimal(10) ** 8, 2, " 亿"), (Decimal(10) ** 4, 1, " 万")),
}
"""Large units by language: from which size on, decimals, and the sign behind the number."""


@dataclass(frozen=True)
class Sentence:
    """A sentence about one node or value, with its money or change."""

    text: Words
    node: str
    amount: Decimal


def plain(value: Decimal, places: int, *, sign: bool = False) -> str:
    """Return a number with thousands separators, rounded half up to at most ``places`` decimals.

    >>> plain(Decimal("-92000"), 2), plain(Decimal("0.125"), 2, sign=True)
    ('−92,000.00', '+0.13')
    """
    rounded = half_up(value, Decimal(1).scaleb(-places))
    rounded = rounded or abs(rounded)
    text = f"{rounded:+,f}" if sign and rounded else f"{rounded:,f}"
    return text.replace("-", MINUS)


def short(value: Decimal, language: Language, *, sign: bool = False) -> str:
    """Return a large number short, with four significant digits at most.

    >>> short(Decimal("1284000"), "en"), short(Decimal("1284000"), "zh"), short(Decimal("-253000000"), "zh")
    ('1.28M', '128.4 万', '−2.53 亿')
    """
    size, places, unit = next((one for one in _LARGE[language] if abs(value) >= one[0]), _LARGE[language][-1])
    return plain(value / size, places, sign=sign) + unit


def money(value: Decimal | None, currency: str | None, language: Language, *, sign: bool = False) -> str:
    """Return an amount with its currency; from a million on it is short.

    >>> money(Decimal("-92000"), "CNY", "en"), money(Decimal("-92000"), "CNY", "zh"), money(Decimal("-1284000"), "CNY", "zh")
    ('−92,000.00 CNY', '−92,000.00 元', '−128.4 万元')
    """
    if value is None:
        return DASH
    name = (currency or "") if language == "en" else _NAMES_ZH.get(currency or "", currency or "")
    if abs(value) < _MILLION:
        return f"{plain(value, 0 if currency in _WHOLE_CURRENCIES else 2, sign=sign)} {name}".rstrip()
    number = short(value, language, sign=sign)
    return number + name if language == "zh" and name in _NAMES_ZH.values() else f"{number} {name}".rstrip()


def count(value: Decimal | None, language: Language) -> str:
    """Return a count: whole, with separators, short from a million on."""
    if value is None:
        return DASH
    return plain(value, 0) if abs(value) < _MILLION else short(value, language)


def carried(base: Decimal | None, most: int = 2) -> int:
    """Return how many decimals of a per cent figure a base carries: 100 cases carry none, 1,000 one, 10,000 two.

    >>> carried(Decimal(99)), carried(Decimal(2500)), carried(Decimal(10**6)), carried(None)
    (0, 1, 2, 2)
    """
    if base is None:
        return most
    return 0 if base < 1 else max(0, min(most, base.adjusted() - 2))


def share(value: Decimal | None, base: Decimal | None = None) -> str:
    """Return a ratio as per cent: ``3.1 %``.

    >>> share(Decimal("0.031"), Decimal(2500)), share(None)
    ('3.1 %', '—')
    """
    return DASH if value is None else f"{_trimmed(value * 100, carried(base))} %"


def _trimmed(value: Decimal, places: int, *, sign: bool = False) -> str:
    text = plain(value, places, sign=sign)
    return text.rstrip("0").rstrip(".") if "." in text else text


def points(change: Decimal, base: Decimal | None = None, *, sign: bool = False) -> Words:
    """Return a change of a ratio in percentage points.

    >>> points(Decimal("-0.004")).zh, points(Decimal("0.003"), Decimal(80)).en
    ('−0.4 个百分点', 'less than 1 pp')
    """
    places = carried(base)
    least = Decimal(1).scaleb(-places)
    if change and not half_up(change * 100, least):
        return Words(f"less than {least:f} pp", f"不到 {least:f} 个百分点")
    number = _trimmed(change * 100, places, sign=sign)
    return Words(f"{number} pp", f"{number} 个百分点")


def movement(unit: Unit, before: Decimal | None, after: Decimal | None, base: Decimal | None = None) -> Words:
    """Say how a figure moved: points for ratios, per cent for the rest, both ends where per cent would say nothing.

    >>> movement("ratio", Decimal("0.024"), Decimal("0.020")).en, movement("count", Decimal(1000), Decimal(1100)).zh
    ('fell 0.4 pp', '上升 10%')
    """
    if before is None or after is None:
        return Words("can't be compared", "无法比较")
    if before == after:
        return Words("did not change", "持平")
    verb = Words("rose", "上升") if after > before else Words("fell", "下降")
    if unit == "ratio":
        size = points(abs(after - before), base)
        by = "by " if size.en.startswith("less") else ""
        return Words(f"{verb.en} {by}{size.en}", f"{verb.zh}{'' if by else ' '}{size.zh}")
    if before <= 0 or abs(after - before) >= 10 * before:
        ends = [_value(unit, end, language) for language in ("en", "zh") for end in (before, after)]
        return Words(f"{verb.en} from {ends[0]} to {ends[1]}", f"从 {ends[2]} {verb.zh}到 {ends[3]}")
    rate = abs(after - before) / before * 100
    places = carried(base if base is not None or unit == "money" else min(before, after), 1)
    least = Decimal(1).scaleb(-places)
    if not half_up(rate, least):
        return Words(f"{verb.en} by less than {least:f} %", f"{verb.zh}不到 {least:f}%")
    number = _trimmed(rate, places)
    return Words(f"{verb.en} {number} %", f"{verb.zh} {number}%")


def _value(unit: Unit, value: Decimal, language: Language) -> str:
    return count(value, language) if unit == "count" else money(value, None, language)


def name_of(node: Node) -> Words:
    """Return a node's name with its branch: ``Conversion of tracked channels``, ``自有渠道转化率``."""
    if node.branch is None:
        return node.title
    branch = BRANCH_TITLES[node.branch]
    title = Words("Revenue", "收入") if node.id == node.branch else node.title
    return Words(f"{title.en} of {branch.en.lower()}", f"{branch.zh}{title.zh}")


def tree_sentences(nodes: Sequence[Node], currency: str | None, bases: dict[str, Decimal] | None = None) -> list[Sentence]:
    """Return one sentence for the whole and one per leaf that moved it, the most money first.

    Args:
        nodes: the tree's nodes.
        currency: of the contributions.
        bases: how many cases each node's value rests on, by node id; it limits the digits shown.
    """
    found: list[Sentence] = []
    for node in nodes:
        if (node.parent is None or node.operator == "leaf") and node.contribution and node.before is not None:
            moved = movement(node.unit, node.before, node.after, (bases or {}).get(node.id))
            name = name_of(node)
            found.append(
                Sentence(
                    Words(
                        f"{name.en} {moved.en}: {money(node.contribution, currency, 'en', sign=True)}",
                        f"{name.zh}{moved.zh}：{money(node.contribution, currency, 'zh', sign=True)}",
                    ),
                    node.id,
                    node.contribution,
                )
            )
    roots = {node.id for node in nodes if node.parent is None}
    return sorted(found, key=lambda one: (one.node not in roots, -abs(one.amount)))


@dataclass(frozen=True)
class Told:
    """A part of a change, ready to be told.

    Attributes:
        label: what it is called.
        node: its values, to find it by.
        change: what it adds to the change.
        rate: of it, its own ratio's change; None for what adds up.
        mix: of it, the change of its weight.
        money: what it is worth, where that is known.
        ends: its own figure in both periods.
        shares: its share of the whole in both periods.
    """

    label: Words
    node: str
    change: Decimal
    rate: Decimal | None = None
    mix: Decimal | None = None
    money: Decimal | None = None
    ends: tuple[Decimal | None, Decimal | None] = (None, None)
    shares: tuple[Decimal | None, Decimal | None] = (None, None)


def part_sentences(title: Words, unit: Unit, ends: tuple[Decimal, Decimal], parts: Sequence[Told], currency: str | None) -> list[Sentence]:
    """Return the change of a figure in one sentence, and the five largest parts in one each.

    Args:
        title: the figure's name.
        unit: money, count or ratio.
        ends: its two values.
        parts: in any order.
        currency: of money.
    """
    change = ends[1] - ends[0]
    moved = movement(unit, *ends)
    total = amount(change, unit, currency)
    head = Sentence(Words(f"{title.en} {moved.en}: {total.en}", f"{title.zh}{moved.zh}：{total.zh}"), "", change)
    if unit == "ratio":
        head = Sentence(Words(f"{title.en} {moved.en}.", f"{title.zh}{moved.zh}。"), "", change)
    return [head, *ranked_parts(title, unit, parts, currency)]


def ranked_parts(title: Words, unit: Unit, parts: Sequence[Told], currency: str | None, most: int = 5) -> list[Sentence]:
    """Return a sentence for each of the largest parts: in money where the change is worth money, else in the figure's own unit."""
    ranked = sorted((part for part in parts if part.change), key=lambda part: (-abs(part.money or 0), -abs(part.change)))[:most]
    return [
        Sentence(_told(part, unit, currency), part.node, part.change)
        if part.money is None
        else Sentence(_priced(title, part, part.money, unit, currency), part.node, part.money)
        for part in ranked
    ]


def _priced(title: Words, part: Told, money_of: Decimal, unit: Unit, currency: str | None) -> Words:
    """Say what a part did and what that was worth: ``Conversion of Android fell 8.9 %: −92,000.00 CNY``; or that its share moved."""
    worth = Words(money(money_of, currency, "en", sign=True), money(money_of, currency, "zh", sign=True))
    if part.mix is not None and part.rate is not None and abs(part.mix) > abs(part.rate) and None not in part.shares:
        old, new = (share(one, Decimal(1000)) for one in part.shares)
        verb = Words("rose", "升至") if (part.shares[1] or 0) > (part.shares[0] or 0) else Words("fell", "降至")
        return Words(
            f"The share of {part.label.en} {verb.en} from {old} to {new}: {worth.en}", f"{part.label.zh}占比由 {old} {verb.zh} {new}：{worth.zh}"
        )
    if None in part.ends:
        return Words(f"{part.label.en}: {worth.en}", f"{part.label.zh}：{worth.zh}")
    moved = movement(unit, *part.ends)
    return Words(f"{title.en} of {part.label.en} {moved.en}: {worth.en}", f"{part.label.zh}的{title.zh}{moved.zh}：{worth.zh}")


def simpson_sentence(title: Words, *, rose: bool) -> Sentence:
    """Say that the whole moved against every one of its parts."""
    every, whole = (Words("fell", "下降"), Words("rose", "上升")) if rose else (Words("rose", "上升"), Words("fell", "下降"))
    towards = Words("higher", "较高") if rose else Words("lower", "较低")
    return Sentence(
        Words(
            f"{title.en} {every.en} in every part, and yet {whole.en} as a whole: more weight lies on parts where it is {towards.en}.",
            f"{title.zh}在每个部分都{every.zh}，整体却{whole.zh}：占比转向{title.zh}{towards.zh}的部分（辛普森悖论）。",
        ),
        "",
        Decimal(0),
    )


def _told(part: Told, unit: Unit, currency: str | None) -> Words:
    whole = amount(part.change, unit, currency)
    if part.rate is None or part.mix is None:
        return Words(f"{part.label.en}: {whole.en}", f"{part.label.zh}：{whole.zh}")
    rate, mix = amount(part.rate, unit, currency), amount(part.mix, unit, currency)
    return Words(
        f"{part.label.en}: {whole.en} (its own rate {rate.en}, mix {mix.en})",
        f"{part.label.zh}：{whole.zh}（自身变化 {rate.zh}，结构变化 {mix.zh}）",
    )


def amount(change: Decimal, unit: Unit, currency: str | None) -> Words:
    """Return a signed change in its unit's words."""
    if unit == "ratio":
        return points(change, sign=True)
    if unit == "money":
        return Words(money(change, currency, "en", sign=True), money(change, currency, "zh", sign=True))
    return Words(_signed(count(change, "en"), change), _signed(count(change, "zh"), change))


def _signed(text: str, change: Decimal) -> str:
    return f"+{text}" if change > 0 else text


def split_head(title: Words, split: RatioSplit, unit: Unit, currency: str | None) -> Sentence:
    """Say how much of a ratio's change is its parts' own and how much a shift between them."""
    rate, mix = amount(split.rate, unit, currency), amount(split.mix, unit, currency)
    return Sentence(
        Words(
            f"Within its parts {title.en} changed by {rate.en}; the shift between them added {mix.en}.",
            f"{title.zh}：各部分自身变化 {rate.zh}，结构变化 {mix.zh}。",
        ),
        "",
        split.after - split.before,
    )
