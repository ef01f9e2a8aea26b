"""The HTTP door of the matrix of modules and goals."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from windsock.governance import Actor, needs
from windsock.metrics.matrix.fill import judge, matrix, record
from windsock.metrics.matrix.model import Direction, Effect, Judgement, Source
from windsock.metrics.shapes import Text
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/metrics/matrix", tags=["metrics"])
Place = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
Change = Annotated[str, Field(max_length=20, pattern=r"^-?\d{1,4}(\.\d{1,10})?$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class JudgementShape(_Body):
    """What somebody thinks: direction, size 0 to 3, effort 0 (not said) to 3, and why."""

    direction: Direction
    size: int = Field(ge=0, le=3)
    effort: int = Field(ge=0, le=3)
    note: str = Field("", max_length=500)


class JudgementChange(JudgementShape):
    """A judgement, and the version of the cell that its author saw."""

    version: int = Field(ge=0, le=1 << 30)


class EffectBody(_Body):
    """A measured effect as a relative change (0.03 is 3 % more) with its 95 % interval."""

    source: Source
    ref: str = Field(min_length=1, max_length=120)
    effect: Change
    low: Change | None = None
    high: Change | None = None
    first: dt.date
    last: dt.date


class EffectShape(BaseModel):
    """A measured effect."""

    id: str
    source: str
    ref: str
    effect: str
    low: str | None
    high: str | None
    first: str
    last: str
    recorded_by: str
    recorded: str


class MeasuredShape(BaseModel):
    """Measured effects as one; ``count`` of ``total`` had an interval."""

    effect: str
    low: str
    high: str
    direction: str
    count: int
    total: int


class MatrixCellShape(BaseModel):
    """A place of the matrix."""

    module: str
    goal: str
    version: int
    judgement: JudgementShape | None
    changed_by: str | None
    changed: str | None
    measured: MeasuredShape | None
    effects: list[EffectShape]


class GroupShape(BaseModel):
    """People, goods or place."""

    name: str
    title: Text


class ModuleShape(GroupShape):
    """A part of the operation."""

    group: str


class GoalShape(GroupShape):
    """A factor of the revenue tree, and its metric."""

    metric: str


class MatrixShape(BaseModel):
    """The whole matrix."""

    groups: list[GroupShape]
    modules: list[ModuleShape]
    goals: list[GoalShape]
    cells: list[MatrixCellShape]


class RecordedShape(BaseModel):
    """Whether an effect was new, or corrected one of the same source."""

    new: bool


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


@router.get("", openapi_extra=needs("metrics.read"), response_model=MatrixShape)
def show_matrix(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """Return which module of the operation moves which goal: judged and measured."""
    return matrix(_workspace(request))


@router.put("/{module}/{goal}", openapi_extra=needs("definitions.write"), response_model=MatrixCellShape)
def fill_cell(request: Request, module: Place, goal: Place, change: JudgementChange) -> Any:  # noqa: ANN401 - the response model checks it
    """Fill a cell by hand; written into the audit trail."""
    given = Judgement(change.direction, change.size, change.effort, change.note)
    return judge(_workspace(request), _actor(request), (module, goal), given, change.version)


@router.post("/{module}/{goal}/effects", openapi_extra=needs("definitions.write"))
def record_effect(request: Request, module: Place, goal: Place, given: EffectBody) -> RecordedShape:
    """Keep a measured effect; what the same source said before is corrected."""
    low, high = (None if one is None else Decimal(one) for one in (given.low, given.high))
    effect = Effect(given.source, given.ref, Decimal(given.effect), low, high, given.first.isoformat(), given.last.isoformat())
    return RecordedShape(new=record(_workspace(request), _actor(request), (module, goal), effect))
