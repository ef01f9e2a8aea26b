"""The shapes that travel over HTTP for whoever writes metrics."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from windsock.metrics import shapes as base

NAME = r"^[a-z][a-z0-9_]{1,59}$"
IMPORT_MAX = 1_000_000

Body = dict[str, Any]
Name = Annotated[str, Field(pattern=NAME)]
Reason = Annotated[str, Field(max_length=500)]
Version = Annotated[int, Field(ge=0, lt=1 << 31)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MetricCheckRequest(_Asked):
    """A definition in the form of a library file."""

    definition: Body


class MetricPreviewRequest(MetricCheckRequest):
    """A definition, and where and how to look: the last 28 days where no period is given."""

    from_: dt.date | None = Field(None, alias="from")
    to: dt.date | None = None
    by: str | None = Field(None, max_length=40)


class DraftRequest(MetricCheckRequest):
    """A definition to keep as a draft; ``base_version`` is the newest version that its author saw, 0 for a new metric."""

    base_version: Version = 0
    reason: Reason


class VersionRequest(_Asked):
    """Which version of a metric, and why."""

    name: Name
    version: Annotated[int, Field(ge=1, lt=1 << 31)]
    reason: Reason


class RollBackRequest(_Asked):
    """Which old version comes back, and the newest that the actor saw."""

    name: Name
    to_version: Annotated[int, Field(ge=1, lt=1 << 31)]
    base_version: Version
    reason: Reason


class DeleteRequest(_Asked):
    """Which self-made metric goes, and why."""

    name: Name
    reason: Reason


class MetricImportRequest(_Asked):
    """Definitions as text; ``dry_run`` only says what would change."""

    text: str = Field(max_length=IMPORT_MAX)
    format: Literal["library", "ossie"] = "library"
    dry_run: bool = True
    certify: bool = False
    reason: Reason = ""


class MetricFinding(base.Text):
    """Something to mend or to mind."""

    level: Literal["error", "hint"]
    field: str
    fix: str


class LineageStep(BaseModel):
    """A line of a lineage."""

    depth: int
    kind: Literal["metric", "measure", "fact"]
    name: str
    title: base.Text
    text: str
    seen: bool


class MetricCheckAnswer(BaseModel):
    """What a check found; ``sql`` and what follows is there where nothing keeps the definition from being saved."""

    ok: bool
    findings: list[MetricFinding]
    units: list[str]
    additivity: str | None
    clocks: list[str]
    dimensions: list[str]
    steps: list[LineageStep]
    sql: str | None


class PointShape(BaseModel):
    """A day's figure."""

    period: str
    value: str | int | None


class CellShape(BaseModel):
    """A cell of a dimension; its value is null where the figure is missing."""

    cell: str | int | bool | None
    value: str | int | None


class MetricPreviewAnswer(BaseModel):
    """Figures of a definition: exact decimal text, counts as integers, missing is null."""

    from_: str = Field(alias="from")
    to: str
    unit: str
    currency: str | None
    value: str | int | None
    previous: str | int | None
    points: list[PointShape]
    cells: list[CellShape] | None
    complete_until: str | None
    notes: list[base.NoteShape]


class MetricVersionShape(BaseModel):
    """A version in the history of a metric."""

    version: int
    state: str
    author: str
    approver: str | None
    reason: str
    created: str
    changed: str


class UseShape(BaseModel):
    """Something that stands on a metric."""

    kind: str
    id: str
    title: base.Text


class SheetAnswer(BaseModel):
    """A metric for its writer."""

    name: str
    state: Literal["library", "certified", "draft", "deleted"]
    version: int | None
    newest: int
    body: Body
    draft: Body | None
    draft_version: int | None
    shipped: bool
    versions: list[MetricVersionShape]
    steps: list[LineageStep]
    made: list[str]
    uses: list[UseShape]
    problem: str | None


class MetricDraft(BaseModel):
    """A metric that is being worked on."""

    name: str
    version: int
    title: base.Text
    body: Body
    author: str
    reason: str
    changed: str
    certified: bool


class DraftsAnswer(BaseModel):
    """All drafts, at most 1,000."""

    items: list[MetricDraft]
    next: str | None


class MetricSavedAnswer(BaseModel):
    """A version as it stands now."""

    name: str
    version: int
    state: str


class FieldShape(BaseModel):
    """A field of a fact."""

    name: str
    title: base.Text


class FactShape(BaseModel):
    """A fact that can be measured."""

    name: str
    title: base.Text
    source: str
    clocks: list[str]
    fields: list[FieldShape]
    dimensions: list[str]


class VocabularyAnswer(BaseModel):
    """What a metric can be made of, and the choices of each of its fields."""

    facts: list[FactShape]
    choices: dict[str, list[str]]


class DifferenceShape(BaseModel):
    """One difference of two definitions; ``path`` is a JSON pointer."""

    path: str
    op: Literal["added", "removed", "changed"]
    old: Any
    new: Any


class DifferenceAnswer(BaseModel):
    """The differences of two versions; ``complete`` is false when there are more than are shown."""

    changes: list[DifferenceShape]
    complete: bool


class MetricImportEntry(BaseModel):
    """What one definition does, or would do."""

    name: str
    does: Literal["new", "changed", "certify", "same", "wrong"]
    problem: str
    notes: list[str]
    changes: list[DifferenceShape]


class MetricImportAnswer(BaseModel):
    """What an import did, or would do; ``written`` counts the versions that were written or put in force."""

    entries: list[MetricImportEntry]
    counts: dict[str, int]
    ready: bool
    written: int
