"""Cleaning rules: how values are brought into one form before they are stored; what they were is kept beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

from windsock.kernel.errors import InvalidInput

Do = Literal["trim", "lower", "upper", "half_width", "phone", "email", "country", "airport", "city", "route", "fill", "copy"]
DOS: tuple[Do, ...] = get_args(Do)
KIND, NAME = "cleaning_rules", "rules"
RULES_MOST, TEXT_MOST = 200, 400
WINDOW_MOST_S = 86_400


@dataclass(frozen=True)
class CleaningRule:
    """One step.

    Attributes:
        field: a column of events, or ``properties.<key>``.
        do: what is done with it.
        value: what ``fill`` writes where nothing is.
        other: the column from which ``copy`` takes a value where nothing is.
        sources: only there; everywhere when empty.
    """

    field: str
    do: Do
    value: str | None = None
    other: str | None = None
    sources: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """Return it as it is written in a definition."""
        said = {key: value for key, value in (("field", self.field), ("do", self.do), ("value", self.value), ("other", self.other)) if value}
        return {**said, "sources": list(self.sources)} if self.sources else dict[str, Any](said)


@dataclass(frozen=True)
class Cleaning:
    """The rules in order; none is the default, and costs nothing.

    Attributes:
        rules: applied one after the other.
        version: of the definition; 0 where none is in force.
    """

    rules: tuple[CleaningRule, ...] = ()
    version: int = 0

    def of(self, source: str) -> Cleaning:
        """Return the rules that hold for a source."""
        return replace(self, rules=tuple(rule for rule in self.rules if not rule.sources or source in rule.sources))


def parse_cleaning(body: Mapping[str, Any], version: int = 0) -> Cleaning:
    """Read cleaning rules.

    Raises:
        InvalidInput: something in them can't be.
    """
    given = body.get("rules")
    if set(body) - {"rules"} or not isinstance(given, list):
        raise InvalidInput("Cleaning rules are a list.", where="rules", fix='Write {"rules": [{"field": "country", "do": "country"}]}.')
    entries = cast("list[Any]", given)
    if len(entries) > RULES_MOST:
        raise InvalidInput(f"{len(entries)} rules are too many.", where="rules", fix=f"Keep to {RULES_MOST}.")
    return Cleaning(tuple(_rule(entry, f"rules.{place}") for place, entry in enumerate(entries)), version)


def _rule(given: Any, where: str) -> CleaningRule:  # noqa: ANN401 - JSON
    entry = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    if not entry or set(entry) - {"field", "do", "value", "other", "sources"}:
        raise InvalidInput("A rule has field and do, and may have value, other, sources.", where=where)
    if entry.get("do") not in DOS:
        raise InvalidInput(f"'{str(entry.get('do'))[:60]}' can't be done.", where=f"{where}.do", fix=f"Use one of: {', '.join(DOS)}.")
    texts = {key: entry.get(key) for key in ("field", "value", "other")}
    for key, value in texts.items():
        if value is not None and (not isinstance(value, str) or not 0 < len(value) <= TEXT_MOST):
            raise InvalidInput(f"A text of 1 to {TEXT_MOST} characters is expected.", where=f"{where}.{key}")
    if texts["field"] is None:
        raise InvalidInput("A rule names its field.", where=f"{where}.field")
    for do, key in (("fill", "value"), ("copy", "other")):
        if (entry["do"] == do) != (texts[key] is not None):
            raise InvalidInput(f"'{key}' belongs to '{do}', and only there.", where=where)
    sources = entry.get("sources", [])
    if not isinstance(sources, list) or not all(isinstance(one, str) for one in cast("list[Any]", sources)):
        raise InvalidInput("Sources are a list of codes.", where=f"{where}.sources")
    return CleaningRule(texts["field"], entry["do"], texts["value"], texts["other"], tuple(cast("list[str]", sources)))
