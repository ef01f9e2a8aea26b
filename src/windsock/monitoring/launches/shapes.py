"""The shapes of launches that travel over HTTP. Instants are ms UTC, figures and probabilities are floats."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from windsock.monitoring.shapes import MonitorText

LaunchKind = Literal["product", "campaign", "release", "route", "other"]
LaunchState = Literal["planned", "running", "ended", "cancelled"]
LaunchStanding = Literal["early", "on_track", "at_risk", "off_track", "nothing"]
LaunchRole = Literal["primary", "guardrail"]
LaunchDirection = Literal["at_least", "at_most"]
LaunchOutcome = Literal["reached", "missed", "too_few", "not_whole"]
Where = Annotated[list[dict[str, Any]], Field(max_length=10)]


class NewLaunchLine(BaseModel):
    """A metric and what it is to reach (``at_least``) or not to exceed (``at_most``) by the end."""

    model_config = ConfigDict(extra="forbid")

    metric: str = Field(max_length=80)
    role: LaunchRole = "primary"
    at_least: float | None = None
    at_most: float | None = None
    minimum: float = 0
    where: Where | None = None
    ramp: Literal["usual", "even"] | Annotated[list[Annotated[list[float], Field(max_length=2)]], Field(max_length=20)] = "usual"


class NewLaunch(BaseModel):
    """A launch as it is declared; instants without an offset are those of the workspace's clock."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=80)
    title: MonitorText
    kind: LaunchKind
    owner: str = Field(max_length=80)
    starts: str = Field(max_length=40)
    ends: str = Field(max_length=40)
    where: Where = Field(default_factory=list[dict[str, Any]])
    tell: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list[str], max_length=5)
    known_day: bool = False
    lines: list[NewLaunchLine] = Field(min_length=1, max_length=10)


class ChangedLaunch(BaseModel):
    """A launch declared otherwise, and the revision that its author saw."""

    model_config = ConfigDict(extra="forbid")

    definition: NewLaunch
    revision: int = Field(ge=1)


class CancelLaunch(BaseModel):
    """Why a launch is cancelled; it is kept."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)


class LaunchStatus(BaseModel):
    """How a line stands; the probability is that it keeps its line, and four times of five it ends between ``low`` and ``high``."""

    standing: LaunchStanding
    since_ms: int
    until_ms: int
    value: float | None
    volume: float | None
    share: float
    dispersion: float | None
    probability: float | None
    expected: float | None
    low: float | None
    high: float | None
    told: list[str]


class LaunchLine(BaseModel):
    """A line and how it stands; ``ramp`` is ``usual``, ``even`` or ``given``."""

    metric: str
    title: MonitorText
    unit: str
    role: LaunchRole
    direction: LaunchDirection
    line: float
    minimum: float
    where: list[dict[str, Any]] | None
    ramp: str
    status: LaunchStatus


class LaunchOutcomeLine(BaseModel):
    """How a line ended, with the figures that say so."""

    metric: str
    role: LaunchRole
    direction: LaunchDirection
    line: float
    minimum: float
    value: float | None
    volume: float | None
    outcome: LaunchOutcome


class LaunchVerdict(BaseModel):
    """The verdict, when it was given, and what it was made from; it never changes."""

    verdict: Literal["succeeded", "failed", "undecided"]
    at_ms: int
    lines: list[LaunchOutcomeLine]


class LaunchShape(BaseModel):
    """A launch: what was declared, how it stands by data up to ``until_ms``, and its verdict once there is one."""

    name: str
    title: MonitorText
    kind: LaunchKind
    owner: str
    starts_ms: int
    ends_ms: int
    state: LaunchState
    standing: LaunchStanding
    until_ms: int
    looked_ms: int
    note: str
    reason: str
    verdict: LaunchVerdict | None
    created_ms: int
    created_name: str
    revision: int
    where: list[dict[str, Any]]
    lines: list[LaunchLine]


class LaunchPoint(BaseModel):
    """What is there at an instant (null where not known yet), and what was planned to be (null of ratios)."""

    at_ms: int
    value: float | None
    planned: float | None


class LaunchLineCourse(LaunchLine):
    """A line with its course."""

    course: list[LaunchPoint]


class LaunchFull(LaunchShape):
    """A launch with the courses of its lines, and its definition as it was declared."""

    lines: list[LaunchLineCourse]  # pyright: ignore[reportIncompatibleVariableOverride] - each line has more
    definition: dict[str, Any]


class LaunchList(BaseModel):
    """A page of launches, the last to start first."""

    items: list[LaunchShape]
    next: str | None
