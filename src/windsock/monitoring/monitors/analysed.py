"""An analysis that a monitor watches in the place of a metric: a step of a funnel, or a series of a trend; how it is read. Rules only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from windsock.conditions.model.given import known_keys, mapping, one_of, word
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.analyses import Funnel, Trend

WATCHED = ("funnel", "trend")
_KEYS = {"funnel": ("kind", "definition", "saved", "step"), "trend": ("kind", "definition", "saved", "figure")}
_PERIOD = {"last": 1, "unit": "day"}
"""What a definition without a period is read with: a monitor asks for its own."""
FORMULA = "formula"
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Analysed:
    """What of an analysis is watched.

    Attributes:
        kind: ``funnel`` or ``trend``.
        definition: of that kind, as it was written; its period does not matter.
        part: of a funnel the step whose share that went on is watched, by its name or number from 1; of a trend the letter or name of a series, or
            ``formula``.
        saved: the saved analysis that it was copied from, or None.
    """

    kind: Literal["funnel", "trend"]
    definition: Mapping[str, Any]
    part: str
    saved: str | None = None

    @property
    def funnel(self) -> Funnel:
        """The funnel, read."""
        from windsock.analyses import read_funnel  # noqa: PLC0415 - much to import, and most monitors watch a metric

        return read_funnel({"period": _PERIOD, **self.definition}, "analysis.definition")

    @property
    def trend(self) -> Trend:
        """The trend, read."""
        from windsock.analyses import read_trend  # noqa: PLC0415 - as above

        return read_trend({"period": _PERIOD, **self.definition}, "analysis.definition")

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields by whose values it is cut."""
        breakdown = self.funnel.breakdown if self.kind == "funnel" else self.trend.breakdown
        return () if breakdown is None else breakdown.fields


def read_analysed(given: object, where: str) -> Analysed:
    """Read which analysis is watched; the definition is read too, so that what stands in it can be asked.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    found = mapping(given, where)
    kind = one_of(found.get("kind"), WATCHED, f"{where}.kind")
    known_keys(found, _KEYS[kind], where)
    if "definition" not in found:
        fix = "Write the definition, or saved: with the id of a saved analysis and let the preview or the monitor's form copy it."
        raise InvalidInput("The analysis has no definition.", where=where, fix=fix)
    key, usual = ("step", "1") if kind == "funnel" else ("figure", "A")
    saved = None if found.get("saved") is None else word(found["saved"], f"{where}.saved")
    part = word(str(found.get(key, usual)), f"{where}.{key}")
    one = Analysed(cast("Literal['funnel', 'trend']", kind), mapping(found["definition"], f"{where}.definition"), part, saved)
    return _checked_funnel(one, where) if kind == "funnel" else _checked_trend(one, where)


def _checked_funnel(one: Analysed, where: str) -> Analysed:
    from windsock.analyses import steps_between  # noqa: PLC0415 - as above

    steps_between(one.funnel, one.part, f"{where}.step")
    return one


def _checked_trend(one: Analysed, where: str) -> Analysed:
    trend = one.trend
    if trend.cumulative:
        raise InvalidInput(
            "A figure that only grows can't be judged step by step.", where=f"{where}.definition.cumulative", fix="Take cumulative out."
        )
    if one.part == FORMULA:
        if trend.formula is None:
            raise InvalidInput("The trend has no formula.", where=f"{where}.figure", fix="Name a series by its letter, such as A.")
        return one
    return replace(one, part=trend.series[trend.series_of(one.part, f"{where}.figure")].letter)


def titles(one: Analysed) -> tuple[str, str]:
    """Return how what is watched is called, in English and Chinese: names of steps and series are people's own.

    >>> titles(Analysed("funnel", {"name": "To payment", "steps": ["search", "pay"], "window": "1 day"}, "1"))
    ('To payment: search → pay', 'To payment：search → pay')
    """
    if one.kind == "funnel":
        from windsock.analyses import steps_between  # noqa: PLC0415 - as above

        funnel = one.funnel
        step, after = steps_between(funnel, one.part, "step")
        name, part = funnel.name, f"{funnel.chain.steps[step].name} → {funnel.chain.steps[after].name}"
    else:
        trend = one.trend
        name = trend.asked.name
        part = trend.formula.text if one.part == FORMULA and trend.formula is not None else trend.series[trend.series_of(one.part, "figure")].name
    return f"{name}: {part}", f"{name}：{part}"
