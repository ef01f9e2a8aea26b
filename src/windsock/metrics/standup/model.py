"""The rules of the stand-up: promises and their states, what a red line is, the plan of a day cut out of a longer one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from windsock.kernel.errors import InvalidInput
from windsock.kernel.money import half_up, text
from windsock.metrics.model.definition import Words
from windsock.metrics.targets.model.pace import EVEN, history_of, weekday_shape
from windsock.metrics.targets.model.target import Target, check_text

State = Literal["open", "done", "dropped"]
STATES: tuple[State, ...] = get_args(State)
TEXT_MAX, OWNER_MAX, OUTCOME_MAX, ABOUT_MAX = 500, 80, 500, 200
DUE_DAYS_MAX = 366
_GRAINS = ("day", "week", "month", "quarter")


@dataclass(frozen=True)
class Promise:
    """What somebody promised at a stand-up.

    Attributes:
        id: such as ``promise_5f0c...``.
        made_on: the date of the page on which it was made.
        text: what will be done.
        owner: who does it: a role, a team or a name.
        due: the last civil date on which it is in time.
        metric: what it shall move, "" for nothing that is measured.
        about: the id of the red line that it answers, "" for none.
        state: open, done or dropped.
        outcome: what came of it, in words.
        revision: counts its changes.
        made_ms: when it was made.
        made_by: who wrote it down.
        closed_ms: when it was closed, None while it is open.
        closed_by: who closed it.
    """

    id: str
    made_on: dt.date
    text: str
    owner: str
    due: dt.date
    metric: str
    about: str
    state: State
    outcome: str
    revision: int
    made_ms: int
    made_by: str
    closed_ms: int | None = None
    closed_by: str | None = None

    def overdue(self, today: dt.date) -> bool:
        """Say whether it is open past its date."""
        return self.state == "open" and today > self.due


@dataclass(frozen=True)
class Red:
    """A line that costs money now.

    Attributes:
        id: stable for the same matter on the same day, so that a promise can name it.
        kind: where it comes from: ``band``, ``target``, or a kind of who plugs in (alerts, incidents).
        text: what is wrong.
        metric: the metric, "" for none.
        money: what is at stake, None when it is not known in money.
        owner: who answers for it.
        link: an address of the pages, "" for none.
    """

    id: str
    kind: str
    text: Words
    metric: str = ""
    money: Decimal | None = None
    owner: str = ""
    link: str = ""

    def json(self) -> dict[str, Any]:
        """Return the line as it travels."""
        return {
            "id": self.id,
            "kind": self.kind,
            **self.text.json(),
            "metric": self.metric,
            "money": None if self.money is None else text(half_up(self.money)),
            "owner": self.owner,
            "link": self.link,
        }


@dataclass(frozen=True)
class Flag:
    """Something that happened or is on: its first and last date, its kind (holiday, sale, note, stock, target ...) and its name."""

    start: dt.date
    end: dt.date
    kind: str
    title: Words
    link: str = ""

    def json(self) -> dict[str, Any]:
        """Return the flag as it travels."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat(), "kind": self.kind, **self.title.json(), "link": self.link}


@dataclass(frozen=True)
class Plan:
    """What a day was to bring: the value, and the grain of the target that it was taken from."""

    value: Decimal
    grain: str
    target: str


def ranked(lines: Iterable[Red]) -> list[Red]:
    """Return red lines by the money at stake, the most first; those without a sum last."""
    return sorted(lines, key=lambda line: (line.money is None, -(line.money or Decimal(0)), line.id))


def check_promise(text_: str, owner: str, made_on: dt.date, due: dt.date, about: str) -> None:
    """Refuse a promise that is none.

    Raises:
        InvalidInput: says what, where and what to do.
    """
    for name, given in (("text", text_), ("owner", owner), ("about", about)):
        check_text(given, name)
    if not text_ or len(text_) > TEXT_MAX:
        raise InvalidInput(f"A promise has 1 to {TEXT_MAX} characters.", where="text", fix="Say what will be done.")
    if not owner or len(owner) > OWNER_MAX:
        raise InvalidInput(f"A promise needs an owner of at most {OWNER_MAX} characters.", where="owner", fix="Name who does it.")
    if not made_on <= due <= made_on + dt.timedelta(days=DUE_DAYS_MAX):
        raise InvalidInput(f"{due} is not within a year of {made_on}.", where="due", fix="Choose a date from that day on, at most a year ahead.")
    if len(about) > ABOUT_MAX:
        raise InvalidInput(f"What it is about has at most {ABOUT_MAX} characters.", where="about")


def plan_of_day(targets: Iterable[Target], day: dt.date, additivity: str, history: Mapping[dt.date, Decimal]) -> Plan | None:
    """Return what a day was to bring by the targets of a metric, or None.

    A target of the day itself comes first. A ratio's target of a longer period holds for each of its days; a sum's is divided by the
    weekdays of the eight weeks before the period (each day alike with less than four of them); people do not divide.

    Args:
        targets: of the metric, for all of the business.
        day: the civil date.
        additivity: of the metric.
        history: what earlier whole days brought.
    """
    near = sorted((one for one in targets if one.place.period.start <= day <= one.place.period.end), key=lambda one: _GRAINS.index(one.place.grain))
    for target in near:
        grain, period = target.place.grain, target.place.period
        if grain == "day" or additivity == "ratio":
            return Plan(target.aim.value, grain, target.id)
        if additivity == "additive":
            shape = weekday_shape(history_of(history, period, None)) or EVEN
            whole = sum((shape[(period.start + dt.timedelta(days=n)).weekday()] for n in range(period.days)), Decimal(0))
            return Plan(target.aim.value * shape[day.weekday()] / whole, grain, target.id)
    return None
