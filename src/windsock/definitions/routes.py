"""The HTTP doors of the room: see what is defined, and how it came about."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel

from windsock import definitions
from windsock.definitions.model import State
from windsock.definitions.read import PAGE_MAX
from windsock.governance import needs
from windsock.kernel.clock import iso
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/definitions", tags=["definitions"])

Kind = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.\-]{0,119}$")]
Version = Annotated[int, Query(ge=1, lt=1 << 31)]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]
Cursor = Annotated[str | None, Query(max_length=2_000)]


class DefinitionAnswer(BaseModel):
    """One version of a definition."""

    kind: str
    name: str
    version: int
    body: dict[str, Any]
    state: State
    author: str
    approver: str | None
    reason: str
    sha256: str
    created: str
    changed: str


class DefinitionsAnswer(BaseModel):
    """A page of definitions or of versions."""

    definitions: list[DefinitionAnswer]
    next_cursor: str | None


class ChangeAnswer(BaseModel):
    """One difference."""

    path: str
    op: Literal["added", "removed", "changed"]
    old: Any
    new: Any


class DiffAnswer(BaseModel):
    """The differences of two versions; ``complete`` is false when there are more than are shown."""

    changes: list[ChangeAnswer]
    complete: bool


@router.get("", openapi_extra=needs("definitions.read"))
def list_all(
    request: Request,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DefinitionsAnswer:
    """List definitions by kind and name, each with its version in force, else its newest."""
    with _workspace(request).records.read() as session:
        page = definitions.list_definitions(session, kind=kind, limit=limit, cursor=cursor)
    return DefinitionsAnswer(definitions=[_answer(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/{kind}/{name}", openapi_extra=needs("definitions.read"))
def read_one(request: Request, kind: Kind, name: Name, version: Version | None = None) -> DefinitionAnswer:
    """Show a version; without a number the one in force, else the newest."""
    with _workspace(request).records.read() as session:
        return _answer(definitions.read(session, kind, name, version))


@router.get("/{kind}/{name}/history", openapi_extra=needs("definitions.read"))
def read_history(request: Request, kind: Kind, name: Name, limit: Limit = 50, cursor: Cursor = None) -> DefinitionsAnswer:
    """List the versions of a definition, newest first."""
    with _workspace(request).records.read() as session:
        page = definitions.history(session, kind, name, limit=limit, cursor=cursor)
    return DefinitionsAnswer(definitions=[_answer(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/{kind}/{name}/diff", openapi_extra=needs("definitions.read"))
def read_diff(request: Request, kind: Kind, name: Name, old: Version, new: Version) -> DiffAnswer:
    """Show how two versions differ."""
    with _workspace(request).records.read() as session:
        found = definitions.diff(session, kind, name, old, new)
    changes = [ChangeAnswer(path=one.path, op=one.op, old=one.old, new=one.new) for one in found.changes]
    return DiffAnswer(changes=changes, complete=found.complete)


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _answer(one: definitions.Definition) -> DefinitionAnswer:
    return DefinitionAnswer(
        kind=one.kind,
        name=one.name,
        version=one.version,
        body=one.body,
        state=one.state,
        author=one.author,
        approver=one.approver,
        reason=one.reason,
        sha256=one.sha256,
        created=iso(one.created_ms),
        changed=iso(one.changed_ms),
    )
