"""The HTTP door of recipes. A recipe is run by its asker: the steps for a period from here, each headline from POST /api/analyses/headline."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from windsock.analyses.asking.routes import actor_of, workspace_of
from windsock.analyses.recipes import keep
from windsock.analyses.recipes import shapes as s
from windsock.analyses.recipes.run import resolve
from windsock.analyses.recipes.schema import recipe_schema
from windsock.definitions import Change
from windsock.governance import needs
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period

router = APIRouter(prefix="/api/recipes", tags=["analyses"])
_READ = needs("metrics.read")
_WRITE = needs("definitions.write")
_APPROVE = needs("definitions.approve")
Name = Annotated[str, Path(max_length=80)]
Version = Annotated[int | None, Query(ge=1, lt=2**31)]


@router.get("", openapi_extra=_READ, response_model=s.RecipeList)
def list_recipes(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List the recipes: those that people made, by name, then those that ship."""
    workspace = workspace_of(request)
    return {"items": [_item(one, workspace.zone) for one in keep.list_recipes(workspace)], "next": None}


@router.get("/schema", openapi_extra=_READ)
def read_recipe_schema() -> dict[str, Any]:
    """Return the JSON Schema of a recipe."""
    return recipe_schema()


@router.post("", openapi_extra=_WRITE, status_code=201, response_model=s.RecipeFull)
def save_recipe(request: Request, new: s.NewRecipe) -> Any:  # noqa: ANN401 - as above
    """Save a recipe as its next version: in force at once for who may approve definitions, else a draft."""
    return _full(request, keep.save_recipe(workspace_of(request), _change(request, new.reason), new.body, new.base_version))


@router.get("/{name}", openapi_extra=_READ, response_model=s.RecipeFull)
def read_recipe(request: Request, name: Name, version: Version = None) -> Any:  # noqa: ANN401 - as above
    """Return a recipe; without a version the one in force, else the newest."""
    return _full(request, keep.find_recipe(workspace_of(request), name, version))


@router.get("/{name}/steps", openapi_extra=_READ, response_model=s.ReadySteps)
def read_recipe_steps(
    request: Request,
    name: Name,
    start: Annotated[dt.date | None, Query(alias="from")] = None,
    to: dt.date | None = None,
    version: Version = None,
) -> Any:  # noqa: ANN401 - as above
    """Return what each step asks for a period; without one each its own. A step that can't be asked says why."""
    if (start is None) != (to is None):
        raise InvalidInput("A period has two ends.", where="from / to", fix="Give both, or none for each step's own.")
    workspace = workspace_of(request)
    period = None if start is None or to is None else Period(start, to)
    return {"steps": [one.json() for one in resolve(workspace, keep.find_recipe(workspace, name, version).recipe, period)]}


@router.post("/{name}/approve", openapi_extra=_APPROVE, response_model=s.RecipeFull)
def approve_recipe(request: Request, name: Name, asked: s.RecipeVersion) -> Any:  # noqa: ANN401 - as above
    """Put a draft in force."""
    return _full(request, keep.approve_recipe(workspace_of(request), _change(request, asked.reason), name, asked.version))


@router.post("/{name}/roll-back", openapi_extra=_APPROVE, response_model=s.RecipeFull)
def roll_back_recipe(request: Request, name: Name, asked: s.RecipeVersion) -> Any:  # noqa: ANN401 - as above
    """Put an old version in force again, as a new one."""
    versions = (asked.version, asked.base_version)
    return _full(request, keep.roll_back_recipe(workspace_of(request), _change(request, asked.reason), name, versions))


@router.post("/{name}/retire", openapi_extra=_APPROVE, status_code=204)
def retire_recipe(request: Request, name: Name, asked: s.RecipeReason) -> None:
    """Take a recipe out of force; its versions stay."""
    keep.retire_recipe(workspace_of(request), _change(request, asked.reason), name)


def _change(request: Request, reason: str) -> Change:
    return Change(actor_of(request), reason, workspace_of(request).clock.now_ms())


def _item(one: keep.Found, zone: str) -> dict[str, Any]:
    return {
        "name": one.recipe.name,
        "title": one.recipe.title.json(),
        "purpose": one.recipe.purpose.json(),
        "steps": len(one.recipe.steps),
        "origin": one.origin,
        "state": one.state,
        "version": one.version,
        "newest": one.newest,
        "author": one.author,
        "changed": None if one.changed_ms is None else iso(one.changed_ms, zone),
    }


def _full(request: Request, one: keep.Found) -> dict[str, Any]:
    actor, made = actor_of(request), one.origin == "made"
    may = {"may_edit": made and actor.may("definitions.write"), "may_approve": made and actor.may("definitions.approve")}
    return {**_item(one, workspace_of(request).zone), **may, "body": one.recipe.json()}
