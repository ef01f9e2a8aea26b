"""Issue API tokens, list them, revoke them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from windsock.governance import store
from windsock.governance.audit import audit
from windsock.governance.model import ROLES, Actor, as_name, as_role
from windsock.governance.sign_in import TOKEN_PREFIX
from windsock.governance.store import ApiToken
from windsock.kernel.errors import InvalidInput, NotAllowed, NotFound, TooLarge
from windsock.kernel.ids import digest
from windsock.records import Page, decode, take
from windsock.workspace import Workspace

TOKENS_MAX = 500
DAYS_MAX = 3660
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class TokenView:
    """A token without its secret; ``hint`` is how the secret starts."""

    id: str
    name: str
    role: str
    hint: str
    created_by: str
    created_ms: int
    expires_ms: int | None
    used_ms: int | None
    revoked_ms: int | None


def issue_token(workspace: Workspace, actor: Actor, name: str, role: str, days: int | None) -> tuple[str, TokenView]:
    """Make a token; the secret is returned once and only its digest is kept.

    Args:
        workspace: the open workspace.
        actor: who makes it.
        name: what it is for.
        role: what it may do.
        days: how long it works, 1 to 3660; None is until it is revoked.

    Raises:
        InvalidInput: name, role or days are wrong.
        NotAllowed: the role may do more than its maker.
        TooLarge: 500 tokens work already.
    """
    name, role = as_name(name), as_role(role)
    if days is not None and not 1 <= days <= DAYS_MAX:
        raise InvalidInput(f"A token can't work for {days} days.", where="days", fix=f"Use 1 to {DAYS_MAX}.")
    if not ROLES[role] <= actor.permissions:
        raise NotAllowed(f"A token of the role '{role}' could do more than you may.", where="role", fix="Choose a role below your own.")
    secret = TOKEN_PREFIX + workspace.ids.secret()
    with workspace.records.write() as session:
        now = workspace.clock.now_ms()
        if store.live_tokens(session, now) >= TOKENS_MAX:
            raise TooLarge(f"{TOKENS_MAX} tokens work already.", fix="Revoke one: windsock token revoke ID")
        row = ApiToken(
            id=workspace.ids.new("tok"),
            name=name,
            role=role,
            digest=digest(secret),
            hint=secret[:8],
            created_by=actor.name[:80],
            created_ms=now,
            expires_ms=None if days is None else now + days * _DAY_MS,
            used_ms=None,
            revoked_ms=None,
        )
        store.insert_token(session, row)
        audit(session, actor, "token.created", f"token:{row.id}", {"name": name, "role": role, "days": days}, now)
        return secret, _view(row)


def list_tokens(workspace: Workspace, limit: int = 1_000) -> list[TokenView]:
    """Return tokens, the newest first, without secrets."""
    with workspace.records.read() as session:
        return [_view(row) for row in store.tokens(session, limit)]


def page_of_tokens(workspace: Workspace, limit: int, cursor: str | None) -> Page[TokenView]:
    """Return a page of tokens, the newest first, without secrets.

    Raises:
        InvalidInput: the cursor is of another list.
    """
    after = None if cursor is None else _place(cursor)
    with workspace.records.read() as session:
        rows = [_view(row) for row in store.tokens(session, limit + 1, after)]
    return take(rows, limit, lambda row: [row.created_ms, row.id], scope="tokens")


def _place(cursor: str) -> tuple[int, str]:
    created, token_id = decode(cursor, length=2, scope="tokens")
    return int(created or 0), str(token_id)


def state_of(token: TokenView, now_ms: int) -> Literal["works", "expired", "revoked"]:
    """Say whether a token works, has run out, or was revoked."""
    if token.revoked_ms is not None:
        return "revoked"
    return "works" if token.expires_ms is None or token.expires_ms > now_ms else "expired"


def revoke_token(workspace: Workspace, actor: Actor, token_id: str) -> None:
    """Make a token stop working at once.

    Raises:
        NotFound: none works under this id.
    """
    with workspace.records.write() as session:
        now = workspace.clock.now_ms()
        if not store.revoke_token(session, token_id, now):
            raise NotFound("There is no such token, or it is revoked already.", where="id", fix="See: windsock token list")
        audit(session, actor, "token.revoked", f"token:{token_id}", {}, now)


def _view(row: ApiToken) -> TokenView:
    return TokenView(**{name: getattr(row, name) for name in TokenView.__dataclass_fields__})
