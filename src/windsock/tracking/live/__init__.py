"""What arrives just now: the events of the last minutes with what became of each.

What was stored or kept apart is read from the warehouse. A duplicate leaves no row, so the loader remembers the last few here, in the
memory of the process that loads.
"""

from windsock.tracking.live.recent import LIMIT_MOST, Arrival, duplicates_of, latest, remember

__all__ = ["LIMIT_MOST", "Arrival", "duplicates_of", "latest", "remember"]
