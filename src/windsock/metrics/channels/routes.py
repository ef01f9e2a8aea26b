"""The HTTP door of channels: their balance, who could book direct, and what is assumed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from windsock.governance import Actor, needs
from windsock.kernel.clock import iso
from windsock.kernel.period import Period, parse_period
from windsock.metrics.channels.assume import assume, assumptions, from_json, to_json
from windsock.metrics.channels.balance import balance
from windsock.metrics.channels.movable import Listing, movable, people
from windsock.metrics.shapes import NoteShape, Text, period_of
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/metrics/channels", tags=["metrics"])
Name = Annotated[str, Field(max_length=80)]
Number = Annotated[str, Field(max_length=40, pattern=r"^\d{1,12}(\.\d{1,12})?$")]


class AssumptionsBody(BaseModel):
    """What is assumed of channels, as exact text; what is left out is the built-in one."""

    model_config = ConfigDict(extra="forbid")

    service_cost: dict[Name, Number] = Field(default_factory=dict[str, str], max_length=200)
    move_rate: dict[Name, Number] = Field(default_factory=dict[str, str], max_length=10)
    incentive: Number = "10"
    repeat_value: Number = "0"
    direct_take_rate: Number = "0.10"
    direct_cost_rate: Number | None = None


class AssumptionsChange(AssumptionsBody):
    """New assumptions, and the version that their author saw."""

    version: int = Field(ge=0, le=1 << 30)


class AssumptionsAnswer(AssumptionsBody):
    """The assumptions in force; version 0 is built in."""

    version: int
    changed_by: str | None
    changed: str | None


class ChannelsQuestion(BaseModel):
    """A period as ``A:B``, and what to compare it with."""

    model_config = ConfigDict(extra="forbid")

    period: str = Field(max_length=21)
    compare: Literal["previous", "last_year"] = "previous"
    clock: str | None = Field(None, max_length=20)


class MovableQuestion(ChannelsQuestion):
    """The same, with assumptions to try in place of those in force."""

    assumptions: AssumptionsBody | None = None


class PeopleQuestion(BaseModel):
    """Which people who booked through distribution to list; an empty text is any."""

    model_config = ConfigDict(extra="forbid")

    period: str = Field(max_length=21)
    channel: str = Field("", max_length=80)
    reach: str = Field("", max_length=20)
    private: bool = False
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=10, pattern=r"^\d+$")


class DatesShape(BaseModel):
    """A period, both dates included."""

    start: str
    end: str


class FiguresShape(BaseModel):
    """What was sold, taken and spent; exact decimals as text."""

    orders: int
    booked: str
    gross: str
    refunds: str
    revenue: str
    commission: str
    fees: str
    payment: str
    marketing: str
    service: str
    cost: str
    margin: str
    margin_rate: str | None
    cost_rate: str | None
    share: str | None


class TotalShape(FiguresShape):
    """All channels, beside the earlier period."""

    before: FiguresShape


class ChannelShape(TotalShape):
    """A channel or a group of channels."""

    name: str
    title: Text
    group: str
    tracked: bool
    rates: dict[str, str]


class BalanceShape(BaseModel):
    """Channels, groups and total; ``metrics`` says which metric of the library stands behind each figure."""

    period: DatesShape
    compared_with: DatesShape
    currency: str
    clock: str | None
    complete_until: str | None
    channels: list[ChannelShape]
    groups: list[ChannelShape]
    total: TotalShape
    direct_share: str | None
    direct_share_before: str | None
    metrics: dict[str, str]
    notes: list[NoteShape]
    assumptions: AssumptionsBody


class ReachShape(BaseModel):
    """How near somebody is who books elsewhere."""

    name: str
    title: Text


class ReachRow(BaseModel):
    """Bookings through distribution by channel and reach; null is all of them."""

    channel: str | None
    group: str | None
    reach: str | None
    people: int
    orders: int
    booked: str
    private_orders: int
    private_people: int


class ShiftShape(BaseModel):
    """What a shift would be worth, with the figures that went into it, and what careless counting would make of it."""

    channel: str | None
    moved: str
    value: str
    rate_from: str
    rate_to: str
    incentive: str
    also: str
    repeat_value: str
    saved: str
    repeat: str
    incentives: str
    net: str
    counted_movers_only: str
    counted_all_moved: str


class MovedShape(BaseModel):
    """Who booked direct for the first time after a year of distribution: seen, not proved to be caused by anything."""

    people: int
    orders: int
    booked: str


class MovableShape(BaseModel):
    """Who could book direct, what it would be worth, and who really moved."""

    period: DatesShape
    currency: str
    reaches: list[ReachShape]
    rows: list[ReachRow]
    plans: list[ShiftShape]
    direct_cost_rate: str
    moved: MovedShape


class PersonShape(BaseModel):
    """Somebody who booked through distribution."""

    did: str
    name: str
    orders: int
    booked: str
    last_booked: str | None
    channels: str
    private_trips: bool


class PeopleShape(BaseModel):
    """A page of people."""

    items: list[PersonShape]
    next: str | None


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


def _period(written: str) -> Period:
    given = parse_period(written, "period")
    return period_of(given.start, given.end)


@router.post("", openapi_extra=needs("metrics.read"), response_model=BalanceShape)
def show_balance(request: Request, question: ChannelsQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Return revenue, cost and margin by sales channel, beside an earlier period."""
    return balance(_workspace(request), _period(question.period), question.compare, question.clock).json()


@router.post("/movable", openapi_extra=needs("metrics.read"), response_model=MovableShape)
def show_movable(request: Request, question: MovableQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Return who books through distribution and could book direct, and what a shift would be worth under the assumptions."""
    workspace = _workspace(request)
    found = balance(workspace, _period(question.period), question.compare, question.clock)
    assumed = found.assumed if question.assumptions is None else from_json(question.assumptions.model_dump())
    return movable(workspace, found, assumed)


@router.post("/people", openapi_extra=needs("people.see"), response_model=PeopleShape)
def list_people(request: Request, question: PeopleQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """List people who booked through distribution, masked for who may not see more."""
    wanted = Listing(question.channel, question.reach, question.private, question.limit, int(question.cursor or 0))
    return people(_workspace(request), _actor(request), _period(question.period), wanted)


@router.get("/assumptions", openapi_extra=needs("metrics.read"))
def read_assumptions(request: Request) -> AssumptionsAnswer:
    """Return what is assumed of channels."""
    given, kept = assumptions(_workspace(request))
    changed = None if kept is None else iso(kept.changed_ms)
    return AssumptionsAnswer(
        **to_json(given), version=0 if kept is None else kept.version, changed_by=None if kept is None else kept.changed_by, changed=changed
    )


@router.put("/assumptions", openapi_extra=needs("definitions.write"))
def set_assumptions(request: Request, change: AssumptionsChange) -> AssumptionsAnswer:
    """Set what is assumed of channels; written into the audit trail."""
    kept = assume(_workspace(request), _actor(request), change.model_dump(exclude={"version"}), change.version)
    return AssumptionsAnswer(**kept.body, version=kept.version, changed_by=kept.changed_by, changed=iso(kept.changed_ms))
