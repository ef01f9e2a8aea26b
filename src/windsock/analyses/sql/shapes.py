"""The shapes of SQL over HTTP: what can be read, a statement, its rows, the beginning of a metric."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from windsock.analyses.sql.check import TEXT_MOST

Kind = Literal["number", "text", "date", "time", "boolean", "fields"]


class SqlWords(BaseModel):
    """A text in both languages."""

    en: str
    zh: str


class SqlColumn(BaseModel):
    """A column of a view; ``fields`` has the columns within it, each as text."""

    name: str
    kind: Kind
    about: SqlWords


class SqlView(BaseModel):
    """A table that can be read."""

    name: str
    about: SqlWords
    columns: list[SqlColumn]


class SqlExample(BaseModel):
    """A question, and the statement that answers it."""

    title: SqlWords
    sql: str


class SqlLimits(BaseModel):
    """What a statement may take."""

    seconds: float
    rows: int
    file_rows: int
    memory_bytes: int
    fresh_s: float
    characters: int


class SqlBook(BaseModel):
    """What can be read, examples, and bounds."""

    views: list[SqlView]
    examples: list[SqlExample]
    limits: SqlLimits


class SqlStatement(BaseModel):
    """A statement as it was written."""

    sql: str = Field(max_length=TEXT_MOST, description="One SELECT over the views")


class SqlResultColumn(BaseModel):
    """A column of an answer."""

    name: str
    kind: Kind


class SqlAnswer(BaseModel):
    """Rows of a statement; numbers that a float does not hold exactly are texts. ``age_s``: how old what it read may be."""

    columns: list[SqlResultColumn]
    rows: list[list[Any]]
    cut: bool
    ms: int
    age_s: int
    printed: str
    views: list[str]


class SqlDraft(BaseModel):
    """The beginning of a metric's definition and what was left out of it; or None and why."""

    definition: dict[str, Any] | None
    notes: list[SqlWords]
