"""The HTTP door of playbooks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from windsock.governance import Actor, needs
from windsock.monitoring.playbooks import caps, flags, perform, propose, read, store
from windsock.monitoring.playbooks import shapes as s
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/playbooks", tags=["monitoring"])
_READ = needs("alerts.read")
_RUN = needs("playbooks.run")
Name = Annotated[str | None, Query(max_length=80)]


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


@router.get("/kinds", openapi_extra=_READ, response_model=s.ActionKindList)
def list_action_kinds() -> Any:  # noqa: ANN401 - the response model checks it
    """List the ways to act with their parameters, and the actions that are done by hand."""
    return read.kinds_json()


@router.get("/runs", openapi_extra=_READ, response_model=s.PlaybookRunList)
def list_playbook_runs(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    request: Request,
    state: s.PlaybookState | None = None,
    kind: Name = None,
    alert: Name = None,
    incident: Name = None,
    event: Name = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Any:  # noqa: ANN401 - as above
    """List runs, the last proposed first."""
    return read.runs_page(_workspace(request), _actor(request), store.Wanted(state, kind, alert, incident, event), limit, cursor)


@router.get("/runs/{run}", openapi_extra=_READ, response_model=s.PlaybookRunDetail)
def read_playbook_run(request: Request, run: str) -> Any:  # noqa: ANN401 - as above
    """Return a run with its history."""
    return read.run_detail(_workspace(request), _actor(request), run)


@router.post("/dry-run", openapi_extra=_RUN, response_model=s.DryRunAnswer)
def dry_run_step(request: Request, body: s.PlaybookWish) -> Any:  # noqa: ANN401 - as above
    """Say what a step would change; nothing is changed."""
    return read.planned_json(propose.dry_run(_workspace(request), _actor(request), _wish(body)))


@router.post("/runs", openapi_extra=_RUN, response_model=s.PlaybookRunItem)
def propose_run(request: Request, body: s.PlaybookWish) -> Any:  # noqa: ANN401 - as above
    """Propose a step as a run; asked again, the same run comes back."""
    return read.run_json(_actor(request), propose.propose(_workspace(request), _actor(request), _wish(body)))


@router.post("/runs/{run}/approve", openapi_extra=needs("playbooks.approve"), response_model=s.PlaybookRunItem)
def approve_run(request: Request, run: str, body: s.DecideBody) -> Any:  # noqa: ANN401 - as above
    """Approve a run that another member proposed."""
    done = perform.decide(_workspace(request), _actor(request), run, body.reason, approve=True, seen=body.revision)
    return read.run_json(_actor(request), done)


@router.post("/runs/{run}/refuse", openapi_extra=_RUN, response_model=s.PlaybookRunItem)
def refuse_run(request: Request, run: str, body: s.DecideBody) -> Any:  # noqa: ANN401 - as above
    """Refuse a run that was not begun, or take back one's own proposal."""
    done = perform.decide(_workspace(request), _actor(request), run, body.reason, approve=False, seen=body.revision)
    return read.run_json(_actor(request), done)


@router.post("/runs/{run}/run", openapi_extra=_RUN, response_model=s.PlaybookRunItem)
def perform_run(request: Request, run: str) -> Any:  # noqa: ANN401 - as above
    """Do a run that is approved or needs nobody's approval; the answer says whether it is ok or failed."""
    return read.run_json(_actor(request), perform.perform(_workspace(request), _actor(request), run))


@router.post("/runs/{run}/undo", openapi_extra=_RUN, response_model=s.PlaybookRunItem)
def undo_run(request: Request, run: str, body: s.PlaybookReason) -> Any:  # noqa: ANN401 - as above
    """Take back what a run did."""
    return read.run_json(_actor(request), perform.undo(_workspace(request), _actor(request), run, body.reason))


@router.get("/caps", openapi_extra=_READ, response_model=s.CapList)
def list_action_caps(request: Request) -> Any:  # noqa: ANN401 - as above
    """List the caps of every kind with what is used of them."""
    return read.caps_json(_workspace(request))


@router.put("/caps/{kind}", openapi_extra=needs("playbooks.caps"), response_model=s.CapItem)
def set_action_caps(request: Request, kind: str, body: s.CapBody) -> Any:  # noqa: ANN401 - as above
    """Set the caps of a kind."""
    return read.cap_json(caps.set_caps(_workspace(request), _actor(request), kind, body.per_hour, body.money_per_day))


@router.get("/flags", openapi_extra=_READ, response_model=s.FlagList)
def list_flags(request: Request, *, history: bool = False) -> Any:  # noqa: ANN401 - as above
    """List the flags in force; with ``history`` those that ended too."""
    return read.flags_json(_workspace(request), live=not history)


@router.post("/flags", openapi_extra=_RUN, status_code=201, response_model=s.FlagItem)
def set_flag(request: Request, body: s.FlagBody) -> Any:  # noqa: ANN401 - as above
    """Switch a flag by hand; those that touch stock or money are switched by approved runs only."""
    switch = flags.Switch(body.kind, body.subject, body.value, body.reason, body.until_ms)
    return read.flag_json(_workspace(request), flags.set_flag(_workspace(request), _actor(request), switch))


@router.post("/flags/{flag}/clear", openapi_extra=_RUN, status_code=204)
def clear_flag(request: Request, flag: str, body: s.PlaybookReason) -> None:
    """End a flag."""
    flags.clear_flag(_workspace(request), _actor(request), flag, body.reason)


def _wish(body: s.PlaybookWish) -> propose.Wish:
    return propose.Wish(body.alert, body.known_event, body.step, body.inputs)
