"""The room's commands: API tokens and the one-time admin link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from windsock.governance import issue, set_up
from windsock.governance.audit import verify_chain
from windsock.governance.model import ROLE_NAMES, cli_actor
from windsock.kernel.clock import iso
from windsock.kernel.counted import counted
from windsock.kernel.errors import Broken
from windsock.workspace import Workspace

Open = Callable[..., Workspace]


@click.group()
def token() -> None:
    """API tokens for programmes, and the one-time admin link."""


@token.command("create")
@click.option("--name", required=True, help="What it is for.")
@click.option("--role", type=click.Choice(ROLE_NAMES), required=True, help="What it may do.")
@click.option("--days", type=click.IntRange(1, issue.DAYS_MAX), help="How long it works; without it until it is revoked.")
def create_token(open_it: Open, name: str, role: str, days: int | None) -> None:
    """Make a token; it is printed once and can't be shown again."""
    with open_it() as workspace:
        secret, made = issue.issue_token(workspace, cli_actor(), name, role, days)
    click.echo(f"{made.id}: send it as the header `Authorization: Bearer TOKEN`. It is not shown again.", err=True)
    click.echo(secret)


@token.command("list")
def list_tokens(open_it: Open) -> None:
    """List the tokens, without their secrets."""
    with open_it() as workspace:
        found, zone, now = issue.list_tokens(workspace), workspace.zone, workspace.clock.now_ms()
    for one in found:
        click.echo("  ".join((one.id, one.hint + "...", one.role.ljust(7), _state(one, now, zone).ljust(33), one.name)))
    if not found:
        click.echo("There are no tokens.", err=True)


def _state(one: issue.TokenView, now_ms: int, zone: str) -> str:
    if one.revoked_ms is not None:
        return f"revoked {iso(one.revoked_ms, zone)}"
    if one.expires_ms is None:
        return "works"
    return f"{'expired' if one.expires_ms <= now_ms else 'until'} {iso(one.expires_ms, zone)}"


@token.command("revoke")
@click.argument("token_id", metavar="ID")
def revoke_token(open_it: Open, token_id: str) -> None:
    """Make a token stop working at once."""
    with open_it() as workspace:
        issue.revoke_token(workspace, cli_actor(), token_id)
    click.echo(f"{token_id} doesn't work any more.")


@token.command("admin-link")
def admin_link(open_it: Open) -> None:
    """Print a new one-time link that makes the first admin."""
    with open_it() as workspace:
        secret = set_up.new_admin_link(workspace, cli_actor())
        http = workspace.settings.http
    click.echo("Open it within 24 hours, where the server runs; it works once.", err=True)
    click.echo(f"http://{http.host}:{http.port}/welcome#link={secret}")


@click.command("audit-check")
def audit_check(open_it: Open) -> None:
    """Check that no entry of the audit trail was changed or removed."""
    with open_it() as workspace, workspace.records.read() as session:
        found = verify_chain(session)
    if not found.whole:
        raise Broken(f"The audit trail doesn't hold at entry {found.broken_at}: {found.reason}.", fix="Compare it with a backup.")
    click.echo(f"The audit trail is whole: {counted(found.entries, 'entry', 'entries')}.")


COMMANDS: tuple[Any, ...] = (token, audit_check)
