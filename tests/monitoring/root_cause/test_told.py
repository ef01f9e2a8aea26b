"""A located change is told in one sentence, in both languages, with figures that are those of the causes."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.monitoring.root_cause.world import amounts, labelled, ratio
from windsock.monitoring.root_cause.locate import locate
from windsock.monitoring.root_cause.model import Cause, Leaves, Located, leaves_of
from windsock.monitoring.root_cause.told import Flag, Telling, tell


def table(*rows: tuple[str, str, float, float]) -> Leaves:
    channels, routes, real, predict = zip(*rows, strict=True)
    return leaves_of({"channel": list(channels), "route": list(routes)}, {"real": np.array(real), "predict": np.array(predict)}, "additive")


HALVED = table(
    *(
        (channel, route, base * (0.5 if route == "PVG-NRT" else 1), base)
        for channel, base in (("site", 200.0), ("app", 100.0), ("agency", 80.0))
        for route in ("PVG-NRT", "PEK-SIN", "CAN-BKK", "HKG-LHR")
    )
)


def test_the_sentence_names_the_place_the_loss_and_what_went_on():
    telling = Telling(
        title={"en": "Revenue", "zh": "收入"},
        dimensions={"route": {"en": "Route", "zh": "航线"}},
        currency="CNY",
        hours=2,
        flags=(Flag("known_event", {"en": "K-17", "zh": "K-17"}), Flag("release", {"en": "app 4.2"})),
    )
    assert tell(locate(HALVED, "additive", data_fault=True), telling) == {
        "en": "The data may be late or wrong, look at that first: Revenue is 190 CNY (12.5 %) below what was expected: Route = PVG-NRT "
        "(50 % of expected, −190); 100 % of the fall; about 95 CNY lost an hour; meanwhile: known event K-17; release app 4.2.",
        "zh": "数据可能延迟或有误，请先核查：收入比预期低 190 CNY（12.5 %）：航线 = PVG-NRT（为预期的 50 %，−190）；占跌幅的 100 %；"
        "约每小时损失 95 CNY；同期：已知事件 K-17；版本发布 app 4.2。",
    }


def test_lost_orders_are_told_as_money_where_an_order_has_a_value():
    world = ratio(3, causes=({"channel": "c1"},), left=0.5)
    told = tell(locate(world.leaves, "ratio"), Telling(order_value=900, currency="CNY"))["en"]
    assert re.match(
        r"The ratio fell from [\d.]+ % to [\d.]+ %: channel = c1 \([\d.]+ % of expected, −[\d,]+ orders\); .* about [\d,]+ CNY lost\.$", told
    ), told


def _with(located: Located, *changes: float, **given: object) -> Located:
    causes = tuple(Cause({"route": f"r{place}"}, 1, 50 + change, 50, change, None, 9.0, 0.9) for place, change in enumerate(changes))
    return replace(located, causes=causes, **given)


@pytest.mark.parametrize(
    ("made", "en", "zh"),
    [
        (lambda one: _with(one, -60, -55, -50, -15, -10), "and 2 more; 100 % of the fall", "另有 2 处；占跌幅的 100 %"),
        (lambda one: _with(one, -400), "more than the whole fall", "超过全部跌幅"),
        (lambda one: _with(one, 40), "the whole went the other way", "整体方向与之相反"),
        (_with, "no part stands out from noise", "没有任何部分超出噪声"),
        (lambda one: _with(one, looked_at=0), "one leaf can't be told apart", "只有一个组合"),
        (lambda one: _with(one, -190, depth=1), "at most 1 dimension was searched", "最多组合 1 个维度"),
        (
            lambda one: _with(one, kind="ratio", before=0.02, after=0.015, mix=-300.0, real=1000, expected=1001),
            "the mix of visits shifted",
            "访问的构成",
        ),
        (
            lambda one: _with(one, kind="ratio", before=0.02, after=0.015, mixed_by="route"),
            "rose in every part of route",
            "在 route 的每个部分均上升",
        ),
        (
            lambda one: _with(one, 0.5, before=5.0, after=5.0, real=5.0, expected=5.0),
            "as expected as a whole: route = r0",
            "整体与预期一致：route = r0",
        ),
    ],
)
def test_each_outcome_has_its_words(made, en: str, zh: str):
    told = tell(made(locate(HALVED, "additive")))
    assert en in told["en"]
    assert zh in told["zh"]
    assert told["en"].endswith(".")
    assert told["zh"].endswith("。")


def test_nothing_and_everywhere_and_new_are_told():
    same = labelled((2, 3), np.full(6, 5.0), np.full(6, 5.0))
    assert tell(locate(same, "additive")) == {"en": "The figure is as expected.", "zh": "该指标与预期一致。"}
    alike = amounts(1, sizes=(3, 3, 4), noise=0.0).leaves
    alike.real[:] = alike.predict * 0.8
    assert "80 % of what was expected in all parts alike" in tell(locate(alike, "additive"))["en"]
    new = amounts(1, noise=0.01).leaves
    new.predict[new.inside({"channel": "c1"})] = 0
    assert "channel = c1 (nothing was expected, +" in tell(locate(new, "additive"))["en"]
