"""The HTTP door of headlines: any analysis in one figure and one sentence."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from windsock.analyses.asking.routes import actor_of, run, workspace_of
from windsock.analyses.headlines import shapes as s
from windsock.analyses.headlines.ask import Answered, headline
from windsock.governance import needs
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period

router = APIRouter(prefix="/api/analyses/headline", tags=["analyses"])


@router.post("", openapi_extra=needs("metrics.read"), response_model=s.HeadlineAnswer)
async def ask_headline(request: Request, question: s.HeadlineQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer an analysis of any kind in one figure and one sentence, as tiles and recipes show it. Stopped when its asker hangs up."""
    if (question.from_ is None) != (question.to is None):
        raise InvalidInput("A period has two ends.", where="from / to", fix="Give both, or none for the definition's own.")
    period = None if question.from_ is None or question.to is None else Period(question.from_, question.to)
    asked = (workspace_of(request), actor_of(request), question.kind, question.definition, period)
    return told(await run(request, lambda cancel: headline(*asked, cancel=cancel)), whole=question.answer)


def told(found: Answered, *, whole: bool) -> dict[str, Any]:
    """Return a headline as it travels."""
    named = {"kind": found.kind, "name": found.name, "definition": found.definition}
    said = {"notes": found.answer["notes"], "asked_ms": found.answer["asked_ms"], "answer": found.answer if whole else None}
    return found.headline.json() | named | said
