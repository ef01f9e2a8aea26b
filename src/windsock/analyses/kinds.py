"""The kinds of analyses that can be saved, each with what reads its definition and says how it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from windsock.analyses.aarrr.model import read_board
from windsock.analyses.attribution.model import read_attribution
from windsock.analyses.basket.model import read_basket
from windsock.analyses.clusters.model import read_clusters
from windsock.analyses.correlation.model import read_correlation
from windsock.analyses.distribution.model import read_distribution
from windsock.analyses.drivers.model import read_drivers
from windsock.analyses.interval.model import read_interval
from windsock.analyses.model import read_activity, read_funnel, read_retention
from windsock.analyses.paths.model import read_paths
from windsock.analyses.revenue.model import read_revenue
from windsock.analyses.rfm.model import read_rfm
from windsock.analyses.seasons.model import read_seasons
from windsock.analyses.sessions.model import read_sessions
from windsock.analyses.trend.model import read_trend
from windsock.kernel.errors import InvalidInput

NAMED: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "funnel": lambda given: read_funnel(given).name,
    "trend": lambda given: read_trend(given).asked.name,
    "retention": lambda given: read_retention(given).name,
    "stickiness": lambda given: read_activity(given, "stickiness").asked.name,
    "lifecycle": lambda given: read_activity(given, "lifecycle").asked.name,
    "paths": lambda given: read_paths(given).asked.name,
    "interval": lambda given: read_interval(given).asked.name,
    "distribution": lambda given: read_distribution(given).asked.name,
    "attribution": lambda given: read_attribution(given).asked.name,
    "revenue": lambda given: read_revenue(given).asked.name,
    "rfm": lambda given: read_rfm(given).asked.name,
    "aarrr": lambda given: read_board(given).asked.name,
    "correlation": lambda given: read_correlation(given).name,
    "seasons": lambda given: read_seasons(given).name,
    "drivers": lambda given: read_drivers(given).asked.name,
    "basket": lambda given: read_basket(given).asked.name,
    "clusters": lambda given: read_clusters(given).asked.name,
    "sessions": lambda given: read_sessions(given).asked.name,
}


def name_of(kind: str, definition: Mapping[str, Any]) -> str:
    """Return how a definition is called, after it was read as an analysis of its kind.

    Raises:
        InvalidInput: there is no such kind, or the definition can't be answered.
    """
    named = NAMED.get(kind)
    if named is None:
        raise InvalidInput(f"There is no analysis '{kind[:40]}'.", where="kind", fix=f"Kinds: {', '.join(NAMED)}.")
    return named(dict(definition))
