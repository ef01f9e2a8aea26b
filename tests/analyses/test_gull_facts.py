"""What was planted in Gull is found by asking, in a world large enough that its own truth calls it detectable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from windsock.analyses import ask_correlation, read_correlation
from windsock.conditions import frame_of
from windsock.demo.build import build_demo, make_home
from windsock.demo.model import Plan
from windsock.kernel.clock import FixedClock, local_date
from windsock.workspace import Workspace, open_workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def gull(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home: Path = tmp_path_factory.mktemp("gull") / "home"
    plan = Plan(people=100_000, days=14)
    make_home(home, plan)
    truth = build_demo(home, plan, lambda *_: None)
    with open_workspace(home, own=True, clock=FixedClock(plan.now_ms)) as workspace:
        yield workspace, truth


def _asked(day: str, **more: Any) -> dict[str, Any]:
    funnel = {
        "steps": ["payment_attempted", "payment_succeeded"],
        "window": "10 minutes",
        "count": "entries",
        "same": "order_ref",
        "without": [{"event": "payment_failed"}],
        "period": {"from": day, "to": day},
    }
    return {"funnel": funnel, "at": ["provider", "device", "sales_channel", ["provider", "device"]], **more}


def test_the_planted_fault_comes_out_on_top(gull: tuple[Workspace, dict[str, Any]]):
    workspace, truth = gull
    story = next(one for one in truth["stories"] if one["kind"] == "payment_fault")
    assert story["detectable"]
    day = local_date(story["start"], workspace.zone)
    answer = ask_correlation(workspace.warehouse, read_correlation(_asked(day.isoformat())), frame_of(workspace))
    worst = answer.less[0]
    assert worst.values(answer.correlation.kinds) == (story["where"]["provider"], story["where"]["device"])
    assert worst.false_share < 1e-12
    assert worst.strength < -0.3


def test_a_quiet_day_has_no_such_fact(gull: tuple[Workspace, dict[str, Any]]):
    workspace, truth = gull
    story = next(one for one in truth["stories"] if one["kind"] == "payment_fault")
    day = local_date(story["start"] - 3 * 86_400_000, workspace.zone)
    answer = ask_correlation(workspace.warehouse, read_correlation(_asked(day.isoformat())), frame_of(workspace))
    assert answer.looked_at > 5
    assert not any(fact.false_share <= 0.01 for fact in (*answer.more, *answer.less))
