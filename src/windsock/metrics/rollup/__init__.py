"""Roll-ups of events by the hour: fewer rows that give exactly the same figures.

Words: a *mark* is a row of ``dirty_hour``, which every load, undo and late verdict leaves for the hours that it changed; an hour is *clean*
when it was rolled up after its last mark. ``event_hour`` counts events that are alike; ``visit_hour`` holds each id that visited, once for an
hour and a way in, so that people are counted, never estimated, and merges are applied when they are read.

Invariants: an hour is made anew as a whole, from its events, never added to; a reader takes clean hours from the roll-ups and all others from
the events, in one statement, so that figures do not depend on when the roll-ups were last made (``metrics/facts_rollup.py``).
"""

from windsock.metrics.rollup.keep import forget, ready, roll

__all__ = ["forget", "ready", "roll"]
