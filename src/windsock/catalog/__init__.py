"""Catalog: what is sold, through whom and under which agreements, next to whom, and where data comes from.

Words: *goods* have stock and a price per date; a *source* has a watermark until which its data is whole; a *sales channel* is a place of
sale; *take* is what of a line's amount is ours; *distribution cost* is what a channel costs us; *hard* stock is prepaid, other stock on
request.

Invariants: a price is above 0 or unknown; more sold than there is counts as overbooking and is reported, never refused; stock keeps
its history; a channel that a file brings is registered, never lost; a watermark never goes back.
"""

from windsock.catalog.airports import Airport, airports, distance_km, market
from windsock.catalog.defaults import DEFAULT_CHANNELS, WORDS
from windsock.catalog.keyed import PutReport, TakenBack, put_rows, take_back
from windsock.catalog.load import add_default_channels, channel_rows, ensure_channels, replace_days, touch_source, upsert
from windsock.catalog.model import Channel, distribution_cost, overbooked, source_state, take
from windsock.catalog.overbooking import OverbookedDate, overbooked_dates

__all__ = [
    "DEFAULT_CHANNELS",
    "WORDS",
    "Airport",
    "Channel",
    "OverbookedDate",
    "PutReport",
    "TakenBack",
    "add_default_channels",
    "airports",
    "channel_rows",
    "distance_km",
    "distribution_cost",
    "ensure_channels",
    "market",
    "overbooked",
    "overbooked_dates",
    "put_rows",
    "replace_days",
    "source_state",
    "take",
    "take_back",
    "touch_source",
    "upsert",
]
