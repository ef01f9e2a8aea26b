"""The tracking plan: which events and properties are agreed on, and what happens to those that are not as agreed.

A plan is the built-in catalogue with what a team has frozen over it. A *rule* is one way to break it; a *mode* says what follows:
``allow`` stores without a word, ``flag`` stores and says so on the event, ``quarantine`` keeps the event apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from typing import Any, Literal, cast, get_args

from windsock.governance import compile_user_regex
from windsock.kernel.errors import InvalidInput
from windsock.tracking.model import TYPES, EventKind, Trust, catalogue

Mode = Literal["allow", "flag", "quarantine"]
MODES: tuple[Mode, ...] = get_args(Mode)
Rule = Literal["unknown_event", "unknown_property", "wrong_type", "missing_property", "out_of_range"]
RULES: tuple[Rule, ...] = get_args(Rule)
MODES_OF_NEW: Mapping[Rule, Mode] = {
    "unknown_event": "flag",
    "unknown_property": "allow",
    "wrong_type": "flag",
    "missing_property": "flag",
    "out_of_range": "flag",
}
"""What holds where nobody said otherwise; an import keeps unknown events apart even so, as a wrong mapping is likelier than a new event."""
EVENTS_MOST, PROPERTIES_MOST, ENUM_MOST, ALIASES_MOST, TEXT_MOST = 2_000, 300, 200, 50, 400
KIND, NAME = "tracking_plan", "plan"
"""Kind and name of the definition that holds it."""


@dataclass(frozen=True)
class PropertyRule:
    """What is agreed on a property.

    Attributes:
        name: the key in the event's properties, or a column of events.
        type: one of ``TYPES``.
        required: every such event must have it.
        enum: the only values, or None.
        pattern: a regular expression (RE2) that the whole text must match, or None.
        least: smallest number allowed.
        most: largest number allowed.
        pii: it names or describes a person, and is masked where it is shown.
        unit: what a number counts (``CNY``, ``s``, ``days``), or None.
    """

    name: str
    type: str
    required: bool = False
    enum: tuple[str, ...] | None = None
    pattern: str | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    pii: bool = False
    unit: str | None = None

    def body(self) -> dict[str, Any]:
        """Return it as it is written in a definition: only what is said."""
        said: dict[str, Any] = {"type": self.type}
        said |= {key: True for key in ("required", "pii") if getattr(self, key)}
        said |= {"enum": list(self.enum)} if self.enum is not None else {}
        said |= {key: str(bound) for key, bound in (("min", self.least), ("max", self.most)) if bound is not None}
        return said | {key: value for key, value in (("pattern", self.pattern), ("unit", self.unit)) if value is not None}


@dataclass(frozen=True)
class PlannedEvent:
    """An event with its agreed properties; ``planned`` when a team's plan names it, not only the catalogue."""

    name: str
    en: str = ""
    zh: str = ""
    means_en: str = ""
    means_zh: str = ""
    who: Literal["client", "server"] = "client"
    activity: bool = False
    needs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    properties: Mapping[str, PropertyRule] = field(default_factory=dict[str, PropertyRule])
    planned: bool = False

    def body(self) -> dict[str, Any]:
        """Return it as it is written in a definition."""
        said: dict[str, Any] = {"title": {"en": self.en, "zh": self.zh}, "means": {"en": self.means_en, "zh": self.means_zh}, "who": self.who}
        said |= {"activity": True} if self.activity else {}
        said |= {key: list(value) for key, value in (("needs", self.needs), ("aliases", self.aliases)) if value}
        return said | {"properties": {name: rule.body() for name, rule in self.properties.items()}}


@dataclass(frozen=True)
class Plan:
    """The events by name, and the mode of each rule, over all and by source.

    Attributes:
        events: catalogue and team's plan together.
        modes: what the team chose; where it chose nothing, ``MODES_OF_NEW``.
        sources: source -> what differs there.
        version: of the definition in force; 0 where only the catalogue holds.
    """

    events: Mapping[str, PlannedEvent]
    modes: Mapping[Rule, Mode] = field(default_factory=dict[Rule, Mode])
    sources: Mapping[str, Mapping[Rule, Mode]] = field(default_factory=dict[str, Mapping[Rule, Mode]])
    version: int = 0

    def mode(self, rule: Rule, source: str = "", trust: Trust = "server") -> Mode:
        """Return what follows a breach: the source's own word, else the plan's, else the default of how the event came in."""
        said = self.sources.get(source, {}).get(rule) or self.modes.get(rule)
        if said is None:
            return "quarantine" if rule == "unknown_event" and trust == "import" else MODES_OF_NEW[rule]
        return said

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Other names on the wire -> the event they mean; a planned event is never renamed."""
        found = {alias: event.name for event in self.events.values() for alias in event.aliases}
        return {alias: name for alias, name in found.items() if alias not in self.events}

    def body(self) -> dict[str, Any]:
        """Return what the definition holds: the team's part, without the catalogue."""
        events = {name: event.body() for name, event in self.events.items() if event.planned}
        sources = {source: dict(modes) for source, modes in self.sources.items()}
        return {"events": events, "modes": dict(self.modes), "sources": sources}


@cache
def builtin_plan() -> Plan:
    """Return the plan that holds before anybody froze one: the catalogue."""
    return Plan({name: _of_kind(kind) for name, kind in catalogue().items()})


def _of_kind(kind: EventKind) -> PlannedEvent:
    rules = {name: PropertyRule(name, typed) for name, typed in kind.properties.items()}
    return PlannedEvent(
        kind.name, kind.en, kind.zh, kind.means_en, kind.means_zh, kind.who, kind.activity, kind.needs, (), rules
    )  # fmt: skip


def parse_plan(body: Mapping[str, Any], version: int = 0) -> Plan:
    """Read a team's plan over the catalogue.

    Who may send an event and what makes a visitor can't be loosened for an event of the catalogue: they are what metrics rest on.

    Args:
        body: ``events``, ``modes`` and ``sources``, each may be absent.
        version: of the definition.

    Raises:
        InvalidInput: something in it can't be.
    """
    unknown = sorted(set(body) - {"events", "modes", "sources"})
    if unknown:
        raise InvalidInput(f"A plan has no '{unknown[0][:60]}'.", where=unknown[0][:60], fix="It has events, modes and sources.")
    events = dict(builtin_plan().events)
    given = _mapping(body.get("events"), "events")
    _bounded(given, EVENTS_MOST, "events")
    for name, entry in given.items():
        events[name] = _event(name, _mapping(entry, f"events.{name}"), events.get(name))
    sources = {source: parse_modes(_mapping(modes, f"sources.{source}"), f"sources.{source}") for source, modes in _sources(body).items()}
    return Plan(events, parse_modes(_mapping(body.get("modes"), "modes")), sources, version)


def parse_modes(modes: Mapping[str, Any], where: str = "modes") -> dict[Rule, Mode]:
    """Read rule -> mode.

    Raises:
        InvalidInput: no such rule or mode.
    """
    for rule, mode in modes.items():
        if rule not in RULES:
            raise InvalidInput(f"There is no rule '{rule[:60]}'.", where=f"{where}.{rule[:60]}", fix=f"Rules: {', '.join(RULES)}.")
        if mode not in MODES:
            raise InvalidInput(f"There is no mode '{str(mode)[:60]}'.", where=f"{where}.{rule}", fix=f"Modes: {', '.join(MODES)}.")
    return {cast("Rule", rule): cast("Mode", mode) for rule, mode in modes.items()}


def with_modes(plan: Plan, modes: Mapping[Rule, Mode], source: str | None = None) -> Plan:
    """Return the plan with other modes, over all or for one source."""
    if source is None:
        return replace(plan, modes={**plan.modes, **modes})
    return replace(plan, sources={**plan.sources, source: {**plan.sources.get(source, {}), **modes}})


def _sources(body: Mapping[str, Any]) -> Mapping[str, Any]:
    sources = _mapping(body.get("sources"), "sources")
    _bounded(sources, EVENTS_MOST, "sources")
    return sources


def _event(name: str, entry: Mapping[str, Any], known: PlannedEvent | None) -> PlannedEvent:
    where = f"events.{name[:100]}"
    if not 0 < len(name) <= 200 or not name.isprintable():
        raise InvalidInput("An event's name is 1 to 200 printable characters.", where=where)
    _only(entry, ("title", "means", "who", "activity", "needs", "aliases", "properties"), where)
    base = known or PlannedEvent(name, name, name)
    title, means = _mapping(entry.get("title"), f"{where}.title"), _mapping(entry.get("means"), f"{where}.means")
    who = base.who if known is not None else entry.get("who", "client")
    if who not in ("client", "server"):
        raise InvalidInput("Who sends an event is client or server.", where=f"{where}.who")
    given = _mapping(entry.get("properties"), f"{where}.properties")
    _bounded(given, PROPERTIES_MOST, f"{where}.properties")
    rules = {**base.properties, **{key: _property(key, rule, f"{where}.properties.{key[:100]}") for key, rule in given.items()}}
    return PlannedEvent(
        name, _text(title.get("en"), base.en), _text(title.get("zh"), base.zh), _text(means.get("en"), base.means_en),
        _text(means.get("zh"), base.means_zh), who, base.activity if known is not None else entry.get("activity") is True,
        tuple(dict.fromkeys((*base.needs, *_texts(entry.get("needs"), f"{where}.needs")))), _texts(entry.get("aliases"), f"{where}.aliases"),
        rules, planned=True,
    )  # fmt: skip


def _property(name: str, given: Any, where: str) -> PropertyRule:  # noqa: ANN401 - JSON
    entry: Mapping[str, Any] = {"type": given} if isinstance(given, str) else _mapping(given, where)
    _only(entry, ("type", "required", "enum", "pattern", "min", "max", "pii", "unit"), where)
    if not 0 < len(name) <= 200:
        raise InvalidInput("A property's name is 1 to 200 characters.", where=where)
    if entry.get("type") not in TYPES:
        raise InvalidInput(f"There is no type '{str(entry.get('type'))[:60]}'.", where=f"{where}.type", fix=f"Types: {', '.join(TYPES)}.")
    enum = _texts(entry["enum"], f"{where}.enum", ENUM_MOST) if entry.get("enum") is not None else None
    pattern = entry.get("pattern")
    if pattern is not None:
        pattern = str(pattern)
        compile_user_regex(pattern, f"{where}.pattern")
    return PropertyRule(
        name, entry["type"], entry.get("required") is True, enum, pattern, _number(entry.get("min"), f"{where}.min"),
        _number(entry.get("max"), f"{where}.max"), entry.get("pii") is True, _text(entry.get("unit"), "") or None,
    )  # fmt: skip


def _only(entry: Mapping[str, Any], allowed: Iterable[str], where: str) -> None:
    unknown = sorted(set(entry) - set(allowed))
    if unknown:
        raise InvalidInput(f"'{unknown[0][:60]}' is not known here.", where=where, fix=f"Known: {', '.join(allowed)}.")


def _mapping(value: Any, where: str) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in cast("Mapping[Any, Any]", value)):
        raise InvalidInput("An object with names is expected.", where=where)
    return cast("Mapping[str, Any]", value)


def _bounded(entries: Mapping[str, Any], most: int, where: str) -> None:
    if len(entries) > most:
        raise InvalidInput(f"{len(entries)} entries are too many.", where=where, fix=f"Keep to {most}.")


def _texts(value: Any, where: str, most: int = ALIASES_MOST) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    entries = cast("list[Any]", value) if isinstance(value, list) else [] if value is None else None
    if entries is None or len(entries) > most or not all(isinstance(one, str) and 0 < len(one) <= TEXT_MOST for one in entries):
        raise InvalidInput(f"A list of at most {most} texts is expected.", where=where)
    return tuple(dict.fromkeys(entries))


def _text(value: Any, otherwise: str) -> str:  # noqa: ANN401 - JSON
    return value.strip()[:TEXT_MOST] if isinstance(value, str) and value.strip() else otherwise


def _number(value: Any, where: str) -> Decimal | None:  # noqa: ANN401 - JSON
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or isinstance(value, bool):
        raise InvalidInput("A number is expected.", where=where)
    return number
