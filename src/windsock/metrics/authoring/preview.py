"""A definition's figures while it is being written: the last 28 days, the 28 before, each day, and the largest cells of a dimension."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period
from windsock.metrics.answer import Answer, answer
from windsock.metrics.authoring.check import check, probe, refuse
from windsock.metrics.authoring.types import last_days
from windsock.metrics.catalogue import catalogue_of
from windsock.metrics.query import MetricQuery

if TYPE_CHECKING:
    from windsock.workspace import Workspace

DAYS_MAX = 400
CELLS = 10


@dataclass(frozen=True)
class Preview:
    """Figures of a definition: ``whole`` has the value and the one of the period before, ``days`` one row a day, ``cells`` the largest ten."""

    period: Period
    whole: Answer
    days: Answer
    cells: Answer | None


def preview(workspace: Workspace, body: Mapping[str, Any], period: Period | None = None, by: str | None = None) -> Preview:
    """Compute a definition that is not in force, over the last 28 days with data or a given period.

    Args:
        workspace: where to ask.
        body: the definition in the form of a library file.
        period: at most 400 days.
        by: a dimension whose ten largest cells are wanted.

    Raises:
        InvalidInput: the definition or the question is wrong.
        QueryTimeout, Busy, TooLarge: from the warehouse.
    """
    checked = probe(workspace, check(catalogue_of(workspace), body), run=True)
    library = refuse(checked)
    name = str(checked.body["name"])
    span = period or last_days(workspace)
    if span.days > DAYS_MAX:
        raise InvalidInput(f"A preview covers at most {DAYS_MAX} days.", where="from / to", fix="Choose a shorter period.")
    asked = MetricQuery(metrics=(name,), period=span, compare="previous")
    cells = None
    if by is not None:
        cells = answer(workspace, replace(asked, by=(by,), order=(f"-{name}",), limit=CELLS, compare=None, with_total=True), library)
    return Preview(
        period=span,
        whole=answer(workspace, asked, library),
        days=answer(workspace, replace(asked, grain="day", compare=None, limit=DAYS_MAX), library),
        cells=cells,
    )
