"""What questions and answers of every analysis have in common over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VALUE_MOST = 4_000
PEOPLE_MOST = 100
Definition = Annotated[dict[str, Any], Field(description="As GET /api/analyses/{kind}/schema describes it")]
Share = Annotated[str | None, Field(description="A ratio as decimal text, to six digits; null where nothing is divided")]
Value = Annotated[str | None, Field(max_length=VALUE_MOST)]


class Body(BaseModel):
    """A body that has what it may have and nothing else."""

    model_config = ConfigDict(extra="forbid")


class AnalysisQuestion(Body):
    """An analysis to answer; ``asked_ms`` of an answer asks again for that moment, so that lists and files have its numbers."""

    definition: Definition
    asked_ms: int | None = Field(None, ge=0, le=2**53, description="Not later than now, nor more than a day ago")


class PeopleQuestion(AnalysisQuestion):
    """Whom a count stands for, page by page."""

    limit: int = Field(50, ge=1, le=PEOPLE_MOST)
    cursor: str | None = Field(None, max_length=12, pattern=r"^\d{1,12}$")

    @property
    def page(self) -> tuple[int, int]:
        """The place to begin at, and how many rows."""
        return int(self.cursor or "0"), self.limit


class PersonQuestion(AnalysisQuestion):
    """For whom it is explained: the number of the person."""

    person: int = Field(ge=1, le=2**53)


What = Annotated[Literal["counts", "people"], Field(description="What is taken home: the counts, or the people behind one of them")]


class AnalysisSpan(BaseModel):
    """Two civil dates, both included."""

    from_: str = Field(alias="from")
    to: str


class AnalysisNote(BaseModel):
    """What somebody should know who reads the answer."""

    code: str
    en: str
    zh: str


class AnalysisLine(BaseModel):
    """A line of a proof, in words."""

    en: str
    zh: str


class AnalysisProofLine(AnalysisLine):
    """A line of a proof, in words and in one."""

    why: str


class AnalysisProof(BaseModel):
    """What became of a person, line by line."""

    person: int
    lines: list[AnalysisProofLine]
