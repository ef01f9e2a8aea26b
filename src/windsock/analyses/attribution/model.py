"""The definition of an attribution, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/attribution.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, Asked, read_asked, read_kind
from windsock.conditions.model import Rows
from windsock.conditions.model.given import bounded, duration_ms, known_keys, listing, mapping, number_of, one_of, word
from windsock.kernel.errors import InvalidInput

Model = Literal["first", "last", "last_non_direct", "linear", "position", "decay", "markov", "shapley"]
MODELS: tuple[Model, ...] = ("first", "last", "last_non_direct", "linear", "position", "decay", "markov", "shapley")
DIRECT_MOST, TOP_MOST = 20, 100
_DAY_MS = 86_400_000
_KEYS = (
    *ASKED_KEYS, "attribution", "conversion", "touches", "by", "look_back", "direct", "value", "same", "models", "half_life", "ends", "top",
)  # fmt: skip


@dataclass(frozen=True)
class Attribution:
    """What is asked.

    Attributes:
        asked: name, period of the conversions, whose events.
        conversion, touches: which events.
        by: the field of touches whose value is credited.
        look_back_ms: how long before a conversion touches count, its end included.
        direct: values that the last non-direct model passes over.
        value: a field of conversions that is credited beside their number.
        same: a field whose value touch and conversion share.
        models: in the order of their columns.
        half_life_ms: of decay.
        ends: hundredths that the first and the last touch have each by position.
        top: so many values have a row of their own, all others share one.
    """

    asked: Asked
    conversion: Rows
    touches: Rows
    by: str
    look_back_ms: int
    direct: tuple[str, ...] = ()
    value: str | None = None
    same: str | None = None
    models: tuple[Model, ...] = MODELS
    half_life_ms: int = 7 * _DAY_MS
    ends: int = 40
    top: int = 20


def read_attribution(given: object, where: str = "attribution") -> Attribution:
    """Read an attribution from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    for key, example in (("conversion", "payment_succeeded"), ("touches", "[page_view, app_start]"), ("by", "sales_channel")):
        if found.get(key) is None:
            raise InvalidInput(f"'{key}' is missing.", where=where, fix=f"Write {key}: {example}.")
    return Attribution(
        read_asked(found, "attribution", where),
        read_kind(found["conversion"], f"{where}.conversion"),
        read_kind(found["touches"], f"{where}.touches"),
        word(found["by"], f"{where}.by"),
        duration_ms(found.get("look_back", "30 days"), f"{where}.look_back"),
        tuple(word(one, f"{where}.direct") for one in listing(found.get("direct", []), f"{where}.direct", 0, DIRECT_MOST)),
        _optional(found.get("value"), f"{where}.value"),
        _optional(found.get("same"), f"{where}.same"),
        _models(found.get("models"), f"{where}.models"),
        duration_ms(found.get("half_life", "7 days"), f"{where}.half_life"),
        number_of(found.get("ends", 40), f"{where}.ends", 0, 50),
        number_of(found.get("top", 20), f"{where}.top", 1, TOP_MOST),
    )


def _optional(given: object, where: str) -> str | None:
    return None if given is None else word(given, where)


def _models(given: Any, where: str) -> tuple[Model, ...]:  # noqa: ANN401 - whatever is written
    if given is None:
        return MODELS
    named: list[Model] = [cast("Model", one_of(one, MODELS, f"{where}[{index}]")) for index, one in enumerate(listing(given, where, 1, len(MODELS)))]
    return tuple(dict.fromkeys(named))
