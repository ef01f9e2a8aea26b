"""The shapes of paths over HTTP: questions, the answer as a Sankey takes it, and the paths behind."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import VALUE_MOST, AnalysisNote, AnalysisSpan, Body, PeopleQuestion, What
from windsock.analyses.paths.model import STEPS_MOST


class PathsNodeAsked(Body):
    """A node as the answer has it; without a name it stands for all others."""

    name: str | None = Field(None, max_length=VALUE_MOST)
    value: str | None = Field(None, max_length=VALUE_MOST)

    @property
    def pair(self) -> tuple[str | None, str | None]:
        """Its name and its value."""
        return self.name, self.value


class PathsPeopleQuestion(PeopleQuestion):
    """Which paths a figure stands for: a step, the node there, and the node they go on to or that they end there; without a node, all of the step."""

    step: int = Field(1, ge=1, le=STEPS_MOST, description="From 1, counted from the anchor")
    node: PathsNodeAsked | None = None
    onto: PathsNodeAsked | None = None
    exits: bool = False


class PathsExport(PathsPeopleQuestion):
    """What is taken home: the counts, or the paths behind one of them."""

    what: What = "counts"


class PathsCrowd(BaseModel):
    """How many paths, and of how many people."""

    paths: int
    people: int


class PathsTotal(PathsCrowd):
    """All of them; so many may still go on."""

    still_open: int


class PathsNode(PathsCrowd):
    """What happened at a step, how many end there (begin there, where steps are counted from the end), and how many go on unseen."""

    id: str
    step: int
    name: str | None
    value: str | None
    other: bool
    masked: bool = Field(description="Its value is not shown in full, so that it can't be asked for")
    exits: PathsCrowd
    beyond: PathsCrowd


class PathsLink(PathsCrowd):
    """From a node to one of the next step, in the direction of time."""

    source: str
    target: str


class PathsShape(BaseModel):
    """An answer of paths."""

    name: str
    period: AnalysisSpan
    counted_from: Literal["start", "end"]
    steps: int
    total: PathsTotal
    nodes: list[PathsNode]
    links: list[PathsLink]
    notes: list[AnalysisNote]
    asked_ms: int


class PathsStep(BaseModel):
    """A step of a path."""

    name: str
    value: str | None
    at: str


class PathsPerson(BaseModel):
    """A path with who went it: its start and its steps, from the anchor on."""

    person: int
    name: str
    start: str
    steps: list[PathsStep]


class PathsPeople(BaseModel):
    """A page of paths: how many in all, and of how many people."""

    total: int
    of_people: int
    people: list[PathsPerson]
    next: str | None
