"""The HTTP doors of the room: join and part people, the policy, and what a model suggests."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from windsock.governance import Actor, needs
from windsock.identity.amend import merge_ids, retract_edge
from windsock.identity.preview import preview_policy
from windsock.identity.suggest import decide_suggestion, list_suggestions
from windsock.identity.switch import propose_policy, show_policy
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["identity"])
_MERGE = needs("people.merge")

Reason = Annotated[str, Field(min_length=1, max_length=1_000)]
Did = Annotated[int, Field(ge=1, le=2**53)]


class MergeOrder(BaseModel):
    """Two ids that are one person, and why."""

    did_a: Did
    did_b: Did
    reason: Reason


class SplitOrder(BaseModel):
    """A piece of evidence that shall count no more, and why."""

    edge_id: Did
    reason: Reason


class AmendAnswer(BaseModel):
    """How many ids changed their person, and the persons (at most 100) that the ids are now."""

    changed: int
    pids: list[int]


class PolicyAnswer(BaseModel):
    """The policy that people are made by, and how many there are; ``pending`` is a version that is being switched on."""

    version: int
    pending: int | None
    body: dict[str, Any]
    persons: int
    merged_ids: int
    shared_ids: int


class PolicyBody(BaseModel):
    """A policy to try."""

    body: dict[str, Any]


class PolicyOrder(PolicyBody):
    """A policy to switch on, and why."""

    reason: Reason


class PersonSample(BaseModel):
    """A person under the tried policy: from which persons of today, and their ids as they may be shown."""

    pids: list[int]
    ids: list[str]
    what: Literal["join", "split"]


class LargePerson(BaseModel):
    """One of the largest persons under the tried policy."""

    pid: int
    ids: int
    before: int
    shown: list[str]


class PreviewAnswer(BaseModel):
    """What a policy would change; nothing is written. ``join`` counts persons of today that would be joined, ``split`` those parted."""

    persons_before: int
    persons_after: int
    join: int
    split: int
    largest: list[LargePerson]
    samples: list[PersonSample]


class SwitchAnswer(BaseModel):
    """The version that was written and the job that switches it on."""

    version: int
    job: str


class SuggestedSide(BaseModel):
    """One side of a pair."""

    did: int
    pid: int
    name: str | None
    ids: list[str]
    traits: dict[str, str]


class SuggestedReason(BaseModel):
    """How far a field agrees, and what that weighs (bits for or against)."""

    field: str
    agreement_zh: str
    agreement_en: str
    weight: float


class SuggestionAnswer(BaseModel):
    """A pair that a model takes for one person."""

    id: str
    probability: float
    model: str
    a: SuggestedSide
    b: SuggestedSide
    reasons: list[SuggestedReason]
    state: Literal["open", "accepted", "rejected"]
    decided_by: str | None
    decided: str | None
    note: str


class SuggestionsAnswer(BaseModel):
    """A page of suggestions, the likeliest first, with the number of each state."""

    items: list[SuggestionAnswer]
    counts: dict[str, int]
    next: str | None


class DecisionOrder(BaseModel):
    """What somebody decides about a suggestion, and why."""

    decision: Literal["accept", "reject"]
    reason: Reason


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


@router.post("/people/merge", openapi_extra=_MERGE)
def merge_people(request: Request, order: MergeOrder) -> AmendAnswer:
    """Say that two ids are one person, whatever the limits."""
    done = merge_ids(_workspace(request), _actor(request), order.did_a, order.did_b, order.reason)
    return AmendAnswer(changed=done.changed, pids=list(done.pids))


@router.post("/people/split", openapi_extra=_MERGE)
def split_people(request: Request, order: SplitOrder) -> AmendAnswer:
    """Say that the two ids of a piece of evidence are two people: everything is as if it had not been."""
    done = retract_edge(_workspace(request), _actor(request), order.edge_id, order.reason)
    return AmendAnswer(changed=done.changed, pids=list(done.pids))


@router.get("/identity/policy", openapi_extra=needs("people.see"), response_model=PolicyAnswer)
def read_policy(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """Show the policy that people are made by."""
    return show_policy(_workspace(request))


@router.post("/identity/policy/preview", openapi_extra=needs("definitions.write"), response_model=PreviewAnswer)
def try_policy(request: Request, order: PolicyBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Say how many people a policy would join or part, without writing anything."""
    return preview_policy(_workspace(request), _actor(request), order.body)


@router.post("/identity/policy", openapi_extra=needs("definitions.approve"))
def switch_policy(request: Request, order: PolicyOrder) -> SwitchAnswer:
    """Write a policy and switch it on: people are made again in the background, all at once or not at all."""
    version, job = propose_policy(_workspace(request), _actor(request), order.body, order.reason)
    return SwitchAnswer(version=version, job=job)


@router.get("/identity/suggestions", openapi_extra=needs("people.see"), response_model=SuggestionsAnswer)
def read_suggestions(
    request: Request,
    state: Annotated[Literal["open", "accepted", "rejected"] | None, Query()] = "open",
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Any:  # noqa: ANN401 - the response model checks it
    """List pairs that a model takes for one person, the likeliest first."""
    return list_suggestions(_workspace(request), _actor(request), state, limit, cursor)


@router.post("/identity/suggestions/{suggestion_id}", openapi_extra=_MERGE)
def judge_suggestion(request: Request, suggestion_id: Annotated[str, Path(pattern=r"^[A-Za-z0-9_]{1,40}$")], order: DecisionOrder) -> AmendAnswer:
    """Accept a suggestion into the ledger with its score, or reject it for good."""
    done = decide_suggestion(_workspace(request), _actor(request), suggestion_id, order.decision, order.reason)
    return AmendAnswer(changed=done.changed, pids=list(done.pids))
