"""The HTTP doors of quality and of the balance of intake."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from windsock.governance import needs
from windsock.kernel.clock import iso
from windsock.tracking import balance
from windsock.tracking.model.quality import Expected
from windsock.tracking.quality import shapes
from windsock.tracking.quality.assess import SourceQuality, assess, words
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["tracking"])

Source = Annotated[str | None, Query(max_length=120)]
Moment = Annotated[str | None, Query(max_length=40)]


@router.get("/quality", openapi_extra=needs("sources.read"))
def get_quality(request: Request, source: Source = None) -> shapes.QualityAnswer:
    """Say how good the data of each source is."""
    workspace = _workspace(request)
    return shapes.QualityAnswer(items=[_quality(one, workspace.zone) for one in assess(workspace, source or "")])


@router.get("/intake/balance", openapi_extra=needs("sources.read"))
def get_balance(
    request: Request, source: Source = None, start: Moment = None, end: Moment = None, bucket: Literal["minute", "hour", "day"] = "hour"
) -> shapes.BalanceAnswer:
    """Show received = stored + duplicate + quarantined, per source and bucket; the last 24 hours where no time is given."""
    workspace = _workspace(request)
    found = balance.read_balance(workspace, *balance.parse_span(workspace, start, end), bucket, source or "")
    rows = [
        shapes.BalanceRowAnswer(
            source=row.source,
            at=iso(row.at_ms, workspace.zone),
            received=row.received,
            stored=row.stored,
            duplicate=row.duplicate,
            quarantined=row.quarantined,
            in_flight=row.in_flight,
            holds=row.holds,
        )
        for row in found.rows
    ]
    sums = found.totals
    totals = shapes.BalanceTotalsAnswer(
        acked=sums.received + sums.in_flight,
        received=sums.received,
        stored=sums.stored,
        duplicate=sums.duplicate,
        quarantined=sums.quarantined,
        in_flight=sums.in_flight,
    )
    return shapes.BalanceAnswer(rows=rows, totals=totals, holds=found.holds)


def _quality(one: SourceQuality, zone: str) -> shapes.SourceQualityAnswer:
    flags = words()["flags"]
    return shapes.SourceQualityAnswer(
        source=one.source.source,
        name=one.source.name or one.source.source,
        state=one.state,
        sentence_zh=one.sentence_zh,
        sentence_en=one.sentence_en,
        volume=shapes.VolumeAnswer(actual=one.actual, **_band(one.expected)),
        lag_ms=one.source.lag_ms,
        completeness=_share(one, "completeness"),
        uniqueness=_share(one, "uniqueness"),
        validity=_share(one, "validity"),
        late_share=_share(one, "late_share"),
        bot_share=_share(one, "bot_share"),
        series=[shapes.PointAnswer(at=iso(point.at_ms, zone), actual=point.actual, **_band(point.expected)) for point in one.series],
        drift=[shapes.DriftAnswer.model_validate(vars(change)) for change in one.drift],
        findings=[
            shapes.FindingAnswer(rule=rule, count=count, zh=flags.get(rule, {}).get("zh", rule), en=flags.get(rule, {}).get("en", rule))
            for rule, count in one.flags.items()
        ],
    )


def _band(expected: Expected | None) -> dict[str, int | None]:
    return {"expected": expected.middle, "low": expected.low, "high": expected.high} if expected else {"expected": None, "low": None, "high": None}


def _share(one: SourceQuality, name: str) -> str | None:
    share = one.shares.get(name)
    return None if share is None else f"{share:.4f}"


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace
