"""The shapes of models that travel over HTTP. Instants are ms UTC, figures and probabilities are floats."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ModelState = Literal["candidate", "active", "retired", "fallback"]


class ModelTitle(BaseModel):
    """A title in both languages."""

    en: str
    zh: str


class ModelEstimate(BaseModel):
    """A figure with its interval of 95 %."""

    value: float
    low: float
    high: float


class ModelVersion(BaseModel):
    """A version in short; ``why_not``: why it may not be used, nothing where it may."""

    version: int
    state: ModelState
    days: int
    kind: str | None
    reason: str
    created_ms: int
    created_by: str
    auc: ModelEstimate
    difference: ModelEstimate
    why_not: list[str]


class ModelRow(BaseModel):
    """A task with the version that is used and the newest."""

    name: str
    title: ModelTitle
    grain: Literal["person", "booking"]
    baseline: str
    days: int
    used: ModelVersion | None
    newest: ModelVersion | None


class ModelList(BaseModel):
    """All tasks."""

    items: list[ModelRow]


class ModelCard(ModelVersion):
    """A version with its card; docs/concepts/models.md says what stands in it."""

    name: str
    title: ModelTitle
    card: dict[str, Any]


class TrainModel(BaseModel):
    """How a version is made: how many days ahead, and of which kind of goods (of propensity)."""

    model_config = ConfigDict(extra="forbid")

    days: int | None = Field(default=None, ge=7, le=365)
    kind: str | None = Field(default=None, min_length=1, max_length=40)


class ActivateModel(BaseModel):
    """Which version is used from now on."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=2_000_000_000)


class ModelJob(BaseModel):
    """The job that makes a version; it is followed and stopped at /api/jobs."""

    job: str


class ScoreReason(BaseModel):
    """A feature that moved a score most: up or down."""

    feature: str
    up: bool
    title: ModelTitle


class PersonScore(BaseModel):
    """What a model, or its baseline, says of a person."""

    model: str
    version: int
    score: float
    said_by: Literal["model", "baseline"]
    reasons: list[ScoreReason]
    at_ms: int


class PersonScores(BaseModel):
    """What all models say of a person."""

    items: list[PersonScore]
