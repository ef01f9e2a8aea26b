"""The HTTP door of known days."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from windsock.governance import needs
from windsock.kernel.errors import InvalidInput
from windsock.monitoring.known_days import keep
from windsock.monitoring.known_days import shapes as s
from windsock.monitoring.known_days.ics import BYTES_MAX
from windsock.monitoring.known_days.model import KnownDay
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/known-days", tags=["monitoring"])
_READ = needs("alerts.read")
_HANDLE = needs("alerts.handle")
BEFORE_MS, AFTER_MS = 90 * 86_400_000, 366 * 86_400_000
Instant = Annotated[int | None, Query(ge=0, lt=4_102_444_800_000)]


@router.get("", openapi_extra=_READ, response_model=s.KnownDayList)
def list_known_days(request: Request, from_ms: Instant = None, until_ms: Instant = None) -> Any:  # noqa: ANN401 - the response model checks it
    """List what is known of days, the house's public holidays too: from 90 days ago to a year ahead where no span is named."""
    workspace = _workspace(request)
    now_ms = workspace.clock.now_ms()
    start = max(0, now_ms - BEFORE_MS) if from_ms is None else from_ms
    return _listed(keep.list_days(workspace, start, max(now_ms, start) + AFTER_MS if until_ms is None else until_ms))


@router.post("", openapi_extra=_HANDLE, status_code=201, response_model=s.KnownDayShape)
def add_known_day(request: Request, body: s.NewKnownDay) -> Any:  # noqa: ANN401 - as above
    """Say that a time is not as others: monitors learn nothing from it, and their bands are wider in it."""
    new = KnownDay("", body.kind, body.starts_ms, body.ends_ms, body.where, body.title.strip())
    return vars(keep.add_day(_workspace(request), request.state.actor, new))


@router.post("/import", openapi_extra=_HANDLE, response_model=s.KnownDayList)
async def import_known_days(request: Request, kind: Annotated[s.KnownDayKind, Query()] = "holiday") -> Any:  # noqa: ANN401 - as above
    """Keep the events of a calendar file (text/calendar, 2 MB and 5,000 events at most), all or none; a known UID is replaced."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BYTES_MAX:
            raise InvalidInput("The calendar file has more than 2 MB.", where="body", fix="Export fewer years.")
    return _listed(await run_in_threadpool(keep.import_days, _workspace(request), request.state.actor, bytes(body), kind))


@router.delete("/{day}", openapi_extra=_HANDLE, status_code=204)
def remove_known_day(request: Request, day: str) -> None:
    """Forget a day; those of the calendar stay."""
    keep.remove_day(_workspace(request), request.state.actor, day[:40])


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _listed(days: list[KnownDay]) -> dict[str, Any]:
    return {"items": [vars(day) for day in days], "next": None}
