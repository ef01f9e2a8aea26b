"""What the doors of internal traffic take and give."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from windsock.tracking.model.internal import By
from windsock.tracking.shapes import Asked, Reason


class InternalRuleAnswer(BaseModel):
    """A rule; ``events_7d`` says how many events of the last seven days it knows by itself, null where that is known on arrival only."""

    name: str
    by: By
    values: list[str]
    key: str | None
    sources: list[str]
    events_7d: int | None


class InternalAnswer(BaseModel):
    """Rules and the last seven days: all events, those that senders called internal, those that rules marked, those that these rules would mark."""

    version: int
    latest: int
    events: int
    said: int
    ruled: int
    would: int
    rules: list[InternalRuleAnswer]


class InternalPreviewRequest(Asked):
    """Rules to try, as a body of their definition."""

    body: dict[str, Any]


class InternalSaveRequest(Asked):
    """Rules to put in force, and why."""

    body: dict[str, Any]
    reason: Reason


class InternalApplyRequest(Asked):
    """How many days back; ``undo`` takes back what rules marked."""

    days: int = Field(ge=1, le=1_000)
    undo: bool = False


class InternalJobAnswer(BaseModel):
    """The job that does it."""

    job: str


class InternalSavedAnswer(BaseModel):
    """The version that was written, and whether it is in force: a draft waits for somebody who may approve."""

    version: int
    state: Literal["draft", "trial", "active", "retired"]
