"""Runs: chains of steps that are followed by one pass over the keys of events, beside the engine, for it is many times faster so.

Words: a *key* is one number that holds a person, an instant and a *code* (which step an event may be, or which exclusion it is); a *run* says which
events are wanted and how steps may follow one another; its *cuts* are the rows that the rest of a statement reads, under their names, as if they
were tables. What is read of a day's events is kept (``keys``) until something is written to that day.

Invariants: a cut has exactly the rows that the statements of ``analyses.attempts`` make, whichever of the two forms (``plainly`` with numpy,
``compiled`` with numba where the extra ``fast`` is installed) was used; the engine's moment is one for the keys, the merges and the statement; no
key names anybody (it holds dense ids), is written to disk, or outlives an erasure.
"""

from windsock.warehouse.runs.keys import Keys
from windsock.warehouse.runs.model import DAY_MS, DAYS_MOST, Asked, Count, Cut, Hops, Kind, Run
from windsock.warehouse.runs.stage import stage_cuts

__all__ = ["DAYS_MOST", "DAY_MS", "Asked", "Count", "Cut", "Hops", "Keys", "Kind", "Run", "stage_cuts"]
