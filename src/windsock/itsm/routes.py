"""The HTTP door of the room."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from windsock.governance import Actor, needs
from windsock.itsm import actions, amend, escalate, hand_over, read, relate, review, shapes, step, store
from windsock.itsm.begin import Opening
from windsock.itsm.begin import open_incident as begun
from windsock.itsm.learned import lesson_json
from windsock.itsm.model.record import cents
from windsock.itsm.model.rota import Duty
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/itsm", tags=["itsm"])
_READ = needs("incidents.read")
_WORK = needs("incidents.work")
_MANAGE = needs("incidents.manage")
Kind = Literal["incident", "problem", "change", "task"]
Id = Annotated[str, Path(pattern=r"^[a-z]{3,4}_[0-9a-f]{1,30}$")]
Instant = Annotated[int | None, Query(ge=1, le=10**14)]


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


@router.get("/records", openapi_extra=_READ, response_model=shapes.ItsmRecordList)
def list_records(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    request: Request,
    kind: Kind = "incident",
    state: Annotated[str | None, Query(max_length=200, description="States, with commas between")] = None,
    owner: Annotated[str | None, Query(max_length=120)] = None,
    severity: Annotated[int | None, Query(ge=1, le=4, description="This severity and worse")] = None,
    from_ms: Instant = None,
    to_ms: Instant = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Any:  # noqa: ANN401 - the response model checks it
    """List records, those that cost most per hour first, then the newest."""
    states = None if state is None else tuple(state.split(","))
    wanted = store.Wanted(kind, states, owner, severity, None, from_ms, to_ms)
    found = read.listed(_workspace(request), wanted, limit, cursor)
    return {"items": [read.record_json(_workspace(request), one) for one in found.items], "next": found.next_cursor}


@router.get("/records.csv", openapi_extra=needs("export"), response_class=Response)
def export_records(request: Request, kind: Kind = "incident") -> Response:
    """Return all records of a kind as a CSV file; written into the audit trail."""
    headers = {"Content-Disposition": f'attachment; filename="{kind}s.csv"'}
    return Response(read.export(_workspace(request), _actor(request), kind), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/incidents", openapi_extra=_WORK, response_model=shapes.ItsmOpened)
def open_incident(request: Request, body: shapes.IncidentBody) -> Any:  # noqa: ANN401 - as above
    """Open an incident, or join the one that its cause has."""
    asked = Opening(
        body.cause, body.title_zh, body.title_en, body.reason, cents(body.money_per_hour), body.people, None, body.owner, {"where": body.where}
    )  # fmt: skip
    found = begun(_workspace(request), _actor(request), asked)
    return {"how": found.how, "record": read.record_json(_workspace(request), found.record)}


@router.post("/records", openapi_extra=_WORK, response_model=shapes.ItsmRecordItem)
def make_record(request: Request, body: shapes.ItsmRecordBody) -> Any:  # noqa: ANN401 - as above
    """Make a problem, a change or a task, linked to what it belongs to."""
    draft = relate.Draft(body.kind, body.title_zh, body.title_en, body.given, body.of, body.key)
    return read.record_json(_workspace(request), relate.make(_workspace(request), _actor(request), draft))


@router.get("/records/{record}", openapi_extra=_READ, response_model=shapes.ItsmWhole)
def read_record(request: Request, record: Id) -> Any:  # noqa: ANN401 - as above
    """Return a record with its timeline and all that belongs to it."""
    return read.whole(_workspace(request), record)


@router.get("/records/{record}/lesson", openapi_extra=_READ, response_model=shapes.ItsmLesson)
def read_lesson(request: Request, record: Id) -> Any:  # noqa: ANN401 - as above
    """Return what an incident showed, as a window of history for the event library."""
    return lesson_json(_workspace(request), record)


@router.post("/records/{record}/moves", openapi_extra=_WORK, response_model=shapes.ItsmRecordItem)
def move_record(request: Request, record: Id, body: shapes.ItsmMoveBody) -> Any:  # noqa: ANN401 - as above
    """Move a record: see, work, watch, wait, resume, resolve, close, reopen, and what the other kinds know."""
    wish = step.Wish(body.event, body.reason, body.version, body.evidence)
    return read.record_json(_workspace(request), step.move(_workspace(request), _actor(request), record, wish))


@router.patch("/records/{record}", openapi_extra=_WORK, response_model=shapes.ItsmRecordItem)
def change_record(request: Request, record: Id, body: shapes.ItsmWordsBody) -> Any:  # noqa: ANN401 - as above
    """Change a record's words: owner, fallback, accepted_risk, rule, review, person, and what its kind has."""
    return read.record_json(_workspace(request), amend.edit(_workspace(request), _actor(request), record, body.given, body.version))


@router.post("/records/{record}/notes", openapi_extra=_WORK, status_code=204)
def note_record(request: Request, record: Id, body: shapes.ItsmNoteBody) -> None:
    """Write a line into a record's timeline."""
    amend.note(_workspace(request), _actor(request), record, body.text)


@router.post("/records/{record}/links", openapi_extra=_WORK, status_code=204)
def link_record(request: Request, record: Id, body: shapes.ItsmLinkBody) -> None:
    """Link a problem, change or task to a record that it belongs to."""
    relate.link(_workspace(request), _actor(request), record, body.target)


@router.post("/records/{record}/merge", openapi_extra=_WORK, response_model=shapes.ItsmRecordItem)
def merge_incident(request: Request, record: Id, body: shapes.IncidentMergeBody) -> Any:  # noqa: ANN401 - as above
    """Make an incident a part of another; returns the one that remains."""
    return read.record_json(_workspace(request), relate.merge(_workspace(request), _actor(request), record, body.into, body.reason, body.version))


@router.post("/actions/{run}/{outcome}", openapi_extra=_WORK, status_code=204)
def settle_action(request: Request, run: Annotated[str, Path(max_length=80)], outcome: Literal["verified", "undone"]) -> None:
    """Say what came of an automatic action."""
    actions.settle(_workspace(request), _actor(request), run, outcome)


@router.get("/records/{record}/review", openapi_extra=_READ, response_model=shapes.IncidentReview)
def read_review(request: Request, record: Id) -> Any:  # noqa: ANN401 - as above
    """Return the review of an incident, or the form filled in beforehand."""
    return read.review_json(_workspace(request), review.form(_workspace(request), record))


@router.put("/records/{record}/review", openapi_extra=_WORK, response_model=shapes.IncidentReview)
def save_review(request: Request, record: Id, body: shapes.IncidentReviewBody) -> Any:  # noqa: ANN401 - as above
    """Save the five answers on an incident that is resolved."""
    review.save_review(_workspace(request), _actor(request), record, body.model_dump(exclude={"version"}), body.version)
    return read.review_json(_workspace(request), review.form(_workspace(request), record))


@router.get("/rota", openapi_extra=_READ, response_model=shapes.RotaAnswer)
def read_rota(request: Request) -> Any:  # noqa: ANN401 - as above
    """Return the rota, and who is on duty now."""
    duties, now = escalate.rota(_workspace(request))
    return {"items": [asdict(one) for one in duties], "now": now}


@router.post("/rota", openapi_extra=_MANAGE, response_model=shapes.DutyItem)
def add_duty(request: Request, body: shapes.DutyBody) -> Any:  # noqa: ANN401 - as above
    """Put somebody on the rota."""
    return asdict(escalate.add_duty(_workspace(request), _actor(request), Duty("", **body.model_dump())))


@router.delete("/rota/{duty}", openapi_extra=_MANAGE, status_code=204)
def drop_duty(request: Request, duty: Id) -> None:
    """Take a line out of the rota."""
    escalate.drop_duty(_workspace(request), _actor(request), duty)


@router.get("/hand-over", openapi_extra=_READ, response_model=shapes.HandOverAnswer)
def read_hand_over(request: Request, from_ms: Instant = None, to_ms: Instant = None) -> Any:  # noqa: ANN401 - as above
    """Write the note of a shift, the last eight hours by default."""
    found = hand_over.hand_over(_workspace(request), from_ms, to_ms)
    shown = [read.record_json(_workspace(request), one) for one in found.open]
    return {**{name: getattr(found, name) for name in ("zh", "en", "open_count", "happened", "duty")}, "open": shown}
