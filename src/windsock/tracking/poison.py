"""Find the events that no load can take, by halving, and replace them by rows that are kept apart with the error."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from windsock.kernel.errors import Busy
from windsock.tracking.event_columns import COLUMNS
from windsock.tracking.model import Trust
from windsock.tracking.wire import UNDECODABLE
from windsock.tracking.wire.columns import json_text, undecodable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Trial = Callable[[Sequence["Group"]], None]

TRIALS_MOST = 200
"""Trials before what is left of a batch is kept apart as a whole: a batch of a thousand different poisons must end, too."""


@dataclass(frozen=True)
class Group:
    """Events that are loaded together."""

    source: str
    trust: Trust
    events: pa.Table


def passes_by_itself(error: BaseException) -> bool:
    """Say whether an error has nothing to do with the events: a busy store, a full disk, no memory."""
    return isinstance(error, Busy | OSError | MemoryError | sqlite3.Error)


def without(groups: Sequence[Group], trial: Trial, error: Exception) -> list[Group]:
    """Return the groups with every event that breaks a load replaced.

    Args:
        groups: what could not be loaded together.
        trial: loads and takes it back; raises what a load would raise.
        error: why they could not be loaded.

    Raises:
        Exception: not even sound events can be loaded; then the events are not at fault, and ``error`` is raised again.
    """
    try:
        trial([Group(groups[0].source, groups[0].trust, _sound(groups[0].events))])
    except Exception:  # noqa: BLE001 - what keeps sound rows out keeps every row out
        raise error from None
    left = [TRIALS_MOST]
    mended = [replace(group, events=_mended(group, 0, group.events.num_rows, trial, left)) for group in groups]
    try:
        trial(mended)
    except Exception as together:  # noqa: BLE001 - each alone is sound and all together are not: kept apart as a whole, nothing is lost
        return [replace(group, events=_apart(group.events, str(together))) for group in groups]
    return mended


def _sound(events: pa.Table) -> pa.Table:
    """Return two rows with which nothing is wrong: one that is stored and one that is kept apart."""
    received = events.column("received_ms")[0].as_py()
    plain = {"event": "page_view", "type": "page", "anonymous_id": "trial", "message_id": "trial", "client_ms": received, "received_ms": received}
    return pa.concat_tables([pa.Table.from_pylist([{**dict.fromkeys(COLUMNS.names), **plain}], schema=COLUMNS), _apart(events.slice(0, 1), "trial")])


def _mended(group: Group, start: int, count: int, trial: Trial, left: list[int]) -> pa.Table:
    some = group.events.slice(start, count)
    if not count:
        return some
    left[0] -= 1
    try:
        trial([replace(group, events=some)])
    except Exception as error:  # noqa: BLE001 - whatever the load of these events raises is kept with them
        if count == 1 or left[0] <= 0:
            return _apart(some, f"{type(error).__name__}: {error}")
        half = count // 2
        return pa.concat_tables([_mended(group, start, half, trial, left), _mended(group, start + half, count - half, trial, left)])
    return some


def _apart(events: pa.Table, error: str) -> pa.Table:
    """Return rows that stand for events that can't be loaded, with all that they said in their text."""
    rows: list[dict[str, object]] = []
    for row in events.to_pylist():
        said = {name: value for name, value in row.items() if value is not None and name != "received_ms"}
        stands = undecodable(json_text(said).encode(), error)
        rows.append({**dict.fromkeys(COLUMNS.names), **stands, "type": UNDECODABLE, "received_ms": row["received_ms"]})
    return pa.Table.from_pylist(rows, schema=COLUMNS)
