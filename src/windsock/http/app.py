"""Assemble the application from the rooms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

import windsock
from windsock.governance import needs
from windsock.http import errors, openapi, static
from windsock.http.auth import Gate, doors
from windsock.http.bounds import BodyBounds, HostCheck
from windsock.http.envelope import Envelope
from windsock.http.raw import RawDoor, RawDoors
from windsock.kernel.settings import HttpSettings
from windsock.rooms import ROOMS, Room
from windsock.workspace import Workspace

_GZIP_FROM = 1_000
_DESCRIPTION = "The operations desk of a travel seller. Money and ratios travel as decimal text; every error has one shape."

router = APIRouter()


class HealthAnswer(BaseModel):
    """The server and both stores answer."""

    status: str
    version: str


@router.get("/health", tags=["http"], openapi_extra=needs("public"))
def read_health(request: Request) -> HealthAnswer:
    """Say that the server and both stores answer."""
    workspace: Workspace = request.app.state.workspace
    with workspace.records.read():
        workspace.warehouse.version()
    return HealthAnswer(status="ok", version=windsock.__version__)


@router.get("/openapi.json", include_in_schema=False, openapi_extra=needs("session.own"))
def read_openapi(request: Request) -> dict[str, Any]:
    """Describe the interface."""
    return openapi.build_openapi(request.app)


def create_app(
    workspace: Workspace, *, rooms: Sequence[Room] = ROOMS, static_folder: Path = static.STATIC, raw: Sequence[RawDoor] | None = None
) -> FastAPI:
    """Assemble the application of an open workspace and start the rooms.

    Args:
        workspace: stays open as long as the application runs; the caller closes it.
        rooms: every room by default.
        static_folder: where the built pages are.
        raw: doors that were opened already; by default those of the rooms are opened here.

    Raises:
        Broken: a route states no permission.
    """
    found = [open_door(workspace) for room in rooms for open_door in room.raw_doors()] if raw is None else raw
    app = _assemble(workspace, rooms, workspace.settings.http, found)
    app.state.workspace = workspace
    app.state.static = static_folder
    app.state.ui_built = static.ui_built(static_folder)
    for room in rooms:
        if room.on_start is not None:
            room.on_start(workspace)
    return app


def describe(rooms: Sequence[Room] = ROOMS) -> str:
    """Return the OpenAPI description as stable text, without a workspace."""
    settings = HttpSettings()
    return openapi.as_text(openapi.build_openapi(_assemble(None, rooms, settings)))


def _assemble(workspace: Workspace | None, rooms: Sequence[Room], settings: HttpSettings, raw: Sequence[RawDoor] = ()) -> FastAPI:
    # The last router takes every address that is left, so the order matters. Routes are made ready as far as a request looks for its own:
    # the first stands for the question whether the server is up, which waits for no other.
    routers: list[APIRouter] = [router, *(one for room in rooms for one in room.routers()), static.router]
    found = doors(route for one in routers for route in one.routes)
    app = FastAPI(
        title="Windsock",
        version=windsock.__version__,
        description=_DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        responses={"default": {"model": errors.ErrorAnswer, "description": "What is wrong, where, and what to do"}},
        middleware=[
            Middleware(RawDoors, doors=raw),
            Middleware(Envelope),
            Middleware(HostCheck, allowed=settings.allowed_hosts),
            Middleware(Gate, doors=found, workspace=workspace),
            Middleware(BodyBounds, most=settings.body_max_bytes),
            Middleware(GZipMiddleware, minimum_size=_GZIP_FROM),
        ],
    )
    for one in routers:
        app.include_router(one)
    errors.install(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
