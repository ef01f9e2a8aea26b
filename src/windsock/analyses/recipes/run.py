"""Run a recipe: what each step asks for a period, and the steps answered one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock.analyses import store
from windsock.analyses.headlines.ask import Answered, headline
from windsock.analyses.kinds import NAMED
from windsock.analyses.recipes.model import Recipe, Step, ready
from windsock.kernel.errors import Busy, InvalidInput, NotFound, QueryTimeout, UserError, WindsockError

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.kernel.period import Period
    from windsock.records import Session
    from windsock.warehouse import Cancel
    from windsock.workspace import Workspace

_OWN = (UserError, QueryTimeout, Busy)
"""What goes wrong with one step and says nothing of the others."""


@dataclass(frozen=True)
class Ready:
    """A step as it is asked: its kind and definition for the period, the id where it is a saved analysis; or why it can't be asked."""

    step: Step
    kind: str | None
    definition: dict[str, Any] | None
    saved_id: str | None = None
    error: WindsockError | None = None

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {
            "title": self.step.title.json(),
            "note": self.step.note.json(),
            "kind": self.kind,
            "definition": self.definition,
            "saved": self.step.saved,
            "saved_id": self.saved_id,
            "error": _error(self.error),
        }


@dataclass(frozen=True)
class Ran:
    """A step that was asked: its answer, or why there is none."""

    ready: Ready
    answered: Answered | None = None
    error: WindsockError | None = None

    def json(self) -> dict[str, Any]:
        """Return it as it travels: what was asked, its headline, its whole answer, or its error."""
        found = self.answered
        told = self.ready.json() | {"error": _error(self.error)}
        return told | {"headline": None if found is None else found.headline.json(), "answer": None if found is None else found.answer}


def resolve(workspace: Workspace, recipe: Recipe, period: Period | None) -> list[Ready]:
    """Return what each step asks for a period; None leaves each its own. A step that can't be asked says why, and only that one."""
    with workspace.records.read() as session:
        return [_ready(session, step, period, f"steps[{place}]") for place, step in enumerate(recipe.steps, start=1)]


def run_recipe(
    workspace: Workspace,
    actor: Actor,
    asked: tuple[Recipe, Period | None],
    tell: Callable[[int, int, Step], None] | None = None,
    cancel: Cancel | None = None,
) -> Iterator[Ran]:
    """Answer the steps of a recipe one after the other.

    Args:
        workspace: where to ask.
        actor: who asks.
        asked: the recipe, and the period that takes the place of each step's own.
        tell: called before each step with its number, how many there are, and the step.
        cancel: a switch that stops the step that is being answered, and all after it.

    Yields:
        Each step with its answer, or with what is wrong with it.

    Raises:
        Cancelled: it was stopped.
    """
    steps = resolve(workspace, *asked)
    for place, one in enumerate(steps, start=1):
        if tell is not None:
            tell(place, len(steps), one.step)
        if one.kind is None or one.definition is None:
            yield Ran(one, error=one.error)
            continue
        try:
            yield Ran(one, headline(workspace, actor, one.kind, one.definition, cancel=cancel))
        except _OWN as error:
            yield Ran(one, error=error)


def _ready(session: Session, step: Step, period: Period | None, where: str) -> Ready:
    saved_id: str | None = None
    kind, definition = step.kind, step.definition
    try:
        if definition is None:
            kept = _saved(session, step, f"{where}.saved")
            saved_id, kind, definition = kept.id, kept.kind, kept.definition
        return Ready(step, kind, ready(kind or "", definition, period, where), saved_id)
    except UserError as error:
        return Ready(step, None, None, saved_id, error)


def _saved(session: Session, step: Step, where: str) -> store.Kept:
    """Return the saved analysis of a step, by its id or else by its name.

    Raises:
        NotFound: there is none.
        InvalidInput: several have the name.
    """
    named = step.saved or ""
    kept = store.peek(session, named)
    if kept is not None:
        return kept
    found = store.named(session, named, (step.kind,) if step.kind else tuple(NAMED))
    if not found:
        raise NotFound(f"There is no saved analysis '{named[:60]}'.", where=where, fix="It may have been deleted or renamed; name another one.")
    if len(found) > 1:
        ids = ", ".join(f"{one.id} ({one.kind})" for one in found[:5])
        raise InvalidInput(f"{len(found)} saved analyses are called '{named[:60]}'.", where=where, fix=f"Write the id: {ids}.")
    return found[0]


def _error(error: WindsockError | None) -> dict[str, Any] | None:
    return None if error is None else {"code": error.code, "message": error.what, "where": error.where, "fix": error.fix}
