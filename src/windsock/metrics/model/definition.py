"""What a metric is: a named formula with unit, direction, owner, clock and one of eight classes; rules that check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from windsock.kernel.errors import InvalidInput

MetricClass = Literal["overall", "traffic", "conversion", "customer", "goods", "campaign", "risk", "competition"]
Scope = Literal["people", "goods", "place"]
Use = Literal["track", "study", "assess"]
Unit = Literal["money", "money_ratio", "count", "ratio", "nights"]
Direction = Literal["up", "down", "none"]
Clock = Literal["event", "booking", "payment", "cancel", "arrival", "night"]
Additivity = Literal["additive", "ratio", "distinct"]
Aggregate = Literal["sum", "count", "count_distinct"]

CLASSES: tuple[str, ...] = get_args(MetricClass)
CLOCKS: tuple[str, ...] = get_args(Clock)
CLOCK_ALIASES = {"travel": "arrival"}


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    en: str
    zh: str

    def json(self) -> dict[str, str]:
        """Return both languages."""
        return {"en": self.en, "zh": self.zh}


@dataclass(frozen=True)
class Measure:
    """One aggregate over one fact.

    ``clocks`` maps a clock of the metric to the fact's own clock, so that a stay without payments can stand in on the payment clock.
    ``value`` and ``where`` are expressions over the fact's fields.
    """

    fact: str
    aggregate: Aggregate
    clocks: tuple[tuple[str, str], ...]
    value: str | None = None
    where: str | None = None

    def clock(self, asked: str) -> str | None:
        """Return the fact's clock for a clock of the metric, or None when this measure has no part in it."""
        return dict(self.clocks).get(asked)


@dataclass(frozen=True)
class Metric:
    """A definition. Either ``measures`` (a base metric: their sum) or ``expression`` over other metrics is given."""

    name: str
    class_: MetricClass
    scope: Scope
    use: tuple[Use, ...]
    monitorable: bool
    unit: Unit
    direction: Direction
    owner: str
    additivity: Additivity
    title: Words
    description: Words
    formula: Words
    clock: Clock
    measures: tuple[Measure, ...] = ()
    expression: str | None = None
    example: Mapping[str, Any] | None = None

    @property
    def clocks(self) -> tuple[str, ...]:
        """Clocks that the base metric knows, in the order of CLOCKS; empty for a metric made of others."""
        known = {asked for measure in self.measures for asked, _ in measure.clocks}
        return tuple(clock for clock in CLOCKS if clock in known)


@dataclass(frozen=True)
class Dimension:
    """Something to cut by: ``level`` says whether an order, a line of it, or an event carries it."""

    name: str
    title: Words
    kind: Literal["text", "boolean", "date", "integer"] = "text"
    level: Literal["order", "line", "event"] = "order"


def metric_from(given: Mapping[str, Any], where: str) -> Metric:
    """Read a definition as a library file states it.

    Raises:
        InvalidInput: a field is missing, unknown or out of its choices; says which.
    """
    known = {
        "name", "class", "scope", "use", "monitorable", "unit", "direction", "owner", "additivity", "title", "description", "formula", "clock",
        "measures", "expression", "example",
    }  # fmt: skip
    unknown = set(given) - known
    if unknown:
        raise InvalidInput(f"A metric has no field '{min(unknown)}'.", where=where, fix=f"Fields: {', '.join(sorted(known))}.")
    missing = {"name", "class", "scope", "use", "unit", "direction", "owner", "additivity", "title", "description", "formula", "clock"} - set(given)
    if missing:
        raise InvalidInput(f"The metric lacks '{min(missing)}'.", where=where)
    if bool(given.get("measures")) == bool(given.get("expression")):
        raise InvalidInput("A metric has either measures or an expression.", where=where)
    return Metric(
        name=str(given["name"]),
        class_=_choice(given["class"], CLASSES, f"{where}.class"),
        scope=_choice(given["scope"], get_args(Scope), f"{where}.scope"),
        use=tuple(_choice(use, get_args(Use), f"{where}.use") for use in given["use"]),
        monitorable=bool(given.get("monitorable", False)),
        unit=_choice(given["unit"], get_args(Unit), f"{where}.unit"),
        direction=_choice(given["direction"], get_args(Direction), f"{where}.direction"),
        owner=str(given["owner"]),
        additivity=_choice(given["additivity"], get_args(Additivity), f"{where}.additivity"),
        title=_words(given["title"], f"{where}.title"),
        description=_words(given["description"], f"{where}.description"),
        formula=_words(given["formula"], f"{where}.formula"),
        clock=_choice(given["clock"], CLOCKS, f"{where}.clock"),
        measures=tuple(_measure(measure, f"{where}.measures") for measure in given.get("measures") or ()),
        expression=given.get("expression"),
        example=given.get("example"),
    )


def _measure(given: Mapping[str, Any], where: str) -> Measure:
    clocks: dict[str, str] | list[str] = given["clocks"]
    pairs = list(clocks.items()) if isinstance(clocks, dict) else [(clock, clock) for clock in clocks]
    return Measure(
        fact=str(given["fact"]),
        aggregate=_choice(given["aggregate"], get_args(Aggregate), f"{where}.aggregate"),
        clocks=tuple((_choice(asked, CLOCKS, f"{where}.clocks"), _choice(own, CLOCKS, f"{where}.clocks")) for asked, own in pairs),
        value=given.get("value"),
        where=given.get("where"),
    )


def _words(given: Any, where: str) -> Words:  # noqa: ANN401 - it comes from YAML
    if not isinstance(given, Mapping) or set(given) != {"en", "zh"}:  # pyright: ignore[reportUnknownArgumentType]
        raise InvalidInput("A text needs English and Chinese.", where=where, fix="Write {en: ..., zh: ...}.")
    return Words(str(given["en"]), str(given["zh"]))  # pyright: ignore[reportUnknownArgumentType]


def _choice(given: Any, choices: tuple[str, ...], where: str) -> Any:  # noqa: ANN401 - it comes from YAML and leaves as one of the choices
    if given not in choices:
        raise InvalidInput(f"'{given}' is not among the choices.", where=where, fix=f"Use one of: {', '.join(choices)}.")
    return given
