"""Keep recipes: each is a definition of the kind ``recipe``, with versions, differences, roll-back and audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock import definitions
from windsock.analyses.personal import check_saved
from windsock.analyses.recipes.library import shipped
from windsock.analyses.recipes.model import NAME, Origin, Recipe, read_recipe
from windsock.kernel.errors import InvalidInput, NotFound, TooMany

if TYPE_CHECKING:
    from windsock.definitions import Change, Definition
    from windsock.workspace import Workspace

KIND = "recipe"
MOST = 200


@dataclass(frozen=True)
class Found:
    """A recipe with what is known of its version; of those that ship the version is 0.

    Attributes:
        recipe: what it says.
        origin: shipped, or made.
        version: the one that is shown: in force, else the newest.
        newest: the newest one, which may be a draft that waits to be approved.
        state: active, draft, trial or retired.
        author: who wrote the version.
        changed_ms: when it last changed.
    """

    recipe: Recipe
    origin: Origin
    version: int = 0
    newest: int = 0
    state: str = "active"
    author: str = ""
    changed_ms: int | None = None


def list_recipes(workspace: Workspace) -> list[Found]:
    """Return all recipes: those that people made, by name, then those that ship; retired ones are left out."""
    with workspace.records.read() as session:
        kept = definitions.list_definitions(session, kind=KIND, limit=MOST).items
        waiting = {one.name: one.version for one in definitions.drafts(session, KIND)}
    made = [_made(one, waiting.get(one.name, one.version)) for one in kept if one.state != "retired" or one.name in waiting]
    return [*made, *(Found(one, "shipped") for one in shipped().values())]


def find_recipe(workspace: Workspace, name: str, version: int | None = None) -> Found:
    """Return a recipe; without a version the one in force, else the newest.

    Raises:
        NotFound: there is none of that name or version.
    """
    if name in shipped():
        return Found(shipped()[name], "shipped")
    if not NAME.fullmatch(name):
        raise _missing(name)
    with workspace.records.read() as session:
        newest = definitions.newest_version(session, KIND, name)
        if newest is None:
            raise _missing(name)
        return _made(definitions.read(session, KIND, name, version), newest)


def save_recipe(workspace: Workspace, change: Change, given: object, base_version: int | None = None) -> Found:
    """Write a recipe as the next version; in force at once where the actor may approve definitions, else a draft.

    Args:
        workspace: where.
        change: who and why; needs ``definitions.write``.
        given: the recipe as it was written.
        base_version: the newest version that the author saw, 0 for a new recipe; None: whatever is the newest.

    Raises:
        InvalidInput: it is none, has the name of one that ships, or asks by a personal field.
        Conflict: there is a newer version than the author saw.
        TooMany: there are 200.
        NotAllowed: the actor may not.
    """
    recipe = read_recipe(given)
    if recipe.name in shipped():
        raise InvalidInput(f"'{recipe.name}' ships with Windsock and can't be changed.", where="recipe", fix="Save it under another name.")
    body = recipe.json()
    check_saved(workspace, body)
    with workspace.records.write() as session:
        newest = definitions.newest_version(session, KIND, recipe.name) or 0
        if not newest and len(definitions.list_definitions(session, kind=KIND, limit=MOST).items) >= MOST:
            raise TooMany("There are too many recipes.", retry_after_s=0, where="recipes", fix="Change one that nobody runs.")
        seen = newest if base_version is None else base_version
        kept = definitions.save_draft(session, change, KIND, recipe.name, body, base_version=seen)
        if change.actor.may("definitions.approve") and kept.state == "draft":
            kept = definitions.activate(session, change, KIND, recipe.name, kept.version)
        elif change.actor.may("definitions.approve") and kept.state == "retired":
            kept = definitions.roll_back(session, change, KIND, recipe.name, to_version=kept.version, base_version=kept.version)
    return _made(kept, kept.version)


def approve_recipe(workspace: Workspace, change: Change, name: str, version: int) -> Found:
    """Put a draft in force; needs ``definitions.approve``.

    Raises:
        NotFound, Conflict, NotAllowed, InvalidInput: as definitions say.
    """
    with workspace.records.write() as session:
        kept = definitions.activate(session, change, KIND, name, version)
    return _made(kept, kept.version)


def roll_back_recipe(workspace: Workspace, change: Change, name: str, versions: tuple[int, int]) -> Found:
    """Put an old version in force again, as a new one; needs ``definitions.approve``.

    Args:
        workspace: where.
        change: who and why.
        name: which.
        versions: whose body comes back, and the newest one that the actor saw.

    Raises:
        NotFound, Conflict, NotAllowed, InvalidInput: as definitions say.
    """
    with workspace.records.write() as session:
        kept = definitions.roll_back(session, change, KIND, name, to_version=versions[0], base_version=versions[1])
    return _made(kept, kept.version)


def retire_recipe(workspace: Workspace, change: Change, name: str) -> None:
    """Take a recipe out of force; its versions stay. Needs ``definitions.approve``.

    Raises:
        NotFound, NotAllowed, InvalidInput: as definitions say.
    """
    with workspace.records.write() as session:
        definitions.retire(session, change, KIND, name)


def _made(one: Definition, newest: int) -> Found:
    return Found(read_recipe(one.body), "made", one.version, max(newest, one.version), one.state, one.author, one.changed_ms)


def _missing(name: str) -> NotFound:
    return NotFound(f"There is no recipe '{name[:40]}'.", where="recipe", fix="See windsock recipe list.")
