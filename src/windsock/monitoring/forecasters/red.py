"""What is very likely to come as red lines of Today, the likeliest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.metrics import Red, Words
from windsock.monitoring.forecasters import said, store

if TYPE_CHECKING:
    import datetime as dt

    from windsock.workspace import Workspace

LEAST, MOST = 0.8, 10


def warning_lines(workspace: Workspace, day: dt.date, as_of_ms: int) -> list[Red]:
    """Return the open warnings of at least 80 %, ten at most, as lines whose money is not known.

    Args:
        workspace: where.
        day: the date of the page.
        as_of_ms: what was known then: a warning that came later is left out.
    """
    del day
    with workspace.records.read() as session:
        found = store.red(session, LEAST, MOST)
    return [
        Red(
            one.id, "warning", Words(*(said.sentence(one, workspace.zone, language) for language in ("en", "zh"))),
            str(one.what.about.get("metric") or ""), None, one.what.owner, "/watch/alerts",
        )
        for one in found
        if one.opened_ms <= as_of_ms
    ]  # fmt: skip
