"""Models over HTTP and by the worker: the same rules, and jobs that stop when they are asked to."""

from __future__ import annotations

import pytest

from tests.analyses.door import Opened
from tests.audiences.models.test_keep import GOOD, _plant, _shop
from windsock.audiences.models import keep
from windsock.audiences.models.jobs import run_score, run_train
from windsock.audiences.models.routes import router
from windsock.jobs import JobContext
from windsock.kernel.errors import Cancelled
from windsock.workspace import Workspace

pytest.importorskip("lightgbm", reason="the extra 'models' is not installed")


@pytest.mark.slow
def test_over_http_a_model_is_asked_for_shown_and_used_only_where_it_may(workspace: Workspace):
    _shop(workspace)
    door = Opened(workspace, router)
    asked = door.ask("POST", "/api/models/churn/train", {"days": 60})
    assert asked.status_code == 202, asked.text
    assert door.ask("POST", "/api/models/luck/train", {}).status_code == 404
    assert door.ask("POST", "/api/models/churn/train", {"days": 1}).status_code in (400, 422)
    assert door.ask("GET", "/api/models/churn").status_code == 404
    context = JobContext({"name": "churn", "days": 60, "kind": None})
    run_train(workspace, context)
    assert context.reported.note == "version 1"
    card = door.ask("GET", "/api/models/churn").json()
    assert card["state"] == "candidate"
    assert card["card"]["features"][0]["title"]["zh"]
    made = keep.find(workspace, "churn")
    _plant(workspace, made, {"value": 0.0, "low": -0.1, "high": 0.1}, 2)
    refused = door.ask("POST", "/api/models/churn/activate", {"version": 2})
    assert refused.status_code == 409
    assert "does not beat its baseline" in refused.text
    _plant(workspace, made, GOOD, 3)
    assert door.ask("POST", "/api/models/churn/activate", {"version": 3}).json()["state"] == "active"
    run_score(workspace, JobContext({}))
    found = [door.ask("GET", f"/api/models/people/{person}").json()["items"] for person in range(1, 6)]
    assert any(items and items[0]["model"] == "churn" for items in found)
    listed = door.ask("GET", "/api/models").json()["items"]
    assert [one["used"]["version"] for one in listed if one["used"]] == [3]


@pytest.mark.slow
def test_a_job_that_is_asked_to_stop_keeps_nothing(workspace: Workspace):
    _shop(workspace)
    with pytest.raises(Cancelled):
        run_train(workspace, JobContext({"name": "churn", "days": 60, "kind": None}, stopping=lambda: True))
    assert all(one["newest"] is None for one in keep.listed(workspace))
