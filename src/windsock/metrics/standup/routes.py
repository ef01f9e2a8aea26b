"""The HTTP doors of the stand-up: the frozen page, and the promises."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from windsock.governance import Actor, needs
from windsock.kernel.period import parse_date
from windsock.metrics.standup import promise as verbs
from windsock.metrics.standup import shapes, store
from windsock.metrics.standup.promise import Said
from windsock.metrics.standup.show import closed_since, owners, promises_json
from windsock.metrics.standup.today import today
from windsock.records import decode, take
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["standup"])
_READ = needs("metrics.read")
_WRITE = needs("promises.write")
_KEYS, _SCOPE = 3, "promises"


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


@router.get("/metrics/today", openapi_extra=_READ, response_model=shapes.TodayShape)
def show_today(request: Request, date: Annotated[str | None, Query(max_length=10)] = None) -> Any:  # noqa: ANN401 - the response model checks it
    """Return the page of the 09:00 stand-up for a date, yesterday by default."""
    return today(_workspace(request), None if date is None else parse_date(date, "date")).json()


@router.get("/promises", openapi_extra=_READ, response_model=shapes.PromisesShape)
def list_promises(
    request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 100, cursor: Annotated[str | None, Query(max_length=2_000)] = None
) -> Any:  # noqa: ANN401 - the response model checks it
    """List the promises that are open, and those closed in the last two weeks, with how their metrics went since."""
    workspace = _workspace(request)
    after = None if cursor is None else decode(cursor, length=_KEYS, scope=_SCOPE)
    key = None if after is None else (int(after[0] or 0), str(after[1]), str(after[2]))
    with workspace.records.read() as session:
        found = take(store.listed(session, closed_since(workspace), limit + 1, key), limit, store.sort_key, scope=_SCOPE)
        number = store.count_open(session)
    return {"items": promises_json(workspace, found.items), "next": found.next_cursor, "open": number, "owners": owners(workspace)}


@router.post("/promises", openapi_extra=_WRITE, response_model=shapes.PromiseShape, status_code=201)
def add_promise(request: Request, body: shapes.NewPromise) -> Any:  # noqa: ANN401 - the response model checks it
    """Write a promise down: what, by whom, until when."""
    workspace = _workspace(request)
    made = verbs.make(workspace, _actor(request), parse_date(body.made_on, "made_on"), _said(body))
    return promises_json(workspace, [made])[0]


@router.put("/promises/{promise}", openapi_extra=_WRITE, response_model=shapes.PromiseShape)
def change_promise(request: Request, promise: str, body: shapes.PromiseChange) -> Any:  # noqa: ANN401 - the response model checks it
    """Change what an open promise says."""
    workspace = _workspace(request)
    return promises_json(workspace, [verbs.change(workspace, _actor(request), promise[:40], _said(body), revision=body.revision)])[0]


@router.post("/promises/{promise}/state", openapi_extra=_WRITE, response_model=shapes.PromiseShape)
def close_promise(request: Request, promise: str, body: shapes.PromiseState) -> Any:  # noqa: ANN401 - the response model checks it
    """Close a promise as done or dropped, or open it again."""
    workspace = _workspace(request)
    closed = verbs.close(workspace, _actor(request), promise[:40], body.state, body.outcome, revision=body.revision)
    return promises_json(workspace, [closed])[0]


def _said(body: shapes.PromiseBody) -> Said:
    return Said(body.text.strip(), body.owner.strip(), parse_date(body.due, "due"), body.metric, body.about)
