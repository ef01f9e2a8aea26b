"""The HTTP doors of the room: state, set-up, session, members, audit trail."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

import windsock
from windsock.governance import enrol, issue, set_up, sign_in
from windsock.governance.audit import PAGE_MAX, read_audit, verify_chain
from windsock.governance.model import PERMISSIONS, PUBLIC, ROLES, Actor, needs
from windsock.governance.shapes import (
    AuditAnswer,
    AuditPageAnswer,
    ChainAnswer,
    MadeTokenAnswer,
    MemberAnswer,
    MemberChangeBody,
    MembersAnswer,
    NewMemberBody,
    NewPasswordBody,
    NewTokenBody,
    PasswordBody,
    PermissionAnswer,
    PreferencesBody,
    RoleAnswer,
    RolesAnswer,
    SessionAnswer,
    SetUpBody,
    SignInBody,
    StateAnswer,
    TokenAnswer,
    TokensAnswer,
    UserAnswer,
    WorkspaceAnswer,
)
from windsock.governance.sign_in import SESSION_COOKIE, SignedInNow, Visitor
from windsock.kernel.clock import iso
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["governance"])

Cursor = Annotated[str | None, Query(max_length=2_000)]
MemberId = Annotated[str, Path(pattern=r"^mem_[0-9a-f]{1,40}$")]
TokenId = Annotated[str, Path(pattern=r"^tok_[0-9a-f]{1,40}$")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


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


@router.get("/roles", openapi_extra=needs("session.own"))
def list_roles() -> RolesAnswer:
    """Say what each role may do, and what each right means."""
    rights = [name for name in PERMISSIONS if name != PUBLIC]
    roles = [RoleAnswer(role=role, permissions=[name for name in rights if name in held]) for role, held in ROLES.items()]
    return RolesAnswer(roles=roles, permissions=[PermissionAnswer(permission=name, means=PERMISSIONS[name]) for name in rights])


@router.get("/tokens", openapi_extra=needs("tokens.manage"))
def list_tokens(request: Request, limit: Limit = 50, cursor: Cursor = None) -> TokensAnswer:
    """List the API tokens, the newest first, without their secrets."""
    workspace = _workspace(request)
    page = issue.page_of_tokens(workspace, limit, cursor)
    return TokensAnswer(items=[_token(workspace, token) for token in page.items], next=page.next_cursor)


@router.post("/tokens", status_code=201, openapi_extra=needs("tokens.manage"))
def create_token(request: Request, body: NewTokenBody) -> MadeTokenAnswer:
    """Make an API token; its secret is in this answer and nowhere else."""
    workspace = _workspace(request)
    secret, token = issue.issue_token(workspace, _actor(request), body.name, body.role, body.expires_days)
    return MadeTokenAnswer(token=_token(workspace, token), secret=secret)


@router.delete("/tokens/{token_id}", status_code=204, openapi_extra=needs("tokens.manage"))
def revoke_token(request: Request, token_id: TokenId) -> None:
    """Make an API token stop working at once."""
    issue.revoke_token(_workspace(request), _actor(request), token_id)


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


def _token(workspace: Workspace, token: issue.TokenView) -> TokenAnswer:
    def at(ms: int | None) -> str | None:
        return None if ms is None else iso(ms, workspace.zone)

    return TokenAnswer(
        id=token.id,
        name=token.name,
        role=token.role,
        hint=token.hint,
        state=issue.state_of(token, workspace.clock.now_ms()),
        created=iso(token.created_ms, workspace.zone),
        created_by=token.created_by,
        expires=at(token.expires_ms),
        used=at(token.used_ms),
        revoked=at(token.revoked_ms),
    )


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
