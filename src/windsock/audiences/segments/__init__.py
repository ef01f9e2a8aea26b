"""Segments: people by a condition, as they were at a moment, or by a list that was uploaded; who is in one, since when, and why.

Words: a segment is *live* (it follows what happens), a *snapshot* (who met the condition when it was put in force) or a *list* (uploaded ids); a
*stay* is a person's time in it; a *run* is one evaluation. Invariants: a stay is ended, never rewritten; what is judged in part gives what judging
everybody gives; a condition, a chart and a list of people that name a segment read the same stays; no segment contains itself.
"""

from windsock.audiences.segments.keep import find_segment, list_segments, save_segment, segments_in_force
from windsock.audiences.segments.model import Segment, read_segment
from windsock.audiences.segments.port import plug
from windsock.audiences.segments.update import Run, update

__all__ = ["Run", "Segment", "find_segment", "list_segments", "plug", "read_segment", "save_segment", "segments_in_force", "update"]
