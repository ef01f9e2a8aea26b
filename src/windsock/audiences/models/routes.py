"""The HTTP door of models."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from windsock.audiences.models import keep, shapes
from windsock.audiences.models.jobs import ask_train
from windsock.audiences.models.score import scores_of
from windsock.governance import needs

router = APIRouter(prefix="/api/models", tags=["audiences"])
_READ = needs("audiences.read")
_WRITE = needs("audiences.write")
_SEE = needs("people.see")
Name = Annotated[str, Path(max_length=40)]
_MOST = 2_000_000_000


@router.get("", openapi_extra=_READ, response_model=shapes.ModelList)
def list_models(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List what can be predicted, each with the version that is used and the newest."""
    return {"items": keep.listed(request.app.state.workspace)}


@router.get("/people/{person}", openapi_extra=_SEE, response_model=shapes.PersonScores)
def get_person_scores(request: Request, person: Annotated[int, Path(ge=0, le=2**62)]) -> Any:  # noqa: ANN401 - as above
    """Return what the models that are used say of a person, and what moved it."""
    return {"items": scores_of(request.app.state.workspace, person)}


@router.get("/{name}", openapi_extra=_READ, response_model=shapes.ModelCard)
def get_model(request: Request, name: Name, version: Annotated[int | None, Query(ge=1, le=_MOST)] = None) -> Any:  # noqa: ANN401 - as above
    """Return the card of a version, or of the newest."""
    return keep.card_json(keep.find(request.app.state.workspace, name, version))


@router.post("/{name}/train", openapi_extra=_WRITE, status_code=202, response_model=shapes.ModelJob)
def train_model(request: Request, name: Name, body: shapes.TrainModel) -> Any:  # noqa: ANN401 - as above
    """Make a version with its backtest in the background."""
    return {"job": ask_train(request.app.state.workspace, request.state.actor, name, body.days, body.kind)}


@router.post("/{name}/activate", openapi_extra=_WRITE, response_model=shapes.ModelCard)
def activate_model(request: Request, name: Name, body: shapes.ActivateModel) -> Any:  # noqa: ANN401 - as above
    """Use a version; refused where it does not beat its baseline, or is too good to be true."""
    return keep.card_json(keep.activate(request.app.state.workspace, request.state.actor, name, body.version))
