"""The HTTP door of the room: how the sources do."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from windsock.governance import needs
from windsock.kernel.clock import iso
from windsock.tracking.sources import Source, read_sources
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/sources", tags=["tracking"])


class BalanceAnswer(BaseModel):
    """The sums of the last day of intake: received = stored + duplicate + quarantined."""

    until: str
    received: int
    stored: int
    duplicate: int
    quarantined: int
    holds: bool


class SourceAnswer(BaseModel):
    """A source: until when its data is whole, and how late it is."""

    source: str
    kind: str
    name: str
    complete_until: str | None
    last_loaded: str | None
    payment_known: bool | None
    lag_ms: int | None
    state: Literal["ok", "late", "silent"]
    balance: BalanceAnswer | None


class SourcesAnswer(BaseModel):
    """All sources, by code."""

    sources: list[SourceAnswer]


@router.get("", openapi_extra=needs("metrics.read"))
def list_sources(request: Request) -> SourcesAnswer:
    """List where data comes from, until when it is whole, and whether the intake balances."""
    workspace: Workspace = request.app.state.workspace
    found = read_sources(workspace.warehouse, workspace.clock.now_ms())
    return SourcesAnswer(sources=[_answer(source, workspace.zone) for source in found])


def _answer(source: Source, zone: str) -> SourceAnswer:
    balance = source.balance
    counts = (balance.received, balance.stored, balance.duplicate, balance.quarantined) if balance else (0, 0, 0, 0)
    return SourceAnswer.model_validate(
        {
            "source": source.source,
            "kind": source.kind,
            "name": source.name,
            "complete_until": iso(source.complete_until_ms, zone) if source.complete_until_ms is not None else None,
            "last_loaded": iso(source.last_loaded_ms, zone) if source.last_loaded_ms is not None else None,
            "payment_known": source.payment_known,
            "lag_ms": source.lag_ms,
            "state": source.state,
            "balance": {
                "until": iso(balance.until_ms, zone),
                **dict(zip(("received", "stored", "duplicate", "quarantined"), counts, strict=True)),
                "holds": balance.holds,
            }
            if balance
            else None,
        }
    )
