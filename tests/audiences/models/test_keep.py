"""Models of a workspace: as it was known, made, put to use, scored, forgotten."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from tests.conditions.world import World
from windsock.audiences.erase import erase, export
from windsock.audiences.models import keep, store
from windsock.audiences.models.features.catalogue import DAY_MS
from windsock.audiences.models.features.people import known_at
from windsock.audiences.models.jobs import ask_train
from windsock.audiences.models.score import score, scores_of
from windsock.governance import cli_actor
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.warehouse import LocalWarehouse
from windsock.workspace import Workspace

pytest.importorskip("lightgbm", reason="the extra 'models' is not installed")
GOOD = {"value": 0.1, "low": 0.05, "high": 0.15}


def _order(world: World, key: int, did: int, t: int, amount: str = "100", **more: object) -> None:
    day = dt.datetime.fromtimestamp(t / 1000, dt.UTC).date()
    same = {"order_key": key, "did": did, "source": "shop", "sales_channel": "web", "booked_ms": t, "booked_date": day, "currency": "CNY",
            "booked_amount": Decimal(amount), "known_from_ms": t, "known_to_ms": None, "member": True, **more}  # fmt: skip
    world.add("orders", order_ref=f"o{key}", **same)
    line = {name: value for name, value in same.items() if name != "cancelled_ms"}
    world.add("order_line", line_no=1, kind="hotel" if key % 2 else "air", **line)


def _save(workspace: Workspace, world: World) -> None:
    assert isinstance(workspace.warehouse, LocalWarehouse)
    world.save(workspace.warehouse)


def _shop(workspace: Workspace, people: int = 160, days: int = 500) -> int:
    """People who buy at a pace of their own until they are gone."""
    chance, world, key, end = np.random.default_rng(8), World(), 0, workspace.clock.now_ms()
    for did in range(1, people + 1):
        world.add("identity", did=did, namespace="login", id=f"id{did}", first_ms=0, known_from_ms=0)
        t, pace = end - days * DAY_MS + int(chance.integers(0, 200)) * DAY_MS, chance.gamma(2, 20)
        while t < end and chance.random() > 0.08:
            key += 1
            _order(world, key, did, t)
            t += int(max(1.0, chance.exponential(pace)) * DAY_MS)
    _save(workspace, world)
    return key


def test_nothing_after_the_cut_is_known_by_either_clock(workspace: Workspace):
    cut, world = workspace.clock.now_ms() - 100 * DAY_MS, World()
    _order(world, 1, 1, cut - 10 * DAY_MS, "50")
    _order(world, 2, 1, cut - DAY_MS, "70", known_from_ms=cut + DAY_MS)  # it arrived after the cut
    _order(world, 3, 1, cut + DAY_MS, "90")
    _order(world, 4, 2, cut - 5 * DAY_MS, cancelled_ms=cut + 1)  # it was cancelled after the cut
    _order(world, 5, 3, cut - 5 * DAY_MS, cancelled_ms=cut)
    _save(workspace, world)
    found = known_at(workspace, cut, 30)
    told = {name: found.features[:, found.names.index(name)].tolist() for name in ("recency", "days_bought", "last_amount", "cancelled")}
    assert not found.history
    assert found.person.tolist() == [1, 2, 3]
    assert told == {"recency": [10, 5, 5], "days_bought": [1, 1, 1], "last_amount": [50, 100, 100], "cancelled": [0, 0, 1]}


def test_history_that_was_brought_in_at_once_says_so(workspace: Workspace):
    now, world = workspace.clock.now_ms(), World()
    _order(world, 1, 1, now - 200 * DAY_MS, known_from_ms=now)
    _save(workspace, world)
    assert known_at(workspace, now - 100 * DAY_MS, 30).history


@pytest.mark.slow
def test_a_model_is_made_kept_refused_or_used_and_scores(workspace: Workspace):
    _shop(workspace)
    made = keep.train(workspace, cli_actor(), "churn", 60)
    assert (made.version, made.state) == (1, "candidate")
    assert 0.5 < made.card["auc"]["value"] < 0.93
    assert made.card["rate"] > 0.2
    with pytest.raises(Conflict, match="No version of 'churn' is used"):
        score(workspace, cli_actor(), "churn")
    _plant(workspace, made, {"value": 0.01, "low": -0.01, "high": 0.03}, 2)
    with pytest.raises(Conflict, match="does not beat its baseline"):
        keep.activate(workspace, cli_actor(), "churn", 2)
    _plant(workspace, made, GOOD, 3)
    assert keep.activate(workspace, cli_actor(), "churn", 3).state == "active"
    told = score(workspace, cli_actor(), "churn")
    one = scores_of(workspace, 1) or scores_of(workspace, 2)
    assert told["people"] > 120
    assert len(one[0]["reasons"]) == (3 if told["by"] == "model" else 0)
    assert score(workspace, cli_actor(), "churn")["people"] == told["people"]
    assert export(workspace, [1, 2])["model_score"]
    assert erase(workspace, [1, 2]) == 2
    assert scores_of(workspace, 1) == []


@pytest.mark.slow
def test_a_version_whose_scores_drift_falls_back_and_the_baseline_speaks(workspace: Workspace):
    _shop(workspace)
    made = keep.train(workspace, cli_actor(), "churn", 60)
    _plant(workspace, made, GOOD, 2, quantiles=[2.0 + number for number in range(99)])
    keep.activate(workspace, cli_actor(), "churn", 2)
    assert score(workspace, cli_actor(), "churn")["by"] == "baseline"
    used = keep.used_of(workspace, "churn")
    assert used is not None
    assert used.state == "fallback"
    assert "drifted" in used.reason
    assert scores_of(workspace, 2)[0]["said_by"] == "baseline"


def test_what_cannot_be_asked_is_refused(workspace: Workspace):
    with pytest.raises(NotFound, match="no model 'luck'"):
        keep.find(workspace, "luck")
    with pytest.raises(InvalidInput, match="which kind"):
        keep.train(workspace, cli_actor(), "propensity")
    with pytest.raises(InvalidInput, match="on a file of bookings"):
        keep.train(workspace, cli_actor(), "cancellation")
    with pytest.raises(InvalidInput, match="too few days"):
        keep.train(workspace, cli_actor(), "churn")
    assert ask_train(workspace, cli_actor(), "churn", None, None).startswith("job")
    assert [one["name"] for one in keep.listed(workspace)] == ["churn", "next_purchase", "propensity", "cancellation"]


def _plant(workspace: Workspace, made: store.Kept, gain: dict[str, float], version: int, **card: object) -> None:
    """Keep the same model once more with another card."""
    from dataclasses import replace

    new = replace(made, version=version, card={**made.card, "difference": gain, "leaks": [], **card})
    with workspace.records.write() as session:
        assert store.add(session, new)
