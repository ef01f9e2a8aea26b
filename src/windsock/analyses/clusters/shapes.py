"""The shapes of clusters over HTTP: questions, clusters with what sets them apart, and the people of each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import AnalysisLine, AnalysisNote, AnalysisSpan, PeopleQuestion, What
from windsock.analyses.clusters.model import K_MOST

Rounded = Annotated[str, Field(description="Decimal text, to six digits behind the point")]


class ClustersPeopleQuestion(PeopleQuestion):
    """Whose list is wanted: the people of a cluster, or all."""

    cluster: int | None = Field(None, ge=1, le=K_MOST, description="From 1, as the answer lists them")


class ClustersExport(ClustersPeopleQuestion):
    """What is taken home: the figures, or the people of a cluster."""

    what: What = "counts"


class ClustersCount(BaseModel):
    """How many clusters were asked for (null: as many as stand apart best), and how many there are."""

    asked: int | None
    found: int


class ClustersSilhouette(BaseModel):
    """How well so many clusters stand apart, -1 to 1."""

    k: int
    value: Rounded


class ClustersStability(BaseModel):
    """How far other seeds and half of the people find the same groups, as the adjusted Rand index; ``stable`` from the bound on."""

    seeds: Rounded | None
    halves: Rounded | None
    stable: bool
    bound: Rounded


class ClustersFeature(BaseModel):
    """A feature: what it is called, whether its scale is logarithmic, whether everybody has the same, and what all people have."""

    name: str
    title: AnalysisLine
    measure: Literal["times", "days", "distinct", "sum", "orders", "money", "recency"]
    log: bool
    constant: bool
    median: Rounded | None
    mean: Rounded | None


class ClustersProfile(BaseModel):
    """A feature of a cluster's people; the difference from all is in standard deviations on the feature's scale."""

    median: Rounded
    mean: Rounded
    difference: Rounded


class ClustersCluster(BaseModel):
    """A cluster: a draft of a name, its people, and its features in their order."""

    number: int
    title: AnalysisLine
    people: int
    share: Rounded
    features: list[ClustersProfile]


class ClustersShape(BaseModel):
    """An answer of clusters."""

    name: str
    period: AnalysisSpan
    until: str
    currency: str | None
    people: int
    fitted: int = Field(description="On so many of them centres were found")
    k: ClustersCount
    silhouettes: list[ClustersSilhouette]
    explained: Rounded | None
    stability: ClustersStability
    features: list[ClustersFeature]
    clusters: list[ClustersCluster]
    notes: list[AnalysisNote]
    asked_ms: int


class ClustersPerson(BaseModel):
    """Somebody with their cluster, the distance to its centre, and their figures in the order of the features."""

    person: int
    name: str
    cluster: int
    distance: Rounded
    values: list[Rounded]


class ClustersPeople(BaseModel):
    """A page of people."""

    total: int
    people: list[ClustersPerson]
    next: str | None
