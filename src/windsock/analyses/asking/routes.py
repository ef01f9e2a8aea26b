"""What the HTTP doors of the analyses have in common. A question whose asker has gone is stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from windsock.analyses.asking.asked import Asking, asking
from windsock.analyses.asking.kept import kept
from windsock.analyses.asking.shapes import AnalysisQuestion
from windsock.governance import Actor
from windsock.warehouse import Cancel, until_gone
from windsock.workspace import Workspace

_T = TypeVar("_T")
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}
"""What the description of a door says that gives a file."""


def workspace_of(request: Request) -> Workspace:
    """Return the workspace that is served."""
    return request.app.state.workspace


def actor_of(request: Request) -> Actor:
    """Return who asks."""
    return request.state.actor


async def run(request: Request, work: Callable[[Cancel], _T]) -> _T:
    """Run a long question beside the loop, and stop it when its asker hangs up."""
    return await until_gone(request, lambda cancel: run_in_threadpool(work, cancel))


async def answer(request: Request, question: AnalysisQuestion, read: Callable[[dict[str, Any]], _T], work: Callable[[Asking[_T]], object]) -> object:
    """Read a question's definition and do the work for who asks; both beside the loop."""
    asked = (question.definition, question.asked_ms)
    return await run(request, lambda cancel: work(asking(workspace_of(request), actor_of(request), read, asked, cancel)))


async def kept_or_answer(
    request: Request, question: AnalysisQuestion, read: Callable[[dict[str, Any]], _T], work: Callable[[Asking[_T]], dict[str, Any]]
) -> dict[str, Any]:
    """As ``answer``, of an answer that may be kept: unless one of an earlier moment is asked for."""

    def asks(cancel: Cancel) -> dict[str, Any]:
        asked = asking(workspace_of(request), actor_of(request), read, (question.definition, question.asked_ms), cancel)
        return work(asked) if question.asked_ms is not None else kept(asked, question.definition, read, work)

    return await run(request, asks)


def csv_file(body: object, name: str) -> Response:
    """Return CSV as a file; the mark at its head tells spreadsheets that it is UTF-8."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(b"\xef\xbb\xbf" + str(body).encode(), media_type="text/csv; charset=utf-8", headers=headers)
