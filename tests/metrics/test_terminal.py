"""Tables on a terminal are for people, CSV and JSON are exact."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner

from windsock.cli.main import main
from windsock.metrics.terminal import change, worded

DAY, BEFORE = dt.date(2026, 3, 2), dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("0.893212553967", "ratio", "89.32 %"),
        (Decimal("0.000023"), "ratio", "0.0023 %"),
        (Decimal(0), "ratio", "0.00 %"),
        (1, "ratio", "100.00 %"),
        ("-0.125", "ratio", "-12.50 %"),
        ("462.576", "money", "462.58"),
        ("949.233333333333", "money_ratio", "949.23"),
        (1284000, "count", "1,284,000"),
        ("2.5", "nights", "2.50"),
        ("web", None, "web"),
        (False, None, "False"),
        (None, "money", "-"),
    ],
)
def test_a_figure_is_worded_by_its_unit(value: Any, unit: str | None, shown: str) -> None:
    assert worded(value, unit) == shown


def test_a_change_of_a_share_is_in_points() -> None:
    assert [change("-0.002576392274", "ratio"), change(None, "ratio"), change("12", "count")] == ["-0.26 pp", "-", "12"]


def test_no_table_prints_more_digits_than_people_read(shop: Any) -> None:
    for day, amounts in ((BEFORE, ("100", "50", "33")), (DAY, ("70", "60", "41"))):
        for channel, amount in zip(("web", "app", "ota_a"), amounts, strict=True):
            shop.order(day, channel, amount, take="0.7")
        shop.visits(day, 7)
    shop.save()
    home, run = shop.workspace.home, CliRunner()
    two = ["--from", f"{BEFORE}:{BEFORE}", "--to", f"{DAY}:{DAY}", "--home", str(home)]
    asked = [
        ["channels", "--period", f"{DAY}:{DAY}", "--home", str(home)],
        ["query", "conversion", "take_rate", "average_order_value", "--from", str(DAY), "--to", str(DAY), "--home", str(home)],
        ["tree", *two],
        ["decompose", "take_rate", "--by", "sales_channel", *two],
    ]
    shop.workspace.close()
    for words in asked:
        told = run.invoke(main, words)
        assert told.exit_code == 0, told.output
        assert not re.findall(r"\d\.\d{3,}", told.output), told.output
        assert "%" in told.output
    exact = json.loads(run.invoke(main, [*asked[0], "--format", "json"]).output)
    assert len(exact["channels"][0]["share"]) > len("0.409")
