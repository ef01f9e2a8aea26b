"""Following with another engine: rounds, what they compare, and what happens when a piece is not the same."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest

from windsock.governance.keep import follow, move
from windsock.governance.keep.follow import Pace, days_of, follow_facts
from windsock.governance.model import cli_actor
from windsock.kernel.errors import Broken
from windsock.warehouse import Changes

HOUR = 24 * 20_000


class _Facts:
    """Versions and changes as a warehouse tells them."""

    def __init__(self, *changes: Changes) -> None:
        self.told = list(changes)

    def version(self) -> int:
        return self.told[0].version

    def changes(self, since: int) -> Changes:
        del since
        return self.told.pop(0) if len(self.told) > 1 else self.told[0]


class _Desk:
    def __init__(self, *changes: Changes) -> None:
        self.warehouse = _Facts(*changes)


def _followed(monkeypatch: pytest.MonkeyPatch, desk: _Desk, looks: int, broken: tuple[int, ...] = (), recount: int = 60) -> list[Any]:
    rounds: list[Any] = []

    def moved(*_: object, days: object) -> list[object]:
        rounds.append(days)
        if len(rounds) in broken:
            raise Broken("event of a day is not the same.")
        return []

    monkeypatch.setattr(follow, "move_facts", moved)
    follow_facts(desk, cli_actor(), "clickhouse", Pace(0, recount, looks), lambda _: None, threading.Event())  # type: ignore[arg-type]
    return rounds


def test_the_first_round_compares_everything_and_later_ones_the_days_that_changed(monkeypatch: pytest.MonkeyPatch):
    desk = _Desk(Changes(1), Changes(1), Changes(2, hours={HOUR: 2}), Changes(3, ids={7: 3}), Changes(4, everything=True))
    day = dt.date(1970, 1, 1) + dt.timedelta(days=20_000)
    beside = [day - dt.timedelta(days=1), day, day + dt.timedelta(days=1)]
    assert _followed(monkeypatch, desk, 5) == [None, beside, [], None]


def test_everything_is_recounted_now_and_then(monkeypatch: pytest.MonkeyPatch):
    assert _followed(monkeypatch, _Desk(Changes(1)), 7, recount=3) == [None, None, None]


def test_a_piece_that_is_not_the_same_is_compared_again_with_everything(monkeypatch: pytest.MonkeyPatch):
    desk = _Desk(Changes(1), Changes(2, hours={HOUR: 2}), Changes(2))
    assert len(_followed(monkeypatch, desk, 3, broken=(2,))) == 3


def test_three_such_rounds_end_it(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(Broken):
        _followed(monkeypatch, _Desk(Changes(1)), 9, broken=(1, 2, 3))


def test_a_stop_ends_it(monkeypatch: pytest.MonkeyPatch):
    stopped, rounds = threading.Event(), list[int]()
    monkeypatch.setattr(follow, "move_facts", lambda *_, days: [])  # noqa: ARG005 - as it is called

    def told(_: object) -> None:
        rounds.append(1)
        stopped.set()

    follow_facts(_Desk(Changes(1)), cli_actor(), "clickhouse", Pace(3_600), told, stopped)  # type: ignore[arg-type]
    assert rounds == [1]


def test_a_table_of_events_that_changed_as_a_whole_means_any_day():
    assert days_of(Changes(2, tables={"event": 2}, hours={HOUR: 2})) is None
    assert days_of(Changes(2, tables={"orders": 2})) == []


def test_the_folder_of_a_move_that_was_killed_is_taken_away_and_that_of_one_that_runs_is_not(tmp_path: Path):
    (tmp_path / "move-dead").mkdir()
    (tmp_path / "move-dead" / "event.parquet").write_bytes(b"rows")
    with move._folder(tmp_path) as first, move._folder(tmp_path) as second:
        assert {one.name for one in tmp_path.iterdir()} == {first.name, second.name}
    assert list(tmp_path.iterdir()) == []
