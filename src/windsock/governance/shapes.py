"""What the room's HTTP doors take and give, as they are described to others."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from windsock.governance.model import Role

Language = Literal["zh", "en"]
Text = Annotated[str, StringConstraints(max_length=300)]
Password = Annotated[str, StringConstraints(max_length=1_000)]


class Body(BaseModel):
    """What is sent; a field that nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class SetUpBody(Body):
    """What the first admin fills in, with the secret of the one-time link."""

    link: Text
    name: Text
    email: Text
    password: Password
    language: Language


class SignInBody(Body):
    """E-mail and password."""

    email: Text
    password: Password


class PreferencesBody(Body):
    """How a member wants to see things; what is left out stays."""

    language: Language | None = None
    theme: Literal["auto", "light", "dark"] | None = None
    good_colour: Literal["red", "green"] | None = None


class PasswordBody(Body):
    """One's own password, old and new."""

    current: Password
    new: Password


class NewMemberBody(Body):
    """A new member."""

    name: Text
    email: Text
    password: Password
    role: Role
    language: Language


class MemberChangeBody(Body):
    """What changes of a member; what is left out stays."""

    role: Role | None = None
    state: Literal["active", "disabled"] | None = None


class NewPasswordBody(Body):
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


class NewTokenBody(Body):
    """A new API token; without days it works until it is revoked."""

    name: Text
    role: Role
    expires_days: int | None = Field(default=None, ge=1, le=3660)


class TokenAnswer(BaseModel):
    """An API token without its secret; instants are ISO 8601 in the workspace's zone."""

    id: str
    name: str
    role: str
    hint: str = Field(description="how the secret starts")
    state: Literal["works", "expired", "revoked"]
    created: str
    created_by: str
    expires: str | None
    used: str | None
    revoked: str | None


class TokensAnswer(BaseModel):
    """A page of tokens, the newest first."""

    items: list[TokenAnswer]
    next: str | None


class MadeTokenAnswer(BaseModel):
    """A token that was just made, with its secret, which is never shown again."""

    token: TokenAnswer
    secret: str


class RoleAnswer(BaseModel):
    """A role and what it may do."""

    role: str
    permissions: list[str]


class PermissionAnswer(BaseModel):
    """A named right."""

    permission: str
    means: str


class RolesAnswer(BaseModel):
    """Every role and every right, in their order."""

    roles: list[RoleAnswer]
    permissions: list[PermissionAnswer]
