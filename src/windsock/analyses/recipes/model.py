"""What a recipe is: read from YAML or JSON, judged step by step, and written back the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from windsock.analyses.headlines.model import Told, at_period
from windsock.analyses.kinds import NAMED, name_of
from windsock.conditions.model.given import bounded, known_keys, listing, mapping, one_of, shown, word
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period, parse_period

STEPS_MOST = 20
TITLE_MOST, TEXT_MOST, NAME_MOST, SAVED_MOST = 120, 2_000, 80, 200
NAME = re.compile(rf"[a-z0-9][a-z0-9_\-]{{0,{NAME_MOST - 1}}}", re.ASCII)
_KEYS = ("recipe", "title", "purpose", "steps")
_STEP_KEYS = ("title", "note", "kind", "definition", "saved")
_ANY = parse_period("2026-01-01:2026-01-28", "period")
"""Stands in for the period of a step that leaves it out, while the rest of its definition is judged."""


@dataclass(frozen=True)
class Step:
    """One analysis of a recipe.

    Attributes:
        title: what it is called.
        note: what to look for, as plain text; may be empty.
        kind: which analysis; of a saved one None where its kind does not matter.
        definition: written out; None where it is saved.
        saved: the id or the name of a saved analysis.
    """

    title: Told
    note: Told
    kind: str | None
    definition: dict[str, Any] | None = None
    saved: str | None = None

    def json(self) -> dict[str, Any]:
        """Return it as it is kept and travels."""
        told: dict[str, Any] = {"title": self.title.json(), "note": self.note.json()}
        if self.kind is not None:
            told["kind"] = self.kind
        return told | ({"saved": self.saved} if self.definition is None else {"definition": self.definition})


@dataclass(frozen=True)
class Recipe:
    """A sequence of analyses: its name (which it is kept and run by), its title, its purpose, its steps in order."""

    name: str
    title: Told
    purpose: Told
    steps: tuple[Step, ...]

    def json(self) -> dict[str, Any]:
        """Return it as it is kept and travels."""
        return {
            "recipe": self.name,
            "title": self.title.json(),
            "purpose": self.purpose.json(),
            "steps": [step.json() for step in self.steps],
        }


def read_recipe(given: object) -> Recipe:
    """Read a recipe.

    Raises:
        InvalidInput: says which step and key is wrong, and what to write instead.
    """
    bounded(given, "recipe")
    found = mapping(given, "recipe")
    known_keys(found, _KEYS, "recipe")
    name = found.get("recipe")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise InvalidInput(f"{shown(name)} is no name of a recipe.", where="recipe", fix="Write small letters, digits, _ and -: why_payment_fell.")
    steps = listing(found.get("steps"), "steps", 1, STEPS_MOST)
    return Recipe(
        name,
        _told(found.get("title", name), TITLE_MOST, "title"),
        _told(found.get("purpose"), TEXT_MOST, "purpose", lines=True),
        tuple(_step(step, f"steps[{place}]") for place, step in enumerate(steps, start=1)),
    )


def read_step_definition(kind: str, definition: Mapping[str, Any], where: str) -> str:
    """Judge a definition of a step, whose period may be left out; return how it is called.

    Raises:
        InvalidInput: it can't be answered.
    """
    try:
        return name_of(kind, definition if _has_period(kind, definition) else at_period(kind, definition, _ANY))
    except InvalidInput as error:
        raise InvalidInput(error.what, where=f"{where}.{error.where}" if error.where else where, fix=error.fix) from None


def ready(kind: str, definition: Mapping[str, Any], period: Period | None, where: str) -> dict[str, Any]:
    """Return a definition for a period.

    Raises:
        InvalidInput: no period is given, and the definition has none of its own.
    """
    if period is None and not _has_period(kind, definition):
        raise InvalidInput("The step has no period of its own.", where=where, fix="Run the recipe with a period.")
    return at_period(kind, definition, period)


def _has_period(kind: str, definition: Mapping[str, Any]) -> bool:
    inner = definition.get("funnel") if kind == "correlation" else None
    return "period" in (inner if isinstance(inner, dict) else definition)


def _step(given: object, where: str) -> Step:
    found = mapping(given, where)
    known_keys(found, _STEP_KEYS, where)
    inline, saved = found.get("definition"), found.get("saved")
    if (inline is None) == (saved is None):
        fix = "Write kind and definition, or saved: the id or name of a saved analysis."
        raise InvalidInput("A step has a definition, or names a saved analysis.", where=where, fix=fix)
    kind = None if found.get("kind") is None else one_of(str(found["kind"]), NAMED, f"{where}.kind")
    note = _told(found.get("note"), TEXT_MOST, f"{where}.note", lines=True)
    if saved is not None:
        called = word(saved, f"{where}.saved", SAVED_MOST)
        return Step(_told(found.get("title", called), TITLE_MOST, f"{where}.title"), note, kind, saved=called)
    if kind is None:
        raise InvalidInput("'kind' is missing.", where=where, fix=f"Kinds: {', '.join(NAMED)}.")
    definition = dict(mapping(inline, f"{where}.definition"))
    called = read_step_definition(kind, definition, f"{where}.definition")
    return Step(_told(found.get("title", called), TITLE_MOST, f"{where}.title"), note, kind, definition)


def _told(given: object, most: int, where: str, *, lines: bool = False) -> Told:
    """Read a text, in one language for both or in each; only a text of several lines may be empty."""
    if given is None and lines:
        return Told("", "")
    pair = mapping({"en": given, "zh": given} if isinstance(given, str) else given, where)
    known_keys(pair, ("en", "zh"), where)
    en, zh = (_plain(pair.get(key) or "", most, f"{where}.{key}", lines=lines) for key in ("en", "zh"))
    if not (en or zh or lines):
        raise InvalidInput("A text is missing.", where=where, fix="Write it in English, in Chinese, or both.")
    return Told(en or zh, zh or en)


def _plain(given: object, most: int, where: str, *, lines: bool) -> str:
    text = given.strip() if isinstance(given, str) else None
    if text is None or len(text) > most or not (text.replace("\n", "") if lines else text).isprintable():
        raise InvalidInput(f"{shown(given)} is no such text.", where=where, fix=f"Write {most} printable characters at most.")
    return text


Origin = Literal["shipped", "made"]
