"""Ask an analysis of any kind for its headline: the one way for tiles, recipes, and the rooms above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from windsock.analyses import asked as funnel
from windsock.analyses.aarrr import asked as aarrr
from windsock.analyses.aarrr.model import read_board
from windsock.analyses.activity import asked as activity
from windsock.analyses.asking.asked import Asking, asking
from windsock.analyses.attribution import asked as attribution
from windsock.analyses.attribution.model import read_attribution
from windsock.analyses.basket import asked as basket
from windsock.analyses.basket.model import read_basket
from windsock.analyses.clusters import asked as clusters
from windsock.analyses.clusters.model import read_clusters
from windsock.analyses.correlation import asked as correlation
from windsock.analyses.correlation.model import read_correlation
from windsock.analyses.distribution import asked as distribution
from windsock.analyses.distribution.model import read_distribution
from windsock.analyses.drivers import asked as drivers
from windsock.analyses.drivers.model import read_drivers
from windsock.analyses.headlines import courses, flows
from windsock.analyses.headlines.model import Headline, at_period
from windsock.analyses.interval import asked as interval
from windsock.analyses.interval.model import read_interval
from windsock.analyses.kinds import name_of
from windsock.analyses.model import read_activity, read_funnel, read_retention
from windsock.analyses.paths import asked as paths
from windsock.analyses.paths.model import read_paths
from windsock.analyses.retention import asked as retention
from windsock.analyses.revenue import asked as revenue
from windsock.analyses.revenue.model import read_revenue
from windsock.analyses.rfm import asked as rfm
from windsock.analyses.rfm.model import read_rfm
from windsock.analyses.seasons.ask import ask_seasons
from windsock.analyses.seasons.model import Seasons, read_seasons
from windsock.analyses.sessions import asked as sessions
from windsock.analyses.sessions.model import read_sessions
from windsock.analyses.trend import asked as trend
from windsock.analyses.trend.model import read_trend
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel
    from windsock.workspace import Workspace


@dataclass(frozen=True)
class Way:
    """How a kind is read and asked, and what its answer comes down to."""

    read: Callable[[dict[str, Any]], Any]
    ask: Callable[[Asking[Any]], dict[str, Any]]
    head: Callable[[dict[str, Any]], Headline]


@dataclass(frozen=True)
class Answered:
    """An analysis as it was answered.

    Attributes:
        kind: which.
        name: how its definition is called.
        definition: as it was asked, with the period that was asked for.
        headline: what it comes down to.
        answer: the whole answer as it travels, with its notes and the moment of asking.
    """

    kind: str
    name: str
    definition: dict[str, Any]
    headline: Headline
    answer: dict[str, Any]


def _seasons(asked: Asking[Seasons]) -> dict[str, Any]:
    return asked.answered(ask_seasons(asked.workspace, asked.definition, asked.frame).json(), ())


WAYS: Final[dict[str, Way]] = {
    "funnel": Way(read_funnel, funnel.counts, flows.of_funnel),
    "trend": Way(read_trend, trend.figures, courses.of_trend),
    "retention": Way(read_retention, retention.rates, courses.of_retention),
    "stickiness": Way(lambda given: read_activity(given, "stickiness"), activity.figures, courses.of_stickiness),
    "lifecycle": Way(lambda given: read_activity(given, "lifecycle"), activity.figures, courses.of_lifecycle),
    "paths": Way(read_paths, paths.counts, flows.of_paths),
    "interval": Way(read_interval, interval.counts, flows.of_interval),
    "distribution": Way(read_distribution, distribution.counts, courses.of_distribution),
    "attribution": Way(read_attribution, attribution.counts, flows.of_attribution),
    "revenue": Way(read_revenue, revenue.figures, courses.of_revenue),
    "rfm": Way(read_rfm, rfm.figures, courses.of_rfm),
    "aarrr": Way(read_board, aarrr.figures, flows.of_board),
    "correlation": Way(read_correlation, correlation.facts, flows.of_correlation),
    "seasons": Way(read_seasons, _seasons, courses.of_seasons),
    "drivers": Way(read_drivers, drivers.leaves, flows.of_drivers),
    "basket": Way(read_basket, basket.pairs, courses.of_basket),
    "clusters": Way(read_clusters, clusters.figures, courses.of_clusters),
    "sessions": Way(read_sessions, sessions.counts, flows.of_sessions),
}


def headline(
    workspace: Workspace,
    actor: Actor,
    kind: str,
    definition: Mapping[str, Any],
    period: Period | None = None,
    *,
    cancel: Cancel | None = None,
) -> Answered:
    """Answer an analysis of any kind, and say what the answer comes down to.

    Args:
        workspace: where to ask.
        actor: who asks: fields and values that name people are refused and hidden as everywhere.
        kind: funnel, trend, retention and so on; see ``kinds.NAMED``.
        definition: of that kind.
        period: takes the place of the definition's own; None: its own.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: there is no such kind, or the definition can't be answered.
        NotAllowed: it asks by a personal field.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    way = WAYS.get(kind)
    if way is None:
        raise InvalidInput(f"There is no analysis '{kind[:40]}'.", where="kind", fix=f"Kinds: {', '.join(WAYS)}.")
    written = at_period(kind, definition, period)
    name = name_of(kind, written)
    told = way.ask(asking(workspace, actor, way.read, (written, None), cancel))
    return Answered(kind, name, written, way.head(told), told)
