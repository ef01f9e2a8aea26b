"""What visits consist of, in columns: sessions, and the steps within them; the clickstream makes them, and a story may change them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from windsock.demo.columns import Ints
from windsock.demo.demand.trips import Rows


@dataclass
class Sessions(Rows):
    """Sessions of a day.

    Attributes:
        kind: one of ORDERS .. STAFF.
        person: true person, -1 for strangers and machines; ``user`` the person as signed in, -1 when not.
        visitor: 64 bits of the anonymous id.
        order: row among the window's tracked orders, -1 where none is meant.
        then: what an AFTER session is for, an index of AFTER_STEPS; -1 elsewhere.
        route, hotel: what is looked for, one of them -1.
        version: index of VERSIONS for the app, -1 elsewhere.
    """

    kind: Ints
    person: Ints
    user: Ints
    visitor: npt.NDArray[np.uint64]
    channel: Ints
    device: Ints
    start_ms: Ints
    order: Ints
    route: Ints
    hotel: Ints
    travel_day: Ints
    pax: Ints
    quote_cents: Ints
    version: Ints
    then: Ints


@dataclass
class Steps(Rows):
    """Events before they are rows: which session, what, when; -1 where a figure does not apply."""

    session: Ints
    event: Ints
    at_ms: Ints
    cents: Ints
    provider: Ints
    outcome: Ints
    order: Ints
    item: Ints
