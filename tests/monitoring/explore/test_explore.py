"""Where a metric changed is asked by hand: by the same search as for alerts, with each dimension by itself; what can't be asked is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analyses.door import Opened
from tests.monitoring.explain.test_explain import FAULT, USUAL, pay
from tests.monitoring.make import DAY, HOUR, START, at, whole
from windsock.kernel.errors import Cancelled
from windsock.monitoring.explore.ask import Explored, explore
from windsock.monitoring.explore.routes import router
from windsock.warehouse import Cancel
from windsock.workspace import Workspace

NOW = START + 5 * 7 * DAY
ASKED: dict[str, Any] = {"metric": "payment_success_rate", "from_ms": NOW, "to_ms": NOW + HOUR}


@pytest.fixture
def door(workspace: Workspace) -> Opened:
    for week in range(4, 0, -1):
        pay(workspace, NOW - week * 7 * DAY, USUAL)
    pay(workspace, NOW, FAULT)
    whole(workspace, NOW + HOUR)
    at(workspace, NOW + HOUR)
    return Opened(workspace, router)


def test_a_fall_is_put_where_it_is_and_each_dimension_tells_its_part(door: Opened) -> None:
    answer = door.ask("POST", "/api/root-cause", ASKED | {"by": ["provider", "device"]})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["elements"][0]["element"] == {"provider": "a", "device": "android"}
    assert (found["before"], found["after"]) == pytest.approx((0.95, 0.775))
    assert "Payment provider = a, Device = Android" in found["told"]["en"]
    by = {one["dimension"]: {value["value"]: value["change"] for value in one["values"]} for one in found["dimensions"]}
    # 10 of 40 instead of 38, nothing else: 28 orders, in each dimension alike.
    assert by == {"provider": {"a": -28.0, "b": 0.0}, "device": {"android": -28.0, "ios": 0.0}}
    assert (found["leaves"], found["weeks"]) == (4, 4)


def test_a_search_whose_asker_has_gone_is_stopped(workspace: Workspace, door: Opened) -> None:
    del door
    gone = Cancel()
    gone.cancel()
    with pytest.raises(Cancelled):
        explore(workspace, Explored(**ASKED), gone)


def test_what_is_counted_is_added_up(door: Opened) -> None:
    found = door.ask("POST", "/api/root-cause", ASKED | {"metric": "payment_failures", "by": ["provider"]})
    if found.status_code == 200:
        assert found.json()["kind"] == "additive"
    attempts = door.ask("POST", "/api/root-cause", ASKED | {"metric": "payment_attempts", "by": ["provider"]}).json()
    assert (attempts["kind"], attempts["change"], attempts["elements"]) == ("additive", 0.0, [])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"metric": "nothing"}, "nothing"),
        ({"by": ["seat_row"]}, "can't be cut by"),
        ({"where": [{"field": "seat_row", "op": "=", "value": "1"}]}, "can't be cut by"),
        ({"to_ms": NOW}, "empty or longer than 31 days"),
        ({"to_ms": NOW + 40 * DAY}, "empty or longer than 31 days"),
        ({"from_ms": NOW + 2 * DAY, "to_ms": NOW + 3 * DAY}, "has not begun"),
        ({"from_ms": NOW - 200 * DAY, "to_ms": NOW - 199 * DAY}, "nothing to compare with"),
    ],
)
def test_what_can_not_be_asked_is_refused_in_words(door: Opened, wrong: dict[str, Any], said: str) -> None:
    answer = door.ask("POST", "/api/root-cause", ASKED | wrong)
    assert answer.status_code in {404, 422}
    assert said in answer.text
