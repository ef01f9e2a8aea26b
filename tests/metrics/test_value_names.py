"""Values are called by their names in sentences, mails and pages, from one list."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from windsock.kernel.period import Period
from windsock.metrics.below import Below, open_below
from windsock.metrics.decompose import Asked, decompose, divide
from windsock.metrics.dimensions import DIMENSIONS
from windsock.metrics.model.definition import Words
from windsock.metrics.tree import revenue_tree
from windsock.metrics.value_names import fixed_names, namer, value_names
from windsock.workspace import Workspace

MONDAY, SUNDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 1)
WEB = Path(__file__).parents[2] / "web" / "src" / "words"


@pytest.fixture
def sold(shop: Any) -> Workspace:
    """More through the website on Monday, less through the first agency's pages."""
    shop.order(SUNDAY, "web", "100", member=True, kind="flight")
    shop.order(SUNDAY, "ota_a", "100", member=False)
    shop.order(MONDAY, "web", "300", member=True, kind="flight")
    shop.order(MONDAY, "ota_a", "50", member=False)
    shop.order(MONDAY, "kiosk", "20", member=False)
    shop.save()
    return shop.workspace


def _days() -> tuple[Period, Period]:
    return Period(SUNDAY, SUNDAY), Period(MONDAY, MONDAY)


def _text(found: Any) -> tuple[str, str]:
    return " | ".join(one.text.en for one in found.sentences), " | ".join(one.text.zh for one in found.sentences)


def test_sentences_say_the_names_of_the_workspace(sold: Workspace) -> None:
    english, chinese = _text(decompose(sold, "booked_amount", *_days(), "sales_channel"))
    assert "Website: +200.00 CNY" in english
    assert "OTA A: −50.00 CNY" in english
    assert "官网：+200.00 元" in chinese
    assert "kiosk: +20.00 CNY" in english  # not in the list: as the data has it
    assert not re.search(r"\b(web|ota_a)\b", english + chinese)


def test_truths_kinds_and_nested_values_have_names_too(sold: Workspace) -> None:
    english, chinese = _text(divide(sold, Asked("booked_amount", _days(), ("member", "kind"), nested=True)))
    assert "Members / Flight: +200.00 CNY" in english
    assert "会员 / 机票：+200.00 元" in chinese
    assert "true" not in english


def test_children_of_a_node_are_called_by_name(sold: Workspace) -> None:
    tree = revenue_tree(sold, *_days())
    told = open_below(sold, tree, tree.json(), [Below("revenue", "sales_channel")], ())
    titles = {node["id"]: node["title"] for node in told["nodes"] if "=" in node["id"]}
    assert titles["revenue/sales_channel=web"] == {"en": "Website", "zh": "官网"}
    assert next(node["value"] for node in told["nodes"] if node["id"] == "revenue/sales_channel=web") == "web"


def test_a_renamed_channel_is_called_so_at_once(sold: Workspace, shop: Any) -> None:
    assert namer(sold)("sales_channel", "kiosk") == Words("kiosk", "kiosk")
    shop.rows["sales_channel"] = [{"channel": "kiosk", "name_en": "Kiosk", "name_zh": None, "channel_group": "direct", "tracked": False}]
    shop.save()
    assert namer(sold)("sales_channel", "kiosk") == Words("Kiosk", "Kiosk")


def test_every_platform_that_intake_tells_has_a_name() -> None:
    assert {"web", "android", "ios", "wechat", "harmony"} <= set(fixed_names()["platform"])


def test_every_name_belongs_to_a_dimension_and_stands_in_both_languages(sold: Workspace) -> None:
    names = value_names(sold)
    assert set(names) <= {*DIMENSIONS, "platform"}  # which analyses break down by, of all fields of events
    assert set(fixed_names()) == set(names) - {"sales_channel"}
    for dimension, of in names.items():
        if dimension in DIMENSIONS and DIMENSIONS[dimension].kind == "boolean":
            assert set(of) == {"true", "false"}
        for value, words in of.items():
            assert words.en, (dimension, value)
            assert words.zh, (dimension, value)


def test_the_pages_keep_no_list_of_their_own() -> None:
    for path in (WEB / "zh.ts", WEB / "en.ts"):
        assert not re.findall(r"^    (mini_program|ota_a|agency|economy):", path.read_text("utf-8"), re.MULTILINE)
