"""The backtest: what it learns from, what it raises, and when a model may be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from windsock.audiences.models.backtest import Rows, backtest
from windsock.audiences.models.features.bookings import bookings_of, origins_in, read_mapping
from windsock.audiences.models.features.catalogue import DAY_MS, OF_KIND, PERSON, Feature, check_column, checked
from windsock.audiences.models.learners import learn, learned_from
from windsock.audiences.models.model import Task, leaks, origins_of, why_not
from windsock.audiences.models.tasks import title_of
from windsock.kernel.errors import InvalidInput

pytest.importorskip("lightgbm", reason="the extra 'models' is not installed")
TASK = Task("made", "Made", "made", "the first column", "person", column="plain")


def _rows(people: int = 400, cuts: int = 6, tells: float = 1.0) -> Rows:
    chance = np.random.default_rng(5)
    count = people * cuts
    plain, more = chance.normal(size=count), chance.normal(size=count)
    hit = chance.random(count) < 1 / (1 + np.exp(1 - plain - tells * more))
    when = np.repeat(np.arange(cuts) * 30 * DAY_MS, people)
    features = np.column_stack([plain, more, chance.integers(0, 3, count).astype(float)])
    return Rows(("plain", "more", "level"), (False, False, True), np.tile(np.arange(people), cuts), when, when + 30 * DAY_MS, hit, features)


def _origins(rows: Rows) -> list[int]:
    times = sorted({int(one) for one in rows.when_ms})
    return origins_of(times, [one + 30 * DAY_MS for one in times])


def test_a_model_that_knows_more_beats_its_baseline_and_may_be_used():
    rows = _rows()
    card, _ = backtest(TASK, rows, _origins(rows))
    assert card["difference"]["low"] > 0.02
    assert card["why_not"] == []
    assert card["calibration"]["said"] == pytest.approx(card["calibration"]["came"], abs=0.03)
    assert len(card["origins"]) == 5
    assert "Only 5 of 6" in card["notes"][0]
    assert {one["name"] for one in card["features"][:2]} == {"plain", "more"}


def test_a_model_that_knows_nothing_more_may_not_be_used():
    rows = _rows(tells=0.0)
    card, _ = backtest(TASK, rows, _origins(rows))
    assert card["difference"]["low"] <= 0
    assert "does not beat its baseline (the first column)" in card["why_not"][0]


def test_a_column_that_knows_what_came_raises_the_alarm_by_its_name():
    rows = _rows()
    told = rows.hit + np.random.default_rng(6).normal(0, 0.3, len(rows.hit))
    leaky = replace(rows, names=(*rows.names, "grade"), kinds=(*rows.kinds, False), features=np.column_stack([rows.features, told]))
    card, _ = backtest(TASK, leaky, _origins(rows))
    assert card["auc"]["value"] > 0.93
    assert any("'grade' alone" in one for one in card["leaks"])
    assert card["why_not"][:1] == card["leaks"][:1]


def test_nothing_is_learned_from_a_label_that_was_open():
    # Labels of all but the last cut are turned round; whoever learned from open ones would rank the right way.
    rows = _rows(cuts=3)
    late = rows.when_ms == rows.when_ms.max()
    turned = replace(rows, hit=np.where(late, rows.hit, ~rows.hit))
    honest, _ = backtest(TASK, turned, [int(rows.when_ms.max())])
    assert honest["auc"]["value"] < 0.4
    with pytest.raises(InvalidInput, match="too little to learn from"):
        backtest(TASK, replace(rows, closed_ms=rows.closed_ms + 365 * DAY_MS), [int(rows.when_ms.max())])


@pytest.mark.parametrize("tells", [0.0, 3.0])
def test_the_same_rows_give_the_same_model_and_it_is_kept_as_text(tells: float):
    import json

    rows = _rows(tells=tells)
    one, other = (learn(rows.features, rows.hit, rows.names, rows.kinds, order=rows.when_ms.astype(float)) for _ in range(2))
    assert one.json() == other.json()
    again = learned_from(json.loads(json.dumps(one.json())))
    assert again.says(rows.features[:50]) == pytest.approx(one.says(rows.features[:50]), abs=1e-9)
    assert again.adds(rows.features[:50]).shape == (50, 3)


def test_leaks_and_reasons_are_told():
    assert leaks(0.85, {"lead": 0.7}) == []
    assert leaks(0.94, {"lead": 0.91}) == ["AUC 0.940 is over 0.93: some feature knows what came.", "'lead' alone has AUC 0.910, over 0.9."]
    gain = {"value": 0.01, "low": -0.001, "high": 0.02}
    assert why_not({"difference": gain, "leaks": [], "baseline": {"name": "x"}}) != []
    assert why_not({"difference": {**gain, "low": 0.0001}, "leaks": [], "baseline": {"name": "x"}}) == []


def test_features_are_decided_by_the_cut_and_have_titles():
    for one in checked((*PERSON, *OF_KIND)):
        assert title_of(one.name)["zh"] != one.name
    with pytest.raises(InvalidInput, match="reads 'state'"):
        checked([Feature("bad", "o", "COUNT(*) FILTER (WHERE state = 1)")])


@pytest.mark.parametrize("name", ["reservation_status", "assigned_room_type", "booking_changes", "is_canceled", "no_show", "refund_amount"])
def test_columns_that_are_decided_later_are_refused(name: str):
    with pytest.raises(InvalidInput, match="decided, or corrected, after"):
        check_column(name, "figures")


MAPPING = "arrival: [arrival]\nlead: lead\ncancelled: gone\nchannel: channel\nfigures: [price]\nlevels: [meal]\n"


def test_bookings_are_read_as_they_were_booked(tmp_path: Path):
    (tmp_path / "map.yaml").write_text(MAPPING)
    (tmp_path / "b.csv").write_text("arrival,lead,gone,channel,price,meal\n2026-03-10,9,1,web,100,BB\n2026-03-11,0,0,agent,,HB\n")
    rows = bookings_of(tmp_path / "b.csv", read_mapping(tmp_path / "map.yaml"))
    assert rows.names == ("channel", "lead", "arrival_month", "arrival_weekday", "price", "meal")
    assert [int(one) for one in (rows.closed_ms - rows.when_ms) // DAY_MS] == [9, 0]
    assert rows.hit.tolist() == [True, False]
    assert rows.column("arrival_month").tolist() == [2, 2]
    assert rows.column("arrival_weekday").tolist() == [1, 2]  # a Tuesday and a Wednesday
    assert np.isnan(rows.column("price")[1])
    (tmp_path / "map.yaml").write_text(MAPPING.replace("[price]", "[assigned_room]"))
    with pytest.raises(InvalidInput, match="assigned_room"):
        read_mapping(tmp_path / "map.yaml")


def test_origins_stand_in_the_second_half():
    rows = _rows()
    found = origins_in(rows, 6)
    assert found == sorted(found)
    assert np.quantile(rows.when_ms, 0.4) <= found[0]
