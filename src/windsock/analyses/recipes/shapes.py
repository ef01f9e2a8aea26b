"""The shapes of recipes that travel over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import Body
from windsock.analyses.headlines.shapes import BothLanguages
from windsock.analyses.recipes.model import STEPS_MOST

Reason = Annotated[str, Field(min_length=1, max_length=1_000, description="Why; kept with the version")]


class RecipeStepShape(BaseModel):
    """A step: a title, a note, and an analysis written out or the id or name of a saved one."""

    title: BothLanguages
    note: BothLanguages
    kind: str | None = None
    definition: dict[str, Any] | None = None
    saved: str | None = None


class RecipeShape(BaseModel):
    """What a recipe says."""

    recipe: str
    title: BothLanguages
    purpose: BothLanguages
    steps: list[RecipeStepShape] = Field(max_length=STEPS_MOST)


class RecipeItem(BaseModel):
    """A recipe in the list; ``newest`` above ``version`` is a draft that waits to be approved."""

    name: str
    title: BothLanguages
    purpose: BothLanguages
    steps: int
    origin: Literal["shipped", "made"]
    state: Literal["draft", "trial", "active", "retired"]
    version: int
    newest: int
    author: str
    changed: str | None


class RecipeList(BaseModel):
    """All recipes; at most 200 besides those that ship, so there is never a next page."""

    items: list[RecipeItem]
    next: str | None


class RecipeFull(RecipeItem):
    """A recipe with what it says, and who may change it."""

    body: RecipeShape
    may_edit: bool
    may_approve: bool


class RecipeError(BaseModel):
    """Why a step can't be asked."""

    code: str
    message: str
    where: str
    fix: str


class ReadyStep(BaseModel):
    """A step as it is asked for the period: give ``kind`` and ``definition`` to POST /api/analyses/headline."""

    title: BothLanguages
    note: BothLanguages
    kind: str | None
    definition: dict[str, Any] | None
    saved: str | None
    saved_id: str | None
    error: RecipeError | None


class ReadySteps(BaseModel):
    """The steps of a recipe for a period, in order."""

    steps: list[ReadyStep]


class NewRecipe(Body):
    """A recipe to save; ``base_version`` is the newest one that its author saw, 0 for a new recipe."""

    body: dict[str, Any] = Field(description="As GET /api/recipes/schema describes it")
    base_version: int = Field(0, ge=0, lt=2**31)
    reason: Reason


class RecipeVersion(Body):
    """A version of a recipe to put in force, and the newest one that was seen."""

    version: int = Field(ge=1, lt=2**31)
    base_version: int = Field(ge=1, lt=2**31)
    reason: Reason


class RecipeReason(Body):
    """Why a recipe is taken out of force."""

    reason: Reason
