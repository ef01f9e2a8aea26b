"""What a launch is: read and checked. What only the metrics and the clock can tell is checked by ``keep``. Rules only."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast, get_args
from zoneinfo import ZoneInfo

from windsock.kernel.errors import InvalidInput
from windsock.metrics import Words, predicate_from_json

if TYPE_CHECKING:
    from windsock.monitoring.launches.model import Direction, Role

Kind = Literal["product", "campaign", "release", "route", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RAMPS = ("usual", "even")
QUARTER_MS, DAY_MS = 900_000, 86_400_000
LONGEST_MS, AHEAD_MOST_MS, KNOWN_DAY_MOST_MS = 92 * DAY_MS, 366 * DAY_MS, 14 * DAY_MS
LINES_MOST, WHERE_MOST, TELL_MOST, POINTS_MOST = 10, 10, 5, 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,79}", re.ASCII)
_FIELDS = {"name", "title", "kind", "owner", "starts", "ends", "where", "tell", "known_day", "lines"}
_LINE_FIELDS = {"metric", "role", "at_least", "at_most", "minimum", "where", "ramp"}


@dataclass(frozen=True)
class Line:
    """A metric and what it is to reach by the end.

    Attributes:
        metric: by name.
        role: whether it decides, or only must not be broken.
        direction: whether ``value`` is to be reached, or not to be exceeded.
        value: the total from start to end, or the ratio.
        minimum: of a ratio: with fewer cases it says nothing.
        where: predicates as they travel; None takes those of the launch.
        ramp: ``usual``: as the metric of the whole business usually comes over the hours of a week; ``even``: as time goes by; or points: share of
            the time, share of the total.
    """

    metric: str
    role: Role
    direction: Direction
    value: float
    minimum: float
    where: tuple[Mapping[str, Any], ...] | None
    ramp: str | tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Launch:
    """What is launched; ``starts_ms`` and ``ends_ms`` (not included) are starts of quarters of an hour, ms UTC."""

    name: str
    title: Words
    kind: Kind
    owner: str
    starts_ms: int
    ends_ms: int
    where: tuple[Mapping[str, Any], ...]
    tell: tuple[str, ...]
    known_day: bool
    lines: tuple[Line, ...]

    def where_of(self, line: Line) -> tuple[Mapping[str, Any], ...]:
        """Return the predicates of a line."""
        return self.where if line.where is None else line.where

    @property
    def length_ms(self) -> int:
        """How long it lasts."""
        return self.ends_ms - self.starts_ms


def launch_from(body: object, zone: str) -> Launch:
    """Read a definition.

    Args:
        body: as it was written.
        zone: of the workspace, in which instants without an offset are read.

    Raises:
        InvalidInput: a field is missing, unknown or out of its bounds; says which and what to write.
    """
    given = _mapping(body, "body", _FIELDS)
    for name in ("name", "title", "kind", "owner", "starts", "ends", "lines"):
        if name not in given:
            raise InvalidInput(f"The launch lacks '{name}'.", where="body", fix=f"Add {name}; docs/guide/launches.md has an example.")
    name = _text(given["name"], "name", 80)
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"'{name}' is no name of a launch.", where="name", fix="Use lower case letters, digits and _, a letter first.")
    if given["kind"] not in KINDS:
        raise InvalidInput("That is no kind of launch.", where="kind", fix=f"Use one of: {', '.join(KINDS)}.")
    title = _mapping(given["title"], "title", {"en", "zh"})
    starts_ms, ends_ms = (_instant(given[side], side, zone) for side in ("starts", "ends"))
    if not QUARTER_MS <= ends_ms - starts_ms <= LONGEST_MS:
        raise InvalidInput("A launch lasts from a quarter of an hour to 92 days.", where="starts / ends", fix="Watch what lasts longer by a monitor.")
    known_day = given.get("known_day", False)
    if not isinstance(known_day, bool) or (known_day and ends_ms - starts_ms > KNOWN_DAY_MOST_MS):
        what = "`known_day` is true or false, and true for launches of 14 days at most."
        raise InvalidInput(what, where="known_day", fix="What lasts longer is no exception: monitors learn it.")
    return Launch(
        name=name,
        title=Words(_text(title.get("en"), "title.en", 120), _text(title.get("zh"), "title.zh", 120)),
        kind=given["kind"],
        owner=_text(given["owner"], "owner", 80),
        starts_ms=starts_ms,
        ends_ms=ends_ms,
        where=_where(given.get("where", []), "where"),
        tell=tuple(dict.fromkeys(_text(one, "tell", 40) for one in _list(given.get("tell", []), "tell", TELL_MOST))),
        known_day=known_day,
        lines=_lines(given["lines"]),
    )


def body_of(launch: Launch) -> dict[str, Any]:
    """Return a launch as it is kept: instants in UTC, everything said."""
    lines = [
        {
            "metric": line.metric, "role": line.role, line.direction: line.value, "minimum": line.minimum,
            "where": None if line.where is None else [dict(one) for one in line.where],
            "ramp": line.ramp if isinstance(line.ramp, str) else [list(point) for point in line.ramp],
        }
        for line in launch.lines
    ]  # fmt: skip
    starts, ends = (dt.datetime.fromtimestamp(ms / 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for ms in (launch.starts_ms, launch.ends_ms))
    return {
        "name": launch.name, "title": launch.title.json(), "kind": launch.kind, "owner": launch.owner, "starts": starts, "ends": ends,
        "where": [dict(one) for one in launch.where], "tell": list(launch.tell), "known_day": launch.known_day, "lines": lines,
    }  # fmt: skip


def _lines(given: object) -> tuple[Line, ...]:
    lines = tuple(_line(one, f"lines[{number}]") for number, one in enumerate(_list(given, "lines", LINES_MOST)))
    if not any(line.role == "primary" for line in lines):
        raise InvalidInput("No line decides: at least one is primary.", where="lines", fix="Write role: primary with what success means.")
    return lines


def _line(given: object, where: str) -> Line:
    fields = _mapping(given, where, _LINE_FIELDS)
    told = [side for side in ("at_least", "at_most") if fields.get(side) is not None]
    if len(told) != 1:
        raise InvalidInput("A line says either `at_least` or `at_most`.", where=where, fix="Write for example at_least: 500.")
    role = fields.get("role", "primary")
    if role not in ("primary", "guardrail"):
        raise InvalidInput("A line is primary or a guardrail.", where=f"{where}.role", fix="Write role: primary, or role: guardrail.")
    own = fields.get("where")
    return Line(
        metric=_text(fields.get("metric"), f"{where}.metric", 80),
        role=role,
        direction=cast("Direction", told[0]),
        value=_number(fields[told[0]], f"{where}.{told[0]}", 0, 1e12),
        minimum=_number(fields.get("minimum") or 0, f"{where}.minimum", 0, 1e12),
        where=None if own is None else _where(own, f"{where}.where"),
        ramp=_ramp(fields.get("ramp") or "usual", f"{where}.ramp"),
    )


def _ramp(given: object, where: str) -> str | tuple[tuple[float, float], ...]:
    if isinstance(given, str):
        if given not in RAMPS:
            raise InvalidInput(f"'{given[:40]}' is no ramp.", where=where, fix="Write usual, even, or points such as [[0.1, 0.4], [0.5, 0.8]].")
        return given
    found: list[tuple[float, float]] = []
    for one in _list(given, where, POINTS_MOST):
        pair = _list(one, where, 2)
        if len(pair) != 2:
            raise InvalidInput("A point of a ramp is a pair.", where=where, fix="Write [share of the time, share of the total].")
        found.append((_number(pair[0], where, 0, 1), _number(pair[1], where, 0, 1)))
    path = [(0.0, 0.0), *found, (1.0, 1.0)]
    if not found or any(not (a[0] < b[0] and a[1] <= b[1]) for a, b in itertools.pairwise(path)):
        what = "The points of a ramp go up, between 0 and 1 of the time."
        raise InvalidInput(what, where=where, fix="Write for example [[0.1, 0.4], [0.5, 0.8]]; the start and the end go without saying.")
    return tuple(found)


def _instant(given: object, where: str, zone: str) -> int:
    text = given.isoformat() if isinstance(given, dt.datetime | dt.date) else str(given)
    try:
        moment = dt.datetime.fromisoformat(text.strip()[:40])
    except ValueError:
        raise InvalidInput(f"'{text[:40]}' is no instant.", where=where, fix="Write for example 2026-11-11T09:00.") from None
    ms = round((moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))).timestamp() * 1000)
    if ms % QUARTER_MS or not 0 < ms < 4_102_444_800_000:
        raise InvalidInput(f"'{text[:40]}' is no quarter of an hour.", where=where, fix="Start and end at :00, :15, :30 or :45.")
    return ms


def _where(given: object, where: str) -> tuple[Mapping[str, Any], ...]:
    found = _list(given, where, WHERE_MOST)
    return tuple(predicate_from_json(_mapping(one, where, {"field", "op", "value"}), where).json() for one in found)


def _mapping(given: object, where: str, known: set[str]) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise InvalidInput("This is no mapping of fields.", where=where, fix="Write {field: value, ...}.")
    fields = cast("Mapping[str, Any]", given)
    unknown = sorted(str(name) for name in fields if name not in known)
    if unknown:
        raise InvalidInput(f"There is no field '{unknown[0][:60]}' here.", where=where, fix=f"Fields: {', '.join(sorted(known))}.")
    return fields


def _list(given: object, where: str, most: int) -> Sequence[Any]:
    if not isinstance(given, list) or len(cast("list[Any]", given)) > most:
        raise InvalidInput(f"This is no list of at most {most}.", where=where, fix="Write [a, b].")
    return cast("list[Any]", given)


def _text(given: object, where: str, most: int) -> str:
    if not isinstance(given, str) or not 0 < len(given.strip()) <= most or "\0" in given:
        raise InvalidInput("This is no text.", where=where, fix=f"Write 1 to {most} characters.")
    return given.strip()


def _number(given: object, where: str, least: float, most: float) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not least <= given <= most:
        raise InvalidInput(f"'{str(given)[:40]}' is no number from {least:g} to {most:g}.", where=where)
    return float(given)
