"""The HTTP doors for whoever writes metrics: check, preview, draft, certify, roll back, delete, export, import."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from windsock.governance import Actor, needs
from windsock.kernel.errors import InvalidInput, NotAllowed
from windsock.kernel.period import Period
from windsock.metrics.authoring import shapes, worded
from windsock.metrics.authoring.check import check, probe
from windsock.metrics.authoring.exchange import apply, bodies_of, plan
from windsock.metrics.authoring.files import many_text
from windsock.metrics.authoring.formats import read_any, write_ossie
from windsock.metrics.authoring.keep import Saying, certify, delete, discard, roll_back, save
from windsock.metrics.authoring.lineage import lineage
from windsock.metrics.authoring.preview import preview
from windsock.metrics.authoring.show import compare, drafts, sheet, vocabulary
from windsock.metrics.catalogue import catalogue_of
from windsock.metrics.shapes import period_of
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/metrics/authoring", tags=["metrics"])
_READ = needs("metrics.read")
_WRITE = needs("definitions.write")
_APPROVE = needs("definitions.approve")

Name = Annotated[str, Path(pattern=shapes.NAME)]


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


def _saying(request: Request, reason: str) -> Saying:
    return Saying(_actor(request), reason)


@router.get("/vocabulary", openapi_extra=_READ, response_model=shapes.VocabularyAnswer)
def list_vocabulary() -> Any:  # noqa: ANN401 - the response model checks it
    """List what a metric can be made of: facts, their fields and clocks, and the choices of a definition's fields."""
    return {"facts": [worded.fact_json(fact) for fact in vocabulary()], "choices": worded.CHOICES}


@router.post("/check", openapi_extra=_READ, response_model=shapes.MetricCheckAnswer)
def check_definition(request: Request, body: shapes.MetricCheckRequest) -> Any:  # noqa: ANN401 - the response model checks it
    """Check a definition as it is typed: all findings at once, its lineage and its statement. Nothing is saved."""
    workspace = _workspace(request)
    checked = probe(workspace, check(catalogue_of(workspace), body.definition))
    steps = lineage(checked.library, str(checked.body["name"])) if checked.library is not None and not checked.errors else ()
    return worded.check_json(workspace, checked, steps)


@router.post("/preview", openapi_extra=_READ, response_model=shapes.MetricPreviewAnswer)
def preview_definition(request: Request, body: shapes.MetricPreviewRequest) -> Any:  # noqa: ANN401 - the response model checks it
    """Compute a definition that is not in force: value, the period before, each day, and the ten largest cells of a dimension."""
    if (body.from_ is None) != (body.to is None):
        raise InvalidInput("A period has two ends.", where="from / to", fix="Give both, or neither for the last 28 days.")
    period: Period | None = period_of(body.from_, body.to) if body.from_ is not None and body.to is not None else None
    return worded.preview_json(preview(_workspace(request), body.definition, period, body.by))


@router.get("/drafts", openapi_extra=_READ, response_model=shapes.DraftsAnswer)
def list_drafts(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List the metrics that are being worked on."""
    workspace = _workspace(request)
    known = catalogue_of(workspace).metrics
    items = [worded.draft_json(one, workspace.zone, certified=one.name in known) for one in drafts(workspace)]
    return {"items": items, "next": None}


@router.post("/drafts", openapi_extra=_WRITE, response_model=shapes.MetricSavedAnswer)
def save_draft(request: Request, body: shapes.DraftRequest) -> Any:  # noqa: ANN401 - the response model checks it
    """Keep a definition as a draft."""
    return vars(save(_workspace(request), _saying(request, body.reason), body.definition, body.base_version))


@router.post("/discard", openapi_extra=_WRITE, response_model=shapes.MetricSavedAnswer)
def discard_draft(request: Request, body: shapes.VersionRequest) -> Any:  # noqa: ANN401 - the response model checks it
    """Throw a draft away."""
    return vars(discard(_workspace(request), _saying(request, body.reason), body.name, body.version))


@router.post("/certify", openapi_extra=_APPROVE, response_model=shapes.MetricSavedAnswer)
def certify_draft(request: Request, body: shapes.VersionRequest) -> Any:  # noqa: ANN401 - the response model checks it
    """Put a draft in force."""
    return vars(certify(_workspace(request), _saying(request, body.reason), {body.name: body.version})[0])


@router.post("/roll-back", openapi_extra=_APPROVE, response_model=shapes.MetricSavedAnswer)
def roll_back_metric(request: Request, body: shapes.RollBackRequest) -> Any:  # noqa: ANN401 - the response model checks it
    """Put an old version in force again, as a new one."""
    saying = _saying(request, body.reason)
    return vars(roll_back(_workspace(request), saying, body.name, to_version=body.to_version, base_version=body.base_version))


@router.post("/delete", openapi_extra=_APPROVE, response_model=shapes.MetricSavedAnswer)
def delete_metric(request: Request, body: shapes.DeleteRequest) -> Any:  # noqa: ANN401 - the response model checks it
    """Take a self-made metric out of force; refused while something stands on it."""
    return vars(delete(_workspace(request), _saying(request, body.reason), body.name))


@router.get("/metrics/{name}", openapi_extra=_READ, response_model=shapes.SheetAnswer)
def get_sheet(request: Request, name: Name) -> Any:  # noqa: ANN401 - the response model checks it
    """Show a metric with its versions, lineage and uses."""
    workspace = _workspace(request)
    return worded.sheet_json(sheet(workspace, name), workspace.zone)


@router.get("/metrics/{name}/diff", openapi_extra=_READ, response_model=shapes.DifferenceAnswer)
def get_diff(
    request: Request,
    name: Name,
    old: Annotated[int, Query(ge=0, lt=1 << 31)],
    new: Annotated[int, Query(ge=0, lt=1 << 31)],
) -> Any:  # noqa: ANN401 - the response model checks it
    """Show how two versions differ; version 0 is the shipped one."""
    return worded.diff_json(compare(_workspace(request), name, old, new))


@router.get("/export", openapi_extra=_READ, response_class=Response)
def export_definitions(
    request: Request,
    form: Annotated[Literal["library", "ossie"], Query(alias="format")] = "library",
    own: Annotated[bool, Query()] = False,  # noqa: FBT002 - a query parameter
    names: Annotated[list[str] | None, Query(max_length=100)] = None,
) -> Response:
    """Return definitions in force as YAML: several documents in the library's form, or one Apache Ossie model."""
    bodies = bodies_of(_workspace(request), names or (), own=own)
    text = many_text(bodies) if form == "library" else write_ossie(_workspace(request), bodies)
    headers = {"Content-Disposition": f'attachment; filename="metrics.{form}.yaml"'}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)


@router.post("/import", openapi_extra=_WRITE, response_model=shapes.MetricImportAnswer)
def import_definitions(request: Request, body: shapes.MetricImportRequest) -> Any:  # noqa: ANN401 - the response model checks it
    """Bring definitions in, or only say what they would change; all are saved or none."""
    workspace = _workspace(request)
    if body.certify and not _actor(request).may("definitions.approve"):
        raise NotAllowed("Certifying needs the permission definitions.approve.", where="certify", fix="Import them as drafts, or ask a lead.")
    planned = plan(workspace, read_any(workspace, body.text, body.format, "text"), certify=body.certify)
    written = () if body.dry_run else apply(workspace, _saying(request, body.reason), planned, certify=body.certify)
    return worded.plan_json(planned, len(written))
