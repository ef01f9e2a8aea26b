"""What a monitor is: a metric or an analysis, where, cut how, looked at how often, and by which rule; read and checked. Rules only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, cast, get_args

from windsock.kernel.errors import InvalidInput
from windsock.metrics import Words
from windsock.monitoring.monitors.analysed import Analysed, read_analysed

RuleKind = Literal["threshold", "change", "band", "anomaly", "no_data", "ratio"]
Toward = Literal["down", "up", "both"]
Severity = Literal["low", "normal", "high", "critical"]
RULE_KINDS: tuple[RuleKind, ...] = get_args(RuleKind)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
EVERY_MS = {"1m": 60_000, "5m": 300_000, "10m": 600_000, "15m": 900_000, "30m": 1_800_000, "1h": 3_600_000, "1d": 86_400_000}
DAY_MS = EVERY_MS["1d"]
BY_MAX, WHERE_MAX, MUTES_MAX, TICKS_MAX = 4, 20, 10, 100
OVER_MAX_MS = 7 * DAY_MS
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAME = re.compile(r"[a-z][a-z0-9_]{0,79}", re.ASCII)
_LENGTH = re.compile(r"([1-9]\d{0,3})([mhd])", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
_LENGTHS = {"m": 60_000, "h": 3_600_000, "d": DAY_MS}
FIELDS: dict[RuleKind, frozenset[str]] = {
    "threshold": frozenset({"below", "above", "recover"}),
    "change": frozenset({"against", "drop", "rise", "recover"}),
    "band": frozenset({"toward", "dial", "at_least", "usual_days"}),
    "anomaly": frozenset({"toward", "dial", "at_least", "usual_days", "longest"}),
    "no_data": frozenset(),
    "ratio": frozenset({"toward", "sure", "at_least", "usual_days"}),
}


@dataclass(frozen=True)
class Rule:
    """When a point is a breach.

    Attributes:
        kind: threshold; change against the same time of a day or week before; band of the forecast; anomaly score; no_data; ratio against its usual.
        below: threshold: a value below is a breach. above: a value above is one.
        above: see ``below``.
        drop: change: a fall by more than this share of what was is a breach, 0.3 for 30 %.
        rise: change: a rise by more than this share.
        recover: the value (threshold) or share (change) at which it is well again; between the two a state stays as it is.
        against: change: ``day`` or ``week``.
        toward: band, anomaly, ratio: which way is bad.
        dial: band, anomaly: expected false alarms per week of all its series.
        sure: ratio: a breach is a tail probability below 10 to the minus this.
        at_least: and by so much away from what is usual: in points of a rate, as a share of anything else (band, anomaly).
        usual_days: usual is what was in so many days before.
        longest_ms: anomaly: the longest window that is looked at.
    """

    kind: RuleKind
    below: float | None = None
    above: float | None = None
    drop: float | None = None
    rise: float | None = None
    recover: float | None = None
    against: Literal["day", "week"] = "week"
    toward: Toward = "both"
    dial: float = 1.0
    sure: float = 6.0
    at_least: float = 0.0
    usual_days: int = 14
    longest_ms: int = 0


@dataclass(frozen=True)
class Mute:
    """A window in which nothing is told: local times of some days of the week; one that ends before it starts goes over midnight."""

    days: tuple[int, ...]
    from_minute: int
    to_minute: int


@dataclass(frozen=True)
class Monitor:
    """A metric, or an analysis, that is watched.

    Attributes:
        name: unique among monitors.
        title: in both languages.
        why: what it is good for, in both languages.
        metric: a monitorable metric; empty for an analysis.
        by: the cut: each combination is a series of its own.
        where: predicates as they travel, as metrics' questions take them.
        clock: of the metric; None is its own.
        every_ms: how long a step is, and how often it is looked at.
        over_ms: each value is that of so long up to the end of its step; a step by default.
        wait_ms: so long after the end of a step it is judged, for late rows.
        rule: when a point is a breach.
        minimum: below this volume a point is too thin to judge: the divisor of a ratio, what was to be expected of a count.
        pending: so many breaches in a row until it fires.
        recover: so many good points in a row until it is well.
        missing_after: so many points without data until its state is "no data".
        quiet_ms: so long after its end an alert does not come again.
        worth: money of one unit of the metric (of a ratio, of its divisor): a figure, a metric's name, or None where not known.
        mutes: windows in which nothing is told.
        severity: what it starts with; money makes it worse.
        owner: the team that is told.
        data_owner: the team that is told where its data is late.
        on: whether it is watched; `enabled` in a definition, as YAML reads `on` as true.
        analysis: what is watched in the place of a metric; its breakdown is the cut.
    """

    name: str
    title: Words
    why: Words
    metric: str
    by: tuple[str, ...]
    where: tuple[Mapping[str, Any], ...]
    clock: str | None
    every_ms: int
    over_ms: int
    wait_ms: int
    rule: Rule
    minimum: float
    pending: int
    recover: int
    missing_after: int
    quiet_ms: int
    worth: Decimal | str | None
    mutes: tuple[Mute, ...]
    severity: Severity
    owner: str
    data_owner: str
    on: bool
    analysis: Analysed | None = None

    @property
    def window(self) -> int:
        """How many steps a value is made of."""
        return max(1, self.over_ms // self.every_ms)

    @property
    def history_ms(self) -> int:
        """How long before a point its judgement looks back."""
        day = DAY_MS
        back = {
            "change": day if self.rule.against == "day" else 7 * day,
            "ratio": self.rule.usual_days * day + self.over_ms,
            "no_data": 7 * day,
            "band": self.rule.usual_days * day,
            "anomaly": self.rule.usual_days * day + self.rule.longest_ms,
        }.get(self.rule.kind, 0)
        return back + self.over_ms + 2 * self.every_ms


def monitor_from(body: object, where: str = "body") -> Monitor:
    """Read a definition; what only the metric can tell is checked by ``check``.

    Raises:
        InvalidInput: a field is missing, unknown or out of its bounds; says which and what to write.
    """
    if not isinstance(body, Mapping):
        raise InvalidInput("A monitor is a mapping of fields.", where=where, fix="See docs/concepts/monitors.md for an example.")
    given = cast("Mapping[str, Any]", body)
    known = {
        "name", "title", "why", "metric", "analysis", "by", "where", "clock", "every", "over", "wait", "rule", "minimum", "pending", "recover",
        "missing_after", "quiet", "worth", "mute", "severity", "owner", "data_owner", "enabled",
    }  # fmt: skip
    _only(given, known, where)
    analysis = _analysis(given, where)
    for name in ("name", "title", "every", "rule", "owner"):
        if name not in given:
            raise InvalidInput(f"The monitor lacks '{name}'.", where=where, fix=f"Add {name}.")
    name = _text(given["name"], f"{where}.name", 80)
    if not NAME.fullmatch(name):
        raise InvalidInput(f"'{name}' is no name of a monitor.", where=f"{where}.name", fix="Use lower case letters, digits and _.")
    every = _choice(given["every"], tuple(EVERY_MS), f"{where}.every")
    every_ms = EVERY_MS[every]
    rule = _rule(given["rule"], f"{where}.rule", every_ms)
    over_ms = _length(given.get("over", every), f"{where}.over", OVER_MAX_MS)
    if over_ms % every_ms:
        raise InvalidInput(f"{given['over']} is no whole number of {every}.", where=f"{where}.over", fix="Choose a multiple of `every`.")
    if rule.kind == "anomaly" and over_ms != every_ms:
        raise InvalidInput("An anomaly looks at longer windows by itself.", where=f"{where}.over", fix="Leave `over` out; say `longest` in the rule.")
    title = _words(given["title"], f"{where}.title", 120)
    return Monitor(
        name=name,
        title=title,
        why=_words(given["why"], f"{where}.why", 600) if "why" in given else title,
        metric="" if analysis is not None else _text(given["metric"], f"{where}.metric", 80),
        by=_cut(given, where) if analysis is None else analysis.fields,
        where=tuple(_mapping(one, f"{where}.where") for one in _list(given.get("where", []), f"{where}.where", WHERE_MAX)),
        clock=None if given.get("clock") is None else _text(given["clock"], f"{where}.clock", 20),
        every_ms=every_ms,
        over_ms=over_ms,
        wait_ms=0 if "wait" not in given else _length(given["wait"], f"{where}.wait", DAY_MS),
        rule=rule,
        minimum=_number(given.get("minimum", 0), f"{where}.minimum", 0, 1e12),
        pending=_whole(given.get("pending", 1), f"{where}.pending", 1, TICKS_MAX),
        recover=_whole(given.get("recover", 2), f"{where}.recover", 1, TICKS_MAX),
        missing_after=_whole(given.get("missing_after", 3), f"{where}.missing_after", 1, TICKS_MAX),
        quiet_ms=4 * every_ms if "quiet" not in given else _length(given["quiet"], f"{where}.quiet", 7 * DAY_MS),
        worth=_worth(given.get("worth"), f"{where}.worth"),
        mutes=tuple(_mute(one, f"{where}.mute") for one in _list(given.get("mute", []), f"{where}.mute", MUTES_MAX)),
        severity=_choice(given.get("severity", "normal"), SEVERITIES, f"{where}.severity"),
        owner=_text(given["owner"], f"{where}.owner", 80),
        data_owner=_text(given.get("data_owner", "platform"), f"{where}.data_owner", 80),
        on=_flag(given.get("enabled", True), f"{where}.enabled"),
        analysis=analysis,
    )


def _cut(given: Mapping[str, Any], where: str) -> tuple[str, ...]:
    return tuple(_text(one, f"{where}.by", 60) for one in _list(given.get("by", []), f"{where}.by", BY_MAX))


def _analysis(given: Mapping[str, Any], where: str) -> Analysed | None:
    if "analysis" not in given:
        if "metric" not in given:
            raise InvalidInput("The monitor lacks 'metric'.", where=where, fix="Add metric, or analysis for a step of a funnel or a trend.")
        return None
    for name in ("metric", "by", "where", "clock"):
        if given.get(name):
            fix = f"Take {name} out: the definition of the analysis says whose and how it is cut."
            raise InvalidInput(f"A monitor of an analysis has no '{name}'.", where=f"{where}.{name}", fix=fix)
    return read_analysed(given["analysis"], f"{where}.analysis")


def _rule(given: object, where: str, every_ms: int) -> Rule:
    fields = _mapping(given, where)
    kind = _choice(fields.get("kind"), RULE_KINDS, f"{where}.kind")
    _only(fields, FIELDS[kind] | {"kind"}, where)
    numbers = {name: _number(fields[name], f"{where}.{name}", -1e15, 1e15) for name in ("below", "above", "recover") if name in fields}
    shares = {name: _number(fields[name], f"{where}.{name}", 0.001, 100) for name in ("drop", "rise") if name in fields}
    if kind == "threshold" and not {"below", "above"} & set(fields):
        raise InvalidInput("A threshold names neither `below` nor `above`.", where=where, fix="Write for example {kind: threshold, below: 0.9}.")
    if kind == "change" and not shares:
        raise InvalidInput(
            "A change names neither `drop` nor `rise`.", where=where, fix="Write for example {kind: change, against: week, drop: 0.3}."
        )
    if "recover" in fields and len({"below", "above", "drop", "rise"} & set(fields)) > 1:
        raise InvalidInput("`recover` goes with one bound only.", where=f"{where}.recover", fix="Make two monitors, one for each bound.")
    return Rule(
        kind=kind,
        **numbers,
        **shares,
        against=_choice(fields.get("against", "week"), ("day", "week"), f"{where}.against"),
        toward=_choice(fields.get("toward", "both"), get_args(Toward), f"{where}.toward"),
        dial=_number(fields.get("dial", 1.0), f"{where}.dial", 0.01, 100),
        sure=_number(fields.get("sure", 6.0), f"{where}.sure", 2, 15),
        at_least=_number(fields.get("at_least", 0.0), f"{where}.at_least", 0, 1 if kind == "ratio" else 100),
        usual_days=_whole(fields.get("usual_days", _usual_days(kind, every_ms)), f"{where}.usual_days", 1 if kind == "ratio" else 7, 56),
        longest_ms=_longest(fields.get("longest"), f"{where}.longest", every_ms) if kind == "anomaly" else 0,
    )


def _usual_days(kind: RuleKind, every_ms: int) -> int:
    """Return how many days are usual where nothing is said; of steps of minutes fewer, as their history is long."""
    if kind == "ratio" or every_ms < EVERY_MS["15m"]:
        return 14
    return 56 if every_ms == DAY_MS else 28


def _longest(given: object, where: str, every_ms: int) -> int:
    most = 7 * DAY_MS if every_ms == DAY_MS else DAY_MS
    if given is None:
        return most
    length = _length(given, where, most)
    if length % every_ms:
        raise InvalidInput(f"{given} is no whole number of steps.", where=where, fix="Choose a multiple of `every`.")
    return length


def _mute(given: object, where: str) -> Mute:
    fields = _mapping(given, where)
    _only(fields, {"days", "from", "to"}, where)
    days = tuple(DAYS.index(_choice(day, DAYS, f"{where}.days")) for day in _list(fields.get("days", list(DAYS)), f"{where}.days", 7))
    ends = [_minute(fields.get(name), f"{where}.{name}") for name in ("from", "to")]
    if ends[0] == ends[1]:
        raise InvalidInput("The window starts when it ends.", where=where, fix='Write from: "00:00", to: "24:00" for all day.')
    return Mute(days, ends[0], ends[1])


def is_muted(mutes: tuple[Mute, ...], weekday: int, minute: int) -> bool:
    """Say whether a local time lies in a mute window; ``weekday`` 0 is Monday, ``minute`` counts from midnight.

    >>> night = (Mute((4,), 22 * 60, 6 * 60),)
    >>> [is_muted(night, 4, 23 * 60), is_muted(night, 5, 5 * 60), is_muted(night, 4, 5 * 60), is_muted(night, 5, 6 * 60)]
    [True, True, False, False]
    """
    for mute in mutes:
        if mute.from_minute < mute.to_minute:
            if weekday in mute.days and mute.from_minute <= minute < mute.to_minute:
                return True
        elif (weekday in mute.days and minute >= mute.from_minute) or ((weekday - 1) % 7 in mute.days and minute < mute.to_minute):
            return True
    return False


def _minute(given: object, where: str) -> int:
    if not isinstance(given, str) or not _CLOCK.fullmatch(given):
        raise InvalidInput(f"'{given}' is no time of the day.", where=where, fix='Write it in quotes, such as "22:30".')
    return int(given[:2]) * 60 + int(given[3:])


def _worth(given: object, where: str) -> Decimal | str | None:
    if given is None:
        return None
    if isinstance(given, Mapping):
        fields = cast("Mapping[str, Any]", given)
        _only(fields, {"metric"}, where)
        return _text(fields.get("metric"), f"{where}.metric", 80)
    try:
        value = Decimal(str(given))
        if isinstance(given, bool) or not value.is_finite() or not 0 < value < Decimal("1e9"):
            raise InvalidOperation
    except InvalidOperation:
        raise InvalidInput(f"'{given}' is no money of a unit.", where=where, fix="Write a figure such as 350, or {metric: aov}.") from None
    return value


def _only(given: Mapping[str, Any], known: set[str] | frozenset[str], where: str) -> None:
    unknown = sorted(str(name) for name in set(given) - known)
    if unknown:
        raise InvalidInput(f"There is no field '{unknown[0][:60]}' here.", where=where, fix=f"Fields: {', '.join(sorted(known))}.")


def _mapping(given: object, where: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise InvalidInput("This is no mapping of fields.", where=where, fix="Write {field: value, ...}.")
    return cast("Mapping[str, Any]", given)


def _list(given: object, where: str, most: int) -> list[Any]:
    if not isinstance(given, list) or len(cast("list[Any]", given)) > most:
        raise InvalidInput(f"This is no list of at most {most}.", where=where, fix="Write [a, b].")
    return cast("list[Any]", given)


def _text(given: object, where: str, most: int) -> str:
    if not isinstance(given, str) or not 0 < len(given.strip()) <= most or "\0" in given:
        raise InvalidInput("This is no text.", where=where, fix=f"Write 1 to {most} characters.")
    return given.strip()


def _words(given: object, where: str, most: int) -> Words:
    fields = _mapping(given, where)
    _only(fields, {"en", "zh"}, where)
    return Words(_text(fields.get("en"), f"{where}.en", most), _text(fields.get("zh"), f"{where}.zh", most))


def _choice(given: object, choices: tuple[str, ...], where: str) -> Any:  # noqa: ANN401 - it leaves as one of the choices
    if given not in choices:
        raise InvalidInput(f"'{str(given)[:60]}' is not among the choices.", where=where, fix=f"Use one of: {', '.join(choices)}.")
    return given


def _number(given: object, where: str, least: float, most: float) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not least <= given <= most:
        raise InvalidInput(f"'{str(given)[:40]}' is no number from {least:g} to {most:g}.", where=where)
    return float(given)


def _whole(given: object, where: str, least: int, most: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise InvalidInput(f"'{str(given)[:40]}' is no whole number from {least} to {most}.", where=where)
    return given


def _flag(given: object, where: str) -> bool:
    if not isinstance(given, bool):
        raise InvalidInput(f"'{str(given)[:40]}' is neither true nor false.", where=where)
    return given


def _length(given: object, where: str, most: int) -> int:
    found = _LENGTH.fullmatch(given) if isinstance(given, str) else None
    length = int(found[1]) * _LENGTHS[found[2]] if found else 0
    if not 0 < length <= most:
        raise InvalidInput(f"'{str(given)[:40]}' is no length of time.", where=where, fix="Write for example 15m, 12h or 2d; 7d at most.")
    return length
