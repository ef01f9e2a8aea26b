"""The shapes of monitors, alerts, silences and replays that travel over HTTP. Instants are ms UTC, money is decimal text, figures are floats."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

AlertLabel = Literal["true", "false", "expected", "data_fault"]
Reason = Field(min_length=1, max_length=1_000)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MonitorText(BaseModel):
    """A text in both languages."""

    en: str
    zh: str


class MonitorBody(_Body):
    """A definition to be kept as a draft; ``base_version`` is the newest that the author saw, 0 for a new one."""

    definition: dict[str, Any]
    reason: str = Reason
    base_version: int = Field(default=0, ge=0)


class MonitorVersionBody(_Body):
    """A version to put in force."""

    version: int = Field(ge=1)
    reason: str = Reason


class MonitorSwitchBody(_Body):
    """Whether a monitor is watched."""

    on: bool
    reason: str = Reason


class MonitorPreviewBody(_Body):
    """A definition to look at before it is kept."""

    definition: dict[str, Any]


class MonitorReplayBody(_Body):
    """A kept monitor by its name, or a definition, and the period to judge, such as 2026-10-01:2026-10-31."""

    monitor: str | None = Field(default=None, max_length=80)
    definition: dict[str, Any] | None = None
    period: str = Field(max_length=21)


class AlertActBody(_Body):
    """Why."""

    reason: str = Reason


class AlertLabelBody(_Body):
    """What an alert was, and why."""

    label: AlertLabel
    reason: str = Reason


class SilenceBody(_Body):
    """For so many minutes from now alerts are kept and not told."""

    monitor: str | None = Field(default=None, max_length=80)
    matches: dict[str, str | int | bool | None] = Field(default_factory=dict, max_length=4)
    minutes: int = Field(ge=1, le=43_200)
    reason: str = Reason


class MonitorAnswer(BaseModel):
    """A monitor and how far it was looked at."""

    name: str
    title: MonitorText
    why: MonitorText
    metric: str
    metric_title: MonitorText | None
    state: Literal["library", "draft", "trial", "active", "retired"]
    version: int
    watched: bool
    owner: str
    definition: dict[str, Any]
    cursor_ms: int | None
    ticked_ms: int | None
    series: int | None
    trouble: str
    note: str
    open_alerts: int


class MonitorsAnswer(BaseModel):
    """A page of monitors."""

    items: list[MonitorAnswer]
    next: str | None


class MonitorSeriesAnswer(BaseModel):
    """A series whose state is not plain."""

    key: dict[str, Any]
    shown: Literal["normal", "pending", "firing", "recovering", "no_data", "error"]
    since_ms: int


class MonitorDetailAnswer(MonitorAnswer):
    """A monitor with its series that are not plain, at most 200."""

    states: list[MonitorSeriesAnswer]


class PreviewPointAnswer(BaseModel):
    """A judged point."""

    at_ms: int
    value: float | None
    expected: float | None
    low: float | None
    high: float | None
    verdict: str


class PreviewSeriesAnswer(BaseModel):
    """One series of a preview; ``smallest`` is the smallest change of a ratio that its last volume would show."""

    key: dict[str, Any]
    points: list[PreviewPointAnswer]
    smallest: float | None


class MonitorPreviewAnswer(BaseModel):
    """The largest series of a cut, and how many there are."""

    series: list[PreviewSeriesAnswer]
    count: int


class FiredAnswer(BaseModel):
    """An alert that there would have been."""

    key: dict[str, Any]
    from_ms: int
    to_ms: int | None
    direction: str
    value: float | None
    expected: float | None
    peak: float | None
    score: float
    money: str | None
    label: str | None


class MonitorReplayAnswer(BaseModel):
    """What came of a replay; precision and recall are None where nothing in the period is labelled."""

    fired: list[FiredAnswer]
    times: int
    series: int
    points: int
    from_ms: int
    to_ms: int
    money: str | None
    currency: str
    precision: float | None
    recall: float | None
    labelled: int


class AlertAnswer(BaseModel):
    """An alert."""

    id: str
    kind: Literal["metric", "data"]
    monitor: str
    version: int
    metric: str
    key: dict[str, Any]
    state: Literal["open", "acked", "suppressed", "closed"]
    direction: str
    severity: Literal["low", "normal", "high", "critical"]
    owner: str
    opened_ms: int
    first_ms: int
    last_ms: int
    ended_ms: int | None
    value: float | None
    expected: float | None
    low: float | None
    high: float | None
    score: float
    peak: float | None
    peak_ms: int | None
    money: str | None
    currency: str
    label: AlertLabel | None
    suppressed_by: str | None
    acked_by: str | None
    note: str
    revision: int


class AlertKnownEvent(BaseModel):
    """The known event that an alert is likest."""

    name: str
    title: MonitorText


class AlertWhyShort(BaseModel):
    """What explains an alert, in short; alerts of one ``cause`` are one thing to handle. ``money_hour`` is money an hour."""

    cause: str
    told: MonitorText
    money_hour: float | None
    known_event: AlertKnownEvent | None


class AlertShownAnswer(AlertAnswer):
    """An alert with what its monitor and metric are called (None: gone, or late data), and with what explains it."""

    monitor_title: MonitorText | None
    metric_title: MonitorText | None
    unit: str
    why: AlertWhyShort | None


class AlertCourseAnswer(BaseModel):
    """The series of an alert around it, as its monitor judges it now; below ``minimum`` a point is too thin to judge."""

    points: list[PreviewPointAnswer]
    step_ms: int
    minimum: float


class NoiseLine(BaseModel):
    """What people said of a monitor's alerts; ``unsaid`` of how many they said nothing."""

    monitor: str
    title: MonitorText | None
    true: int
    false: int
    expected: int
    data_fault: int
    unsaid: int


class NoiseAnswer(BaseModel):
    """What people said of the alerts of the last days, by monitor."""

    days: int
    items: list[NoiseLine]


class AlertsAnswer(BaseModel):
    """A page of alerts, the last opened first, and how many there are in each state."""

    items: list[AlertShownAnswer]
    next: str | None
    counts: dict[str, int]


class AlertStepAnswer(BaseModel):
    """What happened to an alert."""

    at_ms: int
    actor: str
    actor_name: str
    before: str | None
    after: str
    reason: str


class AlertBehind(BaseModel):
    """What to ask an analysis for to see whom an alert stands for: of a funnel those of its days who did not go on from ``step`` (from 1)."""

    kind: Literal["funnel", "trend"]
    definition: dict[str, Any]
    step: int | None
    dropped: bool
    cell: str
    value: str | None


class AlertDetailAnswer(AlertShownAnswer):
    """An alert with its history, and where its monitor watches an analysis, what to ask that for."""

    steps: list[AlertStepAnswer]
    behind: AlertBehind | None


class SilenceAnswer(BaseModel):
    """A silence."""

    id: str
    monitor: str | None
    matches: dict[str, Any]
    from_ms: int
    until_ms: int
    reason: str
    created_ms: int
    created_name: str


class SilencesAnswer(BaseModel):
    """The silences that are not over."""

    items: list[SilenceAnswer]
