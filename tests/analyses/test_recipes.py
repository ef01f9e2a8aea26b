"""Recipes: read, refused, kept with their versions, resolved for a period, run step by step; by command and over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from tests.analyses.door import Opened
from tests.analyses.test_headlines import BACK, FUNNEL, SPAN, TREND
from tests.analyses.test_headlines import seeded as seeded  # noqa: PLC0414 - a fixture
from windsock.analyses import saved
from windsock.analyses.recipes import keep, routes
from windsock.analyses.recipes.commands import recipe as group
from windsock.analyses.recipes.library import shipped
from windsock.analyses.recipes.model import STEPS_MOST, read_recipe
from windsock.analyses.recipes.run import resolve, run_recipe
from windsock.analyses.recipes.schema import recipe_schema
from windsock.definitions import Change, diff
from windsock.governance import ROLES, Actor
from windsock.governance.model import SYSTEM
from windsock.kernel.errors import Cancelled, Conflict, InvalidInput, NotAllowed, NotFound, QueryTimeout
from windsock.warehouse import Cancel
from windsock.workspace import Workspace

STEPS: list[dict[str, Any]] = [
    {"title": {"en": "Who pays?", "zh": "谁付款？"}, "note": "Look at the second day.\nThen at the third.", "kind": "funnel", "definition": FUNNEL},
    {"kind": "retention", "definition": BACK},
]
WRITTEN: dict[str, Any] = {"recipe": "paying", "title": {"en": "Paying", "zh": "付款"}, "purpose": "Why do they pay?", "steps": STEPS}


def _actor(role: Any = "lead", name: str = "mem_1") -> Actor:
    return Actor(name, name, role, ROLES[role], "session")


def _change(workspace: Workspace, role: Any = "lead") -> Change:
    return Change(_actor(role), "As agreed on Monday", workspace.clock.now_ms())


def test_what_is_read_is_written_the_same():
    recipe = read_recipe(WRITTEN)
    assert read_recipe(recipe.json()) == recipe
    assert recipe.steps[1].title.en == "Back to pay"
    assert recipe.steps[0].note.zh.splitlines() == ["Look at the second day.", "Then at the third."]
    assert {*recipe_schema()["properties"]} == {*recipe.json()}
    assert {*recipe_schema()["properties"]["steps"]["items"]["properties"]} == {"title", "note", "kind", "definition", "saved"}


WRONG: list[tuple[str, Any]] = [
    ("recipe", 3),
    ("recipe", {**WRITTEN, "recipe": "Why did it fall?"}),
    ("recipe", {**WRITTEN, "period": {"last": 7}}),
    ("steps", {**WRITTEN, "steps": []}),
    ("steps", {**WRITTEN, "steps": STEPS[1:] * (STEPS_MOST + 1)}),
    ("title", {**WRITTEN, "title": ""}),
    ("title", {**WRITTEN, "title": "two\nlines"}),
    ("purpose.en", {**WRITTEN, "purpose": "x" * 2_001}),
    ("steps[1].note.en", {**WRITTEN, "steps": [{**STEPS[0], "note": {"en": 3}}]}),
    ("steps[1].kind", {**WRITTEN, "steps": [{**STEPS[0], "kind": "weather"}]}),
    ("steps[1]", {**WRITTEN, "steps": [{"kind": "funnel"}]}),
    ("steps[1]", {**WRITTEN, "steps": [{**STEPS[0], "saved": "ana_1"}]}),
    ("steps[1]", {**WRITTEN, "steps": [{"definition": FUNNEL}]}),
    ("steps[2].definition.funnel.window", {**WRITTEN, "steps": [STEPS[1], {"kind": "funnel", "definition": FUNNEL | {"window": "0 minutes"}}]}),
]


@pytest.mark.parametrize(("where", "given"), WRONG)
def test_what_is_wrong_is_said_with_its_place(where: str, given: Any):
    with pytest.raises(InvalidInput) as raised:
        read_recipe(given)
    assert raised.value.where.startswith(where)


def test_a_period_takes_the_place_of_each_steps_own(seeded: Workspace):
    recipe = read_recipe(WRITTEN)
    asked = [one.definition for one in resolve(seeded, recipe, SPAN)]
    assert [one["period"] for one in asked if one] == [{"from": "2025-12-02", "to": "2025-12-04"}] * 2
    own = resolve(seeded, recipe, None)
    assert own[0].definition == FUNNEL
    assert own[1].definition is None
    assert "no period of its own" in str(own[1].error)


def test_a_step_that_fails_stops_no_other(seeded: Workspace, monkeypatch: pytest.MonkeyPatch):
    recipe = read_recipe({**WRITTEN, "steps": [{"saved": "Never saved"}, STEPS[0], {"kind": "trend", "definition": TREND}]})
    told: list[tuple[int, int, str]] = []
    ran = list(run_recipe(seeded, SYSTEM, (recipe, SPAN), lambda place, steps, step: told.append((place, steps, step.title.en))))
    assert told == [(1, 3, "Never saved"), (2, 3, "Who pays?"), (3, 3, "Sold")]
    assert isinstance(ran[0].error, NotFound)
    assert [one.answered.headline.sentence.en for one in ran if one.answered] == [
        "2 of 4 people came from search to pay: 50.0%.",
        "payers: 3 in the period (before: 1, +200.0%).",
    ]
    from windsock.analyses.recipes import run

    def slow(*_: Any, **__: Any) -> Any:
        raise QueryTimeout("It took too long.")

    monkeypatch.setattr(run, "headline", slow)
    assert [type(one.error) for one in run_recipe(seeded, SYSTEM, (recipe, SPAN))] == [NotFound, QueryTimeout, QueryTimeout]


def test_a_recipe_that_is_stopped_goes_no_further(seeded: Workspace):
    cancel = Cancel()
    cancel.cancel()
    told: list[int] = []
    with pytest.raises(Cancelled):
        list(run_recipe(seeded, SYSTEM, (read_recipe(WRITTEN), SPAN), lambda place, *_: told.append(place), cancel))
    assert told == [1]


def test_a_step_names_a_saved_analysis_by_id_or_name(seeded: Workspace):
    one = saved.save(seeded, _actor(), "funnel", FUNNEL).kept
    by_id, by_name = ({**WRITTEN, "steps": [{"saved": named}]} for named in (one.id, "Search to pay"))
    for given in (by_id, by_name):
        ran = next(run_recipe(seeded, SYSTEM, (read_recipe(given), SPAN)))
        assert ran.ready.saved_id == one.id
        assert ran.answered is not None
        assert str(ran.answered.headline.value) == "0.500000"
    saved.change(seeded, _actor(), one.id, FUNNEL | {"window": "2 days"}, 1)
    latest = next(run_recipe(seeded, SYSTEM, (read_recipe(by_id), SPAN)))
    assert latest.answered is not None
    assert str(latest.answered.headline.value) == "0.750000"
    saved.save(seeded, _actor(), "trend", TREND | {"trend": "Search to pay", "period": {"last": 7}})
    assert "2 saved analyses" in str(resolve(seeded, read_recipe(by_name), SPAN)[0].error)
    chosen = {**WRITTEN, "steps": [{"saved": "Search to pay", "kind": "trend"}]}
    assert resolve(seeded, read_recipe(chosen), SPAN)[0].kind == "trend"


def test_versions_are_kept_compared_and_brought_back(seeded: Workspace):
    first = keep.save_recipe(seeded, _change(seeded), WRITTEN, 0)
    assert (first.version, first.state) == (1, "active")
    draft = keep.save_recipe(seeded, _change(seeded, "analyst"), {**WRITTEN, "steps": STEPS[:1]}, 1)
    assert (draft.version, draft.state) == (2, "draft")
    assert (keep.find_recipe(seeded, "paying").version, keep.find_recipe(seeded, "paying").newest) == (1, 2)
    assert len(keep.find_recipe(seeded, "paying", 2).recipe.steps) == 1
    with seeded.records.read() as session:
        assert [change.path for change in diff(session, keep.KIND, "paying", 1, 2).changes] == ["/steps/1"]
    with pytest.raises(Conflict):
        keep.save_recipe(seeded, _change(seeded), WRITTEN, 1)
    with pytest.raises(NotAllowed):
        keep.approve_recipe(seeded, _change(seeded, "analyst"), "paying", 2)
    assert keep.approve_recipe(seeded, _change(seeded), "paying", 2).state == "active"
    back = keep.roll_back_recipe(seeded, _change(seeded), "paying", (1, 2))
    assert (back.version, len(back.recipe.steps)) == (3, 2)
    keep.retire_recipe(seeded, _change(seeded), "paying")
    assert "paying" not in [one.recipe.name for one in keep.list_recipes(seeded)]
    with pytest.raises(NotAllowed):
        keep.save_recipe(seeded, _change(seeded, "viewer"), WRITTEN)


def test_what_ships_or_is_personal_is_not_saved(seeded: Workspace):
    with pytest.raises(InvalidInput, match="ships with Windsock"):
        keep.save_recipe(seeded, _change(seeded), {**WRITTEN, "recipe": next(iter(shipped()))})
    personal = {"kind": "funnel", "definition": FUNNEL | {"breakdown": "properties.email"}}
    with pytest.raises(InvalidInput, match="personal"):
        keep.save_recipe(seeded, _change(seeded), {**WRITTEN, "steps": [personal]})


def test_recipes_over_http(seeded: Workspace):
    lead, analyst, viewer = (Opened(seeded, routes.router, role) for role in ("lead", "analyst", "viewer"))
    body = {"body": WRITTEN, "base_version": 0, "reason": "First"}
    made = lead.ask("POST", "/api/recipes", body)
    assert (made.status_code, made.json()["may_approve"], made.json()["state"]) == (201, True, "active")
    assert lead.ask("POST", "/api/recipes", body | {"body": {**WRITTEN, "purpose": "Else"}}).status_code == 409
    listed = viewer.ask("GET", "/api/recipes").json()["items"]
    assert [one["name"] for one in listed] == ["paying", *shipped()]
    assert [one["origin"] for one in listed] == ["made", *["shipped"] * len(shipped())]
    full = viewer.ask("GET", "/api/recipes/paying").json()
    assert (full["body"]["steps"][1]["kind"], full["may_edit"]) == ("retention", False)
    steps = viewer.ask("GET", "/api/recipes/paying/steps?from=2025-12-02&to=2025-12-04").json()["steps"]
    assert [one["definition"]["period"]["to"] for one in steps] == ["2025-12-04", "2025-12-04"]
    assert viewer.ask("GET", "/api/recipes/paying/steps?from=2025-12-02").status_code == 422
    draft = analyst.ask("POST", "/api/recipes", {**body, "body": {**WRITTEN, "steps": STEPS[:1]}, "base_version": 1}).json()
    assert (draft["state"], draft["newest"], draft["may_edit"], draft["may_approve"]) == ("draft", 2, True, False)
    where = {"version": 2, "base_version": 2, "reason": "Good"}
    assert lead.ask("POST", "/api/recipes/paying/approve", where).json()["version"] == 2
    assert lead.ask("POST", "/api/recipes/paying/roll-back", {**where, "version": 1}).json()["version"] == 3
    assert lead.ask("POST", "/api/recipes/paying/retire", {"reason": "Old"}).status_code == 204
    assert viewer.ask("GET", "/api/recipes/nothing").status_code == 404
    assert viewer.ask("GET", "/api/recipes/No%20name").status_code == 404
    assert "steps" in viewer.ask("GET", "/api/recipes/schema").json()["properties"]


def _typed(workspace: Workspace, name: str, *given: str) -> Result:
    workspace.close = lambda: None
    command = group.commands[name]
    callback = command.callback
    assert callback is not None
    command.callback = lambda **options: callback(lambda **_: workspace, **options)
    try:
        return CliRunner().invoke(command, list(given), catch_exceptions=True)
    finally:
        command.callback = callback


def test_recipes_by_command(seeded: Workspace, tmp_path: Path):
    file = tmp_path / "paying.yaml"
    file.write_text(yaml.safe_dump(WRITTEN, allow_unicode=True), encoding="utf-8")
    assert _typed(seeded, "save", str(file)).stdout == "paying: version 1 is active.\n"
    assert "paying" in _typed(seeded, "list").stdout
    assert json.loads(_typed(seeded, "list", "--format", "json").stdout)[0]["origin"] == "made"
    assert read_recipe(yaml.safe_load(_typed(seeded, "show", "paying").stdout)) == read_recipe(WRITTEN)
    ran = _typed(seeded, "run", "paying", "--period", "2025-12-02:2025-12-04")
    assert (ran.exit_code, ran.stderr.splitlines()) == (0, ["1/2 Who pays?", "2/2 Back to pay"])
    assert "   2 of 4 people came from search to pay: 50.0%.\n   > Look at the second day.\n   > Then at the third.\n" in ran.stdout
    told = json.loads(_typed(seeded, "run", str(file), "--period", "2025-12-02:2025-12-04", "--format", "json").stdout)
    assert (told["failed"], told["period"]["to"]) == (0, "2025-12-04")
    assert told["steps"][0]["answer"]["total"]["steps"][1]["count"] == 2
    assert told["steps"][0]["headline"]["value"] == "0.500000"
    own = _typed(seeded, "run", "paying")
    assert own.exit_code == 1
    assert "failed: The step has no period of its own." in own.stdout
    file.write_text(yaml.safe_dump({**WRITTEN, "steps": STEPS[:1]}, allow_unicode=True), encoding="utf-8")
    _typed(seeded, "save", str(file), "--reason", "Shorter")
    assert _typed(seeded, "roll-back", "paying", "1").stdout == "paying: version 3 is active.\n"
    assert json.loads(_typed(seeded, "save", "--schema").stdout) == recipe_schema()
    assert isinstance(_typed(seeded, "run", "nothing.yaml").exception, InvalidInput)
    assert isinstance(_typed(seeded, "run", "nothing").exception, NotFound)
