"""The HTTP door of SQL. A statement whose asker has gone is killed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, actor_of, csv_file, run, workspace_of
from windsock.analyses.sql import shapes as s
from windsock.analyses.sql.book import book_of
from windsock.analyses.sql.draft import draft_of
from windsock.analyses.sql.run import run_statement
from windsock.analyses.sql.terminal import answer_csv, answer_json
from windsock.governance import needs
from windsock.kernel.errors import NotAllowed

router = APIRouter(prefix="/api/sql", tags=["sql"])
_RUN = needs("sql.run")


@router.get("/views", openapi_extra=_RUN, response_model=s.SqlBook)
def list_sql_views(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List the tables that a statement can read, with examples and bounds."""
    return book_of(workspace_of(request))


@router.post("/run", openapi_extra=_RUN, response_model=s.SqlAnswer)
async def run_sql(request: Request, body: s.SqlStatement) -> Any:  # noqa: ANN401 - as above
    """Run one SELECT over the views, in a process of its own; hanging up kills it."""
    workspace, actor = workspace_of(request), actor_of(request)
    return await run(request, lambda cancel: answer_json(run_statement(workspace, actor, body.sql, cancel=cancel)))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_sql(request: Request, body: s.SqlStatement) -> Response:
    """Return the rows as CSV, more of them than are shown; needs the right to run SQL too."""
    workspace, actor = workspace_of(request), actor_of(request)
    if not actor.may("sql.run"):
        raise NotAllowed("Running SQL needs the permission sql.run.", where="sql.run", fix="Ask an admin for a role that has it.")
    most = workspace.settings.sql.export_rows_max
    told = await run(request, lambda cancel: answer_csv(run_statement(workspace, actor, body.sql, rows_most=most, cancel=cancel)))
    return csv_file(told, "sql")


@router.post("/draft", openapi_extra=_RUN, response_model=s.SqlDraft)
def draft_sql_metric(body: s.SqlStatement) -> Any:  # noqa: ANN401 - as above
    """Read the beginning of a metric out of a statement, or say why it is none; nothing is run or kept."""
    found = draft_of(body.sql)
    return {"definition": found.definition, "notes": [{"en": en, "zh": zh} for en, zh in found.notes]}
