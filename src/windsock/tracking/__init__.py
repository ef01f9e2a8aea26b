"""Tracking: what people do, as events, taken in once and kept for ever.

Words: an event is *stored*, a *duplicate* (same source, ids, name, content and client clock as one that is stored), or
*quarantined* (kept apart with a reason and the field); a *public* key is one that anybody can read in a page or an app.

Invariants: per source and minute received, received = stored + duplicate + quarantined; one device's events keep their order;
an event without a usable id has no person; nothing is dropped in silence.
"""

from windsock.tracking.event_columns import COLUMNS
from windsock.tracking.load import load_events, load_pieces
from windsock.tracking.model import EventKind, LoadReport, activity_events, allowed, catalogue, makes_visitor, sessions
from windsock.tracking.plan.read import read_cleaning, read_plan
from windsock.tracking.sources import Balance, Source, read_sources

__all__ = [
    "COLUMNS",
    "Balance",
    "EventKind",
    "LoadReport",
    "Source",
    "activity_events",
    "allowed",
    "catalogue",
    "load_events",
    "load_pieces",
    "makes_visitor",
    "read_cleaning",
    "read_plan",
    "read_sources",
    "sessions",
]
