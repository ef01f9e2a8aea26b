"""The HTTP door of the root cause explorer."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from windsock.governance import needs
from windsock.monitoring.event_library.shapes import WordsShape
from windsock.monitoring.explain.routes import CauseElement
from windsock.monitoring.explore.ask import Explored, explore
from windsock.warehouse import until_gone

router = APIRouter(prefix="/api/root-cause", tags=["monitoring"])


class RootCauseBody(BaseModel):
    """A metric, a window [from, to) in ms UTC of 31 days at most, dimensions to look at first (none: the search chooses), and filters."""

    model_config = ConfigDict(extra="forbid")

    metric: str = Field(min_length=1, max_length=80)
    from_ms: int = Field(ge=0, lt=2**53)
    to_ms: int = Field(ge=0, lt=2**53)
    by: list[str] = Field(default_factory=list[str], max_length=4)
    where: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]], max_length=20)


class RootCauseValue(BaseModel):
    """What came in a value of a dimension, what was expected, and what that adds to the change; of a ratio in orders."""

    value: str
    real: float
    expected: float
    change: float


class RootCauseDimension(BaseModel):
    """The values of a dimension that add most to the change, at most 12 of ``count``."""

    dimension: str
    values: list[RootCauseValue]
    count: int


class RootCauseAnswer(BaseModel):
    """Where a metric changed in a window beside the same hours of up to four weeks before. ``mix``, of a ratio: orders by other visits."""

    told: WordsShape
    kind: Literal["additive", "ratio"]
    before: float
    after: float
    change: float
    mix: float
    mixed_by: str | None
    elements: list[CauseElement]
    dimensions: list[RootCauseDimension]
    leaves: int
    weeks: int
    from_ms: int
    to_ms: int
    took_ms: int


@router.post("", openapi_extra=needs("metrics.read"), response_model=RootCauseAnswer)
async def find_root_cause(request: Request, body: RootCauseBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Look for the places of a metric's change in a window; nothing is kept. It ends when the asker hangs up."""
    asked = Explored(body.metric, body.from_ms, body.to_ms, tuple(body.by), tuple(body.where))
    return await until_gone(request, lambda cancel: run_in_threadpool(explore, request.app.state.workspace, asked, cancel))
