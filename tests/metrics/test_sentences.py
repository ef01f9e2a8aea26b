"""Figures in words: sign, currency, digits, and the same thing in both languages."""

from __future__ import annotations

import doctest
from decimal import Decimal

import pytest

from windsock.metrics.model import sentences
from windsock.metrics.model.decomposition import Share, split_ratio
from windsock.metrics.model.definition import Words
from windsock.metrics.model.sentences import (
    Told,
    amount,
    count,
    money,
    movement,
    part_sentences,
    plain,
    points,
    share,
    split_head,
    tree_sentences,
)
from windsock.metrics.model.tree import BranchValues, TreeValues, build_tree

D = Decimal


def test_the_examples_of_the_docstrings_hold():
    assert doctest.testmod(sentences).failed == 0


@pytest.mark.parametrize(
    ("value", "currency", "en", "zh"),
    [
        ("-92000", "CNY", "−92,000.00 CNY", "−92,000.00 元"),
        ("999999.99", "EUR", "999,999.99 EUR", "999,999.99 EUR"),
        ("1284000", "CNY", "1.28M CNY", "128.4 万元"),
        ("2530000000", "EUR", "2.53B EUR", "25.30 亿 EUR"),
        ("1200", "JPY", "1,200 JPY", "1,200 JPY"),
        ("0.005", None, "0.01", "0.01"),
        ("-0.001", "CNY", "0.00 CNY", "0.00 元"),
    ],
)
def test_money(value, currency, en, zh):
    assert money(D(value), currency, "en") == en
    assert money(D(value), currency, "zh") == zh


def test_missing_is_a_dash_never_zero():
    assert money(None, "CNY", "en") == count(None, "zh") == share(None) == "—"


def test_counts_and_signs():
    assert (count(D(1234), "en"), count(D(1_284_000), "zh"), count(D(1_284_000), "en")) == ("1,234", "128.4 万", "1.28M")
    assert (plain(D("0.001"), 2, sign=True), plain(D("3"), 0, sign=True)) == ("0.00", "+3")
    assert (amount(D(3), "count", None).en, amount(D(-3), "count", None).zh) == ("+3", "−3")
    assert amount(D("0.002"), "ratio", None) == Words("+0.2 pp", "+0.2 个百分点")


def test_points_have_only_the_digits_that_the_base_carries():
    assert points(D("-0.00423")).en == "−0.42 pp"
    assert points(D("-0.00423"), D(4000)).en == "−0.4 pp"
    assert points(D("-0.0423"), D(300)).en == "−4 pp"
    assert points(D("0.003"), D(300)) == Words("less than 1 pp", "不到 1 个百分点")
    assert points(D("0.0003"), D(4000)).zh == "不到 0.1 个百分点"


@pytest.mark.parametrize(
    ("unit", "before", "after", "en", "zh"),
    [
        ("count", "1000", "1100", "rose 10 %", "上升 10%"),
        ("count", "30", "29", "fell 3 %", "下降 3%"),
        ("count", "500", "499", "fell by less than 1 %", "下降不到 1%"),
        ("money", "800", "850", "rose 6.3 %", "上升 6.3%"),
        ("ratio", "0.024", "0.020", "fell 0.4 pp", "下降 0.4 个百分点"),
        ("ratio", "0.024", "0.02401", "rose by less than 0.01 pp", "上升不到 0.01 个百分点"),
        ("count", "0", "12", "rose from 0 to 12", "从 0 上升到 12"),
        ("money", "1", "50", "rose from 1.00 to 50.00", "从 1.00 上升到 50.00"),
        ("money", "-5", "-8", "fell from −5.00 to −8.00", "从 −5.00 下降到 −8.00"),
        ("count", "7", "7", "did not change", "持平"),
        ("count", None, "7", "can't be compared", "无法比较"),
    ],
)
def test_movements(unit, before, after, en, zh):
    assert movement(unit, None if before is None else D(before), D(after)) == Words(en, zh)


def test_the_sentences_of_a_tree_are_ranked_by_money():
    before = TreeValues(BranchValues(D(100_000), D(2400), D(1_920_000), D(192_000)), BranchValues(None, D(100), D(80_000), D(8_000)))
    after = TreeValues(BranchValues(D(101_000), D(2020), D(1_616_000), D(161_600)), BranchValues(None, D(110), D(88_000), D(8_800)))
    told = tree_sentences(build_tree(before, after), "CNY")
    assert told[0].node == "revenue"
    assert told[0].text.en == "Revenue fell 14.8 %: −29,600.00 CNY"
    assert told[1].text == Words(
        f"Conversion of tracked channels fell 0.4 pp: {money(told[1].amount, 'CNY', 'en')}",
        f"自有渠道转化率下降 0.4 个百分点：{money(told[1].amount, 'CNY', 'zh')}",
    )
    assert [abs(one.amount) for one in told[1:]] == sorted((abs(one.amount) for one in told[1:]), reverse=True)
    assert sum((one.amount for one in told[1:]), D(0)) == told[0].amount


def test_the_digits_of_a_tree_follow_its_bases():
    before = TreeValues(BranchValues(D(100), D(10), D(8000), D(800)))
    after = TreeValues(BranchValues(D(100), D(7), D(5600), D(560)))
    told = tree_sentences(build_tree(before, after), "CNY", {"tracked.conversion": D(100)})
    assert told[1].text.en == "Conversion of tracked channels fell 3 pp: −240.00 CNY"


def test_a_branch_that_is_not_divided_has_one_sentence():
    told = tree_sentences(build_tree(TreeValues(), TreeValues(untracked=BranchValues(None, D(3), D(90), D(9)))), "CNY")
    assert [one.text.en for one in told] == [
        "Revenue rose from 0.00 to 9.00: +9.00 CNY",
        "Revenue of other channels rose from 0.00 to 9.00: +9.00 CNY",
    ]
    assert told[1].text.zh == "其他渠道收入从 0.00 上升到 9.00：+9.00 元"


def test_the_parts_of_a_sum():
    parts = [Told(Words("web", "web"), "web", D(5)), Told(Words("ota_a", "ota_a"), "ota_a", D(-105)), Told(Words("app", "app"), "app", D(0))]
    told = part_sentences(Words("Revenue", "收入"), "money", (D(200), D(100)), parts, "CNY")
    assert [one.text.en for one in told] == ["Revenue fell 50 %: −100.00 CNY", "ota_a: −105.00 CNY", "web: +5.00 CNY"]
    assert told[1].text.zh == "ota_a：−105.00 元"


def test_the_parts_of_a_ratio_tell_rate_and_mix_apart():
    part = Told(Words("mobile", "mobile"), "mobile", D("-0.001"), D("0.001"), D("-0.002"))
    told = part_sentences(Words("Conversion", "转化率"), "ratio", (D("0.022"), D("0.02")), [part], None)
    assert told[0].text.en == "Conversion fell 0.2 pp."
    assert told[1].text == Words(
        "mobile: −0.1 pp (its own rate +0.1 pp, mix −0.2 pp)", "mobile：−0.1 个百分点（自身变化 +0.1 个百分点，结构变化 −0.2 个百分点）"
    )


def test_the_worked_case_of_mix_in_words():
    split = split_ratio(
        {("m",): Share(D(18), D(600)), ("d",): Share(D(4), D(400))}, {("m",): Share(D("12.8"), D(400)), ("d",): Share(D("7.2"), D(600))}
    )
    assert split is not None
    head = split_head(Words("conversion", "转化率"), split, "ratio", None)
    assert head.text.en == "Within its parts conversion changed by +0.2 pp; the shift between them added −0.4 pp."
    assert head.text.zh == "转化率：各部分自身变化 +0.2 个百分点，结构变化 −0.4 个百分点。"
