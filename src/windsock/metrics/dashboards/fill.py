"""Fill the panels of a dashboard for a period: the one way for the page, the Excel file and the report that is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock.kernel.clock import local_date
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period
from windsock.metrics.dashboards.ask import Asked, Span, ask_panels
from windsock.metrics.dashboards.model import PANELS_MAX, Compare, Panel
from windsock.metrics.dashboards.shown import panel_json
from windsock.metrics.queries import last_day

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.metrics.model.predicate import Predicate
    from windsock.workspace import Workspace

_DAY = dt.timedelta(days=1)
YEAR_MIN, YEAR_MAX = 1992, 2099


@dataclass(frozen=True)
class Filled:
    """Panels with what came back, and what they have in common."""

    span: Span
    asked: tuple[Asked, ...]
    currency: str

    def panels_json(self, workspace: Workspace) -> list[dict[str, Any]]:
        """Return the panels as they travel."""
        return [panel_json(workspace, one) for one in self.asked]


def day_of_data(workspace: Workspace) -> dt.date:
    """Return yesterday, or the last day before it on which anything was booked or arrived: where a page opens when nobody chose a period."""
    yesterday = local_date(workspace.clock.now_ms(), workspace.zone) - _DAY
    return last_day(workspace.warehouse, yesterday) or yesterday


def fill(  # noqa: PLR0913 - each is a word of the question
    workspace: Workspace,
    panels: Sequence[Panel],
    *,
    dates: tuple[dt.date, dt.date] | None = None,
    days: int = 28,
    compare: Compare = "previous",
    where: tuple[Predicate, ...] = (),
    as_of_ms: int | None = None,
    asker: Actor | None = None,
) -> Filled:
    """Fill panels.

    Args:
        workspace: where to ask.
        panels: at most 30.
        dates: first and last date, both included; None for the last ``days`` days that have data.
        days: length of the period when none is given.
        compare: what the period is compared with.
        where: filters of all panels.
        as_of_ms: as known at that instant; None for now.
        asker: who asks, for panels that stand on people; None: who may see nothing of them.

    Raises:
        InvalidInput: too many panels, or no such period; what is wrong with one panel stands in that panel.
    """
    if len(panels) > PANELS_MAX:
        raise InvalidInput(f"At most {PANELS_MAX} panels are filled at once.", where="panels")
    if dates is None:
        end = day_of_data(workspace)
        dates = (end - dt.timedelta(days=days - 1), end)
    if dates[0].year < YEAR_MIN or dates[1].year > YEAR_MAX:
        raise InvalidInput(f"The period must lie between {YEAR_MIN} and {YEAR_MAX}.", where="from / to")
    span = Span(Period(*dates), compare, where, as_of_ms, asker)
    asked = tuple(ask_panels(workspace, panels, span))
    currency = next((one.answer.currency for one in asked if one.answer is not None), workspace.settings.workspace.currency)
    return Filled(span, asked, currency)
