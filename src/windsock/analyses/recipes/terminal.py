"""Recipes as tables and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from rich.table import Table

from windsock.analyses.recipes.keep import Found
from windsock.analyses.recipes.model import Recipe
from windsock.analyses.recipes.run import Ran
from windsock.kernel.period import Period

Language = Literal["zh", "en"]


def run_json(recipe: Recipe, period: Period | None, ran: Sequence[Ran]) -> dict[str, Any]:
    """Return a recipe that was run as it travels."""
    span = None if period is None else {"from": period.start.isoformat(), "to": period.end.isoformat()}
    head = {"recipe": recipe.name, "title": recipe.title.json(), "purpose": recipe.purpose.json(), "period": span}
    return head | {"failed": sum(one.error is not None for one in ran), "steps": [one.json() for one in ran]}


def run_lines(recipe: Recipe, period: Period | None, ran: Sequence[Ran], language: Language) -> Iterator[str]:
    """Yield a recipe that was run, step by step: title, sentence or what went wrong, and the note."""
    yield _say(recipe.title.json(), language) + ("" if period is None else f": {period.start} to {period.end}")
    if recipe.purpose.en:
        yield _say(recipe.purpose.json(), language)
    for place, one in enumerate(ran, start=1):
        yield ""
        yield f"{place}. {_say(one.ready.step.title.json(), language)}"
        if one.error is not None:
            yield f"   failed: {one.error}"
        elif one.answered is not None:
            yield f"   {_say(one.answered.headline.sentence.json(), language)}"
            yield from (f"   Note: {_say(note, language)}" for note in one.answered.answer["notes"])
        for line in _say(one.ready.step.note.json(), language).splitlines():
            yield f"   > {line}"


def recipes_table(found: Sequence[Found], language: Language) -> Table:
    """Return recipes as a table."""
    table = Table(title="Recipes", title_justify="left")
    for column in ("name", "title", "steps", "state", "version"):
        table.add_column(column, justify="right" if column in ("steps", "version") else "left")
    for one in found:
        state = one.state if one.origin == "made" else "shipped"
        newer = f" ({one.newest} waits)" if one.newest > one.version else ""
        title = _say(one.recipe.title.json(), language)
        table.add_row(one.recipe.name, title, str(len(one.recipe.steps)), state, f"{one.version or ''}{newer}")
    return table


def _say(told: dict[str, Any], language: Language) -> str:
    return str(told[language])
