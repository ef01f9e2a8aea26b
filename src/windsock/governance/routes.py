"""The HTTP doors of the room: state, set-up, session, members, audit trail."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

import windsock
from windsock.governance import enrol, set_up, sign_in
from windsock.governance.audit import PAGE_MAX, read_audit, verify_chain
from windsock.governance.model import Actor, Role, needs
from windsock.governance.sign_in import SESSION_COOKIE, SignedInNow, Visitor
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["governance"])

Language = Literal["zh", "en"]
Text = Annotated[str, StringConstraints(max_length=300)]
Password = Annotated[str, StringConstraints(max_length=1_000)]
Cursor = Annotated[str | None, Query(max_length=2_000)]
MemberId = Annotated[str, Path(pattern=r"^mem_[0-9a-f]{1,40}$")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SetUpBody(_Body):
    """What the first admin fills in, with the secret of the one-time link."""

    link: Text
    name: Text
    email: Text
    password: Password
    language: Language


class SignInBody(_Body):
    """E-mail and password."""

    email: Text
    password: Password


class PreferencesBody(_Body):
    """How a member wants to see things; what is left out stays."""

    language: Language | None = None
    theme: Literal["auto", "light", "dark"] | None = None
    good_colour: Literal["red", "green"] | None = None


class PasswordBody(_Body):
    """One's own password, old and new."""

    current: Password
    new: Password


class NewMemberBody(_Body):
    """A new member."""

    name: Text
    email: Text
    password: Password
    role: Role
    language: Language


class MemberChangeBody(_Body):
    """What changes of a member; what is left out stays."""

    role: Role | None = None
    state: Literal["active", "disabled"] | None = None


class NewPasswordBody(_Body):
    """A new password for somebody."""

    password: Password


class WorkspaceAnswer(BaseModel):
    """What the shell shows of the workspace."""

    name: str
    timezone: str
    currency: str
    language: str
    week_start: int
    good_colour: str


class StateAnswer(BaseModel):
    """What a page needs before anybody signed in."""

    version: str
    first_run: bool
    workspace: WorkspaceAnswer
    ui_built: bool


class UserAnswer(BaseModel):
    """Who is signed in and what they may do."""

    id: str
    name: str
    email: str
    role: str
    language: str
    theme: str
    good_colour: str
    permissions: list[str]


class SessionAnswer(BaseModel):
    """The session; ``csrf`` goes into the header X-Windsock-CSRF of every change."""

    user: UserAnswer
    csrf: str
    workspace: WorkspaceAnswer


class MemberAnswer(BaseModel):
    """A member."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    email: str
    role: str
    state: str
    language: str
    created_ms: int = Field(description="ms since 1970 UTC")


class MembersAnswer(BaseModel):
    """A page of members by e-mail."""

    members: list[MemberAnswer]
    next_cursor: str | None


class AuditAnswer(BaseModel):
    """One entry of the audit trail."""

    model_config = ConfigDict(from_attributes=True)

    seq: int
    at_ms: int
    actor_id: str
    actor_name: str
    via: str
    action: str
    subject: str
    detail: str = Field(description="JSON text, as hashed")
    previous: str
    hash: str


class AuditPageAnswer(BaseModel):
    """A page of the audit trail, the newest first."""

    entries: list[AuditAnswer]
    next_cursor: str | None


class ChainAnswer(BaseModel):
    """What checking the chain found."""

    whole: bool
    entries: int
    broken_at: int | None
    reason: str


@router.get("/state", openapi_extra=needs("public"))
def read_state(request: Request) -> StateAnswer:
    """Say what the sign-in page needs to know."""
    workspace = _workspace(request)
    built = bool(getattr(request.app.state, "ui_built", False))
    return StateAnswer(version=windsock.__version__, first_run=set_up.first_run(workspace), workspace=_workspace_answer(workspace), ui_built=built)


@router.post("/setup", openapi_extra=needs("public"))
def set_up_workspace(request: Request, response: Response, body: SetUpBody) -> SessionAnswer:
    """Make the first admin with the one-time link, and sign them in."""
    workspace = _workspace(request)
    wanted = set_up.FirstAdmin(body.name, body.email, body.password, body.language)
    return _opened(workspace, response, set_up.set_up(workspace, body.link, wanted, _address(request)))


@router.post("/session", openapi_extra=needs("public"))
def open_session(request: Request, response: Response, body: SignInBody) -> SessionAnswer:
    """Sign in; the browser gets a new session cookie."""
    workspace = _workspace(request)
    old = request.cookies.get(SESSION_COOKIE, "")
    return _opened(workspace, response, sign_in.sign_in(workspace, body.email, body.password, _address(request), old))


@router.get("/session", openapi_extra=needs("session.own"))
def read_session(request: Request) -> SessionAnswer:
    """Say who is signed in."""
    return _session(_workspace(request), request.state.visitor)


@router.patch("/session", openapi_extra=needs("session.own"))
def change_session(request: Request, body: PreferencesBody) -> SessionAnswer:
    """Keep how the member wants to see things."""
    workspace, visitor = _workspace(request), request.state.visitor
    changes = body.model_dump(exclude_none=True)
    if changes:
        sign_in.change_preferences(workspace, visitor.actor, changes)
    return _session(workspace, sign_in.with_preferences(visitor, changes))


@router.delete("/session", status_code=204, openapi_extra=needs("session.own"))
def close_session(request: Request, response: Response, *, everywhere: bool = False) -> None:
    """Sign out here, or on every device."""
    workspace = _workspace(request)
    sign_in.sign_out(workspace, _actor(request), request.cookies.get(SESSION_COOKIE, ""), everywhere=everywhere)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax", secure=workspace.settings.http.secure_cookies)


@router.post("/session/password", status_code=204, openapi_extra=needs("session.own"))
def change_own_password(request: Request, body: PasswordBody) -> None:
    """Set one's own password; other sessions end."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    sign_in.change_password(_workspace(request), _actor(request), body.current, body.new, secret, _address(request))


@router.get("/members", openapi_extra=needs("members.manage"))
def list_members(request: Request, limit: Limit = 50, cursor: Cursor = None) -> MembersAnswer:
    """List the members, a page at a time."""
    page = enrol.list_members(_workspace(request), limit, cursor)
    return MembersAnswer(members=[MemberAnswer.model_validate(item) for item in page.items], next_cursor=page.next_cursor)


@router.post("/members", status_code=201, openapi_extra=needs("members.manage"))
def create_member(request: Request, body: NewMemberBody) -> MemberAnswer:
    """Make a member."""
    new = enrol.NewMember(body.name, body.email, body.password, body.role, body.language)
    return MemberAnswer.model_validate(enrol.enrol(_workspace(request), _actor(request), new))


@router.patch("/members/{member_id}", openapi_extra=needs("members.manage"))
def change_member(request: Request, member_id: MemberId, body: MemberChangeBody) -> MemberAnswer:
    """Change a member's role or state; a disabled member is signed out at once."""
    return MemberAnswer.model_validate(enrol.change_member(_workspace(request), _actor(request), member_id, body.role, body.state))


@router.post("/members/{member_id}/password", status_code=204, openapi_extra=needs("members.manage"))
def reset_member_password(request: Request, member_id: MemberId, body: NewPasswordBody) -> None:
    """Give a member a new password; every session of theirs ends."""
    enrol.reset_password(_workspace(request), _actor(request), member_id, body.password)


@router.get("/audit", openapi_extra=needs("audit.read"))
def list_audit(
    request: Request,
    limit: Limit = 50,
    cursor: Cursor = None,
    action: Annotated[str | None, Query(max_length=80)] = None,
    subject: Annotated[str | None, Query(max_length=300)] = None,
    actor_id: Annotated[str | None, Query(max_length=100)] = None,
) -> AuditPageAnswer:
    """Read the audit trail, the newest first."""
    asked = {"action": action, "subject": subject, "actor_id": actor_id}
    filters = {key: value.replace("\0", "\ufffd") for key, value in asked.items() if value is not None}
    with _workspace(request).records.read() as session:
        page = read_audit(session, limit, cursor, filters)
    return AuditPageAnswer(entries=[AuditAnswer.model_validate(entry) for entry in page.items], next_cursor=page.next_cursor)


@router.get("/audit/check", openapi_extra=needs("audit.read"))
def check_audit(request: Request) -> ChainAnswer:
    """Check that no entry was changed or removed."""
    with _workspace(request).records.read() as session:
        found = verify_chain(session)
    return ChainAnswer(whole=found.whole, entries=found.entries, broken_at=found.broken_at, reason=found.reason)


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else "unknown"


def _workspace_answer(workspace: Workspace) -> WorkspaceAnswer:
    shown: dict[str, Any] = {name: getattr(workspace.settings.workspace, name) for name in WorkspaceAnswer.model_fields}
    return WorkspaceAnswer(**shown)


def _session(workspace: Workspace, visitor: Visitor) -> SessionAnswer:
    actor = visitor.actor
    company = workspace.settings.workspace
    user = UserAnswer(
        id=actor.id,
        name=actor.name,
        email=visitor.email,
        role=actor.role,
        language=visitor.language or company.language,
        theme=visitor.theme,
        good_colour=visitor.good_colour or company.good_colour,
        permissions=sorted(actor.permissions),
    )
    return SessionAnswer(user=user, csrf=visitor.csrf, workspace=_workspace_answer(workspace))


def _opened(workspace: Workspace, response: Response, signed_in: SignedInNow) -> SessionAnswer:
    http = workspace.settings.http
    length = round(http.session_hours * 3600)
    response.set_cookie(SESSION_COOKIE, signed_in.secret, max_age=length, path="/", httponly=True, samesite="lax", secure=http.secure_cookies)
    return _session(workspace, signed_in.visitor)
