"""The definition of a correlation, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/correlation.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from windsock.analyses.model.asked import FIELDS_MOST, read_kind
from windsock.analyses.model.funnel import Funnel, read_funnel
from windsock.conditions.model import Rows
from windsock.conditions.model.given import bounded, duration_ms, known_keys, listing, mapping, number_of, word
from windsock.kernel.errors import InvalidInput

Family = Literal["at", "trait", "between"]
SHOWN_MOST = 100
FAMILY_MOST = 10
LEAST_MOST = 1_000_000
_KEYS = ("correlation", "name", "funnel", "from", "to", "at", "traits", "between", "least", "top")
_NO_CUTS = ("breakdown", "trend")


@dataclass(frozen=True)
class Between:
    """Events after the one step and before the other; beside their names the values of some fields of theirs are facts."""

    rows: Rows
    fields: tuple[str, ...] = ()
    within_ms: int | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of facts: fields together at the step, a trait, or an event in between (``fields`` empty: that it was done at all)."""

    family: Family
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Correlation:
    """What is asked.

    Attributes:
        name: how people call it.
        funnel: whose attempts; what an attempt is (people, first, entries) is the funnel's.
        first, last: steps (from 0); the attempts that reached the first are split into those that reached the last and those that did not.
        at: fields of the events that served the first step, each alone or some together.
        traits: traits of the person, as held now.
        between: what else was done in between.
        least: attempts that a fact must have, and must leave.
        top: how many facts are shown each way.
    """

    name: str
    funnel: Funnel
    first: int
    last: int
    at: tuple[tuple[str, ...], ...] = ()
    traits: tuple[str, ...] = ()
    between: Between | None = None
    least: int = 30
    top: int = 10

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of facts in a fixed order; a fact names its kind by its place here."""
        between = () if self.between is None else (Kind("between", ()), *(Kind("between", (name,)) for name in self.between.fields))
        return (*(Kind("at", fields) for fields in self.at), *(Kind("trait", (name,)) for name in self.traits), *between)

    @property
    def steps(self) -> tuple[str, str]:
        """The names of the two steps."""
        named = [step.name for step in self.funnel.chain.steps]
        return named[self.first], named[self.last]


def read_correlation(given: object, where: str = "correlation") -> Correlation:
    """Read a correlation from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    if "funnel" not in found:
        raise InvalidInput("'funnel' is missing.", where=where, fix="Write the definition of a funnel behind it: {steps, window, period}.")
    funnel = _funnel(found["funnel"], f"{where}.funnel")
    first, last = _steps(found, funnel, where)
    asked = Correlation(
        word(found.get("name", found.get("correlation", funnel.name)), f"{where}.name"),
        funnel,
        first,
        last,
        _at(found, f"{where}.at"),
        tuple(_words(found, "traits", where)),
        None if found.get("between") is None else _between(found["between"], f"{where}.between"),
        number_of(found.get("least", 30), f"{where}.least", 1, LEAST_MOST),
        number_of(found.get("top", 10), f"{where}.top", 1, SHOWN_MOST),
    )
    if not asked.kinds:
        raise InvalidInput("No facts are asked for.", where=where, fix="Write at: [device], traits: [tier], or between: '*'.")
    return asked


def _funnel(given: object, where: str) -> Funnel:
    found = mapping(given, where)
    for key in _NO_CUTS:
        if key in found:
            raise InvalidInput(f"'{key}' means nothing here.", where=where, fix="Take it out: facts are looked for over the whole period.")
    funnel = read_funnel(found, where)
    if funnel.order == "unordered":
        raise InvalidInput("Steps in any order have no 'from' and 'to'.", where=f"{where}.order", fix="Write order: ordered.")
    return funnel


def _steps(found: Mapping[str, Any], funnel: Funnel, where: str) -> tuple[int, int]:
    """Return the two steps: by default the last one that can't be left out, and the one before it."""
    last = funnel.step_of(str(found["to"]), f"{where}.to") if "to" in found else funnel.required[-1]
    before = [step for step in funnel.required if step < last]
    if last not in funnel.required or not before:
        raise InvalidInput("Nobody must reach that step from another.", where=f"{where}.to", fix="Name a later step that is not optional.")
    first = funnel.step_of(str(found["from"]), f"{where}.from") if "from" in found else before[-1]
    if first not in before:
        raise InvalidInput("'from' is no step before 'to'.", where=f"{where}.from", fix="Name an earlier step that is not optional.")
    return first, last


def _words(found: Mapping[str, Any], key: str, where: str) -> list[str]:
    named = [word(one, f"{where}.{key}") for one in listing(found.get(key, []), f"{where}.{key}", 0, FAMILY_MOST)]
    if len(set(named)) < len(named):
        raise InvalidInput("One is named twice.", where=f"{where}.{key}", fix="Name each once.")
    return named


def _at(found: Mapping[str, Any], where: str) -> tuple[tuple[str, ...], ...]:
    kinds: list[tuple[str, ...]] = []
    for index, one in enumerate(listing(found.get("at", []), where, 0, FAMILY_MOST)):
        names: list[Any] = listing(cast("object", one), f"{where}[{index}]", 1, FIELDS_MOST) if isinstance(one, list) else [one]
        kinds.append(tuple(word(name, f"{where}[{index}]") for name in names))
    if len({frozenset(kind) for kind in kinds}) < len(kinds):
        raise InvalidInput("One is named twice.", where=where, fix="Name each field once, alone or with the same others.")
    return tuple(kinds)


def _between(given: object, where: str) -> Between:
    if not isinstance(given, dict):
        return Between(read_kind(given, where))
    found = mapping(cast("object", given), where)
    known_keys(found, ("event", "where", "fields", "within"), where)
    rows = read_kind({key: found[key] for key in ("event", "where") if key in found}, where)
    within = None if found.get("within") is None else duration_ms(found["within"], f"{where}.within")
    return Between(rows, tuple(_words(found, "fields", where)), within)
