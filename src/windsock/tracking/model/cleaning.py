"""Cleaning rules: how values are brought into one form before they are stored; what they were is kept beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

from windsock.kernel.errors import InvalidInput
from windsock.tracking.model.internal import InternalRule

Do = Literal["trim", "lower", "upper", "half_width", "phone", "email", "country", "airport", "city", "route", "fill", "copy", "once"]
DOS: tuple[Do, ...] = get_args(Do)
KIND, NAME = "cleaning_rules", "rules"
RULES_MOST, TEXT_MOST = 200, 400
WINDOW_MOST_S, BY_MOST = 86_400, 10


@dataclass(frozen=True)
class CleaningRule:
    """One step.

    Attributes:
        field: a column of events, or ``properties.<key>``.
        do: what is done with it.
        value: what ``fill`` writes where nothing is.
        other: the column from which ``copy`` takes a value where nothing is.
        sources: only there; everywhere when empty.
        within_s: of ``once``, which is about the event named ``value`` (``*`` for all): how soon after the one before it an event is a repeat.
        by: of ``once``: the columns, or ``properties.<key>``, that must be the same beside the visitor.
    """

    field: str
    do: Do
    value: str | None = None
    other: str | None = None
    sources: tuple[str, ...] = ()
    within_s: int = 0
    by: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """Return it as it is written in a definition."""
        texts = {"field": self.field, "do": self.do, "value": self.value, "other": self.other}
        more = {"within_s": self.within_s, "by": list(self.by), "sources": list(self.sources)}
        return {key: value for key, value in {**texts, **more}.items() if value}


@dataclass(frozen=True)
class Cleaning:
    """The rules in order; none is the default, and costs nothing.

    Attributes:
        rules: applied one after the other.
        version: of the definition; 0 where none is in force.
        internal: rules by which internal traffic is marked, a definition of their own.
    """

    rules: tuple[CleaningRule, ...] = ()
    version: int = 0
    internal: tuple[InternalRule, ...] = ()

    def of(self, source: str) -> Cleaning:
        """Return the rules that hold for a source."""
        rules = tuple(rule for rule in self.rules if not rule.sources or source in rule.sources)
        return replace(self, rules=rules, internal=tuple(rule for rule in self.internal if rule.reads(source)))


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
    if not entry or set(entry) - {"field", "do", "value", "other", "sources", "within_s", "by"}:
        raise InvalidInput("A rule has field and do, and may have value, other, sources; of 'once' also within_s, by.", where=where)
    if entry.get("do") not in DOS:
        raise InvalidInput(f"'{str(entry.get('do'))[:60]}' can't be done.", where=f"{where}.do", fix=f"Use one of: {', '.join(DOS)}.")
    texts = {key: entry.get(key) for key in ("field", "value", "other")}
    for key, value in texts.items():
        if value is not None and (not isinstance(value, str) or not 0 < len(value) <= TEXT_MOST):
            raise InvalidInput(f"A text of 1 to {TEXT_MOST} characters is expected.", where=f"{where}.{key}")
    if texts["field"] is None:
        raise InvalidInput("A rule names its field.", where=f"{where}.field")
    for dos, key in ((("fill", "once"), "value"), (("copy",), "other")):
        if (entry["do"] in dos) != (texts[key] is not None):
            raise InvalidInput(f"'{key}' belongs to '{' and '.join(dos)}', and only there.", where=where)
    within_s, by = _once(entry, where)
    sources = entry.get("sources", [])
    if not isinstance(sources, list) or not all(isinstance(one, str) for one in cast("list[Any]", sources)):
        raise InvalidInput("Sources are a list of codes.", where=f"{where}.sources")
    return CleaningRule(texts["field"], entry["do"], texts["value"], texts["other"], tuple(cast("list[str]", sources)), within_s, by)


def _once(entry: Mapping[str, Any], where: str) -> tuple[int, tuple[str, ...]]:
    within_s, by = entry.get("within_s", 0), entry.get("by", [])
    if entry["do"] != "once":
        if within_s or by:
            raise InvalidInput("'within_s' and 'by' belong to 'once', and only there.", where=where)
        return 0, ()
    if entry.get("field") != "event":
        raise InvalidInput("'once' is about the event.", where=f"{where}.field", fix='Write {"field": "event", "do": "once", "value": "search"}.')
    if not isinstance(within_s, int) or isinstance(within_s, bool) or not 1 <= within_s <= WINDOW_MOST_S:
        raise InvalidInput(f"A number of seconds from 1 to {WINDOW_MOST_S} is expected.", where=f"{where}.within_s")
    if not isinstance(by, list) or len(cast("list[Any]", by)) > BY_MOST or not all(isinstance(one, str) and one for one in cast("list[Any]", by)):
        raise InvalidInput(f"Up to {BY_MOST} names of columns are expected.", where=f"{where}.by")
    return within_s, tuple(cast("list[str]", by))
