"""Restatements: which closed days changed after they were closed, by what, and who had been told the old number.

Words: a day is *closed* for a metric when late rows no longer count on (``closes_ms``); it is *restated* when the answer as known at its close
and the answer of now differ; it was *filled* when nothing of its kind of data was known at all when it closed, such as the history before a first
import; a *cause* is what changed rows of the day after its close; *told* is whatever had shown or sent the old figure.

What is not kept in versions can't be had again as it was at the close: events of an import that was taken back, what an erased person's events said
freely, and marks of robots and internal traffic, which are set in place; a day with those is listed with ``certain`` false and the figure that people
were told. Of the first two is kept which days they had, and how many. Exchange rates,
channels, goods, costs, market figures, competitors' prices and the earliest sighting of an id are kept in one version only: a change of them moves
the figure at close and the one of now alike, and is not seen here. A metric is asked by its definition of now at both times.
"""

from windsock.metrics.restate.batch import restatements_of_batch
from windsock.metrics.restate.mark import Mark, restated_mark
from windsock.metrics.restate.model import HEADLINE, closes_ms
from windsock.metrics.restate.read import Restatements, restatements

__all__ = ["HEADLINE", "Mark", "Restatements", "closes_ms", "restated_mark", "restatements", "restatements_of_batch"]
