"""What a metric is: a named formula with unit, direction, owner, clock and one of eight classes; rules that check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from windsock.kernel.errors import InvalidInput

MetricClass = Literal["overall", "traffic", "conversion", "customer", "goods", "campaign", "risk", "competition"]
Scope = Literal["people", "goods", "place"]
Use = Literal["track", "study", "assess"]
Unit = Literal["money", "money_ratio", "count", "ratio", "nights", "number", "days", "seconds"]
Direction = Literal["up", "down", "none"]
Clock = Literal["event", "booking", "payment", "cancel", "arrival", "night"]
Additivity = Literal["additive", "ratio", "distinct", "none"]
Aggregate = Literal["sum", "count", "count_distinct", "p50", "p95"]

CLASSES: tuple[str, ...] = get_args(MetricClass)
CLOCKS: tuple[str, ...] = get_args(Clock)
CLOCK_ALIASES = {"travel": "arrival"}
WHOLE_UNITS = ("count", "nights")
"""Units whose figures are whole numbers; all others are exact decimals."""
QUANTILES = {"p50": "0.5", "p95": "0.95"}
"""Aggregates that pick the value below which so many of all rows lie (a value that occurs, never one in between): they never add up."""
LAG_HOURS_MAX = 24 * 366
SAMPLE_MAX = 1_000_000


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
    """A definition. Either ``measures`` (a base metric: their sum) or ``expression`` over other metrics is given.

    ``lag_hours``: for so long after a day's end late rows still move its figure. ``minimum_sample``: below so many of ``sample`` (a metric
    that counts; for a ratio its divisor where none is named, for a count itself) a figure is too thin to judge by; 0 where nothing is too thin.
    """

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
    lag_hours: int = 0
    minimum_sample: int = 0
    sample: str | None = None

    @property
    def picked(self) -> bool:
        """Whether it is a quantile: without a row there is none, not even 0."""
        return any(measure.aggregate in QUANTILES for measure in self.measures)

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
        "measures", "expression", "example", "lag_hours", "minimum_sample", "sample",
    }  # fmt: skip
    unknown = set(given) - known
    if unknown:
        raise InvalidInput(f"A metric has no field '{min(unknown)}'.", where=where, fix=f"Fields: {', '.join(sorted(known))}.")
    missing = {"name", "class", "scope", "use", "unit", "direction", "owner", "additivity", "title", "description", "formula", "clock"} - set(given)
    if missing:
        raise InvalidInput(f"The metric lacks '{min(missing)}'.", where=where)
    if bool(given.get("measures")) == bool(given.get("expression")):
        raise InvalidInput("A metric has either measures or an expression.", where=where)
    _check_quantile(given, where)
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
        lag_hours=_whole(given.get("lag_hours", 0), LAG_HOURS_MAX, f"{where}.lag_hours"),
        minimum_sample=_whole(given.get("minimum_sample", 0), SAMPLE_MAX, f"{where}.minimum_sample"),
        sample=given.get("sample"),
    )


def _check_quantile(given: Mapping[str, Any], where: str) -> None:
    """Quantiles of two relations have no sum, and those of parts none of the whole."""
    measures: list[Mapping[str, Any]] = list(given.get("measures") or ())
    picks = [measure for measure in measures if measure.get("aggregate") in QUANTILES]
    if picks and (len(measures) > 1 or given["additivity"] != "none"):
        raise InvalidInput("A quantile is the only measure of its metric, whose additivity is 'none'.", where=f"{where}.measures")
    if given["additivity"] == "none" and not picks:
        raise InvalidInput("Only a quantile has the additivity 'none'.", where=f"{where}.additivity", fix="Use additive, ratio or distinct.")


def _whole(given: Any, most: int, where: str) -> int:  # noqa: ANN401 - it comes from YAML
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= most:
        raise InvalidInput(f"'{given}' is no whole number from 0 to {most}.", where=where, fix="Write for example 24.")
    return given


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
