"""A saved analysis as a tile of a dashboard: its headline for the dashboard's period, beside that of the period before.

What was told is kept in memory while nothing is written to the warehouse, at most ten minutes, as cells and windows end by the clock; each asker's
right is looked at before, and who may not see people in full has a copy of their own.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from windsock.analyses import store
from windsock.analyses.headlines.ask import headline
from windsock.analyses.personal import check_fields
from windsock.governance import Actor
from windsock.kernel.errors import NotFound
from windsock.metrics import Tile, TileAsked, TilePoint, Words
from windsock.warehouse import Warehouse

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.workspace import Workspace

KEPT_MOST, KEPT_MS = 500, 600_000
NOBODY: Final = Actor("nobody", "Nobody", "viewer", frozenset(), "system")
"""For whom reports are filled: who may see nothing of a person."""


@dataclass
class _Shelf:
    """What was told at one version of the warehouse, the last asked at the end."""

    version: int = -1
    told: OrderedDict[tuple[Any, ...], tuple[int, dict[str, Any]]] = field(default_factory=OrderedDict[tuple[Any, ...], tuple[int, dict[str, Any]]])


_shelves: WeakKeyDictionary[Warehouse, _Shelf] = WeakKeyDictionary()
_lock = threading.Lock()


def tell_tile(workspace: Workspace, asked: TileAsked) -> Tile:
    """Return a saved analysis as a tile.

    Raises:
        NotFound: there is none under the id.
        InvalidInput, NotAllowed, QueryTimeout, Busy, Cancelled: as asking it does.
    """
    actor = asked.asker or NOBODY
    with workspace.records.read() as session:
        kept = store.peek(session, asked.id)
    if kept is None:
        raise NotFound("This analysis was deleted.", where="analysis", fix="Edit this panel and choose another one, or remove the panel.")
    check_fields(workspace, actor, kept.definition)
    now, before = _told(workspace, actor, kept, asked.period), _told(workspace, actor, kept, asked.before)
    return Tile(
        kind=kept.kind,
        name=kept.name,
        title=Words(**now["title"]),
        value=now["value"],
        before=before["value"],
        unit=now["unit"],
        currency=now["currency"],
        sentence=Words(**now["sentence"]),
        course=tuple(TilePoint(point["bucket"], point["value"]) for point in now["course"]),
        definition=now["definition"],
        notes=tuple(Words(note["en"], note["zh"]) for note in now["notes"]),
    )


def _told(workspace: Workspace, actor: Actor, kept: store.Kept, period: Period) -> dict[str, Any]:
    """Return a headline as it travels, from the shelf where it still holds."""
    now_ms, version = workspace.clock.now_ms(), workspace.warehouse.version()
    key = (kept.kind, json.dumps(kept.definition, sort_keys=True), str(period), actor.may("people.unmask"))
    with _lock:
        shelf = _shelves.setdefault(workspace.warehouse, _Shelf())
        if shelf.version != version:
            shelf.version = version
            shelf.told.clear()
        found = shelf.told.get(key)
        if found is not None and 0 <= now_ms - found[0] < KEPT_MS:
            shelf.told.move_to_end(key)
            return found[1]
    answered = headline(workspace, actor, kept.kind, kept.definition, period)
    told = answered.headline.json() | {"definition": answered.definition, "notes": answered.answer["notes"]}
    with _lock:
        if shelf.version == version == workspace.warehouse.version():
            shelf.told[key] = (now_ms, told)
            while len(shelf.told) > KEPT_MOST:
                shelf.told.popitem(last=False)
    return told
