"""The shapes of basket analyses over HTTP."""

from __future__ import annotations

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import VALUE_MOST, AnalysisNote, AnalysisSpan, PeopleQuestion, What


class PairQuestion(PeopleQuestion):
    """The baskets of which pair are wanted; without items all baskets."""

    one: str | None = Field(None, max_length=VALUE_MOST, description="An item, as the answer has it")
    other: str | None = Field(None, max_length=VALUE_MOST, description="The other item")


class BasketExport(PairQuestion):
    """What is taken home: the pairs, or the baskets of one with their people."""

    what: What = "counts"


class PairShape(BaseModel):
    """A pair; shares and ratios are decimal text, to six digits. Without ``one`` and ``other`` it is masked, and can't be asked for."""

    one: str | None
    other: str | None
    fields: list[str]
    values: list[str | None]
    together: int
    with_one: int
    with_other: int
    support: str
    confidence: str
    confidence_back: str
    lift: str
    leverage: str
    chance: str
    false_share: str
    found: bool


class BasketShape(BaseModel):
    """The answer of a basket analysis."""

    name: str
    in_: str = Field(alias="in")
    fields: list[str]
    period: AnalysisSpan
    baskets: int
    items: int
    items_left_out: int
    looked_at: int
    pairs_left_out: int
    pairs: list[PairShape]
    notes: list[AnalysisNote]
    asked_ms: int


class BasketOf(BaseModel):
    """A basket with its person, None where nobody is known."""

    basket: str | None
    person: int | None
    name: str
    first: str


class BasketPage(BaseModel):
    """A page of baskets."""

    total: int
    baskets: list[BasketOf]
    next: str | None


class ProvenItem(BaseModel):
    """An item in a basket of a person."""

    basket: str
    item: str
    at: str
    looked_at: bool


class BasketProofShape(BaseModel):
    """What a person's baskets hold, also in words."""

    person: int
    items: list[ProvenItem]
    en: list[str]
    zh: list[str]
